--TEST--
kopeck.max_clients: the order is that of use, and only php.ini sets it
--SKIPIF--
<?php
if (!extension_loaded("kopeck")) die("skip kopeck is not loaded");
if (!function_exists("pcntl_fork")) die("skip no pcntl_fork");
?>
--INI--
kopeck.max_clients=2
--FILE--
<?php
require 'gateway.inc';
$gateway = new Gateway();
var_dump(@ini_set('kopeck.max_clients', '5'));
foreach (['a', 'b', 'a', 'c', 'a', 'b'] as $password) {
    echo $password, ': ', $gateway->call($gateway->settings($password)), "\n";
}
?>
--EXPECT--
bool(false)
a: 6 connection 1, request 1
b: 6 connection 2, request 2
a: 6 connection 1, request 3
c: 6 connection 3, request 4
a: 6 connection 1, request 5
b: 6 connection 4, request 6
