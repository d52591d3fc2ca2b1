<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * One receipt of the cash register. Numbers are text, since gateways differ in their types.
 *
 * @property-read 'pending'|'done'|'failed'|'unknown' $status
 * @property-read 'payment'|'closing'|'refund'|'correction'|null $kind
 * @property-read string|null $uuid
 * @property-read string|null $original_uuid the receipt that this one repeats or corrects
 * @property-read string|null $url where the buyer can see it
 * @property-read string|null $fiscal_document_number
 * @property-read string|null $fiscal_document_attribute
 * @property-read string|null $fiscal_drive_number
 * @property-read string|null $register_number
 * @property-read string|null $shift_number
 * @property-read string|null $number_in_shift
 * @property-read string|null $issued_at
 * @property-read string|null $code
 * @property-read string|null $text
 * @property-read 'retry'|'fix_receipt'|'fix_cash_register'|null $remedy what to do about a failure
 */
final class IssuedReceipt extends Result
{
    public const FIELDS = [
        'status' => null,
        'kind' => null,
        'uuid' => null,
        'original_uuid' => null,
        'url' => null,
        'fiscal_document_number' => null,
        'fiscal_document_attribute' => null,
        'fiscal_drive_number' => null,
        'register_number' => null,
        'shift_number' => null,
        'number_in_shift' => null,
        'issued_at' => null,
        'code' => null,
        'text' => null,
        'remedy' => null,
    ];

    public const SHOWN = ['status', 'kind', 'code', 'remedy'];
}
