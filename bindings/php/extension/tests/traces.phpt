--TEST--
A stack trace shows neither settings nor request
--SKIPIF--
<?php
if (!extension_loaded("kopeck")) die("skip kopeck is not loaded");
if (PHP_VERSION_ID < 80200) die("skip PHP hides arguments from 8.2 on");
?>
--INI--
zend.exception_ignore_args=0
--FILE--
<?php
foreach ([['{"password":"a secret"}', [], 'a secret'], ['a secret', 'describe', []]] as $arguments) {
    try {
        kopeck_call(...$arguments);
    } catch (TypeError $error) {
        echo $error->getMessage(), "\n";
        ob_start();
        echo $error;
        print_r($error->getTrace());
        var_dump($error->getTrace());
        $shown = ob_get_clean();
        var_dump(strpos($shown, 'SensitiveParameterValue') !== false, strpos($shown, 'a secret'));
    }
}
?>
--EXPECT--
kopeck_call(): Argument #2 ($operation) must be of type ?string, array given
bool(true)
bool(false)
kopeck_call(): Argument #3 ($request) must be of type string, array given
bool(true)
bool(false)
