--TEST--
A wrong setting is named before anything is called
--EXTENSIONS--
kopeck
--FILE--
<?php
[$status, $json, $log] = kopeck_call('{"gateway":"rbs"}', null, '{}');
var_dump($status, json_decode($json)->field, $log);
?>
--EXPECT--
int(1)
string(8) "base_url"
array(0) {
}
