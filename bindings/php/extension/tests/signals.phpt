--TEST--
A signal during a call spoils nothing: the call ends as it would have
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
$caught = [];
pcntl_async_signals(true);
// QUIT is what a reload of PHP-FPM sends to its workers.
foreach (['USR1' => SIGUSR1, 'QUIT' => SIGQUIT, 'TERM' => SIGTERM, 'CHLD' => SIGCHLD] as $name => $number) {
    foreach ([true, false] as $restart) {
        pcntl_signal($number, function ($number) use (&$caught) {
            $caught[$number] = true;
        }, $restart);
        echo $name, ': ', $gateway->call($settings, "signal-$name"), "\n";
        var_dump(isset($caught[$number]));
        $caught = [];
    }
    pcntl_signal($number, SIG_DFL);
}
pcntl_signal(SIGALRM, function () {
    echo "alarm\n";
});
pcntl_alarm(1);
echo $gateway->call($settings, 'wait-1300'), "\n";
echo $gateway->call($settings), "\n";
?>
--EXPECT--
USR1: 6 connection 1, request 1
bool(true)
USR1: 6 connection 1, request 2
bool(true)
QUIT: 6 connection 1, request 3
bool(true)
QUIT: 6 connection 1, request 4
bool(true)
TERM: 6 connection 1, request 5
bool(true)
TERM: 6 connection 1, request 6
bool(true)
CHLD: 6 connection 1, request 7
bool(true)
CHLD: 6 connection 1, request 8
bool(true)
alarm
6 connection 1, request 9
6 connection 1, request 10
