<?php

/**
 * Plugin Name: Kopeck
 *
 * wp-content/plugins/kopeck/kopeck.php: a sketch, see docs/php-platforms.md.
 */

declare(strict_types=1);

// phpcs:disable PSR1, Squiz.Classes.ValidClassName -- names and places are WordPress's

use Kopeck\Payment;

require_once __DIR__ . '/vendor/autoload.php';
require_once __DIR__ . '/shop.php';

final class WooKopeck extends KopeckShop
{
    protected function rows(string $sql): array
    {
        global $wpdb;
        $rows = $wpdb->get_results($sql, ARRAY_A);
        if ($wpdb->last_error !== '') {                          // wpdb fails in silence
            throw new RuntimeException($wpdb->last_error);
        }
        return $rows;
    }

    protected function write(string $sql): void
    {
        global $wpdb;
        if ($wpdb->query($sql) === false) {
            throw new RuntimeException($wpdb->last_error);
        }
    }

    protected function quoted(string $text): string
    {
        return "'" . esc_sql($text) . "'";
    }

    protected function total(string $orderId): array
    {
        $order = self::order($orderId);
        return ['amount' => wc_format_decimal($order->get_total(), 2), 'currency' => $order->get_currency()];
    }

    protected function apply(string $orderId, Payment $payment): void
    {
        $order = self::order($orderId);
        if ($order->has_status(['pending', 'failed'])) {         // on-hold is ours: a person must look
            if ($order->payment_complete($payment->id) !== true) {
                throw new RuntimeException("order $orderId could not be marked paid");
            }
        } elseif ($order->get_transaction_id() !== $payment->id) {       // else a crash came right after it
            $this->attention($orderId, 'paid, while the order was ' . $order->get_status());
        }
    }

    protected function attention(string $orderId, string $why): void
    {
        $order = self::order($orderId);
        $order->add_order_note("A person must look: $why");      // update_status drops its own where it changes nothing
        if ($order->update_status('on-hold') !== true) {
            throw new RuntimeException("order $orderId could not be put on hold: $why");
        }
    }

    private static function order(string $orderId): WC_Order
    {
        $order = wc_get_order($orderId);
        if (!$order instanceof WC_Order) {
            throw new RuntimeException("there is no order $orderId");
        }
        return $order;
    }
}

function kopeck_shop(): KopeckShop
{
    return new WooKopeck(new Kopeck\Client(require WP_CONTENT_DIR . '/../../kopeck-settings.php'));
}

add_action('plugins_loaded', function (): void {
    if (!class_exists('WC_Payment_Gateway')) {
        return;
    }

    class WC_Gateway_Kopeck extends WC_Payment_Gateway
    {
        public function __construct()
        {
            $this->id = 'kopeck';
            $this->method_title = 'Kopeck';
            $this->title = 'Bank card';
            $this->has_fields = false;
            add_action('woocommerce_api_kopeck', [$this, 'notified']);
        }

        public function process_payment($order_id)
        {
            $order = wc_get_order($order_id);
            try {
                $url = kopeck_shop()->page((string) $order_id, [
                    'return_url' => $this->get_return_url($order),
                    'notification_url' => WC()->api_request_url('kopeck'),
                    'expires_in' => 3000,                        // less than WooCommerce keeps unpaid orders
                ]);
            } catch (Throwable $error) {
                wc_get_logger()->error($error->getMessage(), ['source' => 'kopeck']);
                wc_add_notice(KopeckShop::sorry($error), 'error');
                return ['result' => 'failure'];
            }
            return ['result' => 'success', 'redirect' => $url];
        }

        public function notified(): void
        {
            kopeck_shop()->notified(Kopeck\Notification::fromGlobals())->send();
            exit;                                                // or WooCommerce adds "-1"
        }
    }
});
add_filter('woocommerce_payment_gateways', function (array $gateways): array {
    return array_merge($gateways, ['WC_Gateway_Kopeck']);
});
add_action('woocommerce_before_thankyou', function ($order_id): void {
    kopeck_shop()->check((string) $order_id);
});
