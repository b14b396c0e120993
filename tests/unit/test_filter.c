// SPDX-License-Identifier: GPL-2.0
#include "fixture.h"
#include "filter.h"

static struct filter filter;

static void matches(const char *text, const struct wavehand_endpoint *ep, bool expected)
{
	if (filter_parse(&filter, text))
		fail_msg("\"%s\": expected %s at %zu", text, filter.expected, filter.error_at);
	if (filter_match(&filter, ep) != expected)
		fail_msg("\"%s\" should %smatch", text, expected ? "" : "not ");
}

static void refuses(const char *text, size_t at)
{
	if (!filter_parse(&filter, text))
		fail_msg("\"%s\" was understood", text);
	if (filter.error_at != at)
		fail_msg("\"%s\": caret at %zu instead of %zu", text, filter.error_at, at);
	assert_non_null(filter.expected);
}

static void states(void **state)
{
	struct wavehand_endpoint ep = fixture_client();

	(void)state;
	ep.state = WAVEHAND_TIME_WAIT;
	matches("", &ep, true);
	matches("state time-wait", &ep, true);
	matches("STATE Time-Wait", &ep, true);
	matches("state established", &ep, false);
	matches("state established state time-wait", &ep, true);
	matches("state established and state time-wait", &ep, false);
	matches("exclude time-wait", &ep, false);
	matches("exclude established exclude closed", &ep, true);
	matches("state all", &ep, true);
	matches("state connected", &ep, true);
	matches("state synchronized", &ep, true);
	matches("state bucket", &ep, true);
	matches("state big", &ep, false);
	ep.state = WAVEHAND_SYN_SENT;
	matches("state connected", &ep, true);
	matches("state synchronized", &ep, false);
	ep.state = WAVEHAND_LISTEN;
	matches("state connected", &ep, false);
	matches("state listening", &ep, true);
	ep.state = 200;	/* no state at all */
	matches("state all", &ep, false);
}

static void ports(void **state)
{
	struct wavehand_endpoint ep = fixture_client();

	(void)state;
	matches("dport = :80", &ep, true);
	matches("dport = 80", &ep, true);
	matches("dport=:80", &ep, true);
	matches("dport == :80", &ep, true);
	matches("dport eq :80", &ep, true);
	matches("dport :80", &ep, true);
	matches("dport != :80", &ep, false);
	matches("dport ne :81", &ep, true);
	matches("sport < 52529", &ep, true);
	matches("sport lt 52528", &ep, false);
	matches("sport > 52527", &ep, true);
	matches("sport gt 52528", &ep, false);
	matches("sport <= 52528", &ep, true);
	matches("sport le 52527", &ep, false);
	matches("sport >= 52528", &ep, true);
	matches("sport ge 52529", &ep, false);
	ep.known = WAVEHAND_KNOWN_LOCAL;
	matches("dport != :81", &ep, false);
}

static void hosts(void **state)
{
	struct wavehand_endpoint ep = fixture_client();
	struct wavehand_endpoint v6 = fixture_client();

	(void)state;
	v6.family = 6;
	memcpy(v6.local_addr, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 16);
	matches("src 10.0.0.2", &ep, true);
	matches("src = 10.0.0.2", &ep, true);
	matches("src != 10.0.0.2", &ep, false);
	matches("dst 10.0.0.0/8", &ep, true);
	matches("dst 10.0.0.0/31", &ep, true);
	matches("dst 10.0.0.2/31", &ep, false);
	matches("dst 0.0.0.0/0", &ep, true);
	matches("dst 10.0.0.1:80", &ep, true);
	matches("dst 10.0.0.1:81", &ep, false);
	matches("dst 10.0.0.0/24:80", &ep, true);
	matches("dst :80", &ep, true);
	matches("dst *:80", &ep, true);
	matches("dst 10.0.0.1:*", &ep, true);
	matches("src ::/0", &ep, false);
	matches("src 0.0.0.0/0", &v6, false);
	matches("src 2001:db8::1", &v6, true);
	matches("src [2001:db8::1]", &v6, true);
	matches("src [2001:db8::1]:52528", &v6, true);
	matches("src [2001:db8::1]:1", &v6, false);
	matches("src 2001:db8::/32", &v6, true);
	matches("src [2001:db8::]/32:52528", &v6, true);
	matches("src [2001:db8::/32]:52528", &v6, true);
	matches("src 2001:db8::2", &v6, false);
}

static void operators(void **state)
{
	struct wavehand_endpoint ep = fixture_client();

	(void)state;
	ep.state = WAVEHAND_TIME_WAIT;
	matches("state time-wait and ( dport = :443 or dst 10.0.0.0/8 )", &ep, true);
	matches("state time-wait (dport = :443 or dst 11.0.0.0/8)", &ep, false);
	/* and binds closer than or */
	matches("dport = :80 or dport = :81 and dport = :82", &ep, true);
	matches("( dport = :80 or dport = :81 ) and dport = :82", &ep, false);
	matches("dport = :80 || dport = :81 && dport = :82", &ep, true);
	matches("dport = :80 | dport = :81 & dport = :82", &ep, true);
	matches("dport = :81 or dport = :82 or dport = :80", &ep, true);
	matches("! dport = :80", &ep, false);
	matches("not not dport = :80", &ep, true);
	matches("!(dport = :81)", &ep, true);
	matches("#7", &ep, true);
	matches("#8", &ep, false);
	matches("id 7 or id 8", &ep, true);
}

static void errors(void **state)
{
	char deep[3 * FILTER_DEPTH + 1], many[8 * FILTER_NODES] = "#1";
	size_t i;

	(void)state;
	refuses("state foo", 6);
	refuses("state", 5);
	refuses("dport = :80 and", 15);
	refuses("dport = :80 or or", 15);
	refuses("( dport = :80", 13);
	refuses("dport = :80 )", 12);
	refuses("dport = :65536", 9);
	refuses("dport = -1", 8);
	refuses("dport", 5);
	refuses("src < 10.0.0.1", 4);
	refuses("src 10.0.0.256", 4);
	refuses("src 10.0.0.0/33", 13);
	refuses("src 10.0.0.1:x!", 13);
	refuses("src [::1", 8);
	refuses("src [::1]:99999", 10);
	refuses("src []", 5);
	refuses("src [10.0.0.1]:80", 5);
	refuses("src ::/129", 7);
	refuses("#x", 1);
	refuses("#", 1);
	refuses("#99999999999999999999", 1);
	refuses("frobnicate", 0);
	refuses("= 5", 0);

	memset(deep, '(', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	refuses(deep, FILTER_DEPTH);
	for (i = 0; i < FILTER_NODES; i++)
		strcat(many, " #1");
	assert_int_equal(filter_parse(&filter, many), -1);
}

/* No text may do harm: whatever follows a good beginning, at any length. */
static void garbage(void **state)
{
	static const char text[] =
		"state time-wait and ( dport = :443 or ! dst [2001:db8::/32]:80 ) #7 src 10.0.0.0/8:*";
	struct wavehand_endpoint ep = fixture_client();
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(text) - 1; i++) {
		for (k = 0; k < 256; k++) {
			char *copy = strdup(text);

			copy[i] = (char)k;
			if (!filter_parse(&filter, copy))
				filter_match(&filter, &ep);
			else
				assert_true(filter.error_at <= strlen(copy));
			free(copy);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states), cmocka_unit_test(ports), cmocka_unit_test(hosts),
		cmocka_unit_test(operators), cmocka_unit_test(errors),
		cmocka_unit_test(garbage),
	};

	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
