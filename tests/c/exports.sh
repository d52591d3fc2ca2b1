#!/bin/sh
# The shared library exports what ffi/exports.txt lists and nothing else, carries its SONAME, and
# neither it nor the archive beside it holds the test-only operation. With --paths neither names
# places of the machine that built it: its home, its checkout, its target directory.
#     tests/c/exports.sh [--paths] target/release/libkopeck.so
set -eu

paths=
[ "${1-}" != --paths ] || { paths=yes; shift; }
library=${1:?usage: exports.sh [--paths] PATH/libkopeck.so}
archive=${library%.so}.a
root=$(cd "$(dirname "$0")/../.." && pwd)
list=$root/ffi/exports.txt
failed=0

fail() {
    echo "exports.sh: $*" >&2
    failed=1
}

# Says how often a text stands in a file's strings, with an example.
holds() {
    found=$(grep -aoF -e "$2" "$1" | wc -l)
    [ "$found" -gt 0 ] || return 1
    example=$(strings -a "$1" | awk -v text="$2" \
        '!seen && (at = index($0, text)) { print substr($0, at, 90); seen = 1 }')
    echo "$found times, such as: $example"
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
    # Not the operation's name: the compiler makes numbers of it. The panic's own text stays.
    ! says=$(holds "$artefact" provoke) || fail "$artefact: built with provoke-panic: $says"
    [ "$paths" ] || continue
    for place in "${HOME:-/}" "${CARGO_HOME:-/}" "$root" "$(pwd)" "${CARGO_TARGET_DIR:-/}"; do
        [ "$place" != / ] || continue
        ! says=$(holds "$artefact" "${place%/}/") || fail "$artefact: names $place: $says"
    done
done

[ "$failed" = 0 ] || exit 1
echo "exports: $(wc -l < "$list") functions, $(wc -c < "$library") bytes, $(
    objdump -p "$library" | awk '/SONAME/ { print $2 }')"
