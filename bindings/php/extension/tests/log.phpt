--TEST--
Log lines come back with the result, also of a call that failed
--SKIPIF--
<?php
if (!extension_loaded("kopeck")) die("skip kopeck is not loaded");
if (!function_exists("pcntl_fork")) die("skip no pcntl_fork");
?>
--FILE--
<?php
require 'gateway.inc';
$gateway = new Gateway();
foreach (['A-1', 'drop-1'] as $order) {
    [$status, , $lines] = kopeck_call($gateway->settings(), 'payment_status', json_encode(['order_number' => $order]));
    echo $status, "\n";
    foreach ($lines as [$level, $line]) {
        echo $level, ' ', $line, "\n";
        var_dump(strpos($line, 'a secret'));
    }
}
// The lines of one call are not those of the next.
echo json_encode(kopeck_call($gateway->settings(), 'describe', '{}')[2]), "\n";
?>
--EXPECTF--
6
1 -> POST 127.0.0.1:%d/payment/rest/getOrderStatusExtended.do [userName password orderNumber]
bool(false)
1 <- 200 in %d ms from 127.0.0.1:%d/payment/rest/getOrderStatusExtended.do
bool(false)
2
1 -> POST 127.0.0.1:%d/payment/rest/getOrderStatusExtended.do [userName password orderNumber]
bool(false)
2 !! connection_lost after %d ms: 127.0.0.1: %s
bool(false)
[]
