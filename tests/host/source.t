#!/bin/sh
# Unit tests of tools/source.c, with sanitizers.
"$(dirname "$0")/../unit/run" test_source
