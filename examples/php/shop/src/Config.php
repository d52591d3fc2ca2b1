<?php

declare(strict_types=1);

namespace Shop;

/** What the operator decided: read from a file that no page can reach. */
final class Config
{
    /** @var array<string, mixed> settings of Kopeck\Client */
    public array $gateway;

    /** Stored with each attempt: the settings of another gateway must not ask for it. */
    public string $gatewayName;

    /** Where the pages are reached from outside. Never taken from the Host header, which anybody can choose. */
    public string $url;

    public string $database;

    public string $currency;

    /** @var array<string, mixed> more fields of every createPayment: method, language, description ... */
    public array $payment;

    /** @var array<string, int> timeout_ms, pause_ms, init_grace_ms of the flow instalments */
    public array $instalments;

    /** How long a page waits to find out what became of a lost answer. */
    public int $patienceMs;

    /** @param array<string, mixed> $file */
    private function __construct(array $file, string $folder)
    {
        $known = ['url', 'database', 'currency', 'gateway', 'payment', 'instalments', 'patience_ms'];
        foreach (array_diff(array_keys($file), $known) as $name) {
            throw new \UnexpectedValueException("the shop's configuration has no $name");
        }
        // PHP cannot tell {} from []: both mean nothing.
        $this->gateway = array_filter(self::fields($file, 'gateway'), static fn ($value): bool => $value !== []);
        $this->payment = self::fields($file, 'payment');
        if (!empty($this->payment['hold'])) {
            throw new \UnexpectedValueException('payment.hold: this shop takes the money at once');
        }
        $this->instalments = self::fields($file, 'instalments') + ['timeout_ms' => 10000];
        $name = $this->gateway['gateway'] ?? '';
        $this->gatewayName = $name === 'declared' ? basename((string) $this->gateway['descriptor']) : (string) $name;
        $this->url = rtrim(self::text($file, 'url'), '/');
        $database = self::text($file, 'database');
        $this->database = $database[0] === '/' ? $database : "$folder/$database";
        $this->currency = (string) ($file['currency'] ?? 'RUB');
        $this->patienceMs = (int) ($file['patience_ms'] ?? 5000);
    }

    /** The file that the web server or the environment names, else config.json beside the shop. */
    public static function read(): self
    {
        $named = $_SERVER['SHOP_CONFIG'] ?? getenv('SHOP_CONFIG');
        $path = is_string($named) && $named !== '' ? $named : dirname(__DIR__) . '/config.json';
        $text = is_file($path) ? file_get_contents($path) : false;
        if ($text === false) {
            throw new \RuntimeException('the shop has no readable configuration: see SHOP_CONFIG in its README');
        }
        $file = json_decode($text, true);
        if (!is_array($file)) {
            throw new \UnexpectedValueException("the shop's configuration is not JSON");
        }

        return new self($file, dirname((string) realpath($path)));
    }

    /** Whether browsers reach the shop by TLS: cookies then are for TLS only. */
    public function secure(): bool
    {
        return strncmp($this->url, 'https://', 8) === 0;
    }

    /** @param array<string, string> $query */
    public function page(string $page, array $query = []): string
    {
        return "$this->url/$page" . ($query === [] ? '' : '?' . http_build_query($query));
    }

    /** @return array<mixed> Values of secrets appear in no dump of the configuration. */
    public function __debugInfo(): array
    {
        return ['url' => $this->url, 'gateway' => $this->gatewayName];
    }

    /**
     * @param array<string, mixed> $file
     *
     * @return array<string, mixed>
     */
    private static function fields(array $file, string $name): array
    {
        $fields = $file[$name] ?? [];
        if (!is_array($fields)) {
            throw new \UnexpectedValueException("the shop's configuration: expected fields in $name");
        }

        return $fields;
    }

    /** @param array<string, mixed> $file */
    private static function text(array $file, string $name): string
    {
        $text = $file[$name] ?? null;
        if (!is_string($text) || $text === '') {
            throw new \UnexpectedValueException("the shop's configuration: expected text in $name");
        }

        return $text;
    }
}
