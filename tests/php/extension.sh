#!/bin/sh
# What surrounds the extension's code: one version everywhere, no warning from the compiler, a package
# that PIE understands, and the ways to configure and to install it: tests/php/extension.sh KOPECK.SO
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
built=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
sources=$root/bindings/php/extension
tree=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$tree"' EXIT

fail() {
    echo "extension.sh: $*" >&2
    exit 1
}

# One version.
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
said=$(php -n -d extension="$built" -r 'echo phpversion("kopeck"), " ";
    (new ReflectionExtension("kopeck"))->info();' | tr '\n' ' ')
case $said in
"$version "*"Version => $version "*) ;;
*) fail "the version is $version; the extension and its library say: $said" ;;
esac

# The compiler has nothing to say, with threads (ZTS) and without.
include=$(php-config --include-dir)
for threads in -UZTS -DZTS=1; do
    "${CC:-cc}" $threads -std=gnu99 -fsyntax-only -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror \
        -DCOMPILE_DL_KOPECK -DZEND_ENABLE_STATIC_TSRMLS_CACHE=1 -I "$root/include" -isystem "$include" \
        -isystem "$include/main" -isystem "$include/Zend" -isystem "$include/TSRM" "$sources/kopeck.c"
done

# PIE takes the checkout by the composer.json of its root, and its folder alone by the one there.
php -n -r '
    [$root, $folder] = array_map(fn ($file) => json_decode(file_get_contents($file), true, 9, JSON_THROW_ON_ERROR),
        array_slice($argv, 1));
    $path = $root["php-ext"]["build-path"];
    unset($root["php-ext"]["build-path"]);
    exit($root === $folder && $path === "bindings/php/extension" ? 0 : 1);
' "$root/composer.json" "$sources/composer.json" || fail "the two composer.json differ in more than build-path"

# ./configure: configure FOLDER ARGUMENT ... leaves what it said in log; a cache makes it quick.
mkdir "$tree/checkout"
for name in include ffi; do
    ln -s "$root/$name" "$tree/checkout/$name"
done
inside=$tree/checkout/bindings/php/extension
mkdir -p "$inside" "$tree/alone" "$tree/tools"
cp "$sources"/*.* "$inside"
(cd "$inside" && phpize >/dev/null 2>&1)
cp -r "$inside/." "$tree/alone"
configure() {
    cd "$1"
    shift
    PATH="$tree/tools:$PATH" PKG_CONFIG_PATH=/nowhere PKG_CONFIG_LIBDIR=/nowhere \
        ./configure --cache-file="$tree/cache" "$@" >"$tree/log" 2>&1
}
finds() { grep -q "checking for libkopeck.a\.\.\. $1" "$tree/log" || { cat "$tree/log" >&2; fail "did not find $1"; }; }
says() { grep -q "error: .*$1" "$tree/log" || { tail -n 5 "$tree/log" >&2; fail "did not say: $1"; }; }

# Alone and without an installed library: an error that says what to do.
! configure "$tree/alone" || fail "configured without a library"
says "give --with-kopeck=PREFIX"
! configure "$tree/alone" --with-kopeck="$tree/wrong" || fail "configured with a wrong folder"
says "give --with-kopeck=PREFIX"
# In a checkout cargo builds the library; without cargo that is said. PIE builds in a linked folder.
ln -s "$inside" "$tree/linked"
printf '#!/bin/sh\nexit 1\n' >"$tree/tools/cargo" && chmod +x "$tree/tools/cargo"
! configure "$tree/linked" || fail "configured though cargo failed"
says "cargo could not build"
printf '#!/bin/sh\necho "$@" >"%s/asked"\nmkdir -p target/release && touch target/release/libkopeck.a\n' "$tree" \
    >"$tree/tools/cargo"
configure "$tree/linked" || { cat "$tree/log" >&2; fail "could not configure in a checkout"; }
finds "$tree/checkout/target/release/libkopeck.a"
grep -q -- "--locked --release -p kopeck-ffi" "$tree/asked" || fail "cargo was asked for: $(cat "$tree/asked")"
# As make install lays it, found by the given folder: so build.sh has built what is tested here.
mkdir -p "$tree/usr/lib" "$tree/usr/include" && touch "$tree/usr/lib/libkopeck.a" "$tree/usr/include/kopeck.h"
configure "$tree/alone" --with-kopeck="$tree/usr" || { cat "$tree/log" >&2; fail "could not configure with a prefix"; }
finds "$tree/usr/lib/libkopeck.a"

# make install-php, as a packager does it: nothing outside of DESTDIR, and PHP loads it from there.
unset MAKEFLAGS MFLAGS MAKELEVEL
"${MAKE:-make}" -C "$root" install-php PHP_EXTENSION="$built" DESTDIR="$tree/package" >"$tree/log" 2>&1 \
    || { cat "$tree/log" >&2; fail "make install-php failed"; }
installed=$tree/package$(php-config --extension-dir)/kopeck.so
[ "$(php -n -d extension="$installed" -r 'echo KOPECK_EXTENSION_ABI;')" = 1 ] || fail "$installed does not load"
[ ! -d "/etc/php/$(php-config --version | cut -d . -f 1,2)/mods-available" ] \
    || grep -q '^extension=kopeck$' "$tree"/package/etc/php/*/mods-available/kopeck.ini || fail "no kopeck.ini"
echo "extension: $version, configured in five ways, installed"
