// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <yajl/yajl_parse.h>

#include "judge.h"
#include "render_html.h"

/* Of formats json is not there: it is what show --json prints. */
const struct judge_verb judge_verbs[] = {
	{ JUDGE_TEXT, { "show" } },
	{ JUDGE_ASCII, { "show", "--raw", "--explain", "--ascii" } },
	{ JUDGE_COLOR, { "show", "--explain", "--color=always" } },
	{ JUDGE_JSON, { "show", "--json", "--explain" } },
	{ JUDGE_TEXT, { "list", "-o", "ID,COOKIE,NETNS,FAMILY,LOCAL,REMOTE,STATE,CAUSE,ROLE,AGE,"
			"EVENTS,DROPPED,OWNER,PID,COMM,UID,SENT,RECEIVED,JOINED" } },
	{ JUDGE_ASCII, { "list", "--ascii", "state", "time-wait", "or", "dport", "=", ":80" } },
	{ JUDGE_JSON, { "list", "--json" } },
	{ JUDGE_TEXT, { "follow" } },
	{ JUDGE_ASCII, { "follow", "--raw", "--ascii" } },
	{ JUDGE_JSON, { "follow", "--json" } },
	{ JUDGE_TEXT, { "check" } },
	{ JUDGE_JSON, { "check", "--json" } },
	{ JUDGE_TEXT, { "stats" } },
	{ JUDGE_ASCII, { "stats", "--by", "owner", "--ascii" } },
	{ JUDGE_JSON, { "stats", "--json", "--by", "owner" } },
	{ JUDGE_ASCII, { "stats", "--openmetrics", "--by", "owner" } },
	{ JUDGE_RECORDING, { "record", "-" } },
	{ JUDGE_SVG, { "export", "--format", "svg", "--explain", "--raw" } },
	{ JUDGE_SVG, { "export", "--format", "svg" } },
	{ JUDGE_HTML, { "export", "--format", "html", "--explain" } },
	{ JUDGE_MERMAID, { "export", "--format", "mermaid" } },
	{ JUDGE_CSV, { "export", "--format", "csv" } },
	{ JUDGE_PCAPNG, { "export", "--format", "pcapng" } },
	{ JUDGE_ASCII, { "export", "--format", "openmetrics" } },
};
const size_t judge_verb_count = sizeof(judge_verbs) / sizeof(judge_verbs[0]);

void judge_fault(const struct said *said, const char *what, const char *fault)
{
	fprintf(stderr, "JUDGE: wavehand %s: %s; exit status %d\n", what, fault, said->status);
	fprintf(stderr, "--- standard error:\n%.2000s\n--- standard output:\n%.4000s\n", said->err,
		said->out);
	abort();
}

/* Does it act on a terminal instead of showing? */
static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       c >= 0xe0000;
}

/* The length of one character of UTF-8; 0 where there is none. */
static size_t decode(const unsigned char *s, size_t size, uint32_t *c)
{
	size_t n = *s < 0x80 ? 1 : *s >> 5 == 6 ? 2 : *s >> 4 == 14 ? 3 : *s >> 3 == 30 ? 4 : 0, i;

	if (!n || n > size)
		return 0;
	*c = n == 1 ? *s : *s & (0x7f >> n);
	for (i = 1; i < n; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	if ((n > 1 && *c < 0x80) || (n > 2 && *c < 0x800) || (n > 3 && *c < 0x10000) ||
	    (*c >= 0xd800 && *c < 0xe000) || *c > 0x10ffff)
		return 0;
	return n;
}

/* The length of what --color writes. */
static size_t style(const char *s, size_t size)
{
	size_t i = 2;

	if (size < 4 || s[0] != '\033' || s[1] != '[')
		return 0;
	while (i < size && ((s[i] >= '0' && s[i] <= '9') || s[i] == ';'))
		i++;
	return i < size && s[i] == 'm' ? i + 1 : 0;
}

/* Does it stand in columns of characters? */
static bool is_table(enum judge_format format)
{
	return format == JUDGE_TEXT || format == JUDGE_ASCII || format == JUDGE_COLOR;
}

static const char *look(const char *s, size_t size, enum judge_format format)
{
	while (size) {
		uint32_t c = 0;
		size_t n = format == JUDGE_COLOR ? style(s, size) : 0;

		if (!n) {
			n = decode((const unsigned char *)s, size, &c);
			if (!n)
				return "bytes that are no UTF-8";
			if (format == JUDGE_CSV && c == '\r' && size > 1 && s[1] == '\n')
				n = 2;
			else if (c != '\n' && is_control(c))
				return "a character that acts on the terminal";
			if (format == JUDGE_ASCII && c >= 0x80)
				return "not ASCII";
			if (is_table(format) && c >= 0x80 && wcwidth((wchar_t)c) != 1)
				return "a character that is not one column wide";
		}
		s += n;
		size -= n;
	}
	return NULL;
}

static bool is_json(const char *s, size_t size)
{
	yajl_handle json = yajl_alloc(NULL, NULL, NULL);
	bool ok;

	if (!json)
		return true;
	yajl_config(json, yajl_allow_multiple_values, 1);
	ok = yajl_parse(json, (const unsigned char *)s, size) == yajl_status_ok &&
	     yajl_complete_parse(json) == yajl_status_ok;
	yajl_free(json);
	return ok;
}

static const char *look_json(const struct said *said)
{
	if (!is_json(said->out, said->out_size))
		return "no JSON";
	return said->out_size && said->out[said->out_size - 1] != '\n' ? "no whole line" : NULL;
}

/* The page as it is in the sources, and in its place JSON that begins and ends no element. */
static const char *look_html(const struct said *said)
{
	static const char mark[] = "@data@";
	size_t before = (size_t)(strstr(html_page, mark) - html_page), size;
	const char *behind = html_page + before + strlen(mark);

	if (!said->out_size)
		return NULL;
	if (said->out_size < before + strlen(behind) || memcmp(said->out, html_page, before) ||
	    strcmp(said->out + said->out_size - strlen(behind), behind))
		return "not the page";
	size = said->out_size - before - strlen(behind);
	if (memchr(said->out + before, '<', size) || memchr(said->out + before, '&', size))
		return "markup";
	return is_json(said->out + before, size) ? look(said->out + before, size, JUDGE_HTML) : "no JSON";
}

/* The length of an element's name, where it is one of those that only draw. */
static size_t element(const char *s)
{
	static const char *const names[] = {
		"svg", "title", "style", "defs", "marker", "path", "rect", "g", "text", "tspan",
	};
	size_t n = strcspn(s, " />"), i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (n == strlen(names[i]) && !memcmp(s, names[i], n))
			return n;
	return 0;
}

/* Where a tag ends, whose attributes begin at @s: at its '>'; NULL where it does not. */
static const char *tag_end(const char *s)
{
	for (; *s && *s != '>'; s++) {
		if (*s == '<')
			return NULL;
		if (*s == '"')
			s = strchr(s + 1, '"');
		if (!s)
			return NULL;
	}
	return *s ? s : NULL;
}

/* Well-formed, of elements that only draw, and nothing of it is from elsewhere. */
static const char *look_svg(const char *s)
{
	const char *open[8];
	size_t depth = 0, n;

	for (; *s; s++) {
		const char *end;

		if (*s == '&' && strncmp(s, "&amp;", 5) && strncmp(s, "&lt;", 4) &&
		    strncmp(s, "&gt;", 4))
			return "an & that begins nothing";
		if (*s != '<')
			continue;
		if (s[1] == '/') {
			n = element(s + 2);
			if (!n || !depth || strncmp(open[--depth], s + 2, n) || s[2 + n] != '>')
				return "an element that was not begun ends";
			continue;
		}
		n = element(s + 1);
		end = n ? tag_end(s + 1 + n) : NULL;
		if (!end)
			return "an element that it does not draw with";
		if (end[-1] != '/') {
			if (depth == sizeof(open) / sizeof(open[0]))
				return "elements too deep";
			open[depth++] = s + 1;
		}
		s = end;
	}
	return depth ? "an element does not end" : NULL;
}

/* Where a field ends that begins at @s: at what is no part of it. */
static const char *field_end(const char *s)
{
	const char *none = s + strlen(s);

	if (*s != '"')
		return s + strcspn(s, ",\r\n\"");
	do {
		s = strchr(s + 1, '"');
		if (!s)
			return none;
	} while (*++s == '"');
	return s;
}

/* As RFC 4180 has it, each row as wide as the first; and no formula, nor half a field. */
static const char *look_csv(const char *s)
{
	size_t fields = 0, wide = 0;

	while (*s) {
		const char *begin = s + (*s == '"');

		begin += strspn(begin, " ");
		s = field_end(s);
		fields++;
		if (strchr("=+-@", *begin) && *begin)
			return "a formula";
		if (memchr(begin, ';', (size_t)(s - begin)))
			return "what some take for the end of a field";
		if (*s == ',') {
			s++;
			continue;
		}
		if (s[0] != '\r' || s[1] != '\n')
			return "a field does not end";
		s += 2;
		if (wide && fields != wide)
			return "a row of another width";
		wide = fields;
		fields = 0;
	}
	return fields ? "a row does not end" : NULL;
}

/* The length of what a line of Mermaid begins with, before a text; 0 of anything else. */
static size_t statement(const char *s)
{
	static const char *const begins[] = {
		"participant a as ", "participant b as ", "Note left of a: ", "Note right of b: ",
		"Note over a: ", "Note over a,b: ", "a->>b: ", "b->>a: ", "a-->>b: ", "b-->>a: ",
		"a-xb: ", "b-xa: ", "a--xb: ", "b--xa: ",
	};
	size_t i;

	if (strncmp(s, "    ", 4))
		return 0;
	for (i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (!strncmp(s + 4, begins[i], strlen(begins[i])))
			return 4 + strlen(begins[i]);
	return 0;
}

/* Where a text of Mermaid ends: at what is no part of it. */
static const char *mermaid_text(const char *s)
{
	for (;;) {
		size_t digits = *s == '#' ? strspn(s + 1, "0123456789") : 0;

		if (digits && s[1 + digits] == ';')
			s += digits + 2;
		else if (!strncmp(s, "<br/>", 5))
			s += 5;
		else if (isalnum((unsigned char)*s) || (*s && strchr(" .,:=/()[]-", *s)))
			s++;
		else
			return s;
	}
}

/* Blocks of Markdown, and in each line nothing that does more than it should. */
static const char *look_mermaid(const char *s)
{
	static const char begin[] = "```mermaid\nsequenceDiagram\n", end[] = "```\n\n";
	size_t n;

	while (*s) {
		if (strncmp(s, begin, strlen(begin)))
			return "no diagram begins";
		s += strlen(begin);
		while ((n = statement(s))) {
			s = mermaid_text(s + n);
			if (*s++ != '\n')
				return "a text that is more than that";
		}
		if (strncmp(s, end, strlen(end)))
			return "a line that is no statement";
		s += strlen(end);
	}
	return NULL;
}

static uint32_t number(const char *at)
{
	uint32_t n;

	memcpy(&n, at, sizeof(n));
	return n;
}

/* The texts among the options of a block, which end at @end. */
static const char *look_options(const char *s, const char *end)
{
	while (end - s >= 4) {
		unsigned int code = number(s) & 0xffff, size = number(s) >> 16;

		s += 4;
		if (!code)
			return size || s != end ? "more behind the end of options" : NULL;
		if (size > (size_t)(end - s))
			return "an option that does not end";
		/* Comments, names; others are numbers. */
		if (size != 1 && size != 4 && look(s, size, JUDGE_JSON))
			return "an option that is no text";
		s += (size + 3) & ~3U;
	}
	return "options that do not end";
}

/* One section; interfaces; packets of these, with nothing but their headers. */
static const char *look_pcapng(const char *s, size_t left)
{
	size_t interfaces = 0, blocks = 0, size;
	const char *fault = NULL;

	for (; left && !fault; s += size, left -= size, blocks++) {
		uint32_t kind, before;

		size = left < 28 ? 0 : number(s + 4);
		if (size < 20 || size % 4 || size > left || number(s + size - 4) != size)
			return "a block that does not end";
		kind = number(s);
		if ((kind == 0x0a0d0d0a) != !blocks)
			return "no section, or another one";
		before = kind == 1 ? 16 : kind == 6 ? 28 : 24;
		interfaces += kind == 1;
		if (kind == 6) {
			if (number(s + 8) >= interfaces || (number(s + 20) != 40 && number(s + 20) != 60) ||
			    number(s + 24) < number(s + 20))
				return "a packet of no interface, or of no size";
			before += number(s + 20);
		}
		fault = size < before + 4 ? "a block that is too short" :
					    look_options(s + before, s + size - 4);
	}
	return fault;
}

void judge_said(const struct said *said, enum judge_format format, const char *what)
{
	const char *fault = NULL;
	bool told = !strncmp(said->err, "wavehand: ", 10) || strstr(said->err, "\nwavehand: ");

	if (said->status < 0 || said->status > 2)
		judge_fault(said, what, "the exit status is none of 0, 1, 2");
	if (told != (said->status == 2))
		judge_fault(said, what, told ? "trouble, and it does not end with 2" :
						"it ends with 2, and does not say why");
	if (format != JUDGE_RECORDING && format != JUDGE_HTML && format != JUDGE_PCAPNG)
		fault = look(said->out, said->out_size,
			     format == JUDGE_MERMAID ? JUDGE_ASCII : format);
	if (!fault && format == JUDGE_JSON && said->out_size)
		fault = look_json(said);
	if (!fault && format == JUDGE_SVG)
		fault = look_svg(said->out);
	if (!fault && format == JUDGE_HTML)
		fault = look_html(said);
	if (!fault && format == JUDGE_MERMAID)
		fault = look_mermaid(said->out);
	if (!fault && format == JUDGE_CSV)
		fault = look_csv(said->out);
	if (!fault && format == JUDGE_PCAPNG)
		fault = look_pcapng(said->out, said->out_size);
	if (!fault)
		fault = look(said->err, said->err_size, JUDGE_TEXT);
	if (fault)
		judge_fault(said, what, fault);
}

void judge_run(struct said *said, const struct judge_verb *verb,
	       const char *const *paths, size_t count)
{
	const char *argv[48] = { "wavehand" };
	char what[400] = "";
	size_t n = 1, i;

	for (i = 0; i < count; i++) {
		argv[n++] = "-r";
		argv[n++] = paths[i];
	}
	if (!count) {
		argv[n++] = "--device";
		argv[n++] = paths[0];
	}
	for (i = 0; verb->argv[i]; i++) {
		argv[n++] = verb->argv[i];
		strncat(what, verb->argv[i], sizeof(what) - strlen(what) - 2);
		strcat(what, " ");
	}
	inside_run(said, argv);
	judge_said(said, verb->format, what);
}
