<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * What a notification says: an event, not a state. Ask for the state (`Client::confirm`) before
 * anything is shipped.
 *
 * @phpstan-type Word (
 *     'check'|'created'|'held'|'paid'|'captured'|'declined'|'refunded'|'cancelled'|'expired'
 *     |'card_stored'|'card_removed'|'receipt'|'disputed'|'unknown'
 * )
 *
 * @property-read Word $event
 * @property-read bool|null $succeeded
 * @property-read string|null $event_id null where it is not verified, or where two events could not be told apart
 * @property-read string $delivery_id
 * @property-read bool $verified
 * @property-read list<string> $checked which expectations could be compared
 * @property-read Payment $payment what it says about the payment: a hint
 * @property-read SavedCard|null $card the stored card that it is about
 * @property-read bool $needs_status
 * @property-read bool|null $test
 * @property-read Answers $answer what to answer the gateway
 * @property-read mixed $raw
 */
final class Event extends Result
{
    public const FIELDS = [
        'event' => null,
        'succeeded' => null,
        'event_id' => null,
        'delivery_id' => null,
        'verified' => null,
        'checked' => [],
        'payment' => Payment::class,
        'card' => SavedCard::class,
        'needs_status' => null,
        'test' => null,
        'answer' => Answers::class,
        'raw' => null,
    ];

    public const SHOWN = ['event', 'succeeded', 'verified', 'needs_status'];
}
