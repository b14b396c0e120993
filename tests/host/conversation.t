#!/bin/sh
# Unit tests of tools/conversation.c, with sanitizers.
"$(dirname "$0")/../unit/run" test_conversation
