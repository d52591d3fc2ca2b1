<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Given;

/** What a gateway sent, as it came: `Client::parseNotification` and `Client::confirm` read it. */
final class Notification
{
    /** Gateways send some kilobytes. What is more is a stranger's, and is not worth the memory. */
    public const MOST_BYTES = 1048576;

    private string $method;

    private string $query;

    /** @var array<array-key, string> */
    private array $headers;

    private string $body;

    private ?string $remoteAddress;

    /**
     * For frameworks, which have read the request already. Body and query must be the raw bytes:
     * signatures are over them.
     *
     * @param string|null                                            $query   with its question mark or without
     * @param array<array-key, string|array<array-key, string|null>> $headers values, or lists of them as PSR-7 has
     * @param string|null                                            $remoteAddress for your own use; it proves nothing
     */
    public function __construct(
        string $method,
        ?string $query = '',
        array $headers = [],
        #[\SensitiveParameter]
        string $body = '',
        ?string $remoteAddress = null
    ) {
        $this->method = $method;
        $this->query = $query ?? '';
        $this->body = $body;
        $this->remoteAddress = $remoteAddress;
        $this->headers = Given::headers($headers);
    }

    /**
     * The request of the running page, from the server itself: what frameworks have done to $_SERVER
     * and $_POST (WordPress puts slashes into them) does not matter. RoadRunner and Swoole have no
     * running page: there give the constructor what their own request has.
     *
     * PHP keeps the raw body of a multipart form for itself. Such a body is made again from its
     * fields, under the names that PHP gives them (`a_b` for `a.b`), as a form without files.
     */
    public static function fromGlobals(): self
    {
        $headers = self::received();
        $body = file_get_contents('php://input', false, null, 0, self::MOST_BYTES + 1);
        $body = $body === false ? '' : $body;
        $type = self::server('CONTENT_TYPE') ?? '';
        if ($body === '' && stripos($type, 'multipart/form-data') === 0) {
            $fields = filter_input_array(INPUT_POST, FILTER_UNSAFE_RAW);
            $body = http_build_query(is_array($fields) ? $fields : $_POST, '', '&');
            foreach (array_keys($headers) as $name) {
                if (preg_match('/^content-(type|length)$/i', (string) $name) === 1) {
                    unset($headers[$name]);
                }
            }
            $headers['Content-Type'] = 'application/x-www-form-urlencoded';
        }
        $method = self::server('REQUEST_METHOD') ?? 'GET';

        return new self($method, self::server('QUERY_STRING') ?? '', $headers, $body, self::server('REMOTE_ADDR'));
    }

    public function method(): string
    {
        return $this->method;
    }

    public function query(): string
    {
        return $this->query;
    }

    /** @return array<array-key, string> */
    public function headers(): array
    {
        return $this->headers;
    }

    public function body(): string
    {
        return $this->body;
    }

    public function remoteAddress(): ?string
    {
        return $this->remoteAddress;
    }

    /**
     * As the core takes it, and as it can be stored: text, or base64 of what is none; no empty headers,
     * which JSON would have as a list. What is huge is cut off where the core refuses it.
     *
     * @return array<array-key, mixed>
     */
    public function toArray(): array
    {
        $fields = Given::received($this->asReceived());
        if ($this->headers === []) {
            unset($fields['headers']);
        }

        return $fields;
    }

    /**
     * @internal
     *
     * @return array{method: string, query: string, headers: array<array-key, string>, body: string}
     */
    public function asReceived(): array
    {
        return [
            'method' => $this->method,
            'query' => $this->query,
            'headers' => $this->headers,
            'body' => $this->body,
        ];
    }

    /** @return array<string, mixed> what may stand in a log: the rest is a buyer's */
    public function __debugInfo(): array
    {
        return ['method' => $this->method, 'body_bytes' => strlen($this->body)];
    }

    /** @return array<array-key, string> */
    private static function received(): array
    {
        $headers = function_exists('getallheaders') ? getallheaders() : false;
        if (is_array($headers)) {
            return $headers;
        }
        $headers = [];
        foreach (array_keys($_SERVER) as $name) {
            $name = (string) $name;
            $own = $name === 'CONTENT_TYPE' || $name === 'CONTENT_LENGTH';
            $value = $own || strncmp($name, 'HTTP_', 5) === 0 ? self::server($name) : null;
            if ($value !== null) {
                $headers[strtr($own ? $name : substr($name, 5), '_', '-')] = $value;
            }
        }

        return $headers;
    }

    /** A variable of the server as it was; some servers' are in $_SERVER alone. */
    private static function server(string $name): ?string
    {
        $own = $_SERVER[$name] ?? null;
        $value = filter_input(INPUT_SERVER, $name, FILTER_UNSAFE_RAW);
        $value = is_string($value) ? $value : $own;

        return is_string($value) ? $value : null;
    }
}
