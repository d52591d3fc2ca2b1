<?php

declare(strict_types=1);

namespace Kopeck\Internal;

use Kopeck\Exception\PaymentException;
use Psr\Log\LoggerInterface;
use Psr\Log\LogLevel;

/**
 * The one way into the core, whatever stands behind it: settings in, then operations by name.
 *
 * Parameters that hold secrets are emptied once they are used: before PHP 8.2 nothing else keeps
 * them out of stack traces.
 *
 * @internal
 */
final class Door
{
    /** The shape of kopeck_call that this package speaks. */
    private const ABI = 1;

    private const NONE = '{"method":"NONE"}';

    /**
     * Settings hold secrets: kept by the object's number, outside of it, they appear in no dump of it.
     *
     * @var array<int, string>
     */
    private static array $settings = [];

    private ?LoggerInterface $log;

    /** What a stranger may send: its errors name the gateway, and say what to answer. */
    private string $reads;

    /**
     * @param array<array-key, mixed> $settings emptied
     *
     * @throws PaymentException
     */
    public function __construct(
        #[\SensitiveParameter]
        array &$settings,
        ?LoggerInterface $log
    ) {
        $given = Given::settings($settings);
        $settings = [];
        self::check();
        $this->log = $log;
        $this->reads = ($given['service'] ?? null) === 'bitrix24' ? 'parse_event' : 'parse_notification';
        $json = Json::encode($given, null);
        self::$settings[spl_object_id($this)] = $json;
        try {
            $this->perform(null, '{}');
        } catch (\Throwable $error) {
            // What was never made is never destroyed.
            unset(self::$settings[spl_object_id($this)]);
            throw $error;
        }
    }

    public function __destruct()
    {
        unset(self::$settings[spl_object_id($this)]);
    }

    /**
     * @param array<array-key, mixed> $fields emptied
     *
     * @return array<string, mixed>
     *
     * @throws PaymentException
     */
    public function call(
        string $operation,
        #[\SensitiveParameter]
        array &$fields
    ): array {
        $given = $fields;
        $fields = [];
        try {
            $request = Json::encode($given, $operation);
        } catch (PaymentException $error) {
            $given = [];
            throw $this->complete($error);
        }
        $given = [];

        return $this->perform($operation, $request);
    }

    /** An error with what it lacks where this package made it: the gateway, and how to answer the gateway. */
    public function complete(PaymentException $error, bool $answer = false): PaymentException
    {
        $fields = $error->toArray();
        $answer = $answer && !isset($fields['answer']);
        if (array_key_exists('gateway', $fields) && !$answer) {
            return $error;
        }
        $settings = self::$settings[spl_object_id($this)] ?? null;
        try {
            // No HTTP method is called so: what comes back is the core's error about it.
            $told = $settings === null ? [] : Json::decode(\kopeck_call($settings, $this->reads, self::NONE)[1]);
        } catch (\JsonException $defect) {
            $told = [];
        }
        $fields['gateway'] = $fields['gateway'] ?? $told['gateway'] ?? null;
        if ($answer) {
            $fields['answer'] = $told['answer'] ?? null;
        }

        return PaymentException::of((int) $error->getCode(), $fields);
    }

    /** @return array<string, mixed> */
    private function perform(
        ?string $operation,
        #[\SensitiveParameter]
        string $request
    ): array {
        $settings = self::$settings[spl_object_id($this)] ?? null;
        if ($settings === null) {
            throw PaymentException::invalid($operation, null, 'the client is gone: the page has ended');
        }
        [$status, $json, $lines] = \kopeck_call($settings, $operation, $request);
        $request = '';
        $this->handOn($lines);
        try {
            $fields = Json::decode($json);
        } catch (\JsonException $error) { // never seen; it must not hide that money may have moved
            $status = 99;
            $fields = ['message' => 'the reply of the extension is no JSON', 'operation' => $operation];
        }
        if ($status !== 0) {
            throw PaymentException::of($status, $fields);
        }

        return $fields;
    }

    /** @param list<array{int, string}> $lines */
    private function handOn(array $lines): void
    {
        if ($this->log === null) {
            return;
        }
        try {
            foreach ($lines as [$level, $line]) {
                $this->log->log($level === 1 ? LogLevel::INFO : LogLevel::WARNING, $line);
            }
        } catch (\Throwable $error) {
            // A log that fails (a full disk) must not cost the caller what became of the money.
            error_log('kopeck: the logger failed: ' . get_class($error));
        }
    }

    /** One clear error where the extension is missing or too old or too new. */
    private static function check(): void
    {
        $found = defined('KOPECK_EXTENSION_ABI') ? constant('KOPECK_EXTENSION_ABI') : null;
        if ($found === self::ABI) {
            return;
        }
        $install = 'install it with: pie install kopeck/kopeck-ext';
        throw PaymentException::invalid(null, null, $found === null
            ? "the PHP extension kopeck is not loaded: $install (then restart PHP-FPM)"
            : 'the PHP extension kopeck speaks ABI ' . (is_int($found) ? $found : '?') . ', this package '
                . self::ABI . ": $install, and update this package with: composer update kopeck/kopeck");
    }

    private function __clone()
    {
    }

    /** @return array<never> */
    public function __serialize(): array
    {
        throw new \LogicException('A client holds secrets and cannot be serialized: make one from its settings.');
    }

    /** @param array<mixed> $fields */
    public function __unserialize(array $fields): void
    {
        throw new \LogicException('A client cannot be unserialized: make one from its settings.');
    }

    /** @return array<never> */
    public function __debugInfo(): array
    {
        return [];
    }
}
