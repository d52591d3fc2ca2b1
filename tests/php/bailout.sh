#!/bin/sh
# A fatal error in the middle of kopeck_call, as PHP's memory limit raises it where the result is built
# (some builds of PHP put it off until the function is over): what the call held is let go of. The
# extension is built once more, with that error written into it: tests/php/bailout.sh FOLDER
# FOLDER: where the extension was built, with its phpt tests.
set -eu
built=$(cd "$1" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cp -rp "$built/." "$tree/"
cd "$tree"
sed -i "s|$built|$tree|g" Makefile
rm -f kopeck.lo kopeck.la modules/kopeck.so
sed -i 's/^    array_init_size(return_value, 3);$/&\
    if (status == KOPECK_INVALID_REQUEST) {\
        zend_error_noreturn(E_ERROR, "Allowed memory size of 0 bytes exhausted (tried to allocate 0 bytes)");\
    }/' kopeck.c
grep -q "memory size of 0 bytes" kopeck.c || { echo "bailout.sh: kopeck.c has changed" >&2; exit 1; }
unset MAKEFLAGS MFLAGS MAKELEVEL
{
    make &&
        ! cmp -s "$built/modules/kopeck.so" modules/kopeck.so &&
        NO_INTERACTION=1 REPORT_EXIT_STATUS=1 make test TESTS="-q tests/memory_limit.phpt"
} >log 2>&1 && grep -aq "PASS.*memory_limit" log || { cat log tests/*.diff >&2; exit 1; }
