#!/bin/sh
# Brings what `make build` and `make demo` (argument `build`) or `make test` (argument `all`) need onto
# a Debian machine. As root it installs missing packages and says so; otherwise it names them. Safe to
# run again.
set -eu

need_rust() {
    echo "setup: $1: install Rust 1.88 or later with rustup (components rustfmt and clippy)" >&2
    exit 1
}
command -v cargo >/dev/null 2>&1 || need_rust "no Rust"
minor=$(rustc --version | sed -n 's/^rustc 1\.\([0-9]*\)\..*/\1/p')
[ "${minor:-0}" -ge 88 ] || need_rust "Rust is too old ($(rustc --version))"

missing=""
need() { # program, package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need cc gcc
need objdump binutils
need python3 python3
python3 -c 'import venv, ensurepip' 2>/dev/null || missing="$missing python3-venv"
if [ "${1:-all}" = all ]; then
    cargo fmt --version >/dev/null 2>&1 || need_rust "no rustfmt"
    cargo clippy --version >/dev/null 2>&1 || need_rust "no clippy"
    need g++ g++
    need valgrind valgrind
    need curl curl
    need chromium chromium
    need chromedriver chromium-driver
    need phpize php-dev
    # Debian puts the version into its name, and into a folder that not everybody's PATH has.
    fpm=php-fpm$(php -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;' 2>/dev/null || true)
    [ -x "/usr/sbin/$fpm" ] || command -v "$fpm" >/dev/null 2>&1 || need php-fpm php-fpm
    need nginx nginx-light
    need phpunit phpunit
    need phpcs php-codesniffer
    need_php() { # extension or file, package
        php -m 2>/dev/null | grep -qix "$1" || [ -e "$1" ] || missing="$missing $2"
    }
    need_php pdo_sqlite php-sqlite3
    need_php curl php-curl
    need_php /usr/share/php/Psr/Log/LoggerInterface.php php-psr-log
    need_php /usr/share/php/PhpParser/autoload.php php-parser
fi

[ -n "$missing" ] || exit 0
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
