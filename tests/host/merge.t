#!/bin/sh
# Unit tests of tools/merge.c, with sanitizers.
"$(dirname "$0")/../unit/run" test_merge
