<?php

/**
 * For cron, every few minutes: `php reconcile.php`. Goes through the attempts that are not decided:
 * gateways give up calling, and workers die. May run twice at once, and be killed anywhere.
 */

declare(strict_types=1);

use Kopeck\Client;
use Kopeck\Exception\RefusedException;
use Shop\Config;
use Shop\Lock;
use Shop\Payments;
use Shop\Store;

require_once __DIR__ . '/bootstrap.php';

if (PHP_SAPI !== 'cli') {
    exit('This is for the command line.');
}
$config = Config::read();
$store = new Store($config->database);
$payments = new Payments($config, $store, new Client($config->gateway));
// Longer than a page waits: in the stage `beginning` the flow asks for init_grace_ms before it begins again.
$limits = $config->instalments;
$limits['timeout_ms'] = max($limits['timeout_ms'], ($limits['init_grace_ms'] ?? 30000) + 10000);
$query = "select * from attempts where final = 0 and gateway = :gateway
    and status <> 'not_sent' and coalesce(stage, '') <> 'invoice' order by sent_at";
// After a month nobody pays any more: asked for once more, be it that cron stood still, and left to a
// person where money may hang on it. A notification would still find the row.
$since = gmdate('Y-m-d\TH:i:s\Z', time() - 30 * 86400);
$unpaid = ['created', 'action_required', 'not_found', 'not_sent'];
// A buyer decides, or a lender, for days; these should not last, and money may hang on them.
$stuck = ['sent', 'authorized', 'partially_captured', 'unknown'];
$late = gmdate('Y-m-d\TH:i:s\Z', time() - 86400);
$lock = null;
foreach ($store->all($query, ['gateway' => $config->gatewayName]) as $row) {
    $lock = null; // of the row before, which may be of the same order
    $lock = Lock::of($config->database, $row['order_id'], 0.0);
    if ($lock === null) {
        continue; // a page or another run is busy with it
    }
    $row = $store->attempt($row['number']);
    if ((int) $row['final'] === 1 || $row['status'] === 'not_sent' || $row['stage'] === 'invoice') {
        continue; // decided meanwhile; or it waits for its buyer to press, or to begin
    }
    try {
        $row = $payments->advance($row, $limits);
        echo "{$row['number']}: {$row['status']}\n";
        $now = $store->attempt($row['number']);
        $stored = $now['status'];
        if ($row['sent_at'] < $since && (int) $now['final'] === 0) {
            if (!in_array($stored, $unpaid, true)) {
                $why = "attempt {$row['number']} is $stored for a month, not asked for any more: look in the cabinet";
                $store->attention($row['order_id'], $why);
            } elseif ($now['payment_id'] !== null) {
                try {
                    $payments->look($now); // a gateway that is away now is asked by the next run
                } catch (RefusedException $error) {
                    // It cannot be asked at all, or knows nothing of it.
                }
                if ($store->attempt($row['number'])['status'] !== $stored) {
                    continue; // there is news: the next run looks what they mean
                }
            }
            $store->keep($row['number'], ['final' => 1]);
        } elseif ($row['sent_at'] < $late && in_array($stored, $stuck, true)) {
            $store->attention($row['order_id'], "attempt {$row['number']} is $stored for a day: look in the cabinet");
        }
    } catch (\Throwable $error) {
        echo "{$row['number']}: {$error->getMessage()}\n";
    }
}
$lock = null;
$query = "select a.order_id, a.why, a.seen_at, o.paid_by from attention a join orders o on o.id = a.order_id
    where o.state = 'needs_attention' order by a.seen_at";
$open = $store->all($query, []);
foreach ($open as $one) {
    $paid = $one['paid_by'] === null ? '' : " (paid by {$one['paid_by']})";
    echo "NEEDS ATTENTION: order {$one['order_id']}$paid, {$one['seen_at']}: {$one['why']}\n";
}
exit($open === [] ? 0 : 1);
