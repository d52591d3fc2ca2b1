<?php

declare(strict_types=1);

namespace Kopeck\Internal;

use Kopeck\Exception\PaymentException;
use Kopeck\Notification;

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

    /** Fields that are times, and may be objects. Elsewhere one is a mistake: in what format? */
    private const TIMES = ['sent_at', 'from', 'to'];

    /** Fields that are decimal text. */
    private const SUMS = '/(^|\.)(amount|authorized|captured|refunded|quantity|price|vat_amount|excise)$/D';

    /** Where others say what is a sum, and how it is written. */
    private const FOREIGN = '/(^|\.)(extra|raw|descriptor)\./';

    /** Longer names of fields are cut in errors. */
    private const NAME = 60;

    /** A number with a fraction or an exponent. */
    private const FRACTION = '/-?\d++(?:\.\d++(?:[eE][+-]?\d++)?|[eE][+-]?\d++)/';

    /**
     * @param array<array-key, mixed> $fields
     *
     * @throws PaymentException naming the field
     */
    public static function encode(
        #[\SensitiveParameter]
        array $fields,
        ?string $operation
    ): string {
        try {
            // A gateway's own operations have formats of their own, and so have settings.
            $common = $operation !== null && strpos($operation, '.') === false;
            $plain = self::plain($fields, '', self::DEPTH, $common);
            $fields = [];
        } catch (Wrong $wrong) {
            // Made here and not there: its stack trace must not show what was given.
            $fields = [];
            throw PaymentException::invalid($operation, $wrong->field, $wrong->getMessage());
        }
        $flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR;

        return json_encode((object) $plain, $flags);
    }

    /**
     * @param mixed $value
     *
     * @return mixed
     *
     * @throws Wrong
     */
    private static function plain(
        #[\SensitiveParameter]
        $value,
        string $path,
        int $depth,
        bool $common
    ) {
        if ($value === null || is_bool($value)) {
            return $value;
        }
        if (is_int($value) || is_float($value)) {
            return self::number($value, $path, $common);
        }
        if (is_string($value)) {
            if (!Given::isText($value)) {
                throw new Wrong($path, 'expected text in UTF-8');
            }

            return $value;
        }
        if ($value instanceof \DateTimeInterface && $common && in_array($path, self::TIMES, true)) {
            return $value->format('Y-m-d\TH:i:s.uP');
        }
        if ($value instanceof Result || $value instanceof Notification) {
            $value = $value->toArray();
        }
        $object = $value instanceof \stdClass;
        if (!is_array($value) && !$object) {
            $got = is_object($value) ? get_class($value) : gettype($value);
            throw new Wrong($path, "expected text, an integer, a boolean, null or an array, got $got");
        }
        if ($depth === 0) {
            throw new Wrong($path, 'nested too deeply');
        }
        $plain = [];
        foreach ((array) $value as $name => $part) {
            $name = (string) $name;
            // PHP leaves out of an object what begins with NUL: such a field would be lost silently.
            if (!Given::isText($name) || strncmp($name, "\0", 1) === 0) {
                throw new Wrong($path, 'expected names of fields in UTF-8, without NUL');
            }
            $shown = strlen($name) > self::NAME ? (string) preg_replace('/^(.{30}).*$/us', '$1...', $name) : $name;
            $plain[$name] = self::plain($part, $path === '' ? $shown : "$path.$shown", $depth - 1, $common);
        }

        return $object ? (object) $plain : $plain;
    }

    /**
     * An integer, unless it stands for a sum: of roubles or of kopecks? Goods may be counted.
     *
     * @param int|float $number
     *
     * @throws Wrong
     */
    private static function number(
        #[\SensitiveParameter]
        $number,
        string $path,
        bool $common
    ): int {
        $sum = $common && preg_match(self::SUMS, $path) === 1 && preg_match(self::FOREIGN, $path) !== 1;
        if (is_int($number) && (!$sum || substr($path, -9) === '.quantity')) {
            return $number;
        }
        $expected = $sum ? "decimal text such as '100.50'" : 'an integer or text';
        throw new Wrong($path, "expected $expected, got " . (is_int($number) ? 'an integer' : 'a float'));
    }

    /**
     * Fractions come as text, digit for digit; so do integers that PHP cannot hold.
     *
     * @return array<string, mixed>
     *
     * @throws \JsonException
     */
    public static function decode(
        #[\SensitiveParameter]
        string $json
    ): array {
        $flags = JSON_BIGINT_AS_STRING | JSON_THROW_ON_ERROR;
        /** @var array<string, mixed>|scalar|null $fields */
        $fields = json_decode(self::exact($json), true, 512, $flags);

        return is_array($fields) ? $fields : [];
    }

    /** With quotes around fractions. Texts are walked over, not matched: they may have megabytes. */
    private static function exact(
        #[\SensitiveParameter]
        string $json
    ): string {
        $parts = explode('"', $json);
        $inText = false;
        foreach ($parts as $place => $part) {
            if (!$inText) {
                if (strpbrk($part, '.eE') !== false) {
                    $parts[$place] = preg_replace(self::FRACTION, '"$0"', $part) ?? $part;
                }
                $inText = true;
            } elseif ($part === '' || substr($part, -1) !== '\\') {
                $inText = false;
            } else {
                // An even number of backslashes ends the text, an odd one escapes the quote.
                $inText = (strlen($part) - strlen(rtrim($part, '\\'))) % 2 === 1;
            }
        }

        return implode('"', $parts);
    }
}
