#!/bin/sh
# Diagrams and notes of the stories in tests/unit/stories, with sanitizers.
"$(dirname "$0")/../unit/run" test_story
