<?php

declare(strict_types=1);

namespace Kopeck\Internal;

use Kopeck\Notification;

/**
 * What the caller gave to a typed method, in the shape in which the core takes it.
 *
 * @internal
 */
final class Given
{
    /** Fields that are objects. PHP writes an empty one as `[]`, like an empty list: there is none. */
    private const OBJECTS = [
        'customer', 'extra', 'expect', 'before', 'receipt', 'create', 'charge', 'notification',
        'company', 'cashier', 'user_attribute', 'agent', 'supplier', 'marking', 'fraction',
        'transfer_operator', 'attributes',
    ];

    /** Fields that are lists. array_filter and the like leave gaps, which are not meant. */
    private const LISTS = ['positions', 'phones', 'operator_phones', 'payments', 'statuses'];

    /** The same as OBJECTS among settings. */
    private const SETTINGS = ['tls', 'timeouts', 'assumptions'];

    /** What the core takes is not nested deeper; arrays that hold themselves have no end. */
    private const DEPTH = 8;

    /**
     * @param array<array-key, mixed> $fields
     *
     * @return array<array-key, mixed>
     */
    public static function fields(
        #[\SensitiveParameter]
        array $fields,
        int $depth = self::DEPTH
    ): array {
        $taken = [];
        foreach ($fields as $name => $value) {
            if ($value === [] && in_array($name, self::OBJECTS, true)) {
                continue;
            }
            if ($name === 'notification') {
                $value = self::notification($value);
            } elseif ($name === 'headers' && is_array($value)) {
                $value = (object) $value;
            } elseif (is_array($value) && $name !== 'extra' && $name !== 'attributes' && $depth > 0) {
                // What is the gateway's own goes as it is.
                $value = self::fields($value, $depth - 1);
                if (in_array($name, self::LISTS, true) && array_filter(array_keys($value), 'is_string') === []) {
                    $value = array_values($value);
                }
            }
            $taken[$name] = $value;
        }

        return $taken;
    }

    /**
     * @param array<array-key, mixed> $settings
     *
     * @return array<array-key, mixed>
     */
    public static function settings(
        #[\SensitiveParameter]
        array $settings
    ): array {
        foreach (self::SETTINGS as $name) {
            if (($settings[$name] ?? null) === []) {
                unset($settings[$name]);
            }
        }

        return $settings;
    }

    /**
     * A notification as the core takes it. A stranger chose its bytes, so none of them may be a
     * mistake of the caller's: what is no text goes as base64.
     *
     * @param array<array-key, mixed> $fields
     *
     * @return array<array-key, mixed>
     */
    public static function received(
        #[\SensitiveParameter]
        array $fields
    ): array {
        if (is_string($fields['method'] ?? null) && !self::isText($fields['method'])) {
            $fields['method'] = '';
        }
        foreach (['query', 'body'] as $name) {
            $value = $fields[$name] ?? null;
            if (!is_string($value)) {
                continue;
            }
            if (strlen($value) > Notification::MOST_BYTES) {
                // The core refuses this many, and knows what to answer: the rest is only memory.
                $value = $fields[$name] = substr($value, 0, Notification::MOST_BYTES + 1);
            }
            if (!self::isText($value)) {
                unset($fields[$name]);
                $fields["{$name}_base64"] = base64_encode($value);
            }
        }
        if (is_array($fields['headers'] ?? null)) {
            $fields['headers'] = self::headers($fields['headers']);
        }

        return $fields;
    }

    /**
     * Headers with one value each. Odd ones stay behind.
     *
     * @param array<array-key, mixed> $headers
     *
     * @return array<array-key, string>
     */
    public static function headers(
        #[\SensitiveParameter]
        array $headers
    ): array {
        $plain = [];
        foreach ($headers as $name => $values) {
            $values = array_filter(is_array($values) ? $values : [$values], 'is_string');
            $value = implode(', ', $values);
            $name = (string) $name;
            if ($values !== [] && strncmp($name, "\0", 1) !== 0 && self::isText($name) && self::isText($value)) {
                $plain[$name] = $value;
            }
        }

        return $plain;
    }

    /** Whether it is UTF-8, as all text of the core is. */
    public static function isText(
        #[\SensitiveParameter]
        string $text
    ): bool {
        return preg_match('//u', $text) === 1;
    }

    /**
     * @param mixed $given
     *
     * @return mixed
     */
    private static function notification(
        #[\SensitiveParameter]
        $given
    ) {
        if ($given instanceof Notification) {
            $given = $given->asReceived();
        }
        if (!is_array($given)) {
            return $given; // the core says what was expected
        }
        $fields = self::received($given);
        if (is_array($fields['headers'] ?? null)) {
            $fields['headers'] = (object) $fields['headers'];
        }

        return $fields;
    }
}
