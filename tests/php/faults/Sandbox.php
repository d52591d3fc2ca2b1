<?php

declare(strict_types=1);

namespace Kopeck\Tests\Faults;

/** The stand-in gateway of this run of the tests; it ends when they do. */
final class Sandbox
{
    private const CARD = ['MM' => '12', 'YYYY' => '2034', '$CVC' => '123'];

    private static ?self $running = null;

    public string $origin;

    /** @var array<int, resource> its standard input: closed with this process, whatever ends it */
    private array $pipes = [];

    /** @var resource */
    private $process;

    private int $count = 0;

    public static function running(): self
    {
        return self::$running = self::$running ?? new self();
    }

    private function __construct()
    {
        $program = getenv('KOPECK_SANDBOX') ?: dirname(__DIR__, 3) . '/target/release/kopeck-sandbox';
        $command = [$program, '--listen', '127.0.0.1:0', '--until-stdin-closes'];
        $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w']], $this->pipes);
        $line = $process === false ? '' : (string) fgets($this->pipes[1]);
        if ($process === false || strncmp($line, 'listening on ', 13) !== 0) {
            throw new \RuntimeException("$program did not start (KOPECK_SANDBOX names it): $line");
        }
        $this->process = $process;
        $this->origin = trim(substr($line, 13));
    }

    /**
     * Settings of a client for a merchant of its own.
     *
     * @return array<string, mixed>
     */
    public function merchant(): array
    {
        $name = 'shop_' . getmypid() . '_' . ++$this->count;
        $this->ask('POST', '/sandbox/merchants', [
            'user_name' => $name,
            'password' => "{$name}_password",
            'callback_signature' => 'hmac',
        ]);

        return [
            'gateway' => 'rbs',
            'base_url' => "$this->origin/payment",
            'user_name' => $name,
            'password' => "{$name}_password",
            'merchant_login' => $name,
            'callback_key' => 'sekret-callback-key',
        ];
    }

    /**
     * Settings of a client for a shop of its own at IntellectMoney, which may read the history.
     *
     * @return array<string, mixed>
     */
    public function eshop(): array
    {
        // A payment shows at once where it really stands.
        $prompt = ['created_reads' => 0, 'in_process_reads' => 0];
        $id = (string) (460000 + ++$this->count);
        $keys = $this->ask('POST', '/sandbox/eshops', ['eshop_id' => $id, 'settings' => $prompt]);
        $names = ['eshop_id', 'secret_key', 'bearer_token', 'sign_secret_key', 'login'];

        return array_intersect_key($keys, array_flip($names)) + [
            'gateway' => 'intellectmoney',
            'base_url' => "$this->origin/intellectmoney",
            'personal_password' => $keys['password'],
            'site_ip' => '192.0.2.10',
        ];
    }

    /** @return list<array<string, mixed>> the invoices of this shop at IntellectMoney */
    public function invoices(string $eshop): array
    {
        $all = $this->ask('GET', '/sandbox/invoices')['invoices'];

        return array_values(array_filter($all, static fn(array $one): bool => $one['eshop_id'] === $eshop));
    }

    /** @return array<string, string> of a payment under a number that was never used */
    public function order(): array
    {
        return [
            'order_number' => 'php-' . getmypid() . '-' . ++$this->count,
            'amount' => '100.00',
            'currency' => 'RUB',
            'return_url' => 'https://shop.example/return',
        ];
    }

    /**
     * What goes wrong with the next requests to this path whose body holds this.
     *
     * @param array<string, mixed> $more
     */
    public function fault(string $path, string $fault, string $body, array $more = []): void
    {
        $this->ask('POST', '/sandbox/faults', ['match' => $path, 'fault' => $fault, 'body' => $body] + $more);
    }

    public function heal(): void
    {
        $this->ask('DELETE', '/sandbox/faults');
    }

    /** How many faults have not struck yet. */
    public function armed(): int
    {
        return $this->ask('GET', '/sandbox/faults')['armed'];
    }

    /** Pays on the gateway's page, as the buyer of this name does. */
    public function pay(string $page, string $name, string $pan = '4111111111111111'): void
    {
        $typed = http_build_query(self::CARD + ['TEXT' => $name, '$PAN' => $pan]);
        $this->http('POST', $page, 'application/x-www-form-urlencoded', $typed);
    }

    /**
     * A request to its control interface.
     *
     * @param array<string, mixed> $body
     *
     * @return array<string, mixed>
     */
    public function ask(string $method, string $path, ?array $body = null): array
    {
        $text = $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR);
        $answer = $this->http($method, $this->origin . $path, 'application/json', $text);

        return json_decode($answer, true, 64, JSON_THROW_ON_ERROR);
    }

    private function http(string $method, string $url, string $kind, string $body): string
    {
        $answer = file_get_contents($url, false, stream_context_create(['http' => [
            'method' => $method,
            'header' => ["content-type: $kind", 'connection: close'],
            'content' => $body,
            'follow_location' => 0,
            'ignore_errors' => true,
            'timeout' => 20,
        ]]));
        if ($answer === false || preg_match('/^HTTP\S+ (200|30[23])/', $http_response_header[0]) !== 1) {
            throw new \RuntimeException("$method $url: $answer");
        }

        return $answer;
    }
}
