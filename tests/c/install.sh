#!/bin/sh
# Installs what is built into an empty tree, as a packager does, and builds a program against it:
# what pkg-config says is enough, dynamically and statically, and the SONAME's links resolve.
#     sh tests/c/install.sh
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
lib=$tree/usr/lib
cc="${CC:-cc} -std=c99 -Wall -Wextra -Wpedantic -Werror"

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

# What is built is installed as it is.
unset MAKEFLAGS MFLAGS MAKELEVEL
"${MAKE:-make}" -C "$root" -o target/release/libkopeck.so install "DESTDIR=$tree" PREFIX=/usr > "$tree/log" 2>&1 \
    || { cat "$tree/log" >&2; fail "make install failed"; }

for file in include/kopeck.h lib/libkopeck.a lib/libkopeck.so lib/pkgconfig/kopeck.pc; do
    [ -e "$tree/usr/$file" ] || fail "$file: not installed, or a link to nothing"
done
soname=$(objdump -p "$lib/libkopeck.so" | awk '/SONAME/ { print $2 }')
[ -e "$lib/$soname" ] || fail "lib/$soname: the SONAME names nothing"
[ "$(readlink -f "$lib/$soname")" = "$(readlink -f "$lib/libkopeck.so")" ] \
    || fail "libkopeck.so and $soname are not one file"
[ -z "$(find "$tree" -type l -lname '/*')" ] || fail "an absolute link leads out of DESTDIR"
! grep -rqF -e "$tree" "$lib/pkgconfig" || fail "kopeck.pc names DESTDIR"

# flags KIND: what the .pc file says, moved into the tree; without pkg-config read by hand.
flags() {
    if command -v pkg-config > /dev/null; then
        case $1 in static) set -- --static ;; *) set -- ;; esac
        PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --define-prefix "$@" --cflags --libs kopeck
        return
    fi
    fields='Cflags|Libs'
    [ "$1" != static ] || fields='Cflags|Libs|Libs.private'
    sed -nE "s/^($fields): *//p" "$lib/pkgconfig/kopeck.pc" | tr '\n' ' ' \
        | sed -e "s|\${libdir}|$lib|g" -e "s|\${includedir}|$tree/usr/include|g"
}

cat > "$tree/program.c" <<'END'
#include <kopeck.h>
#include <stdio.h>

int main(void) {
    kopeck_message *message = kopeck_message_new(), *reply = NULL;
    kopeck_client *client = NULL;
    kopeck_status made = kopeck_client_new(message, NULL, NULL, &client, NULL);
    kopeck_status asked = kopeck_call(client, "operations", message, &reply);
    kopeck_message_free(reply);
    kopeck_client_free(client);
    kopeck_message_free(message);
    puts(kopeck_version());
    return made || asked || kopeck_abi_version() != KOPECK_ABI_VERSION;
}
END

# prove KIND PROGRAM LIBRARIES: it runs and says the version.
prove() {
    said=$(LD_LIBRARY_PATH=$3 "$2") || fail "$1: the program fails: $said"
    [ "$said" = "$version" ] || fail "$1: expected version $version, got $said"
}

# shellcheck disable=SC2046,SC2086 # flags are several words
$cc "$tree/program.c" $(flags dynamic) -o "$tree/dynamic"
objdump -p "$tree/dynamic" | grep -q "NEEDED *$soname\$" || fail "dynamic: does not need $soname"
prove dynamic "$tree/dynamic" "$lib"

# The archive is chosen by taking the shared library away.
rm "$lib"/libkopeck.so*
# shellcheck disable=SC2046,SC2086
$cc "$tree/program.c" $(flags static) -o "$tree/static"
! objdump -p "$tree/static" | grep -q 'NEEDED *libkopeck' || fail "static: needs the shared library"
prove static "$tree/static" /nowhere

echo "install: $version as $soname, dynamic and static"
