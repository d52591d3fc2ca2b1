<?php

declare(strict_types=1);

namespace Kopeck\Internal;

/**
 * What comes back: fields that are read, and shown in dumps as far as they may stand in a log.
 * json_encode and `toArray` give all of them, and `of` takes them again.
 *
 * @internal
 */
abstract class Result implements \JsonSerializable
{
    use Fields;

    /** @var array<string, class-string<Result>|array{}|array{class-string<Result>}|null> */
    public const FIELDS = [];

    /** @var list<string> */
    public const SHOWN = [];

    /** @param array<string, mixed> $fields */
    final private function __construct(array $fields)
    {
        $this->fields = $fields;
    }

    /**
     * @param array<string, mixed> $fields what `toArray` gave
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
}
