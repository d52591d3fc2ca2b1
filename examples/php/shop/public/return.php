<?php

/**
 * Where the gateway sends the buyer back to. What stands in the address beside our own word proves
 * nothing and is not read: the stored payments are asked for.
 */

declare(strict_types=1);

use Kopeck\Client;
use Kopeck\Exception\MismatchException;
use Kopeck\Exception\PaymentException;
use Shop\Attempt;
use Shop\Config;
use Shop\Page;
use Shop\Payments;
use Shop\Store;

require_once __DIR__ . '/../bootstrap.php';

$config = Config::read();
$store = new Store($config->database);
$order = $store->orderOf(Page::given($_GET, 'order'));
if ($order === null) {
    Page::show('There is no such order', '', 404);
    exit;
}
$payments = new Payments($config, $store, new Client($config->gateway));
foreach ($store->attemptsOf($order['id']) as $row) {
    if ($row['payment_id'] === null || $row['gateway'] !== $config->gatewayName) {
        continue;
    }
    // Who reloads without end asks the gateway every two seconds, no more.
    $claim = 'update attempts set asked_at = :now where number = :number and final = 0
        and (asked_at <= :now - 2 or asked_at > :now)'; // later than now: the clock was wrong
    if ($store->write($claim, ['now' => time(), 'number' => $row['number']]) === 0) {
        continue;
    }
    try {
        $payments->look($row);
    } catch (MismatchException $error) {
        $store->attention($order['id'], "attempt {$row['number']}: {$error->getMessage()}");
    } catch (PaymentException $error) {
        error_log("attempt {$row['number']}: {$error->getMessage()}"); // the page shows what is known
    }
}
$newest = $store->attemptsOf($order['id'])[0] ?? null;
$open = $store->order($order['id'])['state'] === 'open' && $newest !== null && !Attempt::isDead($newest);
// A page that was left open does not ask every moment for days.
$isFresh = $newest !== null && strtotime($newest['sent_at']) > time() - 900;
$waiting = $open ? ['Refresh' => $isFresh ? '3' : '60'] : [];
require __DIR__ . '/../order_page.php';
