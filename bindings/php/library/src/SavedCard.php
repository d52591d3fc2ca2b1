<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * A card that the gateway keeps for a customer. `id` can pay: keep it out of logs.
 *
 * @property-read string $id
 * @property-read string|null $number
 * @property-read string|null $expiry
 * @property-read string|null $brand
 * @property-read string|null $method
 * @property-read string|null $category
 * @property-read string|null $customer_id in a notification: your id of the customer
 * @property-read bool|null $active in a notification: whether the card may be used
 */
final class SavedCard extends Result
{
    public const FIELDS = [
        'id' => null,
        'number' => null,
        'expiry' => null,
        'brand' => null,
        'method' => null,
        'category' => null,
        'customer_id' => null,
        'active' => null,
    ];

    public const SHOWN = ['number', 'brand'];
}
