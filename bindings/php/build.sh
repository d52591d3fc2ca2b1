#!/bin/sh
# Builds the extension with phpize: bindings/php/build.sh CHECKOUT FOLDER [ARCHIVE]
# ARCHIVE is libkopeck.a, or CHECKOUT/target/release/libkopeck.a. The result is FOLDER/kopeck.so; in
# FOLDER/source `make test` runs the phpt tests. PHPIZE and PHP_CONFIG name those of another PHP.
set -eu
root=$(cd "$1" && pwd) folder=$2 archive=${3:-$1/target/release/libkopeck.a}
here=$(cd "$(dirname "$0")" && pwd)
archive=$(cd "$(dirname "$archive")" && pwd)/$(basename "$archive")
mkdir -p "$folder/source" "$folder/prefix/lib"
folder=$(cd "$folder" && pwd)
ln -sfn "$root/include" "$folder/prefix/include"
ln -sf "$archive" "$folder/prefix/lib/libkopeck.a"
# Files that did not change keep their time, so that a second run builds nothing; deleted tests go.
rm -rf "$folder/source/tests"
cp -rp "$here/extension/." "$folder/source/"
cd "$folder/source"
said() { # a step; its words are shown only if it fails
    "$@" >step.log 2>&1 || { cat step.log >&2; exit 1; }
}
if [ ! -f Makefile ] || [ config.m4 -nt Makefile ]; then
    said "${PHPIZE:-phpize}"
    said ./configure --with-kopeck="$folder/prefix" --with-php-config="${PHP_CONFIG:-php-config}"
fi
# make does not know the library and its header: PHP's rules leave them out.
for file in "$archive" "$root/include/kopeck.h"; do
    [ modules/kopeck.so -nt "$file" ] || rm -f kopeck.la kopeck.lo modules/kopeck.so
done
said make
strip -x -o "$folder/kopeck.so.new" modules/kopeck.so
mv "$folder/kopeck.so.new" "$folder/kopeck.so"
