<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * A page of the payments of a period: iterate over it, or take `payments`.
 *
 * @implements \IteratorAggregate<int, Payment>
 *
 * @property-read list<Payment> $payments
 * @property-read int|null $total how many there are on all pages
 * @property-read int $page counted from 0
 * @property-read int $page_size
 */
final class PaymentsPage extends Result implements \IteratorAggregate, \Countable
{
    public const FIELDS = [
        'payments' => [Payment::class],
        'total' => null,
        'page' => null,
        'page_size' => null,
    ];

    public const SHOWN = ['page', 'page_size', 'total'];

    /** Whether another page follows, as far as this one can tell. */
    public function more(): bool
    {
        $count = $this->count();
        if ($this->total === null) {
            return $count >= $this->page_size;
        }

        return $count > 0 && ($this->page + 1) * $this->page_size < $this->total;
    }

    /** @return \ArrayIterator<int, Payment> */
    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->payments);
    }

    public function count(): int
    {
        return count($this->payments);
    }
}
