#!/bin/sh
# Unit tests of tools/statistics.c, with sanitizers.
"$(dirname "$0")/../unit/run" test_statistics
