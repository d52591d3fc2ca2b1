<?php

declare(strict_types=1);

// Before PHP 8.2 no attribute keeps a parameter out of stack traces: the library without them.
if (getenv('KOPECK_WITHOUT_ATTRIBUTES')) {
    spl_autoload_register(static function (string $class): void {
        $path = __DIR__ . '/../../../bindings/php/library/src/' . strtr(substr($class, 7), '\\', '/') . '.php';
        if (strncmp($class, 'Kopeck\\', 7) === 0 && is_file($path)) {
            $code = substr((string) file_get_contents($path), strlen('<?php'));
            eval(str_replace('#[\SensitiveParameter]', '', $code));
        }
    });
}

require __DIR__ . '/../../../bindings/php/library/tests/bootstrap.php';
require __DIR__ . '/Sandbox.php';
require __DIR__ . '/Lines.php';
require __DIR__ . '/MoneyCall.php';
require __DIR__ . '/Told.php';
