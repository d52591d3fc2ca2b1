<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * Where a payment stands. Sums are decimal text, times RFC 3339 in UTC. Apply each `state_id` once.
 *
 * @phpstan-type Status (
 *     'created'|'action_required'|'pending'|'authorized'|'partially_captured'|'paid'|'partially_paid'
 *     |'partially_refunded'|'refunded'|'cancelled'|'verified'|'declined'|'expired'|'not_found'
 *     |'unknown'
 * )
 *
 * @property-read string $gateway
 * @property-read string|null $id
 * @property-read string|null $order_number
 * @property-read Status $status
 * @property-read string|null $reason
 * @property-read 'never'|'later'|'other_means'|null $retry of a declined payment
 * @property-read array<string, string>|null $buyer_text of a declined payment: what the buyer may be told, by language
 * @property-read bool $final
 * @property-read bool|null $payable
 * @property-read bool|null $test
 * @property-read bool $disputed
 * @property-read bool $complete
 * @property-read string|null $amount what was registered
 * @property-read string|null $currency
 * @property-read string|null $authorized
 * @property-read string|null $captured gross
 * @property-read string|null $refunded
 * @property-read string|null $fee
 * @property-read string|null $method
 * @property-read Card|null $card
 * @property-read string|null $rrn
 * @property-read string|null $approval_code
 * @property-read Action|null $action what the buyer must do next
 * @property-read Attempt|null $last_attempt
 * @property-read list<Attempt> $attempts
 * @property-read list<Refund> $refunds
 * @property-read Receipts|null $receipt
 * @property-read string|null $created_at
 * @property-read string|null $paid_at
 * @property-read string|null $expires_at
 * @property-read string|null $hold_until
 * @property-read list<string> $checked which expectations could be compared
 * @property-read string|null $state_id null in a notification's payment, which is a hint and no state
 * @property-read 'invoice'|'beginning'|'begun'|null $stage from `instalments`: store it, and give it to the next call
 * @property-read mixed $raw the gateway's own reply, personal data masked
 * @property-read Event|null $notification from `confirm`: the notification that gave occasion
 */
final class Payment extends Result
{
    public const FIELDS = [
        'gateway' => null,
        'id' => null,
        'order_number' => null,
        'status' => null,
        'reason' => null,
        'retry' => null,
        'buyer_text' => null,
        'final' => null,
        'payable' => null,
        'test' => null,
        'disputed' => null,
        'complete' => null,
        'amount' => null,
        'currency' => null,
        'authorized' => null,
        'captured' => null,
        'refunded' => null,
        'fee' => null,
        'method' => null,
        'card' => Card::class,
        'rrn' => null,
        'approval_code' => null,
        'action' => Action::class,
        'last_attempt' => Attempt::class,
        'attempts' => [Attempt::class],
        'refunds' => [Refund::class],
        'receipt' => Receipts::class,
        'created_at' => null,
        'paid_at' => null,
        'expires_at' => null,
        'hold_until' => null,
        'checked' => [],
        'state_id' => null,
        'stage' => null,
        'raw' => null,
        'notification' => Event::class,
    ];

    public const SHOWN = ['gateway', 'id', 'order_number', 'status', 'amount', 'currency', 'final'];
}
