#!/bin/sh
# Unit tests of tools/audit.c and tools/rfc9293.c, with sanitizers.
"$(dirname "$0")/../unit/run" test_check
