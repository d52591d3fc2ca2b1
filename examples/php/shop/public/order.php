<?php

/** The order's page, for the buyer who knows its secret. It asks nobody: it shows what is stored. */

declare(strict_types=1);

use Shop\Config;
use Shop\Page;
use Shop\Store;

require_once __DIR__ . '/../bootstrap.php';

$config = Config::read();
$store = new Store($config->database);
$order = $store->orderOf(Page::given($_GET, 'order'));
if ($order === null) {
    Page::show('There is no such order', '', 404);
    exit;
}
$waiting = [];
require __DIR__ . '/../order_page.php';
