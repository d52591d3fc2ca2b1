#!/bin/sh
# The extension leaks nothing: 10,000 calls and some of the phpt tests under valgrind; and without it the
# process is no larger after 10,000 calls than after 1,000.
#     tests/php/valgrind.sh KOPECK.SO FOLDER     FOLDER: where it was built, with its phpt tests
set -eu
here=$(cd "$(dirname "$0")" && pwd)
extension=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") folder=$(cd "$2" && pwd)
calls=10000
most=2000 # KB that the process may grow; a leak of 300 bytes in a call is more

php="php -n -d extension=$extension"
# shellcheck disable=SC2086 # several words
held=$($php "$here/calls.php" $calls)
# shellcheck disable=SC2086
set -- $held
[ $# = 2 ] || { echo "valgrind.sh: calls.php said: $held" >&2; exit 1; }
[ $(($2 - $1)) -le $most ] \
    || { echo "valgrind.sh: from call $((calls / 10)) to call $calls the process grew by $(($2 - $1)) KB" >&2; exit 1; }

# PHP's own allocator would hide what is lost, and an unloaded module has no names.
export USE_ZEND_ALLOC=0 ZEND_DONT_UNLOAD_MODULES=1
# The one that was not stripped, so that a leak has a name.
php="php -n -d extension=$folder/modules/kopeck.so"
log=$(mktemp)
trap 'rm -f "$log" "$log.calls"' EXIT
# Both at once: each is one process at a time, and no machine has less than two processors.
# shellcheck disable=SC2086
valgrind -q --error-exitcode=9 --leak-check=full --num-callers=30 \
    --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect \
    $php "$here/calls.php" $calls >"$log.calls" 2>&1 &
under=$!

# run-tests.php -m: under valgrind.
failed=
(cd "$folder" && NO_INTERACTION=1 REPORT_EXIT_STATUS=1 "${MAKE:-make}" --no-print-directory test \
    TESTS="-q -m tests/kept.phpt tests/fork.phpt tests/log.phpt") >"$log" 2>&1 || { cat "$log" >&2; failed=1; }
wait $under || { cat "$log.calls" >&2; failed=1; }
[ -z "$failed" ] || exit 1
passed=$(grep -ac PASS "$log")
[ "$passed" = 3 ] || { cat "$log" >&2; echo "valgrind.sh: $passed of 3 tests ran" >&2; exit 1; }
echo "valgrind: $calls calls without a leak ($(($2 - $1)) KB more after the last nine tenths), $passed phpt tests"
