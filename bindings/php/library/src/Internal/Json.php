<?php

declare(strict_types=1);

namespace Kopeck\Internal;

use Kopeck\Exception\PaymentException;

/**
 * PHP's values as the core's JSON, and back. Only what means one thing is taken: a float could be
 * any sum near it.
 *
 * @internal
 */
final class Json
{
    /** Deeper messages come from a mistake, or from somebody's malice. */
    private const DEPTH = 64;

    /** A number with a fraction or an exponent, outside of texts. */
    private const FRACTION
        = '/"(?:[^"\\\\]++|\\\\.)*+"(*SKIP)(*FAIL)|-?\d++(?:\.\d++(?:[eE][+-]?\d++)?|[eE][+-]?\d++)/';

    /**
     * @param array<mixed> $fields
     *
     * @throws PaymentException naming the field
     */
    public static function encode(
        #[\SensitiveParameter]
        array $fields,
        ?string $operation
    ): string {
        try {
            $plain = self::plain($fields, '', self::DEPTH);
        } catch (\UnexpectedValueException $wrong) {
            [$field, $expected] = explode("\0", $wrong->getMessage(), 2);
            throw PaymentException::invalid($operation, $field === '' ? null : $field, $expected);
        }
        $flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR;

        return json_encode((object) $plain, $flags);
    }

    /**
     * @param mixed $value
     *
     * @return mixed
     */
    private static function plain(
        #[\SensitiveParameter]
        $value,
        string $path,
        int $depth
    ) {
        if ($value === null || is_bool($value) || is_int($value)) {
            return $value;
        }
        if (is_string($value)) {
            return preg_match('//u', $value) === 1 ? $value : self::wrong($path, 'expected UTF-8');
        }
        if (is_float($value)) {
            return self::wrong($path, "expected decimal text such as '100.50', got a float");
        }
        if ($value instanceof Result || $value instanceof \Kopeck\Notification) {
            $value = $value->toArray();
        }
        $object = $value instanceof \stdClass;
        if (!is_array($value) && !$object) {
            $got = is_object($value) ? get_class($value) : gettype($value);

            return self::wrong($path, "expected text, an integer, a boolean, null or an array, got $got");
        }
        if ($depth === 0) {
            return self::wrong($path, 'nested too deeply');
        }
        $plain = [];
        foreach ((array) $value as $name => $part) {
            if (preg_match('//u', (string) $name) !== 1) {
                return self::wrong($path, 'expected names of fields in UTF-8');
            }
            $plain[$name] = self::plain($part, $path === '' ? (string) $name : "$path.$name", $depth - 1);
        }

        return $object ? (object) $plain : $plain;
    }

    /** @return never */
    private static function wrong(string $path, string $expected): void
    {
        throw new \UnexpectedValueException("$path\0$expected");
    }

    /**
     * Fractions come as text, digit for digit; so do integers that PHP cannot hold.
     *
     * @return array<string, mixed>
     */
    public static function decode(
        #[\SensitiveParameter]
        string $json
    ): array {
        $exact = preg_replace(self::FRACTION, '"$0"', $json);
        $fields = json_decode($exact ?? $json, true, 512, JSON_BIGINT_AS_STRING | JSON_THROW_ON_ERROR);

        return is_array($fields) ? $fields : [];
    }
}
