--TEST--
A forked child uses neither its parent's clients nor their connections, and the parent goes on
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

function in_child(callable $what): void
{
    $child = pcntl_fork();
    if ($child === 0) {
        $what();
        exit(0); // orderly: what the child inherited is let go of, too
    }
    pcntl_waitpid($child, $status);
    var_dump(pcntl_wifexited($status) && pcntl_wexitstatus($status) === 0);
}

echo 'parent: ', $gateway->call($settings), "\n";
in_child(function () use ($gateway, $settings) {
    echo 'child: ', $gateway->call($settings), "\n";
    echo 'child: ', $gateway->call($settings), "\n";
    in_child(function () use ($gateway, $settings) {
        echo 'grandchild: ', $gateway->call($settings), "\n";
    });
    echo 'child: ', $gateway->call($settings), "\n";
});
echo 'parent: ', $gateway->call($settings), "\n";
in_child(function () {
});
echo 'parent: ', $gateway->call($settings), "\n";
?>
--EXPECT--
parent: 6 connection 1, request 1
child: 6 connection 2, request 2
child: 6 connection 2, request 3
grandchild: 6 connection 3, request 4
bool(true)
child: 6 connection 2, request 5
bool(true)
parent: 6 connection 1, request 6
bool(true)
parent: 6 connection 1, request 7
