<?php

/**
 * @generate-legacy-arginfo
 * @generate-function-entries
 */

/**
 * Carries out an operation with the client of these settings, which the worker process keeps.
 *
 * @param string      $settings  a JSON object: the settings of the client
 * @param string|null $operation null makes the client, or finds what is wrong with the settings
 * @param string      $request   a JSON object: the fields of the operation
 *
 * @return array{0: int, 1: string, 2: list<array{0: int, 1: string}>} the status (a number of
 *     kopeck.h), the result or the error as a JSON object, and the lines of the log: level (1 info,
 *     2 warning) and text
 *
 * @internal the Composer package kopeck/kopeck is what programs use
 */
function kopeck_call(
    #[\SensitiveParameter] string $settings,
    ?string $operation,
    #[\SensitiveParameter] string $request
): array {}
