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
    private array $fields = [];

    /** @return mixed */
    public function __get(string $name)
    {
        if (!array_key_exists($name, self::FIELDS)) {
            $known = implode(', ', array_keys(self::FIELDS));
            throw new \LogicException(self::class . " has no $name; it has $known.");
        }
        $value = $this->fields[$name] ?? null;
        $class = self::FIELDS[$name];
        if (is_array($class)) {
            return array_map([$class[0], 'of'], is_array($value) ? array_values($value) : []);
        }

        return $class === null || $value === null ? $value : $class::of($value);
    }

    public function __isset(string $name): bool
    {
        return isset($this->fields[$name]);
    }

    /** @param mixed $value */
    public function __set(string $name, $value): void
    {
        throw new \LogicException(self::class . ' cannot be changed.');
    }

    /** @return array<string, mixed> all fields, those too that this version has no name for */
    public function toArray(): array
    {
        return $this->fields;
    }
}
