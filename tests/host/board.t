#!/bin/sh
# Unit tests of tools/board.c, sheet.c and prompt.c, with sanitizers.
"$(dirname "$0")/../unit/run" test_board
