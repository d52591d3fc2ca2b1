<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * Rows of a list: iterate over it, or take `rows`.
 *
 * @implements \IteratorAggregate<int, array<string, mixed>>
 *
 * @property-read list<array<string, mixed>> $rows each id once
 * @property-read bool $complete whether these are all
 * @property-read int|null $next where to go on if not: `start` of pages, the value of `>id` of the fast mode
 */
final class PortalRows extends Result implements \IteratorAggregate, \Countable
{
    public const FIELDS = [
        'rows' => [],
        'complete' => null,
        'next' => null,
    ];

    public const SHOWN = ['complete', 'next'];

    /** @return \ArrayIterator<int, array<string, mixed>> */
    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->rows);
    }

    public function count(): int
    {
        return count($this->rows);
    }
}
