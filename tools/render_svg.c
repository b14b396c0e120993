// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "label.h"
#include "language.h"
#include "names.h"
#include "render_svg.h"
#include "text.h"

/* In units of the picture, which are pixels where it is not scaled. */
#define WIDTH 960
#define MARGIN 40
#define LEFT 250		/* lifelines */
#define RIGHT (WIDTH - LEFT)
#define MIDDLE (WIDTH / 2)
#define BAR 6			/* half of a state's bar */
#define GAP 4			/* between that and what points to it */
#define ROW 44
#define BYTES_ROW 44
#define NOTE_ROW 30
#define SLOPE 5			/* half of an arrow's, whose ends are in one row */
#define BOX 42			/* of an end's name */
#define BOX_WIDTH 420
#define LINE 20			/* of a text below */
#define LEGEND 44

/* No font of ours, no script, and the colours of whoever looks: light or dark. */
static const char css[] =
	"<style>\n"
	".wh{background:#fff;font:13px system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\"DejaVu Sans\","
	"\"Noto Sans CJK SC\",\"PingFang SC\",\"Microsoft YaHei\",sans-serif;"
	"font-variant-numeric:tabular-nums}\n"
	".wh text{fill:#1c2430;stroke:#fff;stroke-width:0}\n"
	".wh .page{fill:#fff}\n"
	".wh .m,.wh .dur,.wh .note{fill:#5b6676}\n"
	".wh .h{font-size:17px;font-weight:700}\n"
	".wh .end,.wh .st,.wh .f{font-weight:700}\n"
	".wh .end{font-size:14px}\n"
	".wh .who,.wh .t,.wh .dur,.wh .note,.wh .say{font-size:12px}\n"
	".wh .who tspan{direction:ltr;unicode-bidi:isolate}\n"
	".wh .note{font-style:italic}\n"
	".wh .v{font-size:15px;font-weight:700}\n"
	".wh .lab,.wh .note{paint-order:stroke;stroke-width:5px;stroke-linejoin:round}\n"
	".wh .l,.wh .c{text-anchor:middle}\n"
	".wh .r{text-anchor:end}\n"
	".wh .box,.wh .data{fill:#f3f5f8;stroke:#c5ccd6}\n"
	".wh .data{stroke:none}\n"
	".wh .life,.wh .rule{stroke:#98a2b3;stroke-width:1.5;fill:none}\n"
	".wh .rule{stroke:#dde2e9;stroke-width:1}\n"
	".wh .unseen{stroke-dasharray:2 5}\n"
	".wh .a{stroke:#1c2430;stroke-width:1.6;fill:none}\n"
	".wh .hd{fill:#1c2430}\n"
	".wh .inf{stroke-dasharray:7 5}\n"
	".wh .unk{stroke-dasharray:2 5}\n"
	".wh .rst,.wh .x{stroke:#c8102e}\n"
	".wh .x{stroke-width:2.4;fill:none}\n"
	".wh .hr,.wh text.q{fill:#c8102e}\n"
	".wh text.q{font-weight:700}\n"
	".wh .b{stroke-width:1.2}\n"
	".wh .shut{fill:#b8c0cc;stroke:#b8c0cc}\n"
	".wh .opening{fill:#f0a202;stroke:#f0a202}\n"
	".wh .open{fill:#2a9d55;stroke:#2a9d55}\n"
	".wh .first{fill:#2f6fde;stroke:#2f6fde}\n"
	".wh .second{fill:#d9662b;stroke:#d9662b}\n"
	".wh .wait{fill:#8a4fd3;stroke:#8a4fd3}\n"
	".wh .i{fill-opacity:.2;stroke-dasharray:4 3}\n"
	"@media (prefers-color-scheme:dark){\n"
	".wh{background:#14181f}\n"
	".wh text{fill:#e6ebf2;stroke:#14181f}\n"
	".wh .page{fill:#14181f}\n"
	".wh .m,.wh .dur,.wh .note{fill:#9aa7b8}\n"
	".wh .box,.wh .data{fill:#1f2630;stroke:#3a4453}\n"
	".wh .data{stroke:none}\n"
	".wh .life{stroke:#5b6676}\n"
	".wh .rule{stroke:#2b3440}\n"
	".wh .a{stroke:#e6ebf2}\n"
	".wh .hd{fill:#e6ebf2}\n"
	".wh .rst,.wh .x{stroke:#ff6b7a}\n"
	".wh .hr,.wh text.q{fill:#ff6b7a}\n"
	".wh .shut{fill:#566273;stroke:#566273}\n"
	".wh .opening{fill:#e0a020;stroke:#e0a020}\n"
	".wh .open{fill:#3fb56c;stroke:#3fb56c}\n"
	".wh .first{fill:#5b93f5;stroke:#5b93f5}\n"
	".wh .second{fill:#f0844a;stroke:#f0844a}\n"
	".wh .wait{fill:#a77bea;stroke:#a77bea}\n"
	"}\n"
	"</style>\n";

static const char marks[] =
	"<defs>\n"
	"<marker id=\"wh-head\" markerUnits=\"userSpaceOnUse\" markerWidth=\"11\" markerHeight=\"10\" "
	"refX=\"10\" refY=\"5\" orient=\"auto\"><path class=\"hd\" d=\"M0 0L11 5L0 10z\"/></marker>\n"
	"<marker id=\"wh-reset\" markerUnits=\"userSpaceOnUse\" markerWidth=\"11\" markerHeight=\"10\" "
	"refX=\"10\" refY=\"5\" orient=\"auto\"><path class=\"hr\" d=\"M0 0L11 5L0 10z\"/></marker>\n"
	"</defs>\n";

/**
 * struct bar - the state that one end is in
 * @state: 0: nobody knows
 * @provenance: of that
 * @time: at which it was entered, ns; 0 where it is not known
 * @y: where
 */
struct bar {
	unsigned int state;
	unsigned int provenance;
	uint64_t time;
	long y;
};

/**
 * struct picture - one diagram that is being drawn
 * @s: picture
 * @out: where to
 * @d: diagram
 * @ends: of each arrow, where it departs and where it arrives; 0 where nobody knows
 * @bar: of each end
 * @time: room of a time beside a lifeline
 * @crossing: how many arrows have departed, and arrive in a row below
 */
struct picture {
	struct svg *s;
	struct out *out;
	const struct diagram *d;
	long (*ends)[2];
	struct bar bar[2];
	long time;
	size_t crossing;
};

/* As XML has it; no control gets here, and none would get further. */
static void put_char(struct out *out, char c)
{
	switch (c) {
	case '&':
		out_str(out, "&amp;");
		break;
	case '<':
		out_str(out, "&lt;");
		break;
	case '>':
		out_str(out, "&gt;");
		break;
	default:
		out_char(out, (unsigned char)c < ' ' || c == 0x7f ? '?' : c);
	}
}

static void put_escaped(struct out *out, const char *s)
{
	while (*s)
		put_char(out, *s++);
}

/*
 * How wide a text is at most, roughly: the font is that of whoever looks. In hundredths
 * of its size.
 */
static long text_room(const char *s)
{
	long n = 0;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (strchr(" .,:;|'()[]ilj", c))
			n += 40;
		else if (c >= 'A' && c <= 'Z')
			n += 76;
		else if (c < 0x80)
			n += 66;
		else if (c >= 0xe0)	/* Chinese, and what else takes as much */
			n += 100;
		else if (c >= 0xc0)
			n += 66;
	}
	return n;
}

/* Of a text that is too wide the letters are smaller. */
static void text_size(struct out *out, const char *text, long size, long room)
{
	long wide = text_room(text) * size / 100;

	if (wide > room)
		out_printf(out, " style=\"font-size:%ld.%ldpx\"", size * room / wide,
			   size * room * 10 / wide % 10);
}

static void put_text(struct out *out, const char *class, long size, long room, long x, long y,
		     const char *text)
{
	out_printf(out, "<text class=\"%s\" x=\"%ld\" y=\"%ld\"", class, x, y);
	text_size(out, text, size, room);
	out_char(out, '>');
	put_escaped(out, text);
	out_str(out, "</text>\n");
}

/* A sentence below the diagram, broken between its words. */
static void put_sentence(struct svg *s, const char *class, long size, const char *sentence)
{
	char line[512], next[sizeof(line)], piece[256];
	size_t n = 0;
	bool blank;

	while (text_piece(&sentence, piece, sizeof(piece), &blank)) {
		snprintf(next, sizeof(next), "%.*s%s%s", (int)n, line, n && blank ? " " : "", piece);
		if (n && text_room(next) * size / 100 > WIDTH - 2 * MARGIN) {
			put_text(s->out, class, size, WIDTH - 2 * MARGIN, MARGIN, s->y, line);
			s->y += LINE;
			strcpy(next, piece);
		}
		strcpy(line, next);
		n = strlen(line);
	}
	if (n) {
		put_text(s->out, class, size, WIDTH - 2 * MARGIN, MARGIN, s->y, line);
		s->y += LINE;
	}
}

static long line_of(int side)
{
	return side ? RIGHT : LEFT;
}

/* @by units away from a lifeline, outwards. */
static long outside(int side, long by)
{
	return side ? RIGHT + by : LEFT - by;
}

static long inside(int side, long by)
{
	return side ? RIGHT - by : LEFT + by;
}

static int sides(const struct picture *p)
{
	return conversation_is_listener(p->d->c) ? 1 : 2;
}

static const char *state_class(unsigned int state)
{
	switch (state) {
	case WAVEHAND_SYN_SENT:
	case WAVEHAND_SYN_RECEIVED:
		return "opening";
	case WAVEHAND_ESTABLISHED:
		return "open";
	case WAVEHAND_FIN_WAIT_1:
	case WAVEHAND_FIN_WAIT_2:
	case WAVEHAND_CLOSING:
		return "first";
	case WAVEHAND_CLOSE_WAIT:
	case WAVEHAND_LAST_ACK:
		return "second";
	case WAVEHAND_TIME_WAIT:
		return "wait";
	default:
		return "shut";
	}
}

/* The bar of a state that ends here, and how long it took. */
static void end_bar(struct picture *p, int side, long y, uint64_t time, bool inferred)
{
	const struct bar *b = &p->bar[side];
	char text[TEXT_DURATION + 2] = "~";

	if (b->state && y > b->y) {
		out_printf(p->out, "<rect class=\"b %s%s\" x=\"%ld\" y=\"%ld\" width=\"%d\" "
			   "height=\"%ld\" rx=\"2\"/>\n", state_class(b->state),
			   b->provenance == WAVEHAND_OBSERVED ? "" : " i",
			   line_of(side) - BAR, b->y, 2 * BAR, y - b->y - 2 > 1 ? y - b->y - 2 : 1);
		if (b->time && time >= b->time) {
			inferred |= b->provenance != WAVEHAND_OBSERVED;
			*put_duration(text + 1, time - b->time, false) = '\0';
			put_text(p->out, side ? "dur" : "dur r", 12, LEFT - p->time - 20,
				 outside(side, p->time), b->y + 19, inferred ? text : text + 1);
		}
	}
	p->bar[side].state = 0;
}

static void begin_bar(struct picture *p, int side, long y, const struct diagram_point *point)
{
	char text[LABEL_TEXT];

	p->bar[side] = (struct bar){
		.state = point->state, .provenance = point->provenance, .time = point->time,
		.y = y,
	};
	label_state(point, text);
	put_text(p->out, side ? "st" : "st r", 13, LEFT - p->time - 10, outside(side, p->time),
		 y + 4, text);
}

/* Behind these nobody knows what state an end is in. */
static bool is_blind(enum diagram_note note)
{
	return note == NOTE_GAP || note == NOTE_LOST || note == NOTE_MISSING ||
	       note == NOTE_UNSEEN || note == NOTE_GONE;
}

/* State and time of a point, outside of its lifeline. */
static void put_point(struct picture *p, int side, long y, const struct diagram_point *point)
{
	char text[LABEL_TEXT];

	/* What the reader lost is told on one side, and was lost on both. */
	if (is_blind(point->note))
		end_bar(p, side, y, 0, false);
	if (point->note == NOTE_LOST)
		end_bar(p, !side, y, 0, false);
	if (point->state) {
		end_bar(p, side, y, point->time, point->provenance != WAVEHAND_OBSERVED);
		begin_bar(p, side, y, point);
	}
	if (!point->state && !point->time)
		return;
	label_time(p->d, point->time, text);
	put_text(p->out, side ? "t m" : "t m r", 12, p->time, outside(side, BAR + GAP + 3), y + 4,
		 text);
}

static void put_box(struct picture *p, int side, long y)
{
	const struct history *h = p->d->c->end[side].h;
	char name[LABEL_TEXT], who[TEXT_OWNER + 1] = "", rest[64] = "", whole[TEXT_OWNER + 96];
	const char *pid, *at;
	long wide;

	label_socket(p->d, side, name);
	if (side && h && conversation_is_self(p->d->c)) {
		snprintf(rest, sizeof(rest), " · %s", _("itself"));
	} else if (!h) {
		snprintf(rest, sizeof(rest), " · %s", _("not seen"));
	} else {
		*put_owner(who, &h->ep, TEXT_PAGE) = '\0';
		if (h->ep.known & WAVEHAND_KNOWN_OWNER)
			snprintf(rest, sizeof(rest), "%s%s · uid %u",
				 h->ep.flags & WAVEHAND_EP_INHERITED ? " " : "",
				 h->ep.flags & WAVEHAND_EP_INHERITED ? _("(the listener's)") : "",
				 h->ep.owner_uid);
	}
	snprintf(whole, sizeof(whole), "%s%s%s%s", label_end(p->d, side), *who ? " · " : "", who,
		 rest);
	wide = text_room(name) * 14 / 100;
	if (text_room(whole) * 12 / 100 > wide)
		wide = text_room(whole) * 12 / 100;
	wide = wide + 32 > BOX_WIDTH ? BOX_WIDTH : wide + 32;
	out_printf(p->out, "<rect class=\"box%s\" x=\"%ld\" y=\"%ld\" width=\"%ld\" height=\"%d\" "
		   "rx=\"8\"/>\n", h ? "" : " unseen", line_of(side) - wide / 2, y, wide, BOX);
	put_text(p->out, "end c", 14, BOX_WIDTH - 20, line_of(side), y + 18, name);
	out_printf(p->out, "<text class=\"who m c\" x=\"%ld\" y=\"%ld\"", line_of(side), y + 34);
	text_size(p->out, whole, 12, BOX_WIDTH - 20);
	out_char(p->out, '>');
	put_escaped(p->out, label_end(p->d, side));
	if (*who) {
		/* A name may be of letters that go from right to left: they move no other. */
		pid = strrchr(who, '[');
		out_str(p->out, " · <tspan>");
		for (at = who; *at && at != pid; at++)
			put_char(p->out, *at);
		out_str(p->out, "</tspan>");
		put_escaped(p->out, at);
	}
	put_escaped(p->out, rest);
	out_str(p->out, "</text>\n");
}

static void put_head(struct picture *p)
{
	const char *traits[LABEL_TRAITS];
	char text[LABEL_TEXT];
	int i, n;

	label_ids(p->d, "⇄", text);
	out_printf(p->out, "<text x=\"%d\" y=\"%ld\"><tspan class=\"h\">", MARGIN, p->s->y + 34);
	put_escaped(p->out, text);
	out_str(p->out, "</tspan><tspan class=\"m\" dx=\"16\">");
	n = label_traits(p->d, traits);
	for (i = 0; i < n; i++) {
		out_str(p->out, i ? " · " : "");
		put_escaped(p->out, traits[i]);
	}
	if (label_opened(p->d, text)) {
		out_str(p->out, " · ");
		put_escaped(p->out, text);
	}
	out_str(p->out, "</tspan></text>\n");
}

/* What is written along an arrow. @slant: how far that goes down, in thousandths. */
static void put_label(struct picture *p, const struct diagram_arrow *a, const char *class, long x,
		      long y, long room, long slant)
{
	char words[LABEL_WORDS][LABEL_WORD], rest[LABEL_WORDS * (LABEL_WORD + 1)];
	char whole[sizeof(rest) + LABEL_WORD];
	int letters, i, n;

	/* The names of the article only where there is room. */
	for (letters = 2; letters >= 0; letters--) {
		*rest = '\0';
		n = label_arrow(p->d, a, p->s->raw, letters, words);
		for (i = 1; i < n; i++)
			strcat(strcat(rest, " "), words[i]);
		snprintf(whole, sizeof(whole), "%s%s", words[0], rest);
		if (text_room(whole) * 13 / 100 <= room)
			break;
	}
	out_printf(p->out, "<text class=\"lab%s\" x=\"0\" y=\"0\" transform=\"matrix(1 %s%ld.%03ld "
		   "0 1 %ld %ld)\"", class, slant < 0 ? "-" : "", labs(slant) / 1000,
		   labs(slant) % 1000, x, y);
	text_size(p->out, whole, 13, room);
	out_str(p->out, "><tspan class=\"f\">");
	put_escaped(p->out, words[0]);
	out_str(p->out, "</tspan>");
	put_escaped(p->out, rest);
	out_str(p->out, "</text>\n");
}

static void put_line(struct picture *p, const struct diagram_arrow *a, long x1, long y1, long x2,
		     long y2, bool head)
{
	const char *style = a->provenance == WAVEHAND_OBSERVED ? "" :
			    a->provenance == WAVEHAND_INFERRED ? " inf" : " unk";
	bool reset = a->flags & (WAVEHAND_RST | DIAGRAM_ICMP);

	out_printf(p->out, "<path class=\"a%s%s\" d=\"M%ld %ldL%ld %ld\"", style,
		   reset ? " rst" : "", x1, y1, x2, y2);
	if (head)
		out_printf(p->out, " marker-end=\"url(#wh-%s)\"", reset ? "reset" : "head");
	out_str(p->out, "/>\n");
}

/* An arrow from its tail to its head, as far as there are such. */
static void put_arrow(struct picture *p, const struct diagram_arrow *a, const long end[2])
{
	long x[2] = { inside(a->from, BAR + GAP), inside(!a->from, BAR + GAP) };
	long y[2] = { end[0] ? end[0] : end[1] - SLOPE, end[1] ? end[1] : end[0] + SLOPE };
	long wide = x[1] - x[0], slant, room = labs(wide) - 40;
	bool whole = end[0] && end[1], steep = y[1] - y[0] > 2 * SLOPE;
	const char *class = " c";
	long at = (x[0] + x[1]) / 2;

	/* One that is cut has as much of its length as says where the rest would be. */
	if (!end[1]) {
		x[1] = x[0] + wide * 11 / 20;
		y[1] = y[0] + SLOPE;
	} else if (!end[0]) {
		x[0] = x[1] - wide * 11 / 20;
		y[0] = y[1] - SLOPE;
	}
	slant = (y[1] - y[0]) * 1000 / (x[1] - x[0]);
	if (!whole || steep || p->crossing) {
		/* Near the end that it has; near its tail, where two may cross. */
		int side = end[0] ? a->from : !a->from;

		at = inside(side, 26);
		class = side ? " r" : "";
		if (p->crossing)
			room = labs(wide) / 2 - 30;
	}
	if (!end[0])
		put_text(p->out, "q c", 13, 20, x[0] + (a->from ? 7 : -7), y[0] + 4, "?");
	put_line(p, a, x[0], y[0], x[1], y[1], end[1]);
	if (!end[1] && a->lost)
		out_printf(p->out, "<path class=\"x\" d=\"M%ld %ldl12 12m0 -12l-12 12\"/>\n", x[1] - 6,
			   y[1] - 6);
	else if (!end[1])
		put_text(p->out, "q c", 13, 20, x[1] + (a->from ? -8 : 8), y[1] + 4, "?");
	y[0] += slant * (at - x[0]) / 1000;
	/* Words are as slanted as the arrow, where that shows, and they can still be read. */
	put_label(p, a, class, at, y[0] - 6, room, steep && labs(slant) < 400 ? slant : 0);
}

static void put_arrow_row(struct picture *p, const struct diagram_row *row)
{
	const struct diagram_arrow *a = &p->d->arrows[row->arrow];
	const long *end = p->ends[row->arrow];
	const struct diagram_point *tail = row->point[a->from];

	/* One whose ends are in two rows is drawn once, with the first one. */
	if (row->split && (tail && tail->arrow == row->arrow) != (end[0] <= end[1])) {
		p->crossing--;
		return;
	}
	p->crossing += row->split;
	put_arrow(p, a, end);
}

static void put_bytes_row(struct picture *p, const struct diagram_row *row, long y)
{
	char text[2 * LABEL_TEXT + 8] = "", *to = text;
	int i;

	for (i = 0; i < 2; i++) {
		if (!row->bytes[i])
			continue;
		if (to > text)
			to = stpcpy(to, " \u00a0 \u00a0 ");
		label_bytes(row->bytes[i], i, true, to);
		to += strlen(to);
	}
	out_printf(p->out, "<rect class=\"data\" x=\"%d\" y=\"%ld\" width=\"%d\" height=\"26\" "
		   "rx=\"13\"/>\n", LEFT + 60, y - 13, RIGHT - LEFT - 120);
	put_text(p->out, "c", 13, RIGHT - LEFT - 140, MIDDLE, y + 5, text);
}

static void put_note_row(struct picture *p, const struct diagram_row *row, long y)
{
	int side = row->point[0] ? 0 : 1;
	char text[LABEL_TEXT];

	label_note(row, text);
	if (*text)
		put_text(p->out, side ? "note r" : "note", 12, RIGHT - LEFT - 60, inside(side, 18),
			 y + 4, text);
}

static long row_height(const struct diagram_row *row)
{
	if (row->note == NOTE_BYTES && row->arrow < 0)
		return BYTES_ROW;
	if (row->arrow >= 0 || (row->point[0] && row->point[0]->state) ||
	    (row->point[1] && row->point[1]->state))
		return ROW;
	return NOTE_ROW;
}

/* Where the point of one side stands in its row. */
static long point_y(const struct picture *p, const struct diagram_row *row, int side, long y)
{
	if (row->arrow < 0 || !row->point[0] || !row->point[1])
		return y;
	return p->d->arrows[row->arrow].from == side ? y - SLOPE : y + SLOPE;
}

/* Return: how high all rows are. */
static long lay_out(struct picture *p, long y)
{
	char text[LABEL_TEXT];
	long begin = y, wide;
	int side;
	size_t i;

	for (i = 0; i < p->d->row_count; i++) {
		const struct diagram_row *row = &p->d->rows[i];

		y += row_height(row);
		for (side = 0; side < 2; side++) {
			const struct diagram_point *point = row->point[side];

			if (!point)
				continue;
			if (point->arrow >= 0)
				p->ends[point->arrow][!point->departs] =
					point_y(p, row, side, y - row_height(row) / 2);
			label_time(p->d, point->time, text);
			wide = text_room(text) * 12 / 100 + BAR + GAP + 12;
			if (wide > p->time)
				p->time = wide;
		}
	}
	return y - begin;
}

static void put_rows(struct picture *p, long y)
{
	size_t i;
	int side;

	for (i = 0; i < p->d->row_count; i++) {
		const struct diagram_row *row = &p->d->rows[i];
		long middle = y + row_height(row) / 2;

		for (side = 0; side < 2; side++)
			if (row->point[side])
				put_point(p, side, point_y(p, row, side, middle), row->point[side]);
		if (row->arrow >= 0)
			put_arrow_row(p, row);
		else if (row->note == NOTE_BYTES)
			put_bytes_row(p, row, middle);
		else
			put_note_row(p, row, middle);
		y += row_height(row);
	}
}

static void put_start(struct picture *p, long y)
{
	int side;

	for (side = 0; side < sides(p); side++) {
		struct diagram_point point = {
			.state = p->d->start[side], .provenance = p->d->start_provenance[side],
		};

		put_text(p->out, side ? "t m" : "t m r", 12, p->time, outside(side, BAR + GAP + 3),
			 y + 18, "ms");
		if (!point.state)
			continue;
		begin_bar(p, side, y + 14, &point);
		p->bar[side].y = y + 1;
	}
}

/* A life that goes on behind what was seen. */
static void put_ends(struct picture *p, long y)
{
	int side;

	for (side = 0; side < sides(p); side++) {
		bool open = p->bar[side].state && p->bar[side].state != WAVEHAND_CLOSED;

		end_bar(p, side, y, 0, false);
		if (open)
			put_text(p->out, "m c", 13, 20, line_of(side), y + 11, "⋮");
	}
}

static void put_foot(struct picture *p)
{
	char text[VERDICT_TEXT];
	int side, n;

	verdict_text(&p->d->v, p->d->c, " · ", text);
	put_sentence(p->s, "v", 15, text);
	for (side = 0; side < 2; side++)
		for (n = 0; n < VERDICT_NOTES; n++)
			if (verdict_note(p->d->c, p->d->h, side, n, text))
				put_sentence(p->s, "m", 13, text);
	if (label_guess(p->d))
		put_sentence(p->s, "m", 13, label_guess(p->d));
}

static void put_explanation(void *ctx, const char *note)
{
	struct svg *s = ctx;

	put_sentence(s, "say", 12, note);
	s->y += 6;
}

int render_svg(struct svg *s, struct diagram *d)
{
	struct picture p = { .s = s, .out = s->out, .d = d, .time = 52 };
	long top = s->y + 52 + BOX, rows = top + 30, bottom;
	int side;

	if (s->explain)
		diagram_letters(d);
	p.ends = calloc(d->arrow_count + 1, sizeof(*p.ends));
	if (!p.ends)
		return -1;
	if (s->y)
		out_printf(s->out, "<path class=\"rule\" d=\"M%d %ldH%d\"/>\n", MARGIN, s->y,
			   WIDTH - MARGIN);
	bottom = rows + lay_out(&p, rows) + 6;
	out_str(s->out, "<g>\n");
	put_head(&p);
	for (side = 0; side < sides(&p); side++) {
		out_printf(s->out, "<path class=\"life%s\" d=\"M%ld %ldV%ld\"/>\n",
			   d->c->end[side].h ? "" : " unseen", line_of(side), top, bottom - 2);
		put_box(&p, side, top - BOX);
	}
	put_start(&p, top);
	put_rows(&p, rows);
	put_ends(&p, bottom);
	s->y = bottom + 38;
	put_foot(&p);
	out_str(s->out, "</g>\n");
	s->y += 8;
	if (s->explain)
		explain(d, s->raw, put_explanation, s);
	free(p.ends);
	return 0;
}

void render_svg_start(struct svg *s, long height)
{
	height += LEGEND;
	/* TRANSLATORS: the language of the translation, as lang="" of HTML has it: de, zh-CN */
	const char *lang = _("en");

	out_printf(s->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"wh\"");
	/* English is what is expected. */
	if (strcmp(lang, "en")) {
		out_str(s->out, " lang=\"");
		put_escaped(s->out, lang);
		out_char(s->out, '"');
	}
	out_printf(s->out, " "
		   "viewBox=\"0 0 %d %ld\" width=\"%d\" height=\"%ld\" "
		   "style=\"max-width:100%%;height:auto;display:block;margin:0 auto\">\n"
		   "<title>", WIDTH, height, WIDTH, height);
	put_escaped(s->out, _("TCP conversations"));
	out_str(s->out, "</title>\n");
	out_str(s->out, css);
	out_str(s->out, marks);
	out_printf(s->out, "<rect class=\"page\" width=\"%d\" height=\"%ld\"/>\n", WIDTH, height);
}

void render_svg_end(struct svg *s)
{
	long y = s->y + 18;

	out_printf(s->out, "<path class=\"rule\" d=\"M%d %ldH%d\"/>\n", MARGIN, s->y - 8,
		   WIDTH - MARGIN);
	out_printf(s->out, "<path class=\"a\" d=\"M40 %ldh34\" marker-end=\"url(#wh-head)\"/>\n", y);
	put_text(s->out, "say m", 12, 100, 82, y + 4, _("observed"));
	out_printf(s->out, "<path class=\"a inf\" d=\"M170 %ldh34\" marker-end=\"url(#wh-head)\"/>\n",
		   y);
	put_text(s->out, "say m", 12, 120, 212, y + 4, _("and ~ inferred"));
	put_text(s->out, "q c", 13, 20, 336, y + 4, "?");
	put_text(s->out, "say m", 12, 100, 348, y + 4, _("unknown"));
	out_printf(s->out, "<path class=\"x\" d=\"M440 %ldl12 12m0 -12l-12 12\"/>\n", y - 6);
	put_text(s->out, "say m", 12, 60, 460, y + 4, _("lost"));
	out_printf(s->out, "<path class=\"life unseen\" d=\"M530 %ldh34\"/>\n", y);
	put_text(s->out, "say m", 12, 160, 572, y + 4, _("an end not seen"));
	put_text(s->out, "say m r", 12, 200, WIDTH - MARGIN, y + 4, "wavehand");
	out_str(s->out, "</svg>\n");
}
