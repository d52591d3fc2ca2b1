<?php

/** Laravel, as far as the route of docs/php-platforms.md sees it, over a shop of the test's own. */

declare(strict_types=1);

// phpcs:disable PSR1 -- stands for what platforms declare

namespace Illuminate\Http {
    class Request
    {
        public \FakeHeaders $headers;

        public function __construct()
        {
            $this->headers = new \FakeHeaders();
        }

        public function getRealMethod(): string
        {
            return $_SERVER['REQUEST_METHOD'];
        }

        public function server(string $name): ?string
        {
            return $_SERVER[$name] ?? null;
        }

        public function getContent(): string
        {
            return file_get_contents('php://input');
        }

        public function ip(): string
        {
            return $_SERVER['REMOTE_ADDR'];
        }
    }
}

namespace {
    use Kopeck\Payment;

    require __DIR__ . '/database.php';
    require PLATFORMS . 'shop.php';

    final class FakeHeaders
    {
        public function all(): array
        {
            return array_map(fn (string $value): array => [$value], array_change_key_case(getallheaders()));
        }
    }

    final class FakeShop extends KopeckShop
    {
        protected function rows(string $sql): array
        {
            return fake_database()->rows($sql);
        }

        protected function write(string $sql): void
        {
            fake_database()->pdo->exec($sql);
        }

        protected function quoted(string $text): string
        {
            return fake_database()->pdo->quote($text);
        }

        protected function total(string $orderId): array
        {
            $order = fake_database()->order();
            if ($order === []) {
                throw new RuntimeException('no order');
            }
            return ['amount' => number_format((float) $order['total'], 2, '.', ''), 'currency' => 'RUB'];
        }

        protected function apply(string $orderId, Payment $payment): void
        {
            if (fake_database()->fact('paid_by') !== $payment->id) {
                $status = fake_database()->order()['status'];
                fake_database()->keep('paid_by', $payment->id);
                fake_database()->paid($status === 'open' ? 'paid' : 'on-hold', $orderId);
            }
        }

        protected function attention(string $orderId, string $why): void
        {
            fake_database()->paid('on-hold', $why);
        }
    }

    final class FakeResponse
    {
        public function __construct(string $body, int $status)
        {
            http_response_code($status);
            echo $body;
        }

        public function header(string $name, string $value): void
        {
            header("$name: $value");
        }
    }

    final class Route
    {
        public static function match(array $methods, string $path, callable $do): void
        {
            if ($_SERVER['SCRIPT_NAME'] === $path) {
                ob_start();
                $do(new Illuminate\Http\Request());
                exit;
            }
        }
    }

    function app(string $class): KopeckShop
    {
        return new FakeShop(new Kopeck\Client(fake_settings()));
    }

    function response(string $body, int $status): FakeResponse
    {
        return new FakeResponse($body, $status);
    }

    require getenv('KOPECK_FOLDER') . '/routes.php';
    $request = ['return_url' => 'https://shop.example/return'];
    $request += ['notification_url' => "http://$_SERVER[HTTP_HOST]/kopeck/notify"];
    try {
        echo json_encode(['page' => app(KopeckShop::class)->page('17', $request)]);
    } catch (Throwable $error) {
        error_log($error->getMessage());
        echo json_encode(['told' => KopeckShop::sorry($error)]);
    }
}
