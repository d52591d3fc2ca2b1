<?php

/**
 * What order.php and return.php show. They give $config, $store, $order and the headers $waiting.
 *
 * @var Shop\Config $config
 * @var Shop\Store $store
 * @var array<string, mixed> $order
 * @var array<string, string> $waiting
 */

declare(strict_types=1);

use Shop\Attempt;
use Shop\Csrf;
use Shop\Goods;
use Shop\Page;

$order = $store->order($order['id']);
$attempts = $store->attemptsOf($order['id']);
$newest = $attempts[0] ?? null;
$html = '<ul>';
foreach (json_decode($order['goods'], true) as $good) {
    $price = Goods::text($good['price']);
    $html .= '<li>' . Page::text("{$good['name']}: {$good['quantity']} x $price {$order['currency']}") . '</li>';
}
$html .= '</ul><p>' . Page::text("Sum: {$order['amount']} {$order['currency']}") . '</p>';
if ($order['state'] === 'open') {
    $says = 'The payment is being prepared, or the bank is deciding. This may take a while.';
    if ($newest !== null && in_array($newest['status'], ['not_sent', 'failed'], true)) {
        $says = 'The payment could not be begun. Please try again later.';
    } elseif ($newest === null || Attempt::isDead($newest) || Attempt::isPayable($newest)) {
        $says = 'Not paid yet.';
    }
    $html .= "<p id=\"state\">$says</p>";
    $fields = ['csrf' => (new Csrf($config))->word($config), 'order' => $order['secret']];
    $html .= Page::form('pay.php', $fields, 'Pay');
} else {
    $says = [
        'paid' => 'Paid. Thank you! We are packing it.',
        'closed' => 'This order is closed.',
        'needs_attention' => 'We are looking at your payment and will write to you.',
    ];
    $html .= '<p id="state">' . Page::text($says[$order['state']]) . '</p>';
}
// To the buyer a state is a plain word; the reasons of banks and our own notes are not for him.
$plain = [
    'paid' => 'paid', 'refunded' => 'given back', 'partially_refunded' => 'partly given back',
    'declined' => 'not accepted', 'refused' => 'not accepted', 'failed' => 'not accepted',
    'superseded' => 'not accepted', 'not_sent' => 'not begun', 'cancelled' => 'cancelled', 'expired' => 'expired',
];
$history = '';
foreach (array_reverse($attempts) as $row) {
    $stands = $plain[$row['status']] ?? 'in progress';
    $history .= '<li>' . Page::text("Payment {$row['attempt']}: $stands") . '</li>';
}
$html .= $history === '' ? '' : "<h2>Payments</h2><ol>$history</ol>";
Page::show("Order {$order['id']}", $html, 200, $waiting);
