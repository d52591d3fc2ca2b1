<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * The portal's own payment, after it was told of the money.
 *
 * @property-read int $payment_id
 * @property-read int $pay_system_id
 * @property-read bool $paid
 * @property-read bool $repeated it was paid before: nothing was done
 * @property-read bool $needs_attention
 * @property-read list<string> $attention `paid_before`: this money came for what was paid already, so it goes back to
 *    the buyer
 */
final class SettledCheckout extends Result
{
    public const FIELDS = [
        'payment_id' => null,
        'pay_system_id' => null,
        'paid' => null,
        'repeated' => null,
        'needs_attention' => null,
        'attention' => [],
    ];

    public const SHOWN = ['payment_id', 'pay_system_id', 'paid', 'repeated', 'attention'];
}
