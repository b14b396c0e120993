// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <string.h>
#include <wchar.h>

#include "merge.h"
#include "text.h"

/* wcwidth(3) knows, by the locale; what it does not know is one column. */
static bool is_wide(int32_t c)
{
	return c >= 0x1100 && wcwidth((wchar_t)c) == 2;
}

int text_width(const char *s)
{
	size_t left = strlen(s), n;
	int width = 0;

	for (; left; s += n, left -= n)
		width += 1 + is_wide(utf8_decode(s, left, &n));
	return width;
}

const char *text_behind(const char *s, int columns)
{
	size_t left = strlen(s), n;

	for (; left; s += n, left -= n) {
		columns -= 1 + is_wide(utf8_decode(s, left, &n));
		if (columns < 0)
			break;
	}
	return s;
}

static bool is_one_of(int32_t c, const int32_t *all)
{
	while (*all && *all != c)
		all++;
	return *all;
}

/* May a line end between these two? */
static bool may_break(int32_t before, int32_t c)
{
	static const int32_t opening[] = {
		L'(', L'“', L'（', L'《', L'「', 0
	};
	static const int32_t closing[] = {
		L')', L',', L'.', L':', L';', L'”', L'）', L'》', L'」', L'，', L'。', L'：', L'；',
		L'、', L'？', L'！', 0
	};

	return (is_wide(before) || is_wide(c)) && !is_one_of(before, opening) &&
	       !is_one_of(c, closing);
}

bool text_piece(const char **at, char *piece, size_t size, bool *blank)
{
	const char *s = *at + strspn(*at, " ");
	size_t left = strlen(s), used = 0, n;
	int32_t before = 0, c;

	*blank = s > *at;
	for (; used < left && s[used] != ' '; used += n) {
		c = utf8_decode(s + used, left - used, &n);
		if (used + n >= size || (used && may_break(before, c)))
			break;
		before = c;
	}
	memcpy(piece, s, used);
	piece[used] = '\0';
	*at = s + used;
	return used;
}

const char text_pairs[] =
	"00010203040506070809" "10111213141516171819" "20212223242526272829"
	"30313233343536373839" "40414243444546474849" "50515253545556575859"
	"60616263646566676869" "70717273747576777879" "80818283848586878889"
	"90919293949596979899";

/* @value is below 10,000 */
static char *put_four(char *p, unsigned int value)
{
	return put_pair(put_pair(p, value / 100), value % 100);
}

char *put_long(char *p, uint64_t value)
{
	if (value >= 10000)
		return put_four(put_u64(p, value / 10000), (unsigned int)(value % 10000));
	if (value >= 1000)
		return put_four(p, (unsigned int)value);
	return value >= 100 ? put_three(p, (unsigned int)value) : put_pair(p, (unsigned int)value);
}

/* Thousandths of something. */
static char *put_three_digits(char *p, uint64_t n)
{
	unsigned int rest = (unsigned int)(n % 1000);

	p = put_u64(p, n / 1000);
	if (n >= 100000)
		return p;
	*p++ = '.';
	if (n < 10000)
		return put_pair(p, rest / 10);
	*p++ = (char)('0' + rest / 100);
	return p;
}

/* @n of the second of two units, of which @per make the first. */
static char *put_two_units(char *p, uint64_t n, unsigned int per, const char *const units[2],
			   bool narrow)
{
	unsigned int rest = (unsigned int)(n % per);

	p = stpcpy(put_u64(p, n / per), units[0]);
	return stpcpy(narrow ? put_pair(p, rest) : put_u64(p, rest), units[1]);
}

char *put_duration(char *p, uint64_t ns, bool narrow)
{
	static const char *const one[][2] = { { " µs", "us" }, { " ms", "ms" }, { " s", "s" } };
	static const char *const two[][2][2] = {
		{ { " min ", " s" }, { "m", "s" } },
		{ { " h ", " min" }, { "h", "m" } },
		{ { " d ", " h" }, { "d", "h" } },
	};
	uint64_t us = ns / 1000, ms = us / 1000, s = ms / 1000;

	if (!ms)
		return stpcpy(put_u64(p, us), one[0][narrow]);
	if (!s)
		return stpcpy(put_three_digits(p, us), one[1][narrow]);
	if (s < 120)
		return stpcpy(put_three_digits(p, ms), one[2][narrow]);
	if (s < 120 * 60)
		return put_two_units(p, s, 60, two[0][narrow], narrow);
	if (s < 48 * 3600)
		return put_two_units(p, s / 60, 60, two[1][narrow], narrow);
	return put_two_units(p, s / 3600, 24, two[2][narrow], narrow);
}

char *put_id(char *p, uint64_t id)
{
	unsigned int number = merge_number(id);

	if (number && number <= MERGE_MAX) {
		*p++ = merge_letter(number);
		id = merge_own(id);
	}
	*p++ = '#';
	return put_u64(p, id);
}

static char *put_ipv4(char *p, const uint8_t addr[4])
{
	int i;

	for (i = 0; i < 4; i++) {
		p = put_u64(p, addr[i]);
		*p++ = '.';
	}
	return p - 1;
}

char *put_address(char *p, const uint8_t addr[16], unsigned int family)
{
	if (family == 4)
		return put_ipv4(p, addr);
	if (family == 6 && inet_ntop(AF_INET6, addr, p, TEXT_ADDRESS))
		return p + strlen(p);
	*p = '?';
	return p + 1;
}

/* address:port, [v6]:port; TEXT_SOCKET bytes at most */
static char *put_socket(char *p, const uint8_t addr[16], unsigned int family,
			unsigned int port)
{
	if (family == 6)
		*p++ = '[';
	p = put_address(p, addr, family);
	if (family == 6)
		*p++ = ']';
	*p++ = ':';
	return put_u64(p, port);
}

char *put_local(char *p, const struct wavehand_endpoint *ep)
{
	if (ep->known & WAVEHAND_KNOWN_LOCAL)
		return put_socket(p, ep->local_addr, ep->family, ep->local_port);
	*p++ = '?';
	return p;
}

char *put_remote(char *p, const struct wavehand_endpoint *ep)
{
	if (ep->known & WAVEHAND_KNOWN_REMOTE)
		return put_socket(p, ep->remote_addr, ep->family,
				  ep->remote_port);
	*p++ = ep->role == WAVEHAND_ROLE_LISTENER ? '*' : '?';
	return p;
}

int32_t utf8_decode(const char *s, size_t size, size_t *length)
{
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t n = u[0] < 0x80 ? 1 : u[0] < 0xc2 ? 0 : u[0] < 0xe0 ? 2 :
		   u[0] < 0xf0 ? 3 : u[0] < 0xf5 ? 4 : 0;
	int32_t c;
	size_t i;

	*length = 1;
	if (n == 1)
		return u[0];
	if (!n || n > size)
		return -1;
	c = u[0] & (0xff >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (u[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return -1;
	*length = n;
	return c;
}

bool is_format(int32_t c)
{
	static const struct {
		int32_t first, last;
	} ranges[] = {
		{ 0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x600, 0x605 }, { 0x61c, 0x61c },
		{ 0x6dd, 0x6dd }, { 0x70f, 0x70f }, { 0x890, 0x891 }, { 0x8e2, 0x8e2 },
		{ 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
		{ 0xfeff, 0xfeff }, { 0xfff0, 0xfffb }, { 0x110bd, 0x110bd }, { 0x110cd, 0x110cd },
		{ 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
		{ 0xe0000, 0x10ffff },
	};
	size_t i = 0;

	/* The last one ends where characters do. */
	while (c > ranges[i].last)
		i++;
	return c >= ranges[i].first;
}

/*
 * On a terminal only characters of one visible width are let through: nothing that is
 * zero or two columns wide and would shift a diagram. wcwidth(3) knows, by the locale.
 * In a line of its own there is nothing to be shifted.
 */
static bool is_tame(int32_t c, enum text_set set)
{
	if (set == TEXT_ASCII || c < 0 || is_format(c) || (c >= 0xfff0 && c <= 0xffff))
		return false;
	return set == TEXT_PAGE || wcwidth((wchar_t)c) == 1 ||
	       (set == TEXT_LINE && is_wide(c));
}

char *put_clean(char *p, const char *src, size_t size, enum text_set set)
{
	static const char hex[] = "0123456789abcdef";

	while (size && *src) {
		size_t n = 1;

		if (*src >= ' ' && *src < 0x7f && *src != '\\') {
			*p++ = *src;
		} else if ((*src & 0x80) && is_tame(utf8_decode(src, size, &n), set)) {
			memcpy(p, src, n);
			p += n;
		} else {
			n = 1;
			*p++ = '\\';
			*p++ = 'x';
			*p++ = hex[(unsigned char)*src >> 4];
			*p++ = hex[*src & 15];
		}
		src += n;
		size -= n;
	}
	return p;
}

char *put_owner(char *p, const struct wavehand_endpoint *ep, enum text_set set)
{
	if (!(ep->known & WAVEHAND_KNOWN_OWNER)) {
		*p++ = '?';
		return p;
	}
	p = put_clean(p, ep->owner_comm, sizeof(ep->owner_comm), set);
	*p++ = '[';
	p = put_u64(p, ep->owner_pid);
	*p++ = ']';
	return p;
}
