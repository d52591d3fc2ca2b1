<?php

declare(strict_types=1);

namespace Kopeck\Tests\Support;

/**
 * A stand-in gateway of a test class's own: started with it, on a free port, and gone with it, since
 * it ends when the pipe to it closes, however PHP ends.
 */
final class Sandbox
{
    public string $origin;

    /** @var resource */
    private $process;

    /** @var array<int, resource> */
    private array $pipes = [];

    private static int $count = 0;

    public function __construct(string ...$options)
    {
        $program = getenv('KOPECK_SANDBOX') ?: dirname(__DIR__, 5) . '/target/release/kopeck-sandbox';
        $command = array_merge([$program, '--listen', '127.0.0.1:0', '--until-stdin-closes'], $options);
        $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w']], $this->pipes);
        if ($process === false) {
            throw new \RuntimeException("$program does not start: make build");
        }
        $this->process = $process;
        $line = trim((string) fgets($this->pipes[1]));
        if (strncmp($line, 'listening on ', 13) !== 0) {
            throw new \RuntimeException("$program said: $line");
        }
        $this->origin = substr($line, 13);
    }

    public function stop(): void
    {
        foreach ($this->pipes as $pipe) {
            fclose($pipe);
        }
        proc_close($this->process);
    }

    /** A name that no other test has. */
    public static function unique(string $prefix): string
    {
        return $prefix . '_' . getmypid() . '_' . ++self::$count;
    }

    /**
     * One HTTP exchange, past any proxy and without following redirects.
     *
     * @param array<string, string> $headers
     *
     * @return array{0: int, 1: array<string, string>, 2: string} status, headers in lower case, body
     */
    public static function request(string $method, string $url, ?string $body = null, array $headers = []): array
    {
        $lines = ['Connection: close'];
        foreach ($headers as $name => $value) {
            $lines[] = "$name: $value";
        }
        $http = ['method' => $method, 'header' => $lines, 'ignore_errors' => true, 'follow_location' => 0];
        $http += ['timeout' => 20, 'content' => $body ?? ''];
        $stream = fopen($url, 'r', false, stream_context_create(['http' => $http]));
        if ($stream === false) {
            throw new \RuntimeException("$method $url: no answer");
        }
        $head = stream_get_meta_data($stream)['wrapper_data'];
        $text = (string) stream_get_contents($stream);
        fclose($stream);
        $status = (int) explode(' ', $head[0])[1];
        $came = [];
        foreach (array_slice($head, 1) as $line) {
            [$name, $value] = explode(':', $line, 2) + [1 => ''];
            $came[strtolower($name)] = trim($value);
        }

        return [$status, $came, $text];
    }

    /**
     * A request to its control interface.
     *
     * @param array<string, mixed>|null $fields
     *
     * @return array<string, mixed>
     */
    public function ask(string $method, string $path, ?array $fields = null): array
    {
        $body = $fields === null ? null : json_encode((object) $fields, JSON_THROW_ON_ERROR);
        $headers = $fields === null ? [] : ['Content-Type' => 'application/json'];
        [$status, , $text] = self::request($method, $this->origin . $path, $body, $headers);
        if ($status !== 200) {
            throw new \RuntimeException("$method $path: $status $text");
        }

        return json_decode($text, true, 512, JSON_THROW_ON_ERROR);
    }

    /**
     * Settings of a client for an RBS merchant of its own, whose bank has these switches.
     *
     * @param array<string, mixed> $switches
     *
     * @return array<string, string>
     */
    public function merchant(array $switches = []): array
    {
        $name = self::unique('shop');
        $made = ['user_name' => $name, 'password' => "{$name}_password", 'callback_signature' => 'hmac'];
        $this->ask('POST', '/sandbox/merchants', $made + ['retry_pause_ms' => 10, 'settings' => (object) $switches]);

        return [
            'gateway' => 'rbs',
            'base_url' => "$this->origin/payment",
            'user_name' => $name,
            'password' => "{$name}_password",
            'callback_key' => "{$name}_callback_key",
        ];
    }

    /** @param array<string, mixed> $more */
    public function fault(string $path, string $fault, array $more = []): void
    {
        $this->ask('POST', '/sandbox/faults', ['match' => $path, 'fault' => $fault] + $more);
    }

    public function clearFaults(): void
    {
        $this->ask('DELETE', '/sandbox/faults');
    }

    /** Does what a buyer does on the card page, and gives the address to which he is sent back. */
    public static function payOnPage(string $page): string
    {
        $card = ['$PAN' => '4111111111111111', 'MM' => '12', 'YYYY' => '2026', '$CVC' => '123', 'TEXT' => 'A BUYER'];
        $form = ['Content-Type' => 'application/x-www-form-urlencoded'];
        [$status, $headers, $html] = self::request('POST', $page, http_build_query($card), $form);
        if ($status !== 302 && $status !== 303) {
            throw new \RuntimeException("$page: $status $html");
        }

        return $headers['location'];
    }
}
