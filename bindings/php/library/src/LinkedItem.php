<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * The item that stands for a payment.
 *
 * @property-read int $id
 * @property-read string|null $stage_id
 * @property-read int|null $category_id
 * @property-read string|null $amount
 * @property-read string|null $currency
 */
final class LinkedItem extends Result
{
    public const FIELDS = [
        'id' => null,
        'stage_id' => null,
        'category_id' => null,
        'amount' => null,
        'currency' => null,
    ];

    public const SHOWN = ['id', 'stage_id', 'amount', 'currency'];
}
