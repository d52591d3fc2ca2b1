<?php

declare(strict_types=1);

if (!extension_loaded('kopeck')) {
    fwrite(STDERR, "The extension is not loaded: php -d extension=build/php/kopeck.so ...\n");
    exit(1);
}
require __DIR__ . '/../autoload.php';
require 'Psr/Log/autoload.php';
// What the tests share: Kopeck\Tests\Support\...
foreach (glob(__DIR__ . '/Support/*.php') ?: [] as $file) {
    require $file;
}
