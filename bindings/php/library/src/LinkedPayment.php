<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * A payment that is tied to its deal, by an item of the smart process.
 *
 * @property-read int $deal_id
 * @property-read int $entity_type_id
 * @property-read int $item_id
 * @property-read string $xml_id the item's external key
 * @property-read LinkedItem $item
 * @property-read bool $added whether this call added the item
 * @property-read bool $changed whether this call wrote anything
 * @property-read int|null $comment_id the comment of this state, on the deal's timeline
 * @property-read list<int> $duplicates other items of the same key, with higher ids: nothing is done with them
 * @property-read list<string> $not_stored those of `fields` that the portal keeps otherwise than it was told
 */
final class LinkedPayment extends Result
{
    public const FIELDS = [
        'deal_id' => null,
        'entity_type_id' => null,
        'item_id' => null,
        'xml_id' => null,
        'item' => LinkedItem::class,
        'added' => null,
        'changed' => null,
        'comment_id' => null,
        'duplicates' => [],
        'not_stored' => [],
    ];

    public const SHOWN = ['deal_id', 'entity_type_id', 'item_id', 'xml_id', 'added'];
}
