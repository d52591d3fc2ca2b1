<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * One refund. `id` is your refund_id, where the gateway gives it back.
 *
 * @property-read string|null $id
 * @property-read string|null $amount decimal text
 * @property-read 'done'|'pending'|'failed'|null $status
 */
final class Refund extends Result
{
    public const FIELDS = [
        'id' => null,
        'amount' => null,
        'status' => null,
    ];

    public const SHOWN = ['id', 'amount', 'status'];
}
