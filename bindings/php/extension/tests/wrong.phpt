--TEST--
Wrong input is refused with the place, whatever it is, and the worker goes on
--SKIPIF--
<?php
if (!extension_loaded("kopeck")) die("skip kopeck is not loaded");
?>
--INI--
memory_limit=1G
--FILE--
<?php
$settings = '{"gateway":"rbs","base_url":"http://127.0.0.1:9/payment","user_name":"u","password":"p"}';
$wrong = ['', ' ', 'null', '[]', '"{}"', '{', '{}x', "{}\0", "\xff", "{\"a\":\"\xff\"}", '{"a":1,"a":2}',
    str_repeat('[', 1000000), str_repeat('{"a":', 1000000), '{"a":' . str_repeat('9', 1000000) . '}',
    '{"gateway":"' . str_repeat('x', 20000000) . '"}'];
foreach ($wrong as $json) {
    foreach ([kopeck_call($json, 'create_payment', '{}'), kopeck_call($settings, 'create_payment', $json)] as $answer) {
        $error = json_decode($answer[1], true);
        if ($answer[0] !== 1 || $error['kind'] !== 'InvalidRequest' || $error['may_have_happened'] !== false) {
            echo substr($json, 0, 40), ': ', substr(json_encode($answer), 0, 300), "\n";
        }
    }
}
foreach (['', 'nope', "describe\0", "\0describe", "describe\0nope", "\xff", str_repeat('x', 5000000)] as $operation) {
    [$status, $json] = kopeck_call($settings, $operation, '{}');
    echo $status, ' ', json_decode($json)->field, "\n";
}
echo json_decode(kopeck_call('{"gateway":"rbs"}', null, '{}')[1])->field, "\n";
echo kopeck_call($settings, 'describe', '{}')[0], "\n";
?>
--EXPECT--
1 operation
1 operation
1 operation
1 operation
1 operation
1 operation
1 operation
base_url
0
