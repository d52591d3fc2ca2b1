#!/bin/sh
# The shared library exports what ffi/exports.txt lists and nothing else, carries its SONAME, and
# neither it nor the archive beside it holds the test-only operation.
#     tests/c/exports.sh target/release/libkopeck.so
set -eu

library=${1:?usage: exports.sh PATH/libkopeck.so}
archive=${library%.so}.a
list=$(dirname "$0")/../../ffi/exports.txt
failed=0

fail() {
    echo "exports.sh: $*" >&2
    failed=1
}

[ -f "$library" ] || { fail "$library: not there; build it first"; exit 1; }
[ -f "$archive" ] || { fail "$archive: not there; build it first"; exit 1; }

exported=$(nm -D --defined-only "$library" | awk '{ print $3 }' | LC_ALL=C sort)
[ "$exported" = "$(cat "$list")" ] || fail "exports differ from ffi/exports.txt:
$(printf '%s\n' "$exported" | diff "$list" - || true)"
grep -v '^kopeck_' "$list" && fail "a name without the prefix"
LC_ALL=C sort -c "$list" || fail "ffi/exports.txt is not sorted"

objdump -p "$library" | grep -q 'SONAME *libkopeck\.so\.[0-9]' || fail "$library: no SONAME"
for artefact in "$library" "$archive"; do
    ! grep -q provoke_panic "$artefact" || fail "$artefact: built with provoke-panic"
done

[ "$failed" = 0 ] || exit 1
echo "exports: $(wc -l < "$list") functions, $(wc -c < "$library") bytes, $(
    objdump -p "$library" | awk '/SONAME/ { print $2 }')"
