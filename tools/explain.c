// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "language.h"
#include "names.h"

/**
 * struct story - what notes are made from
 * @d: diagram
 * @c: its conversation
 * @v: its verdict
 * @raw: numbers as on the wire
 * @first: the end that let go first, or -1
 * @u: number of its FIN
 * @w: number of the other FIN
 * @has_u: @u is known
 * @has_w: @w is known
 * @fin: the second FIN, or NULL
 * @again: the same as it was sent again, or NULL
 * @ack: the latest ACK of the second FIN before that, or NULL
 * @text: the note that is being made
 * @used: bytes of it
 */
struct story {
	const struct diagram *d;
	const struct conversation *c;
	const struct verdict *v;
	bool raw;
	int first;
	uint32_t u;
	uint32_t w;
	bool has_u;
	bool has_w;
	const struct diagram_arrow *fin;
	const struct diagram_arrow *again;
	const struct diagram_arrow *ack;
	char text[EXPLAIN_TEXT];
	size_t used;
};

static void add(struct story *s, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

static void add(struct story *s, const char *format, va_list args)
{
	size_t room = sizeof(s->text) - s->used;
	int n = vsnprintf(s->text + s->used, room, format, args);

	s->used += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

/* In the language of the reader: in each that is a sentence, or a part of one in its place. */
static void say(struct story *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct story *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(s, _(format), args);
	va_end(args);
}

/* What is the same in all languages, or was translated. */
static void put(struct story *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct story *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(s, format, args);
	va_end(args);
}

static const char *who(const struct story *s, int side)
{
	return verdict_end_word(s->c, side);
}

/* A number of one end as the diagram shows it. */
static uint32_t shown(const struct story *s, int side, uint32_t number)
{
	uint32_t base;

	return !s->raw && conversation_base(s->c, side, &base) ? number - base : number;
}

#define TIME_TEXT 32		/* room for a time */

static const char *time_text(const struct story *s, uint64_t time, char text[TIME_TEXT])
{
	uint64_t us = time > s->d->begin ? (time - s->d->begin) / 1000 : 0;

	snprintf(text, TIME_TEXT, "%llu.%03llu ms", (unsigned long long)(us / 1000),
		 (unsigned long long)(us % 1000));
	return text;
}

static const char *span_text(uint64_t from, uint64_t to, char text[TIME_TEXT])
{
	uint64_t us = to > from ? (to - from) / 1000 : 0;

	if (us < 1000000)
		snprintf(text, TIME_TEXT, "%llu.%03llu ms", (unsigned long long)(us / 1000),
			 (unsigned long long)(us % 1000));
	else
		snprintf(text, TIME_TEXT, "%llu.%llu s", (unsigned long long)(us / 1000000),
			 (unsigned long long)(us / 100000 % 10));
	return text;
}

/* Which end it is that has something, or -1. */
static int end_in_time_wait(const struct story *s)
{
	int i;

	for (i = 0; i < 2; i++) {
		enum conversation_fate fate = s->c->end[i].fate;

		if (fate == FATE_WAITS || fate == FATE_WAITED || fate == FATE_TIME_WAIT ||
		    fate == FATE_FINISHED)
			return i;
	}
	return -1;
}

static int end_of_reason(const struct story *s, unsigned int reason)
{
	int i;

	for (i = 0; i < 2; i++) {
		const struct history_event *closed = s->c->end[i].closed;

		if (closed && closed->flags & WAVEHAND_EV_HIDDEN && closed->reason == reason)
			return i;
	}
	return -1;
}

static int end_in_state(const struct story *s, unsigned int state)
{
	int i;

	for (i = 0; i < 2; i++)
		if (s->c->end[i].h && s->c->end[i].h->ep.state == state)
			return i;
	return -1;
}

static int end_with_full_queue(const struct story *s)
{
	return s->c->end[0].queue_full ? 0 : s->c->end[1].queue_full ? 1 : -1;
}

/* How often the segments with these flags, and not the others, were sent. */
static unsigned int count_sent(const struct story *s, int from, unsigned int flags,
			       unsigned int without)
{
	unsigned int n = 0;
	size_t k;

	for (k = 0; k < s->d->arrow_count; k++) {
		const struct diagram_arrow *a = &s->d->arrows[k];

		n += a->from == from && (a->flags & flags) == flags &&
		     !(a->flags & without) && a->provenance == WAVEHAND_OBSERVED;
	}
	return n;
}

static bool is_handshake(const struct story *s)
{
	return s->v->opening == OPENING_HANDSHAKE;
}

static void tell_handshake(struct story *s)
{
	say(s, "Three-way handshake: %s asks with SYN, %s answers with SYN and ACK in one segment, and %s acknowledges that. Three steps are enough because %s has nothing to wait for between its ACK and its SYN. A SYN takes one sequence number, so each Ack is the other's Seq + 1.",
	    who(s, 0), who(s, 1), who(s, 0), who(s, 1));
}

static bool is_lost_early(const struct story *s)
{
	size_t k;

	for (k = 0; k < s->d->arrow_count; k++)
		if (s->d->arrows[k].lost && s->d->arrows[k].flags & WAVEHAND_SYN)
			return true;
	return false;
}

static void tell_lost_early(struct story *s)
{
	say(s, "A SYN or SYN,ACK did not arrive. Its sender hears nothing, and sends it again: first after one second, then with pauses that grow.");
}

static bool is_cookie(const struct story *s)
{
	return s->v->cookie;
}

static void tell_cookie(struct story *s)
{
	int i, server = s->c->end[1].h ? 1 : 0;

	for (i = 0; i < 2; i++)
		if (s->c->end[i].h && s->c->end[i].h->ep.flags & WAVEHAND_EP_COOKIE)
			server = i;
	say(s, "SYN cookie: too many SYNs were waiting, or net.ipv4.tcp_syncookies is 2, so the server kept no request, and was in no state. Its initial number is a code made from the SYN, and the ACK that brings it back is the proof.");
	if (!s->c->end[server].segment[RECEIVED_SYN])
		say(s, " When the SYN came is therefore not known.");
}

static bool is_fast_open(const struct story *s)
{
	return s->v->fast_open;
}

static void tell_fast_open(struct story *s)
{
	say(s, "Fast Open (RFC 7413): the SYN carried data and a cookie from an earlier visit, so the server could work on them before the handshake was over.");
}

static bool is_simultaneous_open(const struct story *s)
{
	return s->v->opening == OPENING_SIMULTANEOUS;
}

/* Of the ends that were seen, did every one take the way of the textbook? */
static bool did_both(const struct story *s, bool (*did)(const struct conversation_end *e))
{
	return (!s->c->end[0].h || did(&s->c->end[0])) && (!s->c->end[1].h || did(&s->c->end[1]));
}

static bool did_syn_received(const struct conversation_end *e)
{
	return e->syn_received;
}

static void tell_simultaneous_open(struct story *s)
{
	say(s, "Simultaneous open: both ends sent a SYN before the other's came. ");
	if (did_both(s, did_syn_received))
		say(s, "Each goes from SYN-SENT to SYN-RECEIVED and answers with SYN,ACK; it takes four segments, makes one connection, and nobody is the server.");
	else
		say(s, "An end that meets the other's SYN goes from SYN-SENT to SYN-RECEIVED and answers with SYN,ACK; one whose SYN was answered before is open at once. It makes one connection, and nobody is the server.");
}

static bool is_self(const struct story *s)
{
	return s->v->opening == OPENING_SELF;
}

static void tell_self(struct story *s)
{
	say(s, "A socket that connected to itself: its own port was the one that it asked for, and its SYN met itself, as in a simultaneous open.");
}

static bool is_refused(const struct story *s)
{
	return s->v->opening == OPENING_REFUSED || s->v->opening == OPENING_STRAY;
}

static bool has_reset(const struct story *s)
{
	size_t k;

	for (k = 0; k < s->d->arrow_count; k++)
		if (s->d->arrows[k].flags & WAVEHAND_RST &&
		    s->d->arrows[k].provenance == WAVEHAND_OBSERVED)
			return true;
	return false;
}

static void tell_refused(struct story *s)
{
	if (!has_reset(s)) {
		say(s, "Refused: by a reset, as nobody listens there, or by an ICMP error; which of them was not recorded.");
		return;
	}
	if (s->v->reason == WAVEHAND_CAUSE_REFUSAL)
		say(s, "A reset is the answer to a segment that belongs to no connection, and to one that cannot become one.");
	else if (s->v->reason == WAVEHAND_CAUSE_NO_LISTENER)
		say(s, "A reset is the answer to a segment that belongs to no connection: nobody listens there.");
	else
		say(s, "A reset is the answer to a segment that belongs to no connection.");
	if (s->v->opening == OPENING_REFUSED)
		say(s, " To a SYN it means \"refused\": the machine is there, and answers at once.");
}

static bool is_open_timeout(const struct story *s)
{
	return s->v->opening == OPENING_TIMED_OUT;
}

static void tell_open_timeout(struct story *s)
{
	unsigned int n = count_sent(s, 0, WAVEHAND_SYN, WAVEHAND_ACK);

	if (s->v->state == WAVEHAND_SYN_RECEIVED) {
		say(s, "Timed out: the other end's SYN came, but no ACK of this end's, however often it was sent.");
		return;
	}
	say(s, "Timed out: no answer came, neither SYN,ACK nor a reset.");
	if (n > 1)
		say(s, " The SYN was sent %u times, first after one second, then with pauses that grew;", n);
	else
		say(s, " The SYN is sent again, first after one second, then with pauses that grow;");
	say(s, " net.ipv4.tcp_syn_retries and, since Linux 6.5, tcp_syn_linear_timeouts say how often. A filter that drops looks like this, or a machine that is not there.");
}

static bool is_unreachable(const struct story *s)
{
	return s->v->opening == OPENING_UNREACHABLE || s->v->closing == CLOSING_UNREACHABLE;
}

static void tell_unreachable(struct story *s)
{
	say(s, "Unreachable: somebody on the way said so by ICMP, or the kernel itself for want of a neighbour.");
	if (s->v->error == ECONNREFUSED)
		say(s, " \"Port unreachable\" mostly comes from the other machine: a firewall there that refuses.");
}

static bool is_expired(const struct story *s)
{
	return s->v->opening == OPENING_EXPIRED;
}

static void tell_expired(struct story *s)
{
	unsigned int n = count_sent(s, 1, WAVEHAND_SYN | WAVEHAND_ACK, 0);

	if (end_with_full_queue(s) >= 0)
		say(s, "Half-open: a SYN came and was answered, and the ACK that makes a connection of it was dropped.");
	else
		say(s, "Half-open: a SYN came and was answered, and the ACK that makes a connection of it never came.");
	if (s->v->half_open && s->c->end[0].established)
		say(s, " The client had its SYN,ACK and thinks that the connection is open.");
	else if (s->v->half_open)
		say(s, " The other end had its SYN,ACK and thinks that the connection is open.");
	if (n > 1)
		say(s, " The SYN,ACK was sent %u times;", n);
	say(s, " Linux then forgets the request. Many of these at once are what a SYN flood looks like.");
}

static bool is_queue_full(const struct story *s)
{
	return end_with_full_queue(s) >= 0;
}

static void tell_queue_full(struct story *s)
{
	say(s, "The accept queue was full: the listener's backlog bounds how many connections may wait for accept(2). Linux drops what comes on top, a SYN or the ACK that ends a handshake, and hopes that it comes again: a process that accepts too slowly looks like loss.");
}

static const struct conversation_end *slowly_accepted(const struct story *s)
{
	int i;

	for (i = 0; i < 2; i++) {
		const struct conversation_end *e = &s->c->end[i];

		if (e->accepted && e->established &&
		    e->accepted->time > e->established->time + 10000000)
			return e;
	}
	return NULL;
}

static bool is_slowly_accepted(const struct story *s)
{
	return slowly_accepted(s);
}

static void tell_slowly_accepted(struct story *s)
{
	const struct conversation_end *e = slowly_accepted(s);
	char span[TIME_TEXT];

	say(s, "The connection was open for %s before a process accepted it: the handshake is the kernel's work, and accept(2) only takes what is ready.",
	    span_text(e->established->time, e->accepted->time, span));
}

static bool is_four(const struct story *s)
{
	return s->v->closing == CLOSING_FOUR && s->first >= 0;
}

/* The number of the ACK of the first FIN, V in the article. */
static bool find_v(const struct story *s, uint32_t *v)
{
	size_t k;

	for (k = 0; k < s->d->arrow_count; k++) {
		const struct diagram_arrow *a = &s->d->arrows[k];

		if (a->from == s->first || !a->has_seq || !a->has_ack || !s->has_u ||
		    a->ack != s->u + 1 ||
		    a->flags & (WAVEHAND_SYN | WAVEHAND_FIN | WAVEHAND_RST))
			continue;
		*v = a->seq;
		return true;
	}
	return false;
}

static void tell_four(struct story *s)
{
	const struct conversation_end *second = &s->c->end[!s->first];
	const struct history_event *fin = s->c->end[s->first].segment[SENT_FIN];
	char span[TIME_TEXT];
	uint32_t v;

	if (!fin)
		fin = second->segment[RECEIVED_FIN];
	say(s, "Four-way wavehand: %s lets go with FIN, Seq=U", who(s, s->first));
	if (s->has_u)
		put(s, "=%u", shown(s, s->first, s->u));
	if (fin && fin->length)
		say(s, " (behind the %u bytes of the same segment)", fin->length);
	say(s, "; %s acknowledges it", who(s, !s->first));
	if (find_v(s, &v))
		say(s, " with Seq=V=%u", shown(s, !s->first, v));
	if (s->has_u)
		say(s, ", Ack=U+1=%u", shown(s, s->first, s->u + 1));
	say(s, ", and sends its own FIN");
	if (s->has_w)
		say(s, ", Seq=W=%u", shown(s, !s->first, s->w));
	say(s, "; the last ACK is Ack=W+1");
	if (s->has_w)
		put(s, "=%u", shown(s, !s->first, s->w + 1));
	say(s, ". Why four: whoever receives the first FIN may still have data to send, so its ACK goes at once, and its FIN when its process lets go");
	if (second->peer_fin && second->fin)
		say(s, ", here %s later",
		    span_text(second->peer_fin->time, second->fin->time, span));
	say(s, ".");
}

static bool is_three(const struct story *s)
{
	return s->v->closing == CLOSING_THREE && s->first >= 0;
}

static void tell_three(struct story *s)
{
	const struct history_event *fin = s->c->end[!s->first].segment[SENT_FIN];

	if (!fin)
		fin = s->c->end[s->first].segment[RECEIVED_FIN];
	if (s->v->late || (fin && fin->length))
		say(s, "Wavehand in three steps: %s let go before its ACK was on the way, so ACK and FIN travelled in one segment",
		    who(s, !s->first));
	else
		say(s, "Wavehand in three steps: %s had nothing left to send and let go before its ACK was on the way, so ACK and FIN travelled in one segment",
		    who(s, !s->first));
	if (s->has_w && s->has_u)
		say(s, " (Seq=W=%u, Ack=U+1=%u)", shown(s, !s->first, s->w),
		    shown(s, s->first, s->u + 1));
	say(s, ". The article's four steps are the general case.");
}

static bool is_three_or_four(const struct story *s)
{
	return s->v->closing == CLOSING_THREE_OR_FOUR;
}

static void tell_three_or_four(struct story *s)
{
	say(s, "Whether the ACK of the first FIN came alone (four steps) or together with the second FIN (three) is not known from what was recorded.");
}

static bool is_half_close(const struct story *s)
{
	return s->v->late && s->first >= 0;
}

static void tell_half_close(struct story *s)
{
	put(s, language_plural("Half-close: %s wrote %u byte after the first FIN.",
			       "Half-close: %s wrote %u bytes after the first FIN.", s->v->late),
	    who(s, !s->first), s->v->late);
	say(s, " A FIN closes one direction only, \"I have nothing more to say\"; the other one stays open until its own FIN.");
}

static bool is_fin_again(const struct story *s)
{
	return s->again;
}

static void tell_fin_again(struct story *s)
{
	const struct conversation_end *e = &s->c->end[s->first];
	uint32_t end = s->w + 1;
	char time[TIME_TEXT];

	if (s->ack) {
		say(s, "The last ACK (Ack=W+1=%u", shown(s, !s->first, end));
		if (s->ack->sent)
			say(s, ", sent at %s", time_text(s, s->ack->sent, time));
		if (s->ack->lost)
			say(s, ") was lost");
		else
			say(s, ") did not come in time");
		say(s, ": %s heard nothing and sent its FIN (Seq=W=%u) again", who(s, !s->first),
		    shown(s, !s->first, s->w));
		if (s->again->sent)
			say(s, " at %s", time_text(s, s->again->sent, time));
	} else {
		say(s, "The FIN of %s (Seq=W=%u) was sent again", who(s, !s->first),
		    shown(s, !s->first, s->w));
		if (s->again->sent)
			say(s, " at %s", time_text(s, s->again->sent, time));
		if (s->fin->lost)
			say(s, ": the first one was lost");
		else
			say(s, ": no ACK had come");
	}
	say(s, ".");
	if (!e->restarts)
		return;
	say(s, " It found %s in TIME-WAIT, which acknowledged it once more, and 2MSL started anew",
	    who(s, s->first));
	if (e->restarts > 1)
		say(s, ", %llu times in all, the last time",
		    (unsigned long long)e->restarts);
	say(s, " at %s: this is what TIME-WAIT is for.", time_text(s, e->restarted->time, time));
}

static bool is_simultaneous_close(const struct story *s)
{
	return s->v->closing == CLOSING_SIMULTANEOUS;
}

static bool did_closing(const struct conversation_end *e)
{
	return e->peer_fin && e->peer_fin->new_state == WAVEHAND_CLOSING;
}

static void tell_simultaneous_close(struct story *s)
{
	say(s, "Simultaneous close: both ends sent their FIN before the other's came. ");
	if (did_both(s, did_closing))
		say(s, "Each goes from FIN-WAIT-1 to CLOSING, and with the ACK of its own FIN to TIME-WAIT: both ends wait.");
	else
		say(s, "One met the other's FIN first and goes from FIN-WAIT-1 to CLOSING, the other one the ACK of its own and goes to FIN-WAIT-2; both wait in TIME-WAIT in the end.");
}

static bool is_reset(const struct story *s)
{
	return s->v->closing == CLOSING_RESET;
}

static void tell_reset(struct story *s)
{
	const char *why = s->v->reason ? verdict_reason(s->v->reason, s->v->reason_state) : NULL;

	if (s->v->closer >= 0)
		say(s, "Reset by %s", who(s, s->v->closer));
	else
		say(s, "Reset");
	if (s->v->forged)
		say(s, " by a segment that the other end did not send: somebody between the two made it, or a third one");
	if (why)
		say(s, ": %s", why);
	say(s, ". An RST ends both directions at once: no ACK answers it, data under way is thrown away, and for the end that gets it no TIME-WAIT follows.");
}

static bool is_timeout(const struct story *s)
{
	return s->v->closing == CLOSING_TIMED_OUT;
}

static void tell_timeout(struct story *s)
{
	if (verdict_is_orphan_timeout(s->v))
		say(s, "Its process had closed the socket, and the other FIN did not come within net.ipv4.tcp_fin_timeout. RFC 9293 would wait for ever; Linux does not.");
	else
		say(s, "Timed out: what was sent, or the keepalive's question, found no answer however often it was repeated, and Linux gave up. The other end may not know of it, and answers with a reset if it speaks later.");
}

static bool is_admin(const struct story *s)
{
	return s->v->closing == CLOSING_ADMIN || s->v->opening == OPENING_ADMIN;
}

/* tcp_need_reset(): in these states tcp_abort() tells the other end. */
static bool is_reset_on_abort(unsigned int state)
{
	return state == WAVEHAND_ESTABLISHED || state == WAVEHAND_CLOSE_WAIT ||
	       state == WAVEHAND_FIN_WAIT_1 || state == WAVEHAND_FIN_WAIT_2 ||
	       state == WAVEHAND_SYN_RECEIVED;
}

static void tell_admin(struct story *s)
{
	bool process = false, reset = false;
	int i;

	for (i = 0; i < 2; i++) {
		const struct conversation_end *e = &s->c->end[i];

		if (!e->closed || (verdict_cause(e) != WAVEHAND_CAUSE_ABORTED &&
				   e->closed->error != ECONNABORTED))
			continue;
		/* A request and a minisocket have no process. */
		process |= !(e->closed->flags & WAVEHAND_EV_HIDDEN);
		reset |= e->segments ? !!e->segment[SENT_RST] :
				       is_reset_on_abort(e->closed->old_state);
	}
	say(s, "Aborted by the administrator, with \"ss -K\" or the like");
	if (process && reset)
		say(s, ": the process gets ECONNABORTED, the other end a reset");
	else if (process)
		say(s, ": the process gets ECONNABORTED, and the other end is told nothing");
	else if (reset)
		say(s, ": the other end gets a reset");
	say(s, ".");
}

static bool is_netns(const struct story *s)
{
	return s->v->closing == CLOSING_NETNS || s->v->opening == OPENING_NETNS ||
	       end_of_reason(s, WAVEHAND_CAUSE_NETNS) >= 0;
}

static void tell_netns(struct story *s)
{
	say(s, "Its network namespace went away, and everything in it with it; the other end was not told.");
}

static bool is_close_wait(const struct story *s)
{
	return s->v->closing == CLOSING_STILL_OPEN &&
	       end_in_state(s, WAVEHAND_CLOSE_WAIT) >= 0;
}

static void tell_close_wait(struct story *s)
{
	say(s, "CLOSE-WAIT: the peer's FIN was acknowledged, and %s has not closed its socket yet. It is the process's turn: no timer of the kernel ends this state, but for keepalive, or data that nobody acknowledges.",
	    who(s, end_in_state(s, WAVEHAND_CLOSE_WAIT)));
}

static bool is_time_wait(const struct story *s)
{
	return end_in_time_wait(s) >= 0;
}

static void tell_time_wait(struct story *s)
{
	if (is_simultaneous_close(s))
		say(s, "TIME-WAIT: each end sent the ACK of the other's FIN");
	else
		say(s, "TIME-WAIT: %s sent the last ACK", who(s, end_in_time_wait(s)));
	say(s, " and cannot know whether it arrived. It waits to acknowledge the FIN if that comes again, and until old segments of this connection have died, before its addresses are used anew. RFC 9293 says 2MSL, with an MSL of two minutes; Linux waits 60 s, whatever MSL is.");
}

static bool is_reused(const struct story *s)
{
	return end_of_reason(s, WAVEHAND_CAUSE_REUSED) >= 0;
}

static void tell_reused(struct story *s)
{
	say(s, "TIME-WAIT was cut short by a new connection between the same addresses: its SYN has a later sequence number or timestamp than anything of the old one, so that the two cannot be mixed up (RFC 6191).");
}

static bool is_wait_reset(const struct story *s)
{
	int i = end_of_reason(s, WAVEHAND_CAUSE_RESET);

	return i >= 0 && s->c->end[i].fate == FATE_WAITED;
}

static void tell_wait_reset(struct story *s)
{
	say(s, "A reset cut TIME-WAIT short. RFC 1337 warns of this; net.ipv4.tcp_rfc1337 makes Linux ignore such resets.");
}

static bool is_wait_killed(const struct story *s)
{
	int i = end_of_reason(s, WAVEHAND_CAUSE_ABORTED);

	return i >= 0 && s->c->end[i].fate == FATE_WAITED;
}

static void tell_wait_killed(struct story *s)
{
	say(s, "The administrator cut TIME-WAIT short, with \"ss -K\" or the like.");
}

static bool is_skipped(const struct story *s)
{
	return end_of_reason(s, WAVEHAND_CAUSE_NO_MINISOCKET) >= 0;
}

static void tell_skipped(struct story *s)
{
	say(s, "TIME-WAIT was skipped: net.ipv4.tcp_max_tw_buckets was reached, or memory was short. A FIN that comes again will meet a reset.");
}

static bool is_listener(const struct story *s)
{
	return s->v->opening == OPENING_LISTENER;
}

static void tell_listener(struct story *s)
{
	say(s, "A listener has no peer: each SYN that it takes makes a request, each ACK of a SYN,ACK a socket of its own, which waits for accept(2). The backlog of listen(2) bounds how many may wait.");
}

static bool is_inferred(const struct story *s)
{
	return s->d->arrow_count && !s->c->end[0].segments && !s->c->end[1].segments;
}

static void tell_inferred(struct story *s)
{
	say(s, "No segment was recorded, so all arrows are dashed: a state tells which segment brought it, but not when it left, nor whether it had been sent before.");
}

static const struct {
	bool (*applies)(const struct story *s);
	void (*tell)(struct story *s);
} notes[] = {
	{ is_listener, tell_listener },
	{ is_inferred, tell_inferred },
	{ is_handshake, tell_handshake },
	{ is_simultaneous_open, tell_simultaneous_open },
	{ is_self, tell_self },
	{ is_lost_early, tell_lost_early },
	{ is_cookie, tell_cookie },
	{ is_fast_open, tell_fast_open },
	{ is_queue_full, tell_queue_full },
	{ is_refused, tell_refused },
	{ is_open_timeout, tell_open_timeout },
	{ is_unreachable, tell_unreachable },
	{ is_expired, tell_expired },
	{ is_slowly_accepted, tell_slowly_accepted },
	{ is_four, tell_four },
	{ is_three, tell_three },
	{ is_three_or_four, tell_three_or_four },
	{ is_half_close, tell_half_close },
	{ is_simultaneous_close, tell_simultaneous_close },
	{ is_fin_again, tell_fin_again },
	{ is_reset, tell_reset },
	{ is_timeout, tell_timeout },
	{ is_admin, tell_admin },
	{ is_netns, tell_netns },
	{ is_close_wait, tell_close_wait },
	{ is_time_wait, tell_time_wait },
	{ is_reused, tell_reused },
	{ is_wait_reset, tell_wait_reset },
	{ is_wait_killed, tell_wait_killed },
	{ is_skipped, tell_skipped },
};

/* The second FIN that was sent again, though it had been acknowledged. */
static void find_again(struct story *s)
{
	const struct diagram_arrow *ack = NULL;
	size_t k;

	for (k = 0; k < s->d->arrow_count && s->has_w && s->first >= 0; k++) {
		const struct diagram_arrow *a = &s->d->arrows[k];

		if (a->provenance != WAVEHAND_OBSERVED)
			continue;
		if (a->from == s->first && a->has_ack && a->ack == s->w + 1 &&
		    !(a->flags & WAVEHAND_RST)) {
			ack = a;
		} else if (a->from != s->first && a->flags & WAVEHAND_FIN) {
			/* Rather the one that shows why. */
			if ((!s->again || !s->ack) && (s->fin || a->again)) {
				s->again = a;
				s->ack = ack;
			}
			if (!s->fin)
				s->fin = a;
		}
	}
}

void explain(const struct diagram *d, bool raw, void (*tell)(void *ctx, const char *note),
	     void *ctx)
{
	struct story s = { .d = d, .c = d->c, .v = &d->v, .raw = raw,
			   .first = d->v.first };
	size_t i;

	if (s.first >= 0) {
		s.has_u = conversation_fin(s.c, s.first, &s.u);
		s.has_w = conversation_fin(s.c, !s.first, &s.w);
	}
	if (d->v.closing != CLOSING_RESET)
		find_again(&s);
	for (i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		if (!notes[i].applies(&s))
			continue;
		s.used = 0;
		notes[i].tell(&s);
		tell(ctx, s.text);
	}
}
