#!/bin/sh
# Unit tests of tools/live.c, and of what history.c does for it, with sanitizers.
"$(dirname "$0")/../unit/run" test_live
