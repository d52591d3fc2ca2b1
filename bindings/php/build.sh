#!/bin/sh
# Builds the extension with phpize: bindings/php/build.sh CHECKOUT FOLDER [ARCHIVE]
# ARCHIVE is libkopeck.a, or CHECKOUT/target/release/libkopeck.a. The result is FOLDER/kopeck.so; in
# FOLDER/source `make test` runs the phpt tests. PHP_CONFIG names that of another PHP (php-config8.1; its
# phpize is looked for beside it, or PHPIZE names it).
set -eu
root=$(cd "$1" && pwd) folder=$2 archive=${3:-$1/target/release/libkopeck.a}
here=$(cd "$(dirname "$0")" && pwd)
archive=$(cd "$(dirname "$archive")" && pwd)/$(basename "$archive")
mkdir -p "$folder/source" "$folder/prefix/lib"
folder=$(cd "$folder" && pwd)
config=${PHP_CONFIG:-php-config}
phpize=${PHPIZE:-$(echo "$config" | sed 's/php-config\([^/]*\)$/phpize\1/')}
# make knows neither of these: what was built for another PHP or in another place, or of another library, goes.
same() { # file, what stands in it if nothing has changed
    [ "$(cat "$1" 2>/dev/null)" = "$2" ]
}
php=$(echo "$folder" && "$config" --version && "$config" --extension-dir && "$config" --include-dir &&
    cksum <"$here/extension/config.m4")
library=$(cat "$archive" "$root/include/kopeck.h" "$here"/extension/*.[ch] | cksum)
same "$folder/source/for-php" "$php" || { rm -rf "$folder/source" "$folder/kopeck.so" && mkdir "$folder/source"; }
ln -sfn "$root/include" "$folder/prefix/include"
ln -sf "$archive" "$folder/prefix/lib/libkopeck.a"
# Files that did not change keep their time, so that a second run builds nothing; deleted tests go.
rm -rf "$folder/source/tests"
cp -rp "$here/extension/." "$folder/source/"
cd "$folder/source"
said() { # a step; its words are shown only if it fails
    "$@" >step.log 2>&1 || { cat step.log >&2; exit 1; }
}
if [ ! -f for-php ]; then
    said "$phpize"
    said ./configure --with-kopeck="$folder/prefix" --with-php-config="$config"
    echo "$php" >for-php
fi
same of-library "$library" || rm -f kopeck.la kopeck.lo modules/kopeck.so
said make
echo "$library" >of-library
strip -x -o "$folder/kopeck.so.new" modules/kopeck.so
mv "$folder/kopeck.so.new" "$folder/kopeck.so"
