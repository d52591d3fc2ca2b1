<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Exception\PaymentException;
use Kopeck\Internal\Door;
use Psr\Log\LoggerInterface;

/**
 * Talks to one gateway with one set of settings, and never changes.
 *
 * Making one is cheap: the worker process keeps what stands behind it, with its open connection, and
 * the next page that gives the same settings goes on with it.
 */
final class Client
{
    private Door $door;

    /**
     * @param array<string, mixed> $settings `gateway` and what it needs; the README lists them
     *
     * @throws PaymentException an InvalidRequestException that names the setting
     */
    public function __construct(
        #[\SensitiveParameter]
        array $settings,
        ?LoggerInterface $log = null
    ) {
        $given = $settings;
        $settings = []; // or stack traces would show it, before PHP 8.2
        $this->door = new Door($given, $log);
    }

    /**
     * Any operation by name, above all the gateway's own ones: `rbs.getBindings`.
     *
     * @param array<string, mixed> $fields
     *
     * @return array<string, mixed>
     */
    public function call(
        string $operation,
        #[\SensitiveParameter]
        array $fields = []
    ): array {
        return $this->door->call($operation, $fields);
    }
}
