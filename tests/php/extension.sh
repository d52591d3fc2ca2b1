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

# ./configure: configure FOLDER ARGUMENT ... leaves what it said in log; a cache makes it quick, and it ends
# where it has found the library. With a prefix, and to its end, build.sh has run it.
mkdir "$tree/checkout"
for name in include ffi; do
    ln -s "$root/$name" "$tree/checkout/$name"
done
inside=$tree/checkout/bindings/php/extension
mkdir -p "$inside" "$tree/alone" "$tree/tools"
cp "$sources"/*.* "$inside"
sed -i 's/^  AC_MSG_RESULT(\[$KOPECK_LIB\])$/&\n  exit 0/' "$inside/config.m4"
grep -q '^  exit 0$' "$inside/config.m4" || fail "config.m4 has changed"
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

# build.sh builds anew for another PHP, with its phpize, and for another library; else nothing.
mkdir "$tree/php" "$tree/lib"
cat >"$tree/php/phpize1.1" <<'END'
#!/bin/sh
echo 'printf "modules/kopeck.so:\n\tmkdir -p modules && echo $* >\$@ && echo x >>../made\n" >Makefile' >configure
chmod +x configure
END
for php in 1.1 1.2; do
    printf '#!/bin/sh\necho %s "$1"\n' $php >"$tree/php/php-config$php"
done
printf '#!/bin/sh\ncp "$4" "$3"\n' >"$tree/php/strip"
chmod +x "$tree"/php/* && cp "$tree/php/phpize1.1" "$tree/php/phpize1.2"
builds() { # PHP, what libkopeck.a is, how often it has been made by then
    echo "$2" >"$tree/lib/libkopeck.a"
    PATH="$tree/php:$PATH" PHP_CONFIG=php-config$1 \
        sh "$root/bindings/php/build.sh" "$root" "$tree/lib" "$tree/lib/libkopeck.a" || fail "build.sh for PHP $1"
    grep -q "php-config$1\$" "$tree/lib/kopeck.so" || fail "after a build for PHP $1: $(cat "$tree/lib/kopeck.so")"
    [ "$(wc -l <"$tree/lib/made")" -eq "$3" ] || fail "build.sh for PHP $1 with library $2: not built $3 times"
}
builds 1.1 old 1
builds 1.1 old 1
builds 1.2 old 2
builds 1.2 new 3

# make install-php, as a packager does it: nothing outside of DESTDIR, and PHP loads it from there.
unset MAKEFLAGS MFLAGS MAKELEVEL
"${MAKE:-make}" -C "$root" install-php PHP_EXTENSION="$built" DESTDIR="$tree/package" >"$tree/log" 2>&1 \
    || { cat "$tree/log" >&2; fail "make install-php failed"; }
! grep -q "^enabled" "$tree/log" || fail "says that it is enabled, from a package folder"
installed=$tree/package$(php-config --extension-dir)/kopeck.so
[ "$(php -n -d extension="$installed" -r 'echo KOPECK_EXTENSION_ABI;')" = 1 ] || fail "$installed does not load"
[ ! -d "/etc/php/$(php-config --version | cut -d . -f 1,2)/mods-available" ] \
    || grep -q '^extension=kopeck$' "$tree"/package/etc/php/*/mods-available/kopeck.ini || fail "no kopeck.ini"
! DESTDIR=$tree/wrong sh "$root/bindings/php/install.sh" "$tree/lib/kopeck.so" 2>"$tree/log" || fail "installed what PHP cannot load"
grep -q "kopeck.so is not for PHP" "$tree/log" || fail "did not say that it is for another PHP: $(cat "$tree/log")"
echo "extension: $version, configured in four ways, installed"
