#!/bin/sh
# Builds the extension with phpize, beside its sources: bindings/php/build.sh CHECKOUT FOLDER
# CHECKOUT/target/release holds libkopeck.a. The result is
# FOLDER/kopeck.so; in FOLDER/source `make test` runs the phpt tests.
set -eu
root=$(cd "$1" && pwd) folder=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder/source"
folder=$(cd "$folder" && pwd)
# Files that did not change keep their time, so that a second run builds nothing.
cp -rp "$here/extension/." "$folder/source/"
cd "$folder/source"
said() { # a step; its words are shown only if it fails
    "$@" >step.log 2>&1 || { cat step.log >&2; exit 1; }
}
if [ ! -f Makefile ] || [ config.m4 -nt Makefile ]; then
    said phpize
    said ./configure --with-kopeck="$root"
fi
# make does not know the library: PHP's rules leave it out.
[ modules/kopeck.so -nt "$root/target/release/libkopeck.a" ] || rm -f kopeck.la kopeck.lo modules/kopeck.so
said make
strip -x -o "$folder/kopeck.so.new" modules/kopeck.so
mv "$folder/kopeck.so.new" "$folder/kopeck.so"
