<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * Where the item stands after a settlement.
 *
 * @property-read bool $added by this call
 * @property-read string|null $stage_id
 * @property-read bool $moved by this call
 */
final class SettledItem extends Result
{
    public const FIELDS = [
        'added' => null,
        'stage_id' => null,
        'moved' => null,
    ];

    public const SHOWN = ['stage_id', 'moved', 'added'];
}
