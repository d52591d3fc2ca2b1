--TEST--
kopeck_call is what its stub says: names, types, secrets
--SKIPIF--
<?php
if (!extension_loaded("kopeck")) die("skip kopeck is not loaded");
?>
--FILE--
<?php
$stub = file_get_contents(__DIR__ . '/../kopeck.stub.php');
eval('namespace Stub;' . substr($stub, strlen('<?php')));

function described(string $name): array
{
    $function = new ReflectionFunction($name);
    $found = ['returns' => (string) $function->getReturnType(), 'required' => $function->getNumberOfRequiredParameters()];
    foreach ($function->getParameters() as $parameter) {
        $found[$parameter->getName()] = [
            $parameter->getType()->getName(),
            $parameter->allowsNull(),
            PHP_VERSION_ID < 80200 ? [] : array_map(function ($attribute) {
                return $attribute->getName();
            }, $parameter->getAttributes()),
        ];
    }
    return $found;
}

var_dump(described('kopeck_call') === described('Stub\kopeck_call'));
echo json_encode(array_keys(described('kopeck_call'))), "\n";
var_dump((new ReflectionExtension('kopeck'))->getFunctions() == ['kopeck_call' => new ReflectionFunction('kopeck_call')]);
var_dump((new ReflectionExtension('kopeck'))->getClasses(), KOPECK_EXTENSION_ABI);
?>
--EXPECT--
bool(true)
["returns","required","settings","operation","request"]
bool(true)
array(0) {
}
int(1)
