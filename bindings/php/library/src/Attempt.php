<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * One try of the buyer's under the same payment.
 *
 * @property-read string|null $id
 * @property-read string|null $status
 * @property-read string|null $reason for you alone; the buyer may be told `buyer_text`
 * @property-read 'never'|'later'|'other_means'|null $retry null where the try is not over: do not open another one
 * @property-read array<string, string>|null $buyer_text by language: `en`, `ru`
 * @property-read string|null $code
 * @property-read string|null $text
 */
final class Attempt extends Result
{
    public const FIELDS = [
        'id' => null,
        'status' => null,
        'reason' => null,
        'retry' => null,
        'buyer_text' => null,
        'code' => null,
        'text' => null,
    ];

    public const SHOWN = ['id', 'status', 'reason', 'code'];
}
