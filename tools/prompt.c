// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "prompt.h"

#define CONTROL(c) ((c) & 0x1f)

void prompt_set(struct prompt *p, const char *text)
{
	snprintf(p->text, sizeof(p->text), "%s", text);
	p->size = strlen(p->text);
	p->at = p->size;
}

static void insert(struct prompt *p, char c)
{
	if (p->size + 1 >= sizeof(p->text))
		return;
	memmove(p->text + p->at + 1, p->text + p->at, p->size - p->at + 1);
	p->text[p->at++] = c;
	p->size++;
}

static void take_away(struct prompt *p, size_t from, size_t to)
{
	memmove(p->text + from, p->text + to, p->size - to + 1);
	p->size -= to - from;
	p->at = from;
}

enum prompt_result prompt_key(struct prompt *p, int key)
{
	switch (key) {
	case '\r':
	case '\n':
		return PROMPT_DONE;
	case '\033':
	case CONTROL('g'):
		return PROMPT_LEFT;
	case PROMPT_BACK:
	case CONTROL('h'):
	case 0x7f:
		if (!p->size)
			return PROMPT_LEFT;
		if (p->at)
			take_away(p, p->at - 1, p->at);
		break;
	case PROMPT_DELETE:
	case CONTROL('d'):
		if (p->at < p->size)
			take_away(p, p->at, p->at + 1);
		break;
	case CONTROL('u'):
		take_away(p, 0, p->at);
		break;
	case CONTROL('k'):
		take_away(p, p->at, p->size);
		break;
	case PROMPT_BACKWARD:
	case CONTROL('b'):
		p->at -= p->at > 0;
		break;
	case PROMPT_FORWARD:
	case CONTROL('f'):
		p->at += p->at < p->size;
		break;
	case PROMPT_HOME:
	case CONTROL('a'):
		p->at = 0;
		break;
	case PROMPT_END:
	case CONTROL('e'):
		p->at = p->size;
		break;
	default:
		if (key >= ' ' && key < 0x7f)
			insert(p, (char)key);
	}
	return PROMPT_GOES_ON;
}
