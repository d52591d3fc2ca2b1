<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * What a method of the portal answers.
 *
 * @property-read mixed $result
 * @property-read int|null $total
 * @property-read int|null $next of a list: where its next page starts
 */
final class PortalReply extends Result
{
    public const FIELDS = [
        'result' => null,
        'total' => null,
        'next' => null,
    ];

    public const SHOWN = ['total', 'next'];
}
