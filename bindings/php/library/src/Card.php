<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * The card, as far as it may be shown.
 *
 * @property-read string|null $number
 * @property-read string|null $expiry
 * @property-read string|null $brand
 */
final class Card extends Result
{
    public const FIELDS = [
        'number' => null,
        'expiry' => null,
        'brand' => null,
    ];

    public const SHOWN = ['number', 'brand'];
}
