#!/bin/sh
# Installs a built extension where PHP looks for it: [DESTDIR=...] bindings/php/install.sh KOPECK.SO
# Debian's PHP also learns of it, for every server interface that it has.
set -eu
config=${PHP_CONFIG:-php-config}
folder=$("$config" --extension-dir)
# A file for another PHP would stop nothing here, and everything at the next reload.
php=$("$config" --php-binary)
[ ! -x "$php" ] || "$php" -n -d extension="$(cd "$(dirname "$1")" && pwd)/$(basename "$1")" --ri kopeck >/dev/null || {
    echo "$1 is not for PHP $("$config" --version): build it with PHP_CONFIG=$config" >&2
    exit 1
}
install -d "${DESTDIR-}$folder"
install -m 644 "$1" "${DESTDIR-}$folder/kopeck.so"
echo "installed: ${DESTDIR-}$folder/kopeck.so"
version=$("$config" --version | cut -d . -f 1,2)
if [ -d "/etc/php/$version/mods-available" ]; then
    mods=${DESTDIR-}/etc/php/$version/mods-available
    install -d "$mods"
    printf '; priority=20\nextension=kopeck\n' >"$mods/kopeck.ini"
    if [ -n "${DESTDIR-}" ]; then
        echo "not enabled yet, where it is installed from $DESTDIR: phpenmod -v $version kopeck"
    else
        phpenmod -v "$version" kopeck
        echo "enabled for PHP $version: reload PHP-FPM"
    fi
else
    echo "add to php.ini: extension=kopeck"
fi
