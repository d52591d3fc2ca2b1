#!/bin/sh
# Brings what `make test` and `make demo` need onto a Debian machine. As root it installs missing
# packages and says so; otherwise it names them. Safe to run again.
set -eu

missing=""
need() { # program, package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need cargo "rustup"
need cc gcc
need g++ g++
need nm binutils
need python3 python3
case "${1:-all}" in
    all) need valgrind valgrind; need curl curl ;;
esac
python3 -c 'import venv, ensurepip' 2>/dev/null || missing="$missing python3-venv"

[ -n "$missing" ] || exit 0
case "$missing" in
    *rustup*) echo "setup: Rust is missing: install it with rustup, then run make again" >&2; exit 1 ;;
esac
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "setup: installing Debian packages:$missing"
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of package names
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
else
    echo "setup: missing Debian packages:$missing" >&2
    echo "setup: install them with: sudo apt-get install$missing" >&2
    exit 1
fi
