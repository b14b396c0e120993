#!/bin/sh
# Unit tests of tools/text.c, names.c, event.c and whose.c, with sanitizers.
"$(dirname "$0")/../unit/run" test_text
