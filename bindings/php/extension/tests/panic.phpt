--TEST--
A panic inside Rust is an error of the call: the worker and its clients go on
--SKIPIF--
<?php
if (!extension_loaded("kopeck")) die("skip kopeck is not loaded");
if (!getenv("KOPECK_PROVOKED")) die("skip needs a library that panics on demand");
if (!function_exists("pcntl_fork")) die("skip no pcntl_fork");
?>
--FILE--
<?php
require 'gateway.inc';
$gateway = new Gateway();
$settings = $gateway->settings();
echo $gateway->call($settings), "\n";
foreach (['{}', json_encode(['url' => "http://$gateway->address/payment"])] as $request) {
    [$status, $json, $lines] = kopeck_call($settings, 'provoke_panic', $request);
    echo json_encode([$status, array_intersect_key(json_decode($json, true), [
        'kind' => 1, 'reason' => 1, 'may_have_happened' => 1, 'advice' => 1,
    ]), count($lines)]), "\n";
}
echo $gateway->call($settings), "\n";
?>
--EXPECTF--
6 connection 1, request 1
%A[99,{"kind":"Internal","reason":"defect","advice":"report","may_have_happened":false},0]
%A[99,{"kind":"Internal","reason":"defect","advice":"ask_status","may_have_happened":true},2]
6 connection 1, request 3
