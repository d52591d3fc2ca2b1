<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * Where the deal stands after a settlement.
 *
 * @property-read bool $found
 * @property-read string|null $stage_id
 * @property-read 'open'|'won'|'lost'|'unknown'|null $meaning
 * @property-read bool $moved by this call
 */
final class SettledStage extends Result
{
    public const FIELDS = [
        'found' => null,
        'stage_id' => null,
        'meaning' => null,
        'moved' => null,
    ];

    public const SHOWN = ['found', 'stage_id', 'meaning', 'moved'];
}
