<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * The answers to a notification. `ok` leaves only after your commit.
 *
 * @property-read Answer $ok stored and committed: not to be sent again
 * @property-read Answer $retry not stored: to be sent again later
 * @property-read Answer $reject not yours, or forged
 */
final class Answers extends Result
{
    public const FIELDS = [
        'ok' => Answer::class,
        'retry' => Answer::class,
        'reject' => Answer::class,
    ];

    public const SHOWN = [];
}
