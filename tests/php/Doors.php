<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Bitrix24;
use Kopeck\Client;
use Kopeck\Exception\PaymentException;
use Kopeck\Notification;

/** The doors through which the vectors are replayed; each gives the status and the answer as JSON text. */
final class Doors
{
    /** @return array{string, string} */
    public static function extension(string $settings, string $operation, string $fields): array
    {
        [$status, $json] = kopeck_call($settings, $operation, $fields);
        $class = PaymentException::KINDS[$status] ?? null;

        return [$class === null ? 'OK' : self::kind($class), $json];
    }

    /** @return array{string, string} */
    public static function library(string $settings, string $operation, string $fields): array
    {
        $client = static fn(): Client => new Client(self::fields($settings));

        return self::answer(static fn(): array => $client()->call($operation, self::fields($fields)));
    }

    /** @return array{string, string} */
    public static function methods(string $settings, string $operation, string $fields): array
    {
        $method = lcfirst(strtr(ucwords(strtr($operation, '_', ' ')), [' ' => '']));

        return self::answer(static function () use ($settings, $operation, $method, $fields): array {
            $settings = self::fields($settings);
            $fields = self::fields($fields);
            $client = isset($settings['service']) ? new Bitrix24($settings) : new Client($settings);
            if (isset($fields['notification']['method'])) { // a portal is told of one that was read
                $fields['notification'] = self::received($fields['notification']);
            }
            $arguments = $operation === 'check_settings' ? [] : [$fields];
            if (in_array($operation, ['parse_notification', 'parse_event', 'read_checkout'], true)) {
                $rest = array_diff_key($fields, self::RECEIVED);
                $arguments = $rest === [] ? [self::received($fields)] : [self::received($fields), $rest];
            }
            $result = $client->$method(...$arguments)->toArray();

            return $operation === 'answer_checkout' ? ['answer' => $result] : $result;
        });
    }

    /** What the request of a page is made of. */
    private const RECEIVED = [
        'method' => '', 'query' => '', 'query_base64' => '', 'headers' => '', 'body' => '', 'body_base64' => '',
    ];

    /** @param array<string, mixed> $fields */
    private static function received(array $fields): Notification
    {
        $body = $fields['body'] ?? base64_decode($fields['body_base64'] ?? '', true);
        $query = $fields['query'] ?? base64_decode($fields['query_base64'] ?? '', true);

        return new Notification($fields['method'], $query, (array) ($fields['headers'] ?? []), $body);
    }

    /**
     * @param callable(): array<mixed> $ask
     *
     * @return array{string, string}
     */
    private static function answer(callable $ask): array
    {
        try {
            $answer = $ask();
            $status = 'OK';
        } catch (PaymentException $error) {
            $answer = $error->toArray();
            $status = self::kind(get_class($error));
            if ($error->getCode() !== array_search(get_class($error), PaymentException::KINDS, true)) {
                throw new \LogicException("{$status} has the code {$error->getCode()}");
            }
        }
        $flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR;

        return [$status, json_encode($answer, $flags)];
    }

    /** `NotDone` for `Kopeck\Exception\NotDoneException`. */
    private static function kind(string $class): string
    {
        return basename(str_replace(['\\', 'Exception'], ['/', ''], $class));
    }

    /** @return array<mixed> */
    private static function fields(string $json): array
    {
        return (array) self::written(json_decode($json, false, 512, JSON_THROW_ON_ERROR));
    }

    /**
     * JSON as a PHP programmer writes it: arrays, where an array can say the same. It cannot for `{}`
     * and for names that are 0, 1, 2...: those stay objects.
     *
     * @param mixed $value
     *
     * @return mixed
     */
    private static function written($value)
    {
        if (is_array($value)) {
            return array_map([self::class, 'written'], $value);
        }
        if (!$value instanceof \stdClass) {
            return $value;
        }
        $fields = array_map([self::class, 'written'], (array) $value);
        $list = $fields === [] || array_keys($fields) === range(0, count($fields) - 1);

        return $list ? (object) $fields : $fields;
    }
}
