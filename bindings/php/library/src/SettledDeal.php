<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * A deal that was told what became of its payment. Money is never hidden: where anything is odd,
 * `needs_attention` is true, and `attention` has words for a person.
 *
 * @property-read int $deal_id
 * @property-read int $entity_type_id
 * @property-read int|null $item_id
 * @property-read string $xml_id the item's external key
 * @property-read 'paid'|'held'|'failed'|'refunded'|'waiting' $outcome
 * @property-read SettledStage $deal
 * @property-read SettledItem $item
 * @property-read int|null $comment_id the comment of this state, on the deal's timeline
 * @property-read Registered|null $registered
 * @property-read bool $needs_attention
 * @property-read list<string> $attention
 * @property-read bool $repeated nothing was written: all of it was so before
 * @property-read list<int> $duplicates other items of the same key
 * @property-read list<string> $not_stored those of `fields` that the portal took and keeps otherwise
 * @property-read list<PortalRefusal> $refusals
 */
final class SettledDeal extends Result
{
    public const FIELDS = [
        'deal_id' => null,
        'entity_type_id' => null,
        'item_id' => null,
        'xml_id' => null,
        'outcome' => null,
        'deal' => SettledStage::class,
        'item' => SettledItem::class,
        'comment_id' => null,
        'registered' => Registered::class,
        'needs_attention' => null,
        'attention' => [],
        'repeated' => null,
        'duplicates' => [],
        'not_stored' => [],
        'refusals' => [PortalRefusal::class],
    ];

    public const SHOWN = ['deal_id', 'item_id', 'outcome', 'attention', 'repeated'];
}
