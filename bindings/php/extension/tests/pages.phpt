--TEST--
A page that exits, throws or runs out of time around a call leaves the worker and its connection sound
--SKIPIF--
<?php
if (!extension_loaded("kopeck")) die("skip kopeck is not loaded");
if (!function_exists("pcntl_fork")) die("skip no pcntl_fork");
if (PHP_OS_FAMILY !== "Linux") die("skip reads /proc");
?>
--FILE--
<?php
require 'gateway.inc';
$gateway = new Gateway();
$call = 'function call() {
    $answer = kopeck_call($_GET["settings"], "payment_status", \'{"order_number":"\' . ($_GET["order"] ?? "A-1") . \'"}\');
    return json_decode($answer[1])->text . "; ";
}
echo call();';
$pages = new Pages([
    'plain' => $call,
    'exits' => "$call exit('exit');",
    'throws' => "$call throw new Exception('thrown');",
    // Time is counted where PHP runs, and the page ends by it; then its shutdown function calls once more.
    'slow' => "set_time_limit(1); $call register_shutdown_function(function () { echo call(); }); while (true);",
    'late' => "$call final class Late { public function __destruct() { echo call(); } } \$late = new Late(); exit('exit; ');",
], '-d display_errors=1 -d html_errors=0');
$settings = ['settings' => $gateway->settings()];
foreach (['plain', 'exits', 'throws', 'slow', 'late', 'plain'] as $page) {
    echo $page, ': ', $pages->get($page, $settings), "\n";
}
// A call that takes longer than the page may run is not cut off: it ends as it does.
echo $pages->get('slow', $settings + ['order' => 'wait-1200']), "\n";
echo $pages->get('plain', $settings), "\n";
?>
--EXPECTF--
plain: connection 1, request 1;
exits: connection 1, request 2; exit
throws: connection 1, request 3; %SUncaught Exception: thrown in %s
slow: connection 1, request 4; %SMaximum execution time of 1 second exceeded in %s connection 1, request 5;
late: connection 1, request 6; exit; connection 1, request 7;
plain: connection 1, request 8;
connection 1, request 9; %SMaximum execution time of 1 second exceeded in %s connection 1, request 10;
connection 1, request 11;
