// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "language.h"
#include "names.h"
#include "text.h"
#include "verdict.h"

static const char *const opening_words[OPENINGS] = {
	[OPENING_UNKNOWN] = N_("opening not seen"),
	[OPENING_JOINED] = N_("older than the module"),
	[OPENING_LISTENER] = N_("listener"),
	[OPENING_HANDSHAKE] = N_("three-way handshake"),
	[OPENING_HALF_SEEN] = N_("end of the handshake seen"),
	[OPENING_REPAIR] = N_("made under TCP_REPAIR"),
	[OPENING_SIMULTANEOUS] = N_("simultaneous open"),
	[OPENING_SELF] = N_("simultaneous open with itself"),
	[OPENING_PENDING] = N_("still opening"),
	[OPENING_LAST_SEEN] = N_("opening when last seen"),
	[OPENING_REFUSED] = N_("refused"),
	[OPENING_TIMED_OUT] = N_("opening timed out"),
	[OPENING_UNREACHABLE] = N_("unreachable"),
	[OPENING_ADMIN] = N_("opening aborted by the administrator"),
	[OPENING_RESET] = N_("opening reset"),
	[OPENING_EXPIRED] = N_("half-open request expired"),
	[OPENING_NETNS] = N_("opening ended with its network namespace"),
	[OPENING_IGNORED] = N_("SYN not answered"),
	[OPENING_COOKIE] = N_("SYN answered by a SYN cookie, no ACK came"),
	[OPENING_STRAY] = N_("segment of no connection"),
	[OPENING_GIVEN_UP] = N_("opening given up"),
	[OPENING_FAILED] = N_("opening failed"),
};

static const char *const closing_words[CLOSINGS] = {
	[CLOSING_NONE] = "",
	[CLOSING_UNKNOWN] = N_("end not seen"),
	[CLOSING_STILL_OPEN] = N_("still open"),
	[CLOSING_LAST_SEEN] = N_("open when last seen"),
	[CLOSING_FOUR] = N_("four-way wavehand"),
	[CLOSING_THREE] = N_("three-step wavehand"),
	[CLOSING_THREE_OR_FOUR] = N_("wavehand in three or four steps"),
	[CLOSING_HALF_SEEN] = N_("wavehand, two steps seen"),
	[CLOSING_SIMULTANEOUS] = N_("simultaneous close"),
	[CLOSING_RESET] = N_("reset"),
	[CLOSING_ABORTED] = N_("reset or aborted"),
	[CLOSING_SILENT] = N_("closed without a FIN"),
	[CLOSING_TIMED_OUT] = N_("timed out"),
	[CLOSING_UNREACHABLE] = N_("unreachable"),
	[CLOSING_ADMIN] = N_("aborted by the administrator"),
	[CLOSING_NETNS] = N_("ended with its network namespace"),
	[CLOSING_FAILED] = N_("failed"),
};

const char *verdict_opening_word(enum verdict_opening opening)
{
	return _(opening_words[opening]);
}

const char *verdict_closing_word(enum verdict_closing closing)
{
	return _(closing_words[closing]);
}

const char *verdict_end_word(const struct conversation *c, int side)
{
	const struct history *left = c->end[0].h, *right = c->end[1].h;

	unsigned int opener = left ? left->ep.role : WAVEHAND_ROLE_ACTIVE;
	unsigned int other = right ? right->ep.role : WAVEHAND_ROLE_PASSIVE;

	if (left == right)
		return _("this end");
	if (opener == WAVEHAND_ROLE_ACTIVE && other == WAVEHAND_ROLE_PASSIVE)
		return side ? _("the server") : _("the client");
	if (left && right)
		return side ? _("the right end") : _("the left end");
	return c->end[side].h ? _("this end") : _("the peer");
}

const char *verdict_reason(unsigned int cause, unsigned int state)
{
	switch (cause) {
	case WAVEHAND_CAUSE_RESET:
		return _("a reset came");
	case WAVEHAND_CAUSE_UNREAD:
		return _("it was closed with data unread");
	case WAVEHAND_CAUSE_LINGER:
		return state == WAVEHAND_ESTABLISHED || state == WAVEHAND_CLOSE_WAIT ?
		       _("it was closed with SO_LINGER 0") :
		       _("SO_LINGER or TCP_LINGER2 forbade to wait");
	case WAVEHAND_CAUSE_DISCONNECT:
		return _("it was disconnected, by connect(2) to AF_UNSPEC");
	case WAVEHAND_CAUSE_MEMORY:
		return _("no memory, or too many sockets without a process");
	case WAVEHAND_CAUSE_LATE_DATA:
		return _("data came after it had been closed");
	case WAVEHAND_CAUSE_NO_LISTENER:
		return _("nobody listens there");
	case WAVEHAND_CAUSE_REFUSAL:
		return _("the listener could not or would not take it");
	case WAVEHAND_CAUSE_ABORTED:
		return _("the administrator ended it");
	case WAVEHAND_CAUSE_NETNS:
		return _("its network namespace went away");
	case WAVEHAND_CAUSE_REUSED:
		return _("a new connection took its place");
	default:
		return NULL;
	}
}

static const char *state_words(const struct verdict *v, char *text, size_t size)
{
	if (v->peer_state && v->peer_state != v->state)
		snprintf(text, size, _("%s and %s"), name_state(v->state),
			 name_state(v->peer_state));
	else
		snprintf(text, size, "%s", name_state(v->state));
	return text;
}

/* " (ECONNRESET)", or nothing. */
static const char *error_text(const struct verdict *v, char *text, size_t size)
{
	const char *error = v->error ? name_error(v->error) : NULL;

	*text = '\0';
	if (error)
		snprintf(text, size, _(" (%s)"), error);
	else if (v->error)
		snprintf(text, size, _(" (error %u)"), v->error);
	return text;
}

/* " after 5 retries", or nothing. */
static const char *tries_text(const struct verdict *v, char *text, size_t size)
{
	*text = '\0';
	if (v->tries)
		snprintf(text, size, language_plural(" after %u retry", " after %u retries",
						     v->tries), v->tries);
	return text;
}

/* " (process 812)", or nothing. */
static const char *pid_text(const struct verdict *v, char *text, size_t size)
{
	*text = '\0';
	if (v->pid)
		snprintf(text, size, _(" (process %u)"), v->pid);
	return text;
}

/* " by the client", or nothing. */
static const char *by_text(const struct conversation *c, int side, char *text, size_t size)
{
	*text = '\0';
	if (side >= 0)
		snprintf(text, size, _(" by %s"), verdict_end_word(c, side));
	return text;
}

/* ": nobody listens there", or nothing. */
static const char *why_text(const char *why, char *text, size_t size)
{
	*text = '\0';
	if (why)
		snprintf(text, size, _(": %s"), why);
	return text;
}

static void closing_text(const struct verdict *v, const struct conversation *c,
			 char *text, size_t size)
{
	const char *word = verdict_closing_word(v->closing);
	const char *who = v->closer < 0 ? NULL : verdict_end_word(c, v->closer);
	const char *half = v->late ? _(", half-close") : "";
	const char *why = v->reason ? verdict_reason(v->reason, v->reason_state) : NULL;
	char states[48], error[48], tries[48], pid[48], by[64], because[192];

	state_words(v, states, sizeof(states));
	error_text(v, error, sizeof(error));
	tries_text(v, tries, sizeof(tries));
	pid_text(v, pid, sizeof(pid));
	switch (v->closing) {
	case CLOSING_STILL_OPEN:
	case CLOSING_LAST_SEEN:
		snprintf(text, size, _("%s in %s%s"), word, states, half);
		break;
	case CLOSING_FOUR:
	case CLOSING_THREE:
	case CLOSING_THREE_OR_FOUR:
	case CLOSING_HALF_SEEN:
		snprintf(text, size, _("%s, %s let go first%s%s"), word, who, pid, half);
		break;
	case CLOSING_RESET:
		by_text(c, v->closer, by, sizeof(by));
		why_text(why, because, sizeof(because));
		snprintf(text, size, _("reset%s%s in %s%s%s"), by,
			 v->forged ? _(" by a segment that the other end did not send,") : "",
			 states, why ? because : error, why ? pid : "");
		break;
	case CLOSING_SILENT:
	case CLOSING_NETNS:
		snprintf(text, size, _("%s in %s%s"), word, states, "");
		break;
	case CLOSING_ABORTED:
		snprintf(text, size, _("reset or aborted by %s in %s%s"), who, states, pid);
		break;
	case CLOSING_TIMED_OUT:
		if (verdict_is_orphan_timeout(v))
			snprintf(text, size, "%s", _("timed out in FIN-WAIT-2: no FIN came"));
		else
			snprintf(text, size, _("%s in %s%s%s"), word, states, tries, error);
		break;
	case CLOSING_ADMIN:
		snprintf(text, size, _("%s in %s%s%s"), word, states, pid, error);
		break;
	case CLOSING_UNREACHABLE:
	case CLOSING_FAILED:
		snprintf(text, size, _("%s in %s%s"), word, states, error);
		break;
	default:
		snprintf(text, size, "%s", word);
		break;
	}
}

static int opening_text(const struct verdict *v, const struct conversation *c,
			char *text, size_t size)
{
	const char *word = verdict_opening_word(v->opening), *state = name_state(v->state);
	const char *why = v->reason ? verdict_reason(v->reason, v->reason_state) : NULL;
	char error[48], tries[48], pid[48], because[192];

	error_text(v, error, sizeof(error));
	tries_text(v, tries, sizeof(tries));
	pid_text(v, pid, sizeof(pid));
	why_text(why, because, sizeof(because));
	switch (v->opening) {
	case OPENING_LISTENER:
		return snprintf(text, size, "%s", v->state == WAVEHAND_LISTEN ? _("listening") :
										_("listened"));
	case OPENING_PENDING:
	case OPENING_LAST_SEEN:
	case OPENING_NETNS:
		return snprintf(text, size, _("%s in %s%s"), word, state, "");
	case OPENING_REFUSED:
		/* Of a request that was answered by a reset there is no state. */
		if (!verdict_is_opening(v->state))
			return snprintf(text, size, "%s%s", word, because);
		return snprintf(text, size, _("%s in %s%s%s"), word, state, error, because);
	case OPENING_TIMED_OUT:
		return snprintf(text, size, _("%s in %s%s%s"), word, state, tries, error);
	case OPENING_EXPIRED:
		return snprintf(text, size, "%s%s", word, tries);
	case OPENING_RESET:
		return snprintf(text, size, _("%s by %s in %s%s"), word,
				verdict_end_word(c, v->closer > 0), state, error);
	case OPENING_ADMIN:
	case OPENING_GIVEN_UP:
		return snprintf(text, size, _("%s in %s%s%s"), word, state, pid, error);
	case OPENING_UNREACHABLE:
	case OPENING_FAILED:
		return snprintf(text, size, _("%s in %s%s%s"), word, state, error, because);
	case OPENING_STRAY:
		return snprintf(text, size, _("%s, answered by a reset%s"), word, because);
	case OPENING_HANDSHAKE:
	case OPENING_HALF_SEEN:
		return snprintf(text, size, "%s%s%s", word,
				v->cookie ? _(" with a SYN cookie") : "",
				v->fast_open ? _(" with Fast Open") : "");
	default:
		return snprintf(text, size, "%s", word);
	}
}

void verdict_text(const struct verdict *v, const struct conversation *c,
		  const char *separator, char *text)
{
	struct verdict opening = *v;
	int n;

	if (v->half_open) {
		opening.state = WAVEHAND_SYN_RECEIVED;
		opening.tries = v->request_tries;
		opening.error = 0;
		opening.reason = 0;
		opening.pid = 0;
	}
	n = opening_text(&opening, c, text, VERDICT_TEXT);
	if (!v->closing || n < 0 || n >= VERDICT_TEXT)
		return;
	n += snprintf(text + n, VERDICT_TEXT - (size_t)n, "%s", separator);
	if (n < VERDICT_TEXT)
		closing_text(v, c, text + n, VERDICT_TEXT - (size_t)n);
}

static void seconds_text(char *text, size_t size, uint64_t from, uint64_t to)
{
	uint64_t ms = to > from ? (to - from) / 1000000 : 0;

	snprintf(text, size, "%llu.%llu s", (unsigned long long)(ms / 1000),
		 (unsigned long long)(ms / 100 % 10));
}

/* What became of TIME-WAIT. */
static bool time_wait_note(const struct conversation_end *e, const struct histories *h,
			   char *text)
{
	const struct history_event *begin = e->restarted ? e->restarted : e->time_wait;
	char id[TEXT_ID + 1], time[32] = "?", again[64] = "";
	const char *why;

	*put_id(id, e->h->ep.id) = '\0';
	if (e->restarts)
		snprintf(again, sizeof(again),
			 language_plural(", started anew once", ", started anew %llu times",
					 e->restarts), (unsigned long long)e->restarts);
	switch (e->fate) {
	case FATE_TIME_WAIT:
	case FATE_FINISHED:
		snprintf(text, VERDICT_TEXT, _("TIME-WAIT of %s is inferred; its end is not observed"), id);
		return true;
	case FATE_FIN_WAIT_2:
		snprintf(text, VERDICT_TEXT, _("%s went on in FIN-WAIT-2, out of sight, or was reset: which of them is not observed"), id);
		return true;
	case FATE_WAITS:
		if (begin)
			seconds_text(time, sizeof(time), begin->time, h->now ? h->now : h->last);
		if (e->gone || e->old)
			snprintf(text, VERDICT_TEXT, _("TIME-WAIT of %s: its end was not seen%s"), id,
				 again);
		else
			snprintf(text, VERDICT_TEXT, _("TIME-WAIT of %s still running, %s so far%s%s"), id,
				 time, h->now ? "" : _(" (in the recording)"), again);
		return true;
	case FATE_WAITED:
		if (begin)
			seconds_text(time, sizeof(time), begin->time, e->closed->time);
		why = verdict_reason(e->closed->reason, 0);
		if (e->closed->reason == WAVEHAND_CAUSE_EXPIRED)
			snprintf(text, VERDICT_TEXT, _("TIME-WAIT of %s expired after %s%s"), id, time, again);
		else
			snprintf(text, VERDICT_TEXT, _("TIME-WAIT of %s was cut short after %s%s: %s"), id,
				 time, again, why ? why : _("nobody knows why"));
		return true;
	default:
		if (!e->closed || e->closed->reason != WAVEHAND_CAUSE_NO_MINISOCKET ||
		    !(e->closed->flags & WAVEHAND_EV_HIDDEN))
			return false;
		snprintf(text, VERDICT_TEXT, _("TIME-WAIT of %s was skipped: too many sockets in TIME-WAIT, or no memory"), id);
		return true;
	}
}

bool verdict_note(const struct conversation *c, const struct histories *h, int side,
		  int n, char *text)
{
	const struct conversation_end *e = &c->end[side];
	char id[TEXT_ID + 1];

	if (!e->h || (side && conversation_is_self(c)))
		return false;
	if (!n)
		return time_wait_note(e, h, text);
	if (!e->queue_full)
		return false;
	*put_id(id, e->h->ep.id) = '\0';
	snprintf(text, VERDICT_TEXT,
		 language_plural("the accept queue was full: the listener of %s dropped %llu segment",
				 "the accept queue was full: the listener of %s dropped %llu segments",
				 e->queue_full), id, (unsigned long long)e->queue_full);
	return true;
}
