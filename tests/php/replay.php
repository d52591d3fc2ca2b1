<?php

/*
 * Carries out calls, one a line: `php replay.php extension|library|methods` reads
 * {"settings": JSON text, "operation": text, "fields": JSON text} and writes
 * {"status": the name of the status, "answer": JSON text} (see replay.py).
 */

declare(strict_types=1);

use Kopeck\Tests\Doors;

require __DIR__ . '/../../bindings/php/library/autoload.php';
require 'Psr/Log/autoload.php';
require __DIR__ . '/Doors.php';

// A warning or a deprecation is a fault here: it would stand on a shop's page.
set_error_handler(static function (int $level, string $message, string $file, int $line): bool {
    throw new ErrorException($message, 0, $level, $file, $line);
});

$door = [Doors::class, $argv[1]];
while (($line = fgets(STDIN)) !== false) {
    $asked = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    [$status, $answer] = $door($asked['settings'], $asked['operation'], $asked['fields']);
    fwrite(STDOUT, json_encode(['status' => $status, 'answer' => $answer], JSON_THROW_ON_ERROR) . "\n");
}
