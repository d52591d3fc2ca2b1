<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Exception\InvalidRequestException;
use Kopeck\Internal\Json;
use Kopeck\Payment;
use PHPUnit\Framework\TestCase;

/** What goes in means one thing; what comes out is what was said, digit for digit. */
final class JsonTest extends TestCase
{
    public function testPlainValuesGoAsTheyAre(): void
    {
        $given = [
            'amount' => '007.10',
            'number' => PHP_INT_MAX,
            'flag' => false,
            'none' => null,
            'list' => ['а', '/'],
            'map' => ['5' => 'x'],
            'empty' => [],
            'object' => new \stdClass(),
            'inner' => (object) ['0' => 'x'],
            'sent_at' => new \DateTimeImmutable('2026-01-31 13:00:00.5', new \DateTimeZone('+03:00')),
            'payment' => Payment::of(['id' => 'p']),
        ];
        $json = '{"amount":"007.10","number":9223372036854775807,"flag":false,"none":null,"list":["а","/"],'
            . '"map":{"5":"x"},"empty":[],"object":{},"inner":{"0":"x"},'
            . '"sent_at":"2026-01-31T13:00:00.500000+03:00","payment":{"id":"p"}}';
        self::assertSame($json, Json::encode($given, 'settle'));
        self::assertSame('{}', Json::encode([], null));
        self::assertSame('{"0":"a"}', Json::encode(['a'], null));
    }

    /** @return iterable<string, array{mixed, string}> */
    public static function refused(): iterable
    {
        yield 'a float' => [100.5, 'x: expected an integer or text, got a float'];
        $sum = "expected decimal text such as '100.50', got a float";
        yield 'a sum' => [['amount' => 100.0], "x.amount: $sum"];
        yield 'a price' => [['positions' => [['price' => 0.1]]], "x.positions.0.price: $sum"];
        yield 'seconds' => [['expires_in' => 900.0], 'x.expires_in: expected an integer or text, got a float'];
        $minor = 'expected an integer or text, got a float';
        yield 'what is the gateway\'s own' => [['extra' => ['amount' => 1.5]], "x.extra.amount: $minor"];
        yield 'no number' => [NAN, 'x: expected an integer or text, got a float'];
        yield 'infinity' => [[[INF]], 'x.0.0: expected an integer or text, got a float'];
        yield 'bytes' => ["\xff", 'x: expected text in UTF-8'];
        yield 'a name in bytes' => [["\xff" => 1], 'x: expected names of fields in UTF-8'];
        $taken = 'expected text, an integer, a boolean, null or an array';
        yield 'a resource' => [STDIN, "x: $taken, got resource"];
        yield 'a function' => [static function (): void {
        }, "x: $taken, got Closure"];
        yield 'an object' => [new \SplStack(), "x: $taken, got SplStack"];
        yield 'text of an object' => [new \SimpleXMLElement('<a>1</a>'), "x: $taken, got SimpleXMLElement"];
        $name = str_repeat('ж', 100);
        yield 'a long name' => [[$name => 0.1], 'x.' . str_repeat('ж', 30) . '...: expected an integer or text'];
        yield 'a zero in a name' => [["a\0b" => 0.1], "x.a\0b: expected an integer or text"];
        // Times are times in three fields. Elsewhere one is a mistake, and would be text nobody meant.
        yield 'a time' => [new \DateTimeImmutable(), "x: $taken, got DateTimeImmutable"];
        yield 'a time inside' => [['from' => new \DateTime()], "x.from: $taken, got DateTime"];
    }

    /**
     * @dataProvider refused
     *
     * @param mixed $value
     */
    public function testWhatMeansNothingIsRefusedWithItsPlace($value, string $says): void
    {
        try {
            Json::encode(['x' => $value], 'create_payment');
            self::fail('taken');
        } catch (InvalidRequestException $error) {
            self::assertStringStartsWith($says, $error->getMessage());
            self::assertSame(explode(':', $says)[0], $error->field);
            self::assertSame('create_payment', $error->operation);
            self::assertSame('invalid_field', $error->reason);
            self::assertFalse($error->may_have_happened);
        }
    }

    public function testWhatIsNoFieldOfOursHasFormatsOfItsOwn(): void
    {
        $refused = [
            [null, ['timeouts' => ['total_ms' => 1.5]], 'timeouts.total_ms: expected an integer or text, got a float'],
            ['rbs.register.do', ['amount' => 1.5], 'amount: expected an integer or text, got a float'],
            ['rbs.x', ['from' => new \DateTime()], 'from: expected text, an integer, a boolean, null or an array'],
        ];
        foreach ($refused as [$operation, $fields, $says]) {
            try {
                Json::encode($fields, $operation);
                self::fail('taken');
            } catch (InvalidRequestException $error) {
                self::assertStringStartsWith($says, $error->getMessage());
            }
        }
    }

    public function testWhatHoldsItselfHasAnEnd(): void
    {
        $array = ['a' => 1];
        $array['x'] = &$array;
        $object = new \stdClass();
        $object->x = $object;
        foreach ([$array, ['x' => $object]] as $given) {
            try {
                Json::encode($given, null);
                self::fail('taken');
            } catch (InvalidRequestException $error) {
                self::assertStringStartsWith('x.x.x.', (string) $error->field);
                self::assertStringEndsWith('nested too deeply', $error->getMessage());
            }
        }
    }

    public function testFractionsComeAsTextDigitForDigit(): void
    {
        $json = '{"a":1.10,"b":-0.000000000000000000010,"c":[2.5,1e30,7],"d":"1.50 \"2.5\" \\\\","e":3.0E-2,'
            . '"f":12345678901234567890,"g":true,"1.5":false,"h":{"i":9223372036854775807},"j":""}';
        self::assertSame([
            'a' => '1.10',
            'b' => '-0.000000000000000000010',
            'c' => ['2.5', '1e30', 7],
            'd' => '1.50 "2.5" \\',
            'e' => '3.0E-2',
            'f' => '12345678901234567890',
            'g' => true,
            '1.5' => false,
            'h' => ['i' => 9223372036854775807],
            'j' => '',
        ], Json::decode($json));
    }

    public function testAReplyOfMegabytesIsReadWhole(): void
    {
        // More than PCRE's limits allow to be matched at once, escaped and not.
        $texts = [str_repeat('"1.5\\', 700000), str_repeat('x', 3000000)];
        $json = '{"texts":' . json_encode($texts) . ',"sum":10.10}';
        self::assertSame(['texts' => $texts, 'sum' => '10.10'], Json::decode($json));
        $started = microtime(true);
        $rows = '[' . substr(str_repeat(',{"a":"b","c":1.5}', 100000), 1) . ']';
        self::assertSame(['a' => 'b', 'c' => '1.5'], Json::decode("{\"rows\":$rows}")['rows'][99999]);
        self::assertLessThan(2.0, microtime(true) - $started);
    }
}
