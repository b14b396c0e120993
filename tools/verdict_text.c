// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "text.h"
#include "verdict.h"

static const char *const opening_words[OPENINGS] = {
	[OPENING_UNKNOWN] = "opening not seen",
	[OPENING_JOINED] = "older than the module",
	[OPENING_LISTENER] = "listener",
	[OPENING_HANDSHAKE] = "three-way handshake",
	[OPENING_HALF_SEEN] = "end of the handshake seen",
	[OPENING_REPAIR] = "made under TCP_REPAIR",
	[OPENING_SIMULTANEOUS] = "simultaneous open",
	[OPENING_SELF] = "simultaneous open with itself",
	[OPENING_PENDING] = "still opening",
	[OPENING_LAST_SEEN] = "opening when last seen",
	[OPENING_REFUSED] = "refused",
	[OPENING_TIMED_OUT] = "opening timed out",
	[OPENING_UNREACHABLE] = "unreachable",
	[OPENING_ADMIN] = "opening aborted by the administrator",
	[OPENING_RESET] = "opening reset",
	[OPENING_EXPIRED] = "half-open request expired",
	[OPENING_NETNS] = "opening ended with its network namespace",
	[OPENING_IGNORED] = "SYN not answered",
	[OPENING_COOKIE] = "SYN answered by a SYN cookie, no ACK came",
	[OPENING_STRAY] = "segment of no connection",
	[OPENING_GIVEN_UP] = "opening given up",
	[OPENING_FAILED] = "opening failed",
};

static const char *const closing_words[CLOSINGS] = {
	[CLOSING_NONE] = "",
	[CLOSING_UNKNOWN] = "end not seen",
	[CLOSING_STILL_OPEN] = "still open",
	[CLOSING_LAST_SEEN] = "open when last seen",
	[CLOSING_FOUR] = "four-way wavehand",
	[CLOSING_THREE] = "three-step wavehand",
	[CLOSING_THREE_OR_FOUR] = "wavehand in three or four steps",
	[CLOSING_HALF_SEEN] = "wavehand, two steps seen",
	[CLOSING_SIMULTANEOUS] = "simultaneous close",
	[CLOSING_RESET] = "reset",
	[CLOSING_ABORTED] = "reset or aborted",
	[CLOSING_SILENT] = "closed without a FIN",
	[CLOSING_TIMED_OUT] = "timed out",
	[CLOSING_UNREACHABLE] = "unreachable",
	[CLOSING_ADMIN] = "aborted by the administrator",
	[CLOSING_NETNS] = "ended with its network namespace",
	[CLOSING_FAILED] = "failed",
};

const char *verdict_opening_word(enum verdict_opening opening)
{
	return opening_words[opening];
}

const char *verdict_closing_word(enum verdict_closing closing)
{
	return closing_words[closing];
}

const char *verdict_end_word(const struct conversation *c, int side)
{
	const struct history *left = c->end[0].h, *right = c->end[1].h;

	unsigned int opener = left ? left->ep.role : WAVEHAND_ROLE_ACTIVE;
	unsigned int other = right ? right->ep.role : WAVEHAND_ROLE_PASSIVE;

	if (left == right)
		return "this end";
	if (opener == WAVEHAND_ROLE_ACTIVE && other == WAVEHAND_ROLE_PASSIVE)
		return side ? "the server" : "the client";
	if (left && right)
		return side ? "the right end" : "the left end";
	return c->end[side].h ? "this end" : "the peer";
}

const char *verdict_reason(unsigned int cause, unsigned int state)
{
	switch (cause) {
	case WAVEHAND_CAUSE_RESET:
		return "a reset came";
	case WAVEHAND_CAUSE_UNREAD:
		return "it was closed with data unread";
	case WAVEHAND_CAUSE_LINGER:
		return state == WAVEHAND_ESTABLISHED || state == WAVEHAND_CLOSE_WAIT ?
		       "it was closed with SO_LINGER 0" :
		       "SO_LINGER or TCP_LINGER2 forbade to wait";
	case WAVEHAND_CAUSE_DISCONNECT:
		return "it was disconnected, by connect(2) to AF_UNSPEC";
	case WAVEHAND_CAUSE_MEMORY:
		return "no memory, or too many sockets without a process";
	case WAVEHAND_CAUSE_LATE_DATA:
		return "data came after it had been closed";
	case WAVEHAND_CAUSE_NO_LISTENER:
		return "nobody listens there";
	case WAVEHAND_CAUSE_REFUSAL:
		return "the listener could not or would not take it";
	case WAVEHAND_CAUSE_ABORTED:
		return "the administrator ended it";
	case WAVEHAND_CAUSE_NETNS:
		return "its network namespace went away";
	case WAVEHAND_CAUSE_REUSED:
		return "a new connection took its place";
	default:
		return NULL;
	}
}

static const char *state_words(const struct verdict *v, char *text, size_t size)
{
	if (v->peer_state && v->peer_state != v->state)
		snprintf(text, size, "%s and %s", name_state(v->state),
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
		snprintf(text, size, " (%s)", error);
	else if (v->error)
		snprintf(text, size, " (error %u)", v->error);
	return text;
}

/* " after 5 retries", or nothing. */
static const char *tries_text(const struct verdict *v, char *text, size_t size)
{
	*text = '\0';
	if (v->tries)
		snprintf(text, size, " after %u %s", v->tries,
			 v->tries == 1 ? "retry" : "retries");
	return text;
}

/* " (process 812)", or nothing. */
static const char *pid_text(const struct verdict *v, char *text, size_t size)
{
	*text = '\0';
	if (v->pid)
		snprintf(text, size, " (process %u)", v->pid);
	return text;
}

static void closing_text(const struct verdict *v, const struct conversation *c,
			 char *text, size_t size)
{
	const char *word = closing_words[v->closing];
	const char *who = v->closer < 0 ? NULL : verdict_end_word(c, v->closer);
	const char *half = v->late ? ", half-close" : "";
	const char *why = v->reason ? verdict_reason(v->reason, v->reason_state) : NULL;
	char states[48], error[40], tries[32], pid[32];

	state_words(v, states, sizeof(states));
	error_text(v, error, sizeof(error));
	tries_text(v, tries, sizeof(tries));
	pid_text(v, pid, sizeof(pid));
	switch (v->closing) {
	case CLOSING_STILL_OPEN:
	case CLOSING_LAST_SEEN:
		snprintf(text, size, "%s in %s%s", word, states, half);
		break;
	case CLOSING_FOUR:
	case CLOSING_THREE:
	case CLOSING_THREE_OR_FOUR:
	case CLOSING_HALF_SEEN:
		snprintf(text, size, "%s, %s let go first%s%s", word, who, pid, half);
		break;
	case CLOSING_RESET:
		snprintf(text, size, "reset%s%s%s in %s%s%s%s", who ? " by " : "",
			 who ? who : "", v->forged ? " by a segment that the other end did not send," : "",
			 states, why ? ": " : error, why ? why : "",
			 why ? pid : "");
		break;
	case CLOSING_SILENT:
	case CLOSING_NETNS:
		snprintf(text, size, "%s in %s", word, states);
		break;
	case CLOSING_ABORTED:
		snprintf(text, size, "reset or aborted by %s in %s%s", who, states, pid);
		break;
	case CLOSING_TIMED_OUT:
		if (verdict_is_orphan_timeout(v))
			snprintf(text, size, "timed out in FIN-WAIT-2: no FIN came");
		else
			snprintf(text, size, "%s in %s%s%s", word, states, tries, error);
		break;
	case CLOSING_ADMIN:
		snprintf(text, size, "%s in %s%s%s", word, states, pid, error);
		break;
	case CLOSING_UNREACHABLE:
	case CLOSING_FAILED:
		snprintf(text, size, "%s in %s%s", word, states, error);
		break;
	default:
		snprintf(text, size, "%s", word);
		break;
	}
}

static int opening_text(const struct verdict *v, const struct conversation *c,
			char *text, size_t size)
{
	const char *word = opening_words[v->opening], *state = name_state(v->state);
	const char *why = v->reason ? verdict_reason(v->reason, v->reason_state) : NULL;
	char error[40], tries[32], pid[32];

	error_text(v, error, sizeof(error));
	tries_text(v, tries, sizeof(tries));
	pid_text(v, pid, sizeof(pid));
	switch (v->opening) {
	case OPENING_LISTENER:
		return snprintf(text, size, v->state == WAVEHAND_LISTEN ? "listening" :
									  "listened");
	case OPENING_PENDING:
	case OPENING_LAST_SEEN:
	case OPENING_NETNS:
		return snprintf(text, size, "%s in %s", word, state);
	case OPENING_REFUSED:
		/* Of a request that was answered by a reset there is no state. */
		if (!verdict_is_opening(v->state))
			return snprintf(text, size, "%s%s%s", word, why ? ": " : "",
					why ? why : "");
		return snprintf(text, size, "%s in %s%s%s%s", word, state, error,
				why ? ": " : "", why ? why : "");
	case OPENING_TIMED_OUT:
		return snprintf(text, size, "%s in %s%s%s", word, state, tries, error);
	case OPENING_EXPIRED:
		return snprintf(text, size, "%s%s", word, tries);
	case OPENING_RESET:
		return snprintf(text, size, "%s by %s in %s%s", word,
				verdict_end_word(c, v->closer > 0), state, error);
	case OPENING_ADMIN:
	case OPENING_GIVEN_UP:
		return snprintf(text, size, "%s in %s%s%s", word, state, pid, error);
	case OPENING_UNREACHABLE:
	case OPENING_FAILED:
		return snprintf(text, size, "%s in %s%s%s%s", word, state, error,
				why ? ": " : "", why ? why : "");
	case OPENING_STRAY:
		return snprintf(text, size, "%s, answered by a reset%s%s", word,
				why ? ": " : "", why ? why : "");
	case OPENING_HANDSHAKE:
	case OPENING_HALF_SEEN:
		return snprintf(text, size, "%s%s%s", word,
				v->cookie ? " with a SYN cookie" : "",
				v->fast_open ? " with Fast Open" : "");
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
	if (!v->closing)
		return;
	n += snprintf(text + n, VERDICT_TEXT - (size_t)n, "%s", separator);
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
	char id[TEXT_ID + 1], time[32] = "?", again[48] = "";
	const char *why;

	*put_id(id, e->h->ep.id) = '\0';
	if (e->restarts == 1)
		strcpy(again, ", started anew once");
	else if (e->restarts)
		snprintf(again, sizeof(again), ", started anew %llu times",
			 (unsigned long long)e->restarts);
	switch (e->fate) {
	case FATE_TIME_WAIT:
	case FATE_FINISHED:
		snprintf(text, VERDICT_TEXT, "TIME-WAIT of %s is inferred; its end is not observed", id);
		return true;
	case FATE_FIN_WAIT_2:
		snprintf(text, VERDICT_TEXT, "%s went on in FIN-WAIT-2, out of sight, or was reset: which of them is not observed", id);
		return true;
	case FATE_WAITS:
		if (begin)
			seconds_text(time, sizeof(time), begin->time, h->now ? h->now : h->last);
		if (e->gone || e->old)
			snprintf(text, VERDICT_TEXT, "TIME-WAIT of %s: its end was not seen%s", id,
				 again);
		else
			snprintf(text, VERDICT_TEXT, "TIME-WAIT of %s still running, %s so far%s%s", id,
				 time, h->now ? "" : " (in the recording)", again);
		return true;
	case FATE_WAITED:
		if (begin)
			seconds_text(time, sizeof(time), begin->time, e->closed->time);
		why = verdict_reason(e->closed->reason, 0);
		if (e->closed->reason == WAVEHAND_CAUSE_EXPIRED)
			snprintf(text, VERDICT_TEXT, "TIME-WAIT of %s expired after %s%s", id, time, again);
		else
			snprintf(text, VERDICT_TEXT, "TIME-WAIT of %s was cut short after %s%s: %s", id,
				 time, again, why ? why : "nobody knows why");
		return true;
	default:
		if (!e->closed || e->closed->reason != WAVEHAND_CAUSE_NO_MINISOCKET ||
		    !(e->closed->flags & WAVEHAND_EV_HIDDEN))
			return false;
		snprintf(text, VERDICT_TEXT, "TIME-WAIT of %s was skipped: too many sockets in TIME-WAIT, or no memory", id);
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
	snprintf(text, VERDICT_TEXT, "the accept queue was full: the listener of %s dropped %llu segment%s",
		 id, (unsigned long long)e->queue_full, e->queue_full == 1 ? "" : "s");
	return true;
}
