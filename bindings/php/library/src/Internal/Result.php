<?php

declare(strict_types=1);

namespace Kopeck\Internal;

/**
 * What comes back: fields that are read, and shown in dumps as far as they may stand in a log.
 *
 * @internal
 */
abstract class Result implements \JsonSerializable
{
    /** @return array<string, mixed> */
    abstract public function toArray(): array;

    /** @return array<string, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
