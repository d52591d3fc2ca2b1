<?php

declare(strict_types=1);

namespace Kopeck\Internal;

use Kopeck\Exception\PaymentException;
use Psr\Log\LoggerInterface;
use Psr\Log\LogLevel;

/**
 * The one way into the core, whatever stands behind it: settings in, then operations by name.
 *
 * @internal
 */
final class Door
{
    /** The shape of kopeck_call that this package speaks. */
    private const ABI = 1;

    /**
     * Settings hold secrets: kept by the object's number, outside of it, they appear in no dump of it.
     *
     * @var array<int, string>
     */
    private static array $settings = [];

    private ?LoggerInterface $log;

    /** @param array<mixed> $settings */
    public function __construct(
        #[\SensitiveParameter]
        array $settings,
        ?LoggerInterface $log
    ) {
        $json = Json::encode($settings, null);
        $settings = []; // or stack traces would show it, before PHP 8.2
        self::check();
        $this->log = $log;
        self::$settings[spl_object_id($this)] = $json;
        $this->perform(null, '{}');
    }

    public function __destruct()
    {
        unset(self::$settings[spl_object_id($this)]);
    }

    /**
     * @param array<mixed> $fields
     *
     * @return array<string, mixed>
     */
    public function call(
        string $operation,
        #[\SensitiveParameter]
        array $fields
    ): array {
        $json = Json::encode($fields, $operation);
        $fields = [];

        return $this->perform($operation, $json);
    }

    /** @return array<string, mixed> */
    private function perform(
        ?string $operation,
        #[\SensitiveParameter]
        string $request
    ): array {
        [$status, $json, $lines] = \kopeck_call(self::$settings[spl_object_id($this)], $operation, $request);
        $request = '';
        if ($this->log !== null) {
            foreach ($lines as [$level, $line]) {
                $this->log->log($level === 1 ? LogLevel::INFO : LogLevel::WARNING, $line);
            }
        }
        $fields = Json::decode($json);
        if ($status !== 0) {
            throw PaymentException::of($status, $fields);
        }

        return $fields;
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

    /** @return array<never> */
    public function __debugInfo(): array
    {
        return [];
    }
}
