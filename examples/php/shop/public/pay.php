<?php

/** The button "Pay": leads the buyer to the gateway's page, or back to his order. */

declare(strict_types=1);

use Kopeck\Client;
use Shop\Config;
use Shop\Csrf;
use Shop\Page;
use Shop\Payments;
use Shop\Store;

require_once __DIR__ . '/../bootstrap.php';

$config = Config::read();
if ($_SERVER['REQUEST_METHOD'] !== 'POST' || !(new Csrf($config))->isOurs()) {
    Page::show('That was no button of ours', '<p>Please go back to your order.</p>', 403);
    exit;
}
$store = new Store($config->database);
$order = $store->orderOf(Page::given($_POST, 'order'));
if ($order === null) {
    Page::show('There is no such order', '', 404);
    exit;
}
$payments = new Payments($config, $store, new Client($config->gateway));
$action = $payments->press($order['id']);
if ($action === null) {
    Page::redirect($config->page('order.php', ['order' => $order['secret']]));
} else {
    Page::send($action);
}
