// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "pack.h"
#include "room.h"

void pack_string(struct out *out, const char *s, size_t size)
{
	size_t n;

	out_char(out, '"');
	for (; size; s += n, size -= n) {
		for (n = 0; n < size; n++)
			if ((unsigned char)s[n] < ' ' || strchr("\"\\<>&", s[n]))
				break;
		out_mem(out, s, n);
		if (n == size)
			break;
		if (s[n] == '\t')
			out_str(out, "\\t");
		else if (s[n] == '"' || s[n] == '\\')
			out_printf(out, "\\%c", s[n]);
		else
			out_printf(out, "\\u%04x", (unsigned char)s[n]);
		n++;
	}
	out_char(out, '"');
}

static bool has_digit(const char *s, size_t n)
{
	while (n--)
		if (*s >= '0' && *s <= '9')
			return true;
		else
			s++;
	return false;
}

/* Texts stand behind a '>' and before the next '<'. They are written, and go from the line. */
static void take_texts(struct pack *p)
{
	const char *s = p->line, *end = s + p->line_size;
	char *to = p->line;

	while (s < end) {
		const char *text, *next;

		text = memchr(s, '>', (size_t)(end - s));
		text = text ? text + 1 : end;
		next = text < end ? memchr(text, '<', (size_t)(end - text)) : NULL;
		if (!next)
			next = end;
		memmove(to, s, (size_t)(text - s));
		to += text - s;
		if (next < end && has_digit(text, (size_t)(next - text))) {
			pack_string(p->to, text, (size_t)(next - text));
			out_char(p->to, ',');
			*to++ = '\t';
		} else {
			memmove(to, text, (size_t)(next - text));
			to += next - text;
		}
		s = next;
	}
	p->line_size = (size_t)(to - p->line);
}

static void end_line(struct pack *p)
{
	int64_t number;

	take_texts(p);
	number = strings_number(&p->lines, p->line, p->line_size);
	p->line_size = 0;
	if (number < 0 || room_for_one(&p->order, p->order_size, &p->order_room, sizeof(*p->order)))
		p->failed = true;
	else
		p->order[p->order_size++] = (uint32_t)number;
}

static void take(void *ctx, const char *data, size_t size)
{
	struct pack *p = ctx;

	for (; size && !p->failed; data++, size--) {
		if (*data == '\n')
			end_line(p);
		else if (room_for_one(&p->line, p->line_size, &p->line_room, 1))
			p->failed = true;
		else
			p->line[p->line_size++] = *data;
	}
}

void pack_start(struct pack *p)
{
	p->picture.fd = -1;
	p->picture.take = take;
	p->picture.ctx = p;
	p->line_size = 0;
	p->order_size = 0;
	out_char(p->to, '[');
}

int pack_end(struct pack *p)
{
	int64_t number;

	out_flush(&p->picture);
	if (p->failed)
		return -1;
	number = strings_number(&p->orders, p->order, p->order_size * sizeof(*p->order));
	if (number < 0)
		return -1;
	out_printf(p->to, "%u]", (unsigned int)number);
	return 0;
}

void pack_tables(const struct pack *p)
{
	uint32_t i;
	size_t k;

	out_str(p->to, "\"lines\":[");
	for (i = 0; i < p->lines.count; i++) {
		out_str(p->to, i ? ",\n" : "\n");
		pack_string(p->to, p->lines.all[i]->bytes, p->lines.all[i]->size);
	}
	out_str(p->to, "],\n\"orders\":[");
	for (i = 0; i < p->orders.count; i++) {
		const uint32_t *order = p->orders.all[i]->bytes;
		size_t count = p->orders.all[i]->size / sizeof(*order);

		out_str(p->to, i ? ",\n[" : "\n[");
		for (k = 0; k < count; k++)
			out_printf(p->to, k ? ",%u" : "%u", (unsigned int)order[k]);
		out_char(p->to, ']');
	}
	out_char(p->to, ']');
}

void pack_free(struct pack *p)
{
	strings_free(&p->lines);
	strings_free(&p->orders);
	free(p->line);
	free(p->order);
}
