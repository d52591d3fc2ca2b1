<?php

/*
 * Carries out calls, one a line: `php replay.php extension|library` reads
 * {"settings": JSON text, "operation": text, "fields": JSON text} and writes
 * {"status": the name of the status, "answer": JSON text} (see replay.py).
 */

declare(strict_types=1);

use Kopeck\Client;
use Kopeck\Exception\PaymentException;

require __DIR__ . '/../../bindings/php/library/autoload.php';
require 'Psr/Log/autoload.php';

// A warning or a deprecation is a fault here: it would stand on a shop's page.
set_error_handler(static function (int $level, string $message, string $file, int $line): bool {
    throw new ErrorException($message, 0, $level, $file, $line);
});

/**
 * JSON as a PHP programmer writes it: arrays, where an array can say the same. It cannot for `{}` and for
 * names that are 0, 1, 2...: those stay objects.
 *
 * @param mixed $value
 *
 * @return mixed
 */
function written($value)
{
    if (is_array($value)) {
        return array_map('written', $value);
    }
    if (!$value instanceof stdClass) {
        return $value;
    }
    $fields = array_map('written', (array) $value);
    $list = $fields === [] || array_keys($fields) === range(0, count($fields) - 1);

    return $list ? (object) $fields : $fields;
}

/** @return array<mixed> */
function fields(string $json): array
{
    return (array) written(json_decode($json, false, 512, JSON_THROW_ON_ERROR));
}

/** @return array{string, string} the status and the answer */
function throughTheExtension(string $settings, string $operation, string $fields): array
{
    [$status, $json] = kopeck_call($settings, $operation, $fields);
    $class = PaymentException::KINDS[$status] ?? null;

    return [$class === null ? 'OK' : kind($class), $json];
}

/** @return array{string, string} */
function throughTheLibrary(string $settings, string $operation, string $fields): array
{
    try {
        $answer = (new Client(fields($settings)))->call($operation, fields($fields));
        $status = 'OK';
    } catch (PaymentException $error) {
        $answer = $error->toArray();
        $status = kind(get_class($error));
        if ($error->getCode() !== array_search(get_class($error), PaymentException::KINDS, true)) {
            throw new LogicException("{$status} has the code {$error->getCode()}");
        }
    }

    return [$status, json_encode($answer, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR)];
}

/** `NotDone` for `Kopeck\Exception\NotDoneException`. */
function kind(string $class): string
{
    return basename(str_replace(['\\', 'Exception'], ['/', ''], $class));
}

$through = ['extension' => 'throughTheExtension', 'library' => 'throughTheLibrary'][$argv[1]];
while (($line = fgets(STDIN)) !== false) {
    $asked = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    [$status, $answer] = $through($asked['settings'], $asked['operation'], $asked['fields']);
    fwrite(STDOUT, json_encode(['status' => $status, 'answer' => $answer], JSON_THROW_ON_ERROR) . "\n");
}
