<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Shapes;
use Kopeck\Tests\Support\Docs;
use Kopeck\Tests\Support\Page;
use PHPUnit\Framework\TestCase;

/** What the typed methods hand on, seen by an extension that only tells what it was given. */
final class MethodsTest extends TestCase
{
    private const TELLS = <<<'CODE'
        define('KOPECK_EXTENSION_ABI', 1);
        function kopeck_call($settings, $operation, $request) {
            echo $operation === null ? '' : "$operation $request\n";
            return [0, '{"payments":[],"page":0,"page_size":1}', []];
        }
        $client = new Kopeck\Client([]);
        CODE;

    public function testEveryFieldOfAShapeIsHandedOnUnderItsName(): void
    {
        $types = Docs::types(Shapes::class);
        $code = self::TELLS;
        $expected = [];
        foreach (ShapesTest::OPERATIONS as $operation => [$method, $shape]) {
            if ($shape === null || $shape === 'Parse') {
                continue;
            }
            $fields = [];
            foreach (array_keys(Docs::fields($types[$shape])) as $name) {
                $fields[$name] = "<$name>";
            }
            $code .= "\n\$client->$method(" . var_export($fields, true) . ');';
            $expected[] = "$operation " . json_encode($fields);
        }
        $code .= "\nforeach (\$client->everyPayment(['page' => 3]) as \$one);\n\$client->checkSettings();\n"
            . "\$client->descriptorCheck('examplepay');\n\$client->describe();";
        array_push($expected, 'list_payments {"page":3}', 'check_settings {}');
        array_push($expected, 'descriptor_check {"descriptor":"examplepay"}', 'describe {}', '');
        self::assertSame(implode("\n", $expected), Page::alone($code));
    }

    public function testANotificationGoesAsItCame(): void
    {
        $code = self::TELLS . "\n"
            . "\$got = new Kopeck\\Notification('POST', 'a=1', [5 => 'x', 'Y' => ['1', '2']], \"\\xff\");\n"
            . "\$client->parseNotification(\$got, ['expect' => ['id' => 'p']]);\n"
            . "\$client->parseNotification(new Kopeck\\Notification('GET'), ['expect' => []]);\n"
            . "\$client->confirm(['id' => 'p', 'notification' => \$got]);\n"
            . "\$client->settle(['notification' => json_decode(json_encode(\$got->toArray()), true)]);\n"
            . "\$client->confirm(['notification' => ['method' => 'GET', 'headers' => [], 'query' => \"\\xfe\"]]);\n";
        $got = '"method":"POST","query":"a=1","headers":{"5":"x","Y":"1, 2"},"body_base64":"/w=="';
        self::assertSame([
            'parse_notification ' . str_replace(',"body', ',"expect":{"id":"p"},"body', "{{$got}}"),
            'parse_notification {"method":"GET","query":"","headers":{},"body":""}',
            "confirm {\"id\":\"p\",\"notification\":{{$got}}}",
            "settle {\"notification\":{{$got}}}",
            'confirm {"notification":{"method":"GET","headers":{},"query_base64":"/g=="}}',
        ], explode("\n", rtrim(Page::alone($code))));
    }

    public function testEmptyArraysForObjectsMeanNothingAndThoseOfTheGatewayStay(): void
    {
        $position = ['name' => 'x', 'agent' => [], 'attributes' => ['a' => []]];
        $create = [
            'customer' => [],
            'extra' => ['jsonParams' => ['agent' => []], 'list' => []],
            'receipt' => ['positions' => [$position], 'company' => []],
        ];
        $given = ['create' => $create, 'before' => [], 'charge' => [], 'notification' => []];
        $code = self::TELLS . "\n\$client->settle(" . var_export($given, true) . ");\n"
            . "\$client->listPayments(['statuses' => [], 'extra' => []]);";
        self::assertSame([
            'settle {"create":{"extra":{"jsonParams":{"agent":[]},"list":[]},'
                . '"receipt":{"positions":[{"name":"x","attributes":{"a":[]}}]}}}',
            'list_payments {"statuses":[]}',
        ], explode("\n", rtrim(Page::alone($code))));
    }

    public function testGapsThatFiltersLeaveInListsAreNotMeant(): void
    {
        $given = ['statuses' => array_filter(['', 'paid', 'refunded']), 'extra' => ['phones' => [1 => 'x']]];
        $receipt = ['positions' => [2 => ['name' => 'x', 'phones' => [5 => '1']]], 'payments' => ['a' => []]];
        $code = self::TELLS . "\n\$client->listPayments(" . var_export($given, true) . ");\n"
            . '$client->capture(' . var_export(['receipt' => $receipt], true) . ');';
        self::assertSame([
            'list_payments {"statuses":["paid","refunded"],"extra":{"phones":{"1":"x"}}}',
            'capture {"receipt":{"positions":[{"name":"x","phones":["1"]}],"payments":{"a":[]}}}',
        ], explode("\n", rtrim(Page::alone($code))));
    }

    public function testWhatHoldsItselfHasAnEndHereToo(): void
    {
        $code = self::TELLS . "\n\$a = [];\n\$a['x'] = &\$a;\n\$a['y'] = &\$a;\n"
            . 'try { $client->capture($a); } catch (Kopeck\Exception\PaymentException $e) { echo $e->getMessage(); }';
        self::assertStringEndsWith('.x: nested too deeply', Page::alone($code, null, '-d', 'memory_limit=64M'));
    }

    public function testHeadersAreFoundWhereNoServerListsThem(): void
    {
        $code = "\$_SERVER = ['REQUEST_METHOD' => 'POST', 'X' => 'y', 'HTTP_X_SIG' => 'a'];\n"
            . "\$_SERVER['CONTENT_TYPE'] = 'text/plain';\n"
            . 'echo json_encode(Kopeck\Notification::fromGlobals()->toArray(), JSON_UNESCAPED_SLASHES);';
        self::assertSame(
            '{"method":"POST","query":"","headers":{"X-SIG":"a","CONTENT-TYPE":"text/plain"},"body":""}',
            Page::alone($code)
        );
    }
}
