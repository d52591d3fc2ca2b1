<?php

declare(strict_types=1);

namespace Kopeck\Internal;

/**
 * What comes back: fields that are read, and shown in dumps as far as they may stand in a log.
 * json_encode and `toArray` give all of them, and `of` takes them again: a logger that encodes its
 * context would write them all, with the address at which a payment can be paid.
 *
 * @internal
 */
abstract class Result implements \JsonSerializable
{
    use Fields;

    /** @var array<string, class-string<Result>|list<class-string<Result>>|null> see `kinds` */
    public const FIELDS = [];

    /** @var list<string> what may stand in a log */
    public const SHOWN = [];

    /** @param array<array-key, mixed> $fields */
    final private function __construct(array $fields)
    {
        /** @var array<string, mixed> $fields */
        $this->fields = $fields;
    }

    /**
     * @param array<array-key, mixed> $fields what `toArray` gave
     *
     * @return static
     */
    final public static function of(array $fields): self
    {
        return new static($fields);
    }

    /** @return array<string, mixed> */
    public function jsonSerialize(): array
    {
        return $this->fields;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        $shown = [];
        foreach (static::SHOWN as $name) {
            $shown[$name] = $this->__get($name);
        }

        return $shown;
    }

    protected static function kinds(): array
    {
        return static::FIELDS;
    }
}
