<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * What the portal refused, while the rest went on.
 *
 * @property-read string $what
 * @property-read string|null $code
 * @property-read string|null $text
 */
final class PortalRefusal extends Result
{
    public const FIELDS = [
        'what' => null,
        'code' => null,
        'text' => null,
    ];

    public const SHOWN = ['what', 'code'];
}
