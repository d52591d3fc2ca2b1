<?php

declare(strict_types=1);

namespace Kopeck\Internal;

use Kopeck\Exception\PaymentException;
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

    /**
     * @param array<array-key, mixed> $fields
     *
     * @return array<array-key, mixed>
     */
    public static function fields(
        #[\SensitiveParameter]
        array $fields
    ): array {
        $taken = [];
        foreach ($fields as $name => $value) {
            $isObject = in_array($name, self::OBJECTS, true);
            if ($value === [] && $isObject) {
                continue;
            }
            if ($name === 'notification' && $value instanceof Notification) {
                $value = $value->toArray();
            } elseif ($name === 'notification' && is_array($value)) {
                $value = self::received($value);
            } elseif (is_array($value) && $name !== 'extra' && $name !== 'attributes') {
                // What is the gateway's own goes as it is.
                $value = self::fields($value);
            }
            $taken[$name] = $value;
        }

        return $taken;
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
        foreach (['query', 'body'] as $name) {
            $value = $fields[$name] ?? null;
            if (!is_string($value)) {
                continue;
            }
            if (strlen($value) > Notification::MOST_BYTES) {
                $value = '';
                $fields = [];
                $most = Notification::MOST_BYTES;
                throw PaymentException::invalid(null, $name, "more than $most bytes: no gateway sends so much");
            }
            if (!self::isText($value)) {
                unset($fields[$name]);
                $fields["{$name}_base64"] = base64_encode($value);
            }
        }
        if (($fields['headers'] ?? null) === []) {
            unset($fields['headers']);
        }

        return $fields;
    }

    /** Whether it is UTF-8, as all text of the core is. */
    public static function isText(string $text): bool
    {
        return preg_match('//u', $text) === 1;
    }
}
