<?php

/** The cart. A POST makes an order, once per shown form, and leads to the order's page. */

declare(strict_types=1);

use Shop\Config;
use Shop\Csrf;
use Shop\Goods;
use Shop\Page;
use Shop\Store;

require_once __DIR__ . '/../bootstrap.php';

$config = Config::read();
$csrf = new Csrf($config);
$said = '';
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $form = Page::given($_POST, 'form');
    $email = Page::given($_POST, 'email');
    $goods = Goods::ordered($_POST['quantity'] ?? null);
    if (!$csrf->isOurs() || preg_match('/^[0-9a-f]{32}$/D', $form) !== 1) {
        $said = 'The form was not ours, or your browser takes no cookies. Please send it again.';
    } elseif (filter_var($email, FILTER_VALIDATE_EMAIL) === false) {
        $said = 'Please give your e-mail address.';
    } elseif ($goods === []) {
        $said = 'Please choose something, at most 20 pieces of it.';
    } else {
        $store = new Store($config->database);
        $insert = 'insert into orders (id, secret, form, email, goods, amount, currency, created_at)
            values (:id, :secret, :form, :email, :goods, :amount, :currency, :now) on conflict (form) do nothing';
        $store->write($insert, [
            'id' => bin2hex(random_bytes(8)),
            'secret' => bin2hex(random_bytes(16)),
            'form' => hash('sha256', $form . $csrf->word($config)),
            'email' => $email,
            'goods' => json_encode($goods, JSON_THROW_ON_ERROR),
            'amount' => Goods::text(Goods::sum($goods)),
            'currency' => $config->currency,
            'now' => Store::now(),
        ]);
        $query = 'select secret from orders where form = :form';
        $order = $store->one($query, ['form' => hash('sha256', $form . $csrf->word($config))]);
        Page::redirect($config->page('order.php', ['order' => $order['secret']]));
        exit;
    }
}

$rows = '';
foreach (Goods::all() as $id => $good) {
    $price = Page::text(Goods::text($good['price']) . " $config->currency");
    $rows .= '<p><label>' . Page::text($good['name']) . ", $price: <input name=\"quantity[" . Page::text($id)
        . ']" type="number" min="0" max="20" value="0"></label></p>';
}
$hidden = '<input type="hidden" name="csrf" value="' . $csrf->word($config) . '">'
    . '<input type="hidden" name="form" value="' . bin2hex(random_bytes(16)) . '">';
$email = '<p><label>E-mail: <input name="email" type="email" required></label></p>';
$said = $said === '' ? '' : '<p role="alert">' . Page::text($said) . '</p>';
Page::show(
    'A small shop',
    "$said<form method=\"post\" action=\"index.php\">$hidden$rows$email<button>Order</button></form>",
    $said === '' ? 200 : 422
);
