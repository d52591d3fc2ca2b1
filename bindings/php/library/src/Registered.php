<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * The portal's own payment.
 *
 * @property-read 'order'|'deal'|'pay_system' $way
 * @property-read int $payment_id
 * @property-read bool $done_now by this call
 */
final class Registered extends Result
{
    public const FIELDS = [
        'way' => null,
        'payment_id' => null,
        'done_now' => null,
    ];

    public const SHOWN = ['way', 'payment_id', 'done_now'];
}
