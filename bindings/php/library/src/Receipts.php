<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * What became of the fiscal receipts of a payment (54-FZ); `status` is of all together.
 *
 * @property-read 'pending'|'done'|'failed'|'unknown'|null $status
 * @property-read bool|null $requested whether a cart for receipts stands with the order
 * @property-read list<IssuedReceipt> $receipts
 */
final class Receipts extends Result
{
    public const FIELDS = [
        'status' => null,
        'requested' => null,
        'receipts' => [IssuedReceipt::class],
    ];

    public const SHOWN = ['status', 'requested'];
}
