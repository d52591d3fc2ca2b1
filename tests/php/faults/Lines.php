<?php

declare(strict_types=1);

namespace Kopeck\Tests\Faults;

use Psr\Log\AbstractLogger;

/** A shop's log that keeps what is written to it. */
final class Lines extends AbstractLogger
{
    /** @var list<string> */
    public array $lines = [];

    /**
     * @param mixed $level
     * @param mixed $message
     * @param array<mixed> $context
     */
    public function log($level, $message, array $context = []): void
    {
        $this->lines[] = "$level: $message " . var_export($context, true);
    }

    public function text(): string
    {
        return implode("\n", $this->lines);
    }
}
