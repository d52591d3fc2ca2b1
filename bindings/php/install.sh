#!/bin/sh
# Installs a built extension where PHP looks for it: [DESTDIR=...] bindings/php/install.sh KOPECK.SO
# Debian's PHP also learns of it, for every server interface that it has.
set -eu
config=${PHP_CONFIG:-php-config}
folder=$("$config" --extension-dir)
install -d "${DESTDIR-}$folder"
install -m 644 "$1" "${DESTDIR-}$folder/kopeck.so"
echo "installed: $folder/kopeck.so"
version=$("$config" --version | cut -d . -f 1,2)
if [ -d "/etc/php/$version/mods-available" ]; then
    mods=${DESTDIR-}/etc/php/$version/mods-available
    install -d "$mods"
    printf '; priority=20\nextension=kopeck\n' >"$mods/kopeck.ini"
    [ -n "${DESTDIR-}" ] || phpenmod -v "$version" kopeck
    echo "enabled for PHP $version: restart PHP-FPM"
else
    echo "add to php.ini: extension=kopeck"
fi
