--TEST--
The memory limit while the result is built ends the page alone: nothing leaks, the next page works
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
$pages = new Pages([
    'call' => '
        $answer = kopeck_call($_GET["settings"], "payment_status", \'{"order_number":"A-1"}\');
        echo getmypid(), " ", json_decode($answer[1])->text;',
    // The result repeats the name of the unknown field twice: there is no place for it.
    'big' => '
        ini_set("memory_limit", "256M");
        $request = \'{"\' . str_repeat("x", 40 << 20) . \'":1}\';
        ini_set("memory_limit", (string) (memory_get_usage(true) + (60 << 20)));
        echo "before ";
        kopeck_call($_GET["settings"], "create_payment", $request);
        echo "after";',
    'resident' => 'preg_match("/VmRSS:\s+(\d+)/", file_get_contents("/proc/self/status"), $found); echo $found[1];',
], '-d display_errors=1');
$settings = ['settings' => $gateway->settings()];
$first = $pages->get('call', $settings);
$resident = (int) $pages->get('resident');
for ($i = 0; $i < 3; $i++) {
    echo $pages->get('big', $settings), "\n";
    // Asked before another call: the end of the page itself has let go of the result.
    $more = (int) $pages->get('resident') - $resident;
    var_dump($more < 20000 ? true : "$more KB more");
}
$second = $pages->get('call', $settings);
var_dump((int) $first === (int) $second);
echo strstr($first, ' '), "\n", strstr($second, ' '), "\n";
?>
--EXPECTF--
before Fatal error: Allowed memory size of %d bytes exhausted (tried to allocate %d bytes) in %s
bool(true)
before Fatal error: Allowed memory size of %d bytes exhausted (tried to allocate %d bytes) in %s
bool(true)
before Fatal error: Allowed memory size of %d bytes exhausted (tried to allocate %d bytes) in %s
bool(true)
bool(true)
 connection 1, request 1
 connection 1, request 2
