<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * Whether a descriptor may be used, with everything that is wrong with it at once.
 *
 * @property-read bool $ok
 * @property-read string|null $id
 * @property-read string|null $title
 * @property-read list<Finding> $problems a client with it would be refused
 * @property-read list<Finding> $warnings
 * @property-read list<Finding> $notes what the file tells its reader
 * @property-read list<CheckedVector> $vectors
 */
final class DescriptorReport extends Result
{
    public const FIELDS = [
        'ok' => null,
        'id' => null,
        'title' => null,
        'problems' => [Finding::class],
        'warnings' => [Finding::class],
        'notes' => [Finding::class],
        'vectors' => [CheckedVector::class],
    ];

    public const SHOWN = ['id', 'ok', 'problems'];
}
