--TEST--
kopeck.max_clients: what is no number from 0 on leaves the default
--SKIPIF--
<?php
if (!extension_loaded("kopeck")) die("skip kopeck is not loaded");
if (!function_exists("pcntl_fork")) die("skip no pcntl_fork");
?>
--INI--
kopeck.max_clients=-1
--FILE--
<?php
require 'gateway.inc';
$gateway = new Gateway();
echo ini_get('kopeck.max_clients'), "\n";
foreach (['a', 'a', 'b', 'c', 'a', 'a', 'b'] as $password) {
    echo $password, ': ', $gateway->call($gateway->settings($password)), "\n";
}
?>
--EXPECT--
32
a: 6 connection 1, request 1
a: 6 connection 1, request 2
b: 6 connection 2, request 3
c: 6 connection 3, request 4
a: 6 connection 1, request 5
a: 6 connection 1, request 6
b: 6 connection 2, request 7
