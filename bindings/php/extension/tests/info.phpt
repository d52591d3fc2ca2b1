--TEST--
phpinfo() and --ri tell the versions and no secret
--SKIPIF--
<?php
if (!extension_loaded("kopeck")) die("skip kopeck is not loaded");
?>
--FILE--
<?php
require 'gateway.inc';
kopeck_call(json_encode(['gateway' => 'rbs', 'user_name' => 'a secret', 'password' => 'a secret',
    'base_url' => 'http://127.0.0.1:9/payment']), 'describe', '{}');

ob_start();
phpinfo(INFO_ALL);
$info = ob_get_clean();
// What the test itself was started with stands there too, so it is not looked for by that name.
var_dump(strpos($info, 'a secret'));
preg_match('/\nkopeck\n.*?(?=\n\n\w+\n\n)/s', $info, $section);
echo trim($section[0]), "\n\n";
echo trim(shell_exec(php_command() . ' --ri kopeck')), "\n";
var_dump(phpversion('kopeck'));
?>
--EXPECTF--
bool(false)
kopeck

Kopeck => enabled
Version => %d.%d.%d
ABI for the Composer package => 1
C ABI => 1

Directive => Local Value => Master Value
kopeck.max_clients => 32 => 32

kopeck

Kopeck => enabled
Version => %d.%d.%d
ABI for the Composer package => 1
C ABI => 1

Directive => Local Value => Master Value
kopeck.max_clients => 32 => 32
string(5) "%d.%d.%d"
