<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * What `descriptorCheck` found; `line` is null in a descriptor that has no lines.
 *
 * @property-read string $path
 * @property-read int|null $line
 * @property-read string $says
 */
final class Finding extends Result
{
    public const FIELDS = [
        'path' => null,
        'line' => null,
        'says' => null,
    ];

    public const SHOWN = ['path', 'line', 'says'];
}
