<?php

/** OpenCart 3, as far as examples/php/platforms/opencart.php sees it. */

declare(strict_types=1);

// phpcs:disable PSR1 -- stands for what platforms declare

require __DIR__ . '/database.php';

define('DIR_SYSTEM', getenv('KOPECK_FOLDER') . '/system/');
define('DIR_STORAGE', getenv('KOPECK_FOLDER') . '/');
define('DB_PREFIX', '');

class Controller
{
    protected $registry;

    public function __construct()
    {
        $this->registry = new class {
            public function get(string $name)
            {
                return new FakePart();
            }
        };
    }

    public function __get(string $name)
    {
        return $this->registry->get($name);
    }
}

final class FakePart
{
    public array $data = ['order_id' => '17'];

    public function model(string $name): void
    {
    }

    public function query(string $sql): object
    {
        return (object) ['rows' => fake_database()->rows($sql)];
    }

    public function escape(string $text): string
    {
        return strtr($text, ["'" => "''"]);
    }

    public function get(string $name): string
    {
        $statuses = ['payment_kopeck_paid_status_id' => '5', 'payment_kopeck_review_status_id' => '10'];
        return ($statuses + ['config_order_status_id' => '1'])[$name];
    }

    public function getOrder(int $id)
    {
        $order = fake_database()->order();
        if ($order === []) {
            return false;
        }
        $status = ['open' => '0', 'paid' => '5', 'cancelled' => '7', 'on-hold' => '10'][$order['status']];
        $money = ['currency_code' => 'RUB', 'currency_value' => '1.00000000', 'total' => $order['total']];
        return $money + ['order_id' => '17', 'order_status_id' => $status, 'payment_code' => 'kopeck'];
    }

    public function addOrderHistory(int $id, int $status, string $note, bool $notify): void
    {
        fake_database()->pdo->prepare('insert into order_history values (?, ?)')->execute([$id, $note]);
        fake_database()->paid([5 => 'paid', 10 => 'on-hold'][$status], $note);
    }

    public function format(string $total, string $code, string $rate, bool $format)
    {
        return round((float) $total * (float) $rate, 2);
    }

    public function link(string $route, string $arguments, bool $secure): string
    {
        $notify = "http://$_SERVER[HTTP_HOST]/?route=$route";
        return $route === 'checkout/success' ? "https://shop.example/?route=$route" : $notify;
    }

    public function write(string $line): void
    {
        error_log($line);
    }

    public function addHeader(string $line): void
    {
        header($line);
    }

    public function setOutput(string $text): void
    {
        echo strtr($text, ['"redirect"' => '"page"']);
    }
}

require PLATFORMS . 'opencart.php';
$controller = new ControllerExtensionPaymentKopeck();
if (($_GET['route'] ?? '') === 'extension/payment/kopeck/callback') {
    $controller->callback();
} else {
    $controller->confirm();
}
