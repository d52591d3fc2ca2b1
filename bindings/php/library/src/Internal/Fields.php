<?php

declare(strict_types=1);

namespace Kopeck\Internal;

/**
 * Read-only fields under the names that every language knows. A name that is none is a mistake of
 * the program, and says so; a field that is not known is null, never 0, never guessed.
 *
 * The class has the constants FIELDS (each name with the class of its value: null for plain values,
 * [the class] for lists of it) and SHOWN (the names that may stand in a log).
 *
 * @internal
 */
trait Fields
{
    /** @var array<string, mixed> */
    protected array $fields = [];

    /** @return mixed */
    public function __get(string $name)
    {
        $known = array_key_exists($name, static::FIELDS);
        if (!$known && !array_key_exists($name, $this->fields)) {
            $names = implode(', ', array_keys(static::FIELDS));
            throw new \LogicException(static::class . " has no $name; it has $names.");
        }
        $value = $this->fields[$name] ?? null;
        $class = $known ? static::FIELDS[$name] : null;
        if ($class === null) {
            return $value;
        }
        if (is_string($class)) {
            return is_array($value) ? $class::of($value) : null;
        }
        $list = is_array($value) ? array_values($value) : [];

        return $class === [] ? $list : array_map([$class[0], 'of'], $list);
    }

    public function __isset(string $name): bool
    {
        $known = array_key_exists($name, static::FIELDS) || array_key_exists($name, $this->fields);

        return $known && $this->__get($name) !== null;
    }

    /** @param mixed $value */
    public function __set(string $name, $value): void
    {
        throw new \LogicException(static::class . ' cannot be changed.');
    }

    public function __unset(string $name): void
    {
        throw new \LogicException(static::class . ' cannot be changed.');
    }

    /** @return array<string, mixed> all fields as they came: what to store, or to send as JSON */
    public function toArray(): array
    {
        return $this->fields;
    }
}
