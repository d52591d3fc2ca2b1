<?php

/** catalog/controller/extension/payment/kopeck.php of OpenCart 3: a sketch, see docs/php-platforms.md. */

declare(strict_types=1);

// phpcs:disable PSR1 -- names and places are OpenCart's

use Kopeck\Payment;

require_once DIR_SYSTEM . 'library/kopeck/autoload.php';
require_once DIR_SYSTEM . 'library/kopeck/shop.php';

final class OpenCartKopeck extends KopeckShop
{
    protected string $table = DB_PREFIX . 'kopeck_attempts';
    public $registry;

    protected function rows(string $sql): array
    {
        return $this->registry->get('db')->query($sql)->rows;
    }

    protected function write(string $sql): void
    {
        $this->registry->get('db')->query($sql);
    }

    protected function quoted(string $text): string
    {
        return "'" . $this->registry->get('db')->escape($text) . "'";
    }

    protected function total(string $orderId): array
    {
        $order = $this->order($orderId);
        [$code, $rate] = [$order['currency_code'], $order['currency_value']];
        $total = $this->registry->get('currency')->format($order['total'], $code, $rate, false);
        return ['amount' => number_format((float) $total, 2, '.', ''), 'currency' => $code];
    }

    protected function apply(string $orderId, Payment $payment): void
    {
        $config = $this->registry->get('config');
        $status = (int) $this->order($orderId)['order_status_id'];
        $note = "Kopeck: $payment->id";
        $same = 'order_id = ' . (int) $orderId . ' and comment = ' . $this->quoted($note);
        if ($this->rows('select order_id from ' . DB_PREFIX . "order_history where $same") !== []) {
            return;                                              // a crash came right after it
        }
        if (in_array($status, [0, (int) $config->get('config_order_status_id')], true)) {
            $orders = $this->registry->get('model_checkout_order');
            $paid = (int) $config->get('payment_kopeck_paid_status_id');
            $orders->addOrderHistory((int) $orderId, $paid, $note, true);
        } else {
            $this->attention($orderId, "paid, while the order's status was $status");
        }
    }

    protected function attention(string $orderId, string $why): void
    {
        $status = (int) $this->registry->get('config')->get('payment_kopeck_review_status_id');
        $id = (int) $this->order($orderId)['order_id'];          // of one that is gone addOrderHistory says nothing
        $orders = $this->registry->get('model_checkout_order');
        $orders->addOrderHistory($id, $status, "A person must look: $why", false);
    }

    private function order(string $orderId): array
    {
        $order = $this->registry->get('model_checkout_order')->getOrder((int) $orderId);
        if (!$order) {
            throw new RuntimeException("there is no order $orderId");
        }
        return $order;
    }
}

class ControllerExtensionPaymentKopeck extends Controller
{
    public function index()
    {
        return $this->load->view('extension/payment/kopeck');    // a button that asks confirm and follows `redirect`
    }

    public function confirm()
    {
        $json = [];
        $shop = $this->shop();
        $order = $this->model_checkout_order->getOrder((int) ($this->session->data['order_id'] ?? 0));
        if ($order && $order['payment_code'] === 'kopeck') {
            try {
                $json['redirect'] = $shop->page((string) $order['order_id'], [
                    'return_url' => $this->url->link('checkout/success', '', true),
                    'notification_url' => $this->url->link('extension/payment/kopeck/callback', '', true),
                ]);
            } catch (Throwable $error) {
                $this->log->write('kopeck: ' . $error->getMessage());
                $json['error'] = KopeckShop::sorry($error);
            }
        }
        $this->response->addHeader('Content-Type: application/json');
        $this->response->setOutput(json_encode($json));
    }

    public function callback()
    {
        $this->shop()->notified(Kopeck\Notification::fromGlobals())->send();
    }

    private function shop(): KopeckShop
    {
        $this->load->model('checkout/order');
        $shop = new OpenCartKopeck(new Kopeck\Client(require DIR_STORAGE . 'kopeck-settings.php'));
        $shop->registry = $this->registry;
        return $shop;
    }
}
