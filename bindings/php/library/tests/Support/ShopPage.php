<?php

declare(strict_types=1);

namespace Kopeck\Tests\Support;

/** A shop's page behind a web server of its own (`php -S`), on a free port, with the extension. */
final class ShopPage
{
    public string $url;

    /** @var resource|null */
    private $process;

    /** @var array<int, resource> */
    private array $pipes = [];

    /** @param array<string, string> $environment what the script reads with getenv */
    public function __construct(string $script, array $environment)
    {
        $extension = dirname(__DIR__, 5) . '/build/php/kopeck.so';
        $command = [PHP_BINARY, '-d', "extension=$extension", '-S', '127.0.0.1:0', $script];
        $given = [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['pipe', 'w']];
        $process = proc_open($command, $given, $this->pipes, null, $environment + getenv());
        if ($process === false) {
            throw new \RuntimeException('php -S does not start');
        }
        $this->process = $process;
        // A run that ends early leaves no server behind.
        register_shutdown_function([$this, 'stop']);
        $said = '';
        while (preg_match('~\((http://127\.0\.0\.1:\d+)\) started~', $said, $found) !== 1) {
            $line = fgets($this->pipes[2]);
            if ($line === false) {
                throw new \RuntimeException("php -S said: $said");
            }
            $said .= $line;
        }
        $this->url = $found[1];
    }

    public function stop(): void
    {
        if ($this->process === null) {
            return;
        }
        proc_terminate($this->process);
        fclose($this->pipes[2]);
        proc_close($this->process);
        $this->process = null;
    }
}
