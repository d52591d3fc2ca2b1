<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * That the gateway keeps a card no longer.
 *
 * @property-read bool $forgotten
 * @property-read mixed $raw
 */
final class ForgottenCard extends Result
{
    public const FIELDS = [
        'forgotten' => null,
        'raw' => null,
    ];

    public const SHOWN = ['forgotten'];
}
