<?php

declare(strict_types=1);

namespace Kopeck\Internal;

/**
 * Read-only fields under the names that every language knows. A name that is none is a mistake of
 * the program, and says so; a field that is not known is null, never 0, never guessed.
 *
 * @internal
 */
trait Fields
{
    /** @var array<string, mixed> */
    protected array $fields = [];

    /**
     * The names, each with what its value is: null for plain values, a class, [a class] for a list of
     * it, [] for a list of plain values.
     *
     * @return array<string, class-string<Result>|list<class-string<Result>>|null>
     */
    abstract protected static function kinds(): array;

    /** @return mixed */
    public function __get(string $name)
    {
        if (!$this->has($name)) {
            $names = implode(', ', array_keys(static::kinds()));
            throw new \LogicException(static::class . " has no $name; it has $names.");
        }
        /** @var array<array-key, mixed>|scalar|null $value */
        $value = $this->fields[$name] ?? null;
        $kind = static::kinds()[$name] ?? null;
        if ($kind === null) {
            return $value;
        }
        $parts = is_array($value) ? $value : [];
        if (is_string($kind)) {
            return $value === null ? null : $kind::of($parts);
        }
        $list = [];
        foreach ($parts as $part) {
            $list[] = $kind === [] || !is_array($part) ? $part : $kind[0]::of($part);
        }

        return $list;
    }

    public function __isset(string $name): bool
    {
        return $this->has($name) && $this->__get($name) !== null;
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

    /** A later version of the core may add fields: they can be read too. */
    private function has(string $name): bool
    {
        return array_key_exists($name, static::kinds()) || array_key_exists($name, $this->fields);
    }
}
