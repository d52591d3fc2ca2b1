#!/bin/sh
# kopeck-bench and bench.py against one server; PHP against the sandbox over TLS; then the sizes.
set -eu
release=$1
python=$2

said=$("$release/kopeck-bench" run)
echo "$said"
floor=$(echo "$said" | awk '/^bare ureq/ { print $(NF - 3), $(NF - 2) }')
"$python" -m pip install --quiet --disable-pip-version-check -r tests/bench/requirements.txt
address=$(mktemp)
"$release/kopeck-bench" serve > "$address" &
server=$!
trap 'kill "$server"; rm -f "$address"' EXIT
while [ ! -s "$address" ]; do sleep 0.1; done
echo
"$python" tests/bench/bench.py "$(cat "$address")" $floor
echo
"$python" tests/bench/php.py
echo
ls -l "$release/libkopeck.so" dist/*.whl | awk '{ printf "%-60s %8.2f MB\n", $NF, $5 / 1048576 }'
