#!/bin/sh
# The extension shows PHP what PHP asks for, and nothing of the library inside: tests/php/exports.sh FILE
set -eu
expected="get_module kopeck_module_entry zif_kopeck_call"
found=$(nm -D --defined-only "$1" | awk '{print $3}' | sort | xargs)
[ "$found" = "$expected" ] || { echo "$1 exports: $found; expected: $expected" >&2; exit 1; }
