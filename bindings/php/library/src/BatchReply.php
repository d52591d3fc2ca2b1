<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * What became of each command, by its name. A failure in it is no exception.
 *
 * @property-read array<string, mixed> $results what each answered
 * @property-read array<string, array<string, mixed>> $errors kind, reason, may_have_happened, code and text of each
 * @property-read list<string> $not_run after the failure that ended it
 * @property-read list<string> $unknown of which the portal said nothing: they may have run
 * @property-read list<array<string, mixed>> $unassigned errors that the portal gave no name for
 * @property-read array<string, int> $totals of lists
 * @property-read array<string, int> $nexts of lists
 */
final class BatchReply extends Result
{
    public const FIELDS = [
        'results' => null,
        'errors' => null,
        'not_run' => [],
        'unknown' => [],
        'unassigned' => [],
        'totals' => null,
        'nexts' => null,
    ];

    public const SHOWN = ['errors', 'not_run', 'unknown'];
}
