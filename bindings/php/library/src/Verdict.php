<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * What became of a write whose outcome was unknown.
 *
 * @property-read 'done'|'not_done'|'need_new_number'|'pending'|'review' $verdict
 * @property-read string $why
 * @property-read Payment $payment
 */
final class Verdict extends Result
{
    public const FIELDS = [
        'verdict' => null,
        'why' => null,
        'payment' => Payment::class,
    ];

    public const SHOWN = ['verdict', 'why'];
}
