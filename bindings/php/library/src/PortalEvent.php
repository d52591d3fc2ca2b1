<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * An event of the portal: a hint to fetch the object. It comes once, whatever is answered.
 *
 * @property-read string $event
 * @property-read 'deal'|'item'|'payment'|'other' $about
 * @property-read int|null $id
 * @property-read int|null $entity_type_id
 * @property-read int|null $event_handler_id
 * @property-read string|null $at
 * @property-read string|null $domain
 * @property-read string|null $member_id
 * @property-read bool $endpoint_allowed whether the address it names is one that may be called
 * @property-read string|null $client_endpoint
 * @property-read bool $needs_status always true: only the id is believed
 * @property-read Answers $answer
 * @property-read mixed $raw
 */
final class PortalEvent extends Result
{
    public const FIELDS = [
        'event' => null,
        'about' => null,
        'id' => null,
        'entity_type_id' => null,
        'event_handler_id' => null,
        'at' => null,
        'domain' => null,
        'member_id' => null,
        'endpoint_allowed' => null,
        'client_endpoint' => null,
        'needs_status' => null,
        'answer' => Answers::class,
        'raw' => null,
    ];

    public const SHOWN = ['event', 'about', 'id', 'entity_type_id'];
}
