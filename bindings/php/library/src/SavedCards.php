<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * The stored cards of a customer: iterate over it, or take `cards`.
 *
 * @implements \IteratorAggregate<int, SavedCard>
 *
 * @property-read list<SavedCard> $cards
 * @property-read mixed $raw
 */
final class SavedCards extends Result implements \IteratorAggregate, \Countable
{
    public const FIELDS = [
        'cards' => [SavedCard::class],
        'raw' => null,
    ];

    public const SHOWN = ['cards'];

    /** @return \ArrayIterator<int, SavedCard> */
    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->cards);
    }

    public function count(): int
    {
        return count($this->cards);
    }
}
