<?php

/** WordPress and WooCommerce, as far as examples/php/platforms/woocommerce.php sees them. */

declare(strict_types=1);

// phpcs:disable PSR1, Squiz.Classes.ValidClassName -- stands for what platforms declare

require __DIR__ . '/database.php';

const ARRAY_A = 'ARRAY_A';
define('WP_CONTENT_DIR', getenv('KOPECK_FOLDER') . '/wp/content');
$hooks = [];
// As WordPress does to every page.
$slashed = array_map('addslashes', $_GET);
$_GET = $slashed;
foreach ($_SERVER as $name => $value) {
    $_SERVER[$name] = is_string($value) ? addslashes($value) : $value;
}

final class FakeWpdb
{
    public string $last_error = '';

    public function get_results(string $sql, string $shape): array
    {
        return $shape === ARRAY_A ? fake_database()->rows($sql) : [];
    }

    public function query(string $sql)
    {
        return fake_database()->pdo->exec($sql);
    }
}

final class WC_Order
{
    public function get_total()
    {
        return (float) fake_database()->order()['total'];
    }

    public function get_currency(): string
    {
        return 'RUB';
    }

    public function get_status(): string
    {
        return strtr(fake_database()->order()['status'], ['open' => 'pending']);
    }

    public function get_transaction_id(): string
    {
        return fake_database()->fact('transaction_id');
    }

    public function has_status(array $of): bool
    {
        return in_array($this->get_status(), $of, true);
    }

    /** Its exceptions stay inside. */
    public function payment_complete(string $id): bool
    {
        fake_database()->keep('transaction_id', $id);
        return $this->update_status('paid', $id);
    }

    public function add_order_note(string $note): int
    {
        fake_database()->keep('note', $note);
        return 1;
    }

    public function update_status(string $status, string $note = ''): bool
    {
        if (fake_database()->fact('fails') !== '') {
            return false;
        }
        fake_database()->paid($status, $note);
        return true;
    }
}

class WC_Payment_Gateway
{
    public string $id;
    public string $method_title;
    public string $title;
    public bool $has_fields;

    public function get_return_url(WC_Order $order): string
    {
        return 'https://shop.example/checkout/order-received/17/';
    }
}

final class FakeWooCommerce
{
    public function api_request_url(string $name): string
    {
        return "http://$_SERVER[HTTP_HOST]/?wc-api=$name";
    }

    public function error(string $message, array $context): void
    {
        error_log($context['source'] . ": $message");
    }
}

function WC(): FakeWooCommerce
{
    return new FakeWooCommerce();
}

function wc_get_logger(): FakeWooCommerce
{
    return new FakeWooCommerce();
}

function wc_get_order(string $id)
{
    return fake_database()->order() === [] ? false : new WC_Order();
}

function wc_format_decimal($number, int $digits): string
{
    return number_format(round((float) $number, $digits), $digits, '.', '');
}

function wc_add_notice(string $text, string $kind): void
{
    fake_database()->pdo->prepare('update orders set note = ?')->execute(["$kind: $text"]);
}

function esc_sql(string $text): string
{
    return strtr($text, ["'" => "''"]);
}

function add_action(string $name, callable $do): void
{
    $GLOBALS['hooks'][$name][] = $do;
}

function add_filter(string $name, callable $do): void
{
    add_action($name, $do);
}

function run_hooks(string $name, ...$given)
{
    foreach ($GLOBALS['hooks'][$name] ?? [] as $do) {
        $given = [$do(...$given)];
    }
    return $given[0] ?? null;
}

$wpdb = new FakeWpdb();
require PLATFORMS . 'woocommerce.php';
run_hooks('plugins_loaded');
[$class] = run_hooks('woocommerce_payment_gateways', []);
$gateway = new $class();
if (isset($_GET['wc-api'])) {
    ob_start();
    echo "\n";                       // what a theme or a plugin prints before
    http_response_code(200);
    run_hooks('woocommerce_api_' . $_GET['wc-api']);
    ob_end_clean();
    exit('-1');
}
if ($_SERVER['SCRIPT_NAME'] === '/return') {
    run_hooks('woocommerce_before_thankyou', 17);
    exit('{}');
}
$told = $gateway->process_payment('17');
echo json_encode(['page' => $told['redirect'] ?? null, 'told' => fake_database()->order()['note']]);
