<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * Whether the settings work, in plain words.
 *
 * @property-read bool $ok
 * @property-read list<Check> $checks
 */
final class SettingsReport extends Result
{
    public const FIELDS = [
        'ok' => null,
        'checks' => [Check::class],
    ];

    public const SHOWN = ['ok'];
}
