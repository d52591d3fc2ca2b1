--TEST--
A client is kept: equal settings find the open connection, a changed one does not
--SKIPIF--
<?php
if (!extension_loaded("kopeck")) die("skip kopeck is not loaded");
if (!function_exists("pcntl_fork")) die("skip no pcntl_fork");
?>
--FILE--
<?php
require 'gateway.inc';
$gateway = new Gateway();
$settings = $gateway->settings();
echo json_encode(kopeck_call($settings, null, '{}')), "\n"; // only makes it
for ($i = 0; $i < 3; $i++) {
    echo $gateway->call($settings), "\n";
}
echo $gateway->call($gateway->settings('another secret')), "\n";
echo $gateway->call($gateway->settings('another secret')), "\n";
echo $gateway->call($settings), "\n";
// A wrong one is not kept, and disturbs nobody.
echo kopeck_call('{"gateway":"rbs"}', null, '{}')[0], "\n";
echo kopeck_call('{"gateway":"rbs"}', 'describe', '{}')[0], "\n";
echo $gateway->call($settings), "\n";
if (PHP_VERSION_ID >= 80100) { // a fiber has another, smaller stack
    $fiber = new Fiber(function () use ($gateway, $settings) {
        echo $gateway->call($settings), "\n";
    });
    $fiber->start();
} else {
    echo $gateway->call($settings), "\n";
}
?>
--EXPECT--
[0,"{}",[]]
6 connection 1, request 1
6 connection 1, request 2
6 connection 1, request 3
6 connection 2, request 4
6 connection 2, request 5
6 connection 1, request 6
1
1
6 connection 1, request 7
6 connection 1, request 8
