<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * One thing that `checkSettings` looked at; `ok` is null where nobody can say.
 *
 * @property-read string $name
 * @property-read bool|null $ok
 * @property-read string $says
 */
final class Check extends Result
{
    public const FIELDS = [
        'name' => null,
        'ok' => null,
        'says' => null,
    ];

    public const SHOWN = ['name', 'ok', 'says'];
}
