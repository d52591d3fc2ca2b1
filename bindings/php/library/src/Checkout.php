<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * What the portal asks its pay system for. Sum and currency are the portal's own, asked for by the
 * payment's id. Store the two ids: `Bitrix24::settleCheckout` wants them.
 *
 * @property-read int $payment_id
 * @property-read int $pay_system_id
 * @property-read string $amount decimal text
 * @property-read string $currency
 * @property-read string $order_prefix begin the order number with it and add your attempt: then the gateway opens no
 *    second payment for a request that came twice, and `settleCheckout` takes no other payment's money
 * @property-read string|null $account_number `<order>/<n>`
 * @property-read string|null $return_url on the portal's own host, or one of the setting `portal_hosts`
 * @property-read bool $return_url_refused
 * @property-read string|null $external_payment_id what `answerCheckout` gave for this payment before. A hint:
 *    look attempts up by `payment_id`
 * @property-read string|null $service_id
 * @property-read array<string, mixed> $fields what the handler's own settings added, without the secret
 * @property-read array{amount: string, currency: string, return_url: string|null} $create what goes into
 *    `createPayment`, with your order number
 */
final class Checkout extends Result
{
    public const FIELDS = [
        'payment_id' => null,
        'pay_system_id' => null,
        'amount' => null,
        'currency' => null,
        'order_prefix' => null,
        'account_number' => null,
        'return_url' => null,
        'return_url_refused' => null,
        'external_payment_id' => null,
        'service_id' => null,
        'fields' => null,
        'create' => null,
    ];

    public const SHOWN = ['payment_id', 'pay_system_id', 'amount', 'currency'];
}
