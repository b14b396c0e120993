# SPDX-License-Identifier: GPL-2.0
"""Points of a test in Python, as TAP."""

import sys

number = failed = 0


def point(good, name, *why):
    """One point; why is shown where it failed, as far as it is short."""
    global number, failed
    number += 1
    print(f"{'' if good else 'not '}ok {number} - {name}", flush=True)
    if good:
        return
    failed += 1
    for text in why:
        for line in str(text).splitlines()[:30]:
            print("#", ascii(line)[:1000], flush=True)


def skip(name, why):
    """One that cannot be tried here."""
    global number
    number += 1
    print(f"ok {number} - {name} # SKIP {why}", flush=True)


def finish():
    """Of the test."""
    print(f"1..{number}")
    sys.exit(failed > 0)
