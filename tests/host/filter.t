#!/bin/sh
# Unit tests of tools/filter.c, with sanitizers.
"$(dirname "$0")/../unit/run" test_filter
