<?php

declare(strict_types=1);

namespace Kopeck\Tests\Faults;

use Kopeck\Client;
use Kopeck\Exception\InvalidRequestException;
use Kopeck\Exception\NotDoneException;
use Kopeck\Exception\UntrustedException;
use Kopeck\Notification;
use PHPUnit\Framework\TestCase;

/**
 * What cannot be used is refused by the name of its field, and nothing leaves for the gateway.
 *
 * @group traces
 */
final class InputTest extends TestCase
{
    private const SCALARS = [
        'createPayment' => [
            'order_number', 'amount', 'currency', 'description', 'return_url', 'fail_url', 'notification_url',
            'language', 'expires_in', 'hold', 'method', 'card_id', 'wallet_token', 'purpose', 'customer.id',
            'customer.email', 'customer.phone', 'customer.name', 'customer.ip',
        ],
        'refund' => ['id', 'amount', 'currency', 'refund_id'],
        'confirm' => [
            'id', 'expect.id', 'expect.order_number', 'expect.amount', 'expect.currency', 'expect.hold',
            'expect.purpose',
        ],
    ];

    private const OBJECTS = [
        'createPayment' => ['customer', 'receipt', 'extra'],
        'refund' => ['receipt', 'extra'],
        'confirm' => ['expect', 'notification'],
    ];

    private const GOOD = [
        'createPayment' => [
            'order_number' => 'A-1',
            'amount' => '100.00',
            'currency' => 'RUB',
            'return_url' => 'https://shop.example/return',
            'customer' => ['name' => 'SEKRET BUYER'],
        ],
        'refund' => ['id' => 'x', 'amount' => '100.00', 'currency' => 'RUB', 'refund_id' => 'r-1'],
        'confirm' => [
            'id' => 'x',
            'expect' => ['order_number' => 'A-1', 'amount' => '100.00', 'currency' => 'RUB'],
        ],
    ];

    private const NO_TEXT = "caf\xe9";

    /** A client whose gateway nobody is: what is in order ends as `connection_refused`. */
    private function client(): Client
    {
        return new Client([
            'gateway' => 'rbs',
            'base_url' => 'http://127.0.0.1:1/payment',
            'user_name' => 'shop',
            'password' => 'sekret-password',
            'callback_key' => 'sekret-key',
        ]);
    }

    /** @return iterable<string, array{string, string, mixed}> */
    public static function wrongKinds(): iterable
    {
        $never = ['a float' => 1.5, 'no UTF-8' => self::NO_TEXT, 'an object' => new \ArrayObject(), 'a list' => ['x']];
        $scalar = ['an empty array' => [], 'an array' => ['a' => 'b'], 'an array with a float' => ['a' => [1.5]]];
        $object = ['text' => 'x', 'a number' => 7, 'a truth' => true];
        foreach (self::SCALARS as $method => $names) {
            foreach ($names as $name) {
                $more = [];
                if ($name !== 'expires_in') {
                    $more['a number'] = 7;
                }
                if (substr($name, -4) !== 'hold') {
                    $more['a truth'] = true;
                }
                foreach ($never + $scalar + $more as $what => $wrong) {
                    yield "$method: $name is $what" => [$method, $name, $wrong];
                }
            }
        }
        foreach (self::OBJECTS as $method => $names) {
            foreach ($names as $name) {
                foreach ($never + $object as $what => $wrong) {
                    yield "$method: $name is $what" => [$method, $name, $wrong];
                }
            }
        }
    }

    /**
     * @dataProvider wrongKinds
     *
     * @param mixed $wrong
     */
    public function testWhatIsOfAnotherKindIsNamed(string $method, string $name, $wrong): void
    {
        $fields = self::GOOD[$method];
        [$outer, $inner] = explode('.', "$name.");
        $fields[$outer] = $inner === '' ? $wrong : [$inner => $wrong] + ($fields[$outer] ?? []);
        $error = $this->refused(fn() => $this->client()->$method($fields));
        // What is wrong inside of an array is named by its own place.
        self::assertSame($wrong === ['a' => [1.5]] ? "$name.a.0" : $name, $error->field);
        self::assertSame($method === 'createPayment' ? 'create_payment' : $method, $error->operation);
        self::assertStringStartsWith("$error->field: ", $error->getMessage());
    }

    /** @return iterable<array{mixed, string}> */
    public static function amounts(): iterable
    {
        yield [100.0, "expected decimal text such as '100.50', got a float"];
        yield [0.1 + 0.2, "expected decimal text such as '100.50', got a float"];
        yield [NAN, "expected decimal text such as '100.50', got a float"];
        yield [INF, "expected decimal text such as '100.50', got a float"];
        yield [100, "expected decimal text such as '100.50', got an integer"];
        yield [PHP_INT_MAX, "expected decimal text such as '100.50', got an integer"];
        yield ["100.00\n", 'expected text without control characters'];
        yield ["100.00\0", 'expected text without control characters'];
        yield ['0.00', 'expected more than zero'];
        yield ['99999999999999999999.00', 'larger than any payment'];
        $written = [
            '', '100', '100.5', '100.', '.50', '1e2', '1E+2', '100,00', ' 100.00', '+100.00', '-100.00',
            '0100.00', '100.000', '1 000.00', "1\u{a0}000.00", "\u{ff11}00.00", '0x64', '100.00 RUB',
        ];
        foreach ($written as $amount) {
            yield [$amount, 'expected decimal text like "100.00" for RUB'];
        }
    }

    /**
     * @dataProvider amounts
     *
     * @param mixed $amount
     */
    public function testAnAmountIsTakenAsWrittenOrNotAtAll($amount, string $says): void
    {
        // Zero may be expected: of the check of a card.
        foreach ($amount === '0.00' ? ['createPayment', 'refund'] : array_keys(self::GOOD) as $method) {
            $fields = self::GOOD[$method];
            if ($method === 'confirm') {
                $fields['expect']['amount'] = $amount;
            } else {
                $fields['amount'] = $amount;
            }
            $error = $this->refused(fn() => $this->client()->$method($fields));
            $field = $method === 'confirm' ? 'expect.amount' : 'amount';
            self::assertSame($field, $error->field);
            self::assertStringStartsWith("$field: $says", $error->getMessage());
        }
    }

    /** @return iterable<string, array{array<mixed>, ?string, string}> */
    public static function oddArrays(): iterable
    {
        $round = [];
        $round['again'] = &$round;
        yield 'a list' => [[1, 2], '0', 'no such field'];
        yield 'a wrong name' => [['amuont' => '1.00'], 'amuont', 'no such field'];
        yield 'a name in Latin-1' => [[self::NO_TEXT => 'x'], null, 'expected names of fields in UTF-8'];
        yield 'such a name inside' => [['extra' => [self::NO_TEXT => 'x']], 'extra', 'names of fields in UTF-8'];
        yield 'such text inside' => [['extra' => ['a' => ['b', self::NO_TEXT]]], 'extra.a.1', 'expected text in UTF-8'];
        yield 'a function' => [['description' => 'strlen', 'extra' => ['a' => fn() => 1]], 'extra.a', 'got Closure'];
        yield 'a file' => [['description' => STDIN], 'description', 'got resource'];
        yield 'a float inside' => [['extra' => ['a' => ['b' => 1.5]]], 'extra.a.b', 'got a float'];
        yield 'one that holds itself' => [['extra' => $round], 'extra' . str_repeat('.again', 63), 'too deeply'];
        yield 'a huge text' => [['description' => str_repeat('x', 8 << 20)], 'description', 'at most 598 characters'];
    }

    /**
     * @dataProvider oddArrays
     *
     * @param array<mixed> $change
     */
    public function testAnOddArrayIsNoRequest(array $change, ?string $field, string $says): void
    {
        $error = $this->refused(fn() => $this->client()->createPayment($change + self::GOOD['createPayment']));
        self::assertSame($field, $error->field);
        self::assertStringContainsString($says, $error->getMessage());
        self::assertLessThan(1000, strlen($error->getMessage()));
    }

    /** @return iterable<array{string}> */
    public static function operations(): iterable
    {
        return [[''], ['pay'], ['rbs.pay'], ['other.register'], [self::NO_TEXT], ["operations\0"], ["\0"]];
    }

    /** @dataProvider operations */
    public function testAnUnknownOperationIsRefused(string $operation): void
    {
        $error = $this->refused(fn() => $this->client()->call($operation));
        self::assertSame('operation', $error->field);
    }

    public function testSettingsAreLookedAtAsFieldsAre(): void
    {
        $good = ['gateway' => 'rbs', 'base_url' => 'https://gateway.example/payment', 'token' => 'sekret-token'];
        foreach (
            [
                ['gateway', 'nobody'], ['gateway', ['rbs']], ['passwrod', 'x'], ['token', ['x']], ['token', 7],
                ['token', self::NO_TEXT], ['base_url', 'http://gateway.example/payment'], ['timeouts', 1.5],
                ['timeouts', 'x'], ['tls', ['x']],
            ] as [$name, $wrong]
        ) {
            $error = $this->refused(fn() => new Client([$name => $wrong] + $good));
            self::assertSame($name, $error->field);
        }
    }

    public function testWhatMeansOneThingIsTaken(): void
    {
        $create = self::GOOD['createPayment'];
        $nothing = ['customer' => [], 'receipt' => [], 'extra' => [], 'description' => null, 'expires_in' => 600];
        $this->reachesNobody(fn() => $this->client()->createPayment($nothing + $create));
        $object = (object) ['email' => 'a@b.example'];
        $this->reachesNobody(fn() => $this->client()->createPayment(['customer' => $object] + $create));
        $this->reachesNobody(fn() => $this->client()->refund(['receipt' => [], 'extra' => []] + self::GOOD['refund']));
        $this->reachesNobody(fn() => $this->client()->confirm(self::GOOD['confirm']));
    }

    /** @return iterable<string, array{Notification}> */
    public static function strangersBytes(): iterable
    {
        $form = ['Content-Type' => 'application/x-www-form-urlencoded'];
        $bytes = "mdOrder=\xff\xfe&operation=deposited&status=1";
        yield 'bytes in a body' => [new Notification('POST', '', $form, $bytes)];
        yield 'bytes in a query' => [new Notification('GET', $bytes, [], '')];
        yield 'a long body' => [new Notification('POST', '', $form, str_repeat('mdOrder=x&', 100000))];
        yield 'a long body of zeros' => [new Notification('POST', '', $form, str_repeat("\0", 1 << 20))];
        yield 'a long query' => [new Notification('GET', str_repeat('mdOrder=x&', 100000))];
        yield 'huge headers' => [new Notification('POST', '', $form + ['X' => str_repeat("\xff", 1 << 20)], $bytes)];
    }

    /**
     * Strangers call the notification page too: what they send is no mistake of the shop's.
     *
     * @dataProvider strangersBytes
     */
    public function testWhatStrangersSendIsUntrusted(Notification $notification): void
    {
        $confirm = ['notification' => $notification] + self::GOOD['confirm'];
        foreach (
            [
                fn() => $this->client()->parseNotification($notification),
                fn() => $this->client()->confirm($confirm),
            ] as $read
        ) {
            try {
                $read();
                self::fail('it was believed');
            } catch (UntrustedException $error) {
                self::assertSame([5, 'unreadable'], [$error->getCode(), $error->reason]);
                self::assertFalse($error->may_have_happened);
                self::assertGreaterThanOrEqual(400, $error->answer->reject->status);
                self::assertLessThan(10000, strlen((string) json_encode($error->toArray())));
            }
        }
    }

    public function testAHugeNotificationIsNotLookedAt(): void
    {
        $huge = str_repeat('x', (1 << 20) + 1);
        foreach ([['POST', '', [], $huge], ['GET', $huge]] as $received) {
            $notification = new Notification(...$received);
            $confirm = ['notification' => $notification] + self::GOOD['confirm'];
            foreach (
                [
                    fn() => $this->client()->parseNotification($notification),
                    fn() => $this->client()->confirm($confirm),
                ] as $what
            ) {
                try {
                    $what();
                    self::fail('it was taken');
                } catch (UntrustedException $error) {
                    self::assertSame('unreadable', $error->reason);
                    self::assertGreaterThanOrEqual(400, $error->answer->reject->status);
                    self::assertLessThan(2000, strlen(json_encode($error->toArray(), JSON_THROW_ON_ERROR)));
                }
            }
        }
    }

    private function refused(callable $what): InvalidRequestException
    {
        try {
            $what();
        } catch (InvalidRequestException $error) {
            self::assertSame(1, $error->getCode());
            self::assertSame([false, 'fix_request'], [$error->may_have_happened, $error->advice]);
            self::assertFalse(stripos(implode('', Told::by($error)), 'sekret'), 'a secret is told');

            return $error;
        }
        self::fail('it was taken');
    }

    private function reachesNobody(callable $what): void
    {
        try {
            $what();
            self::fail('somebody answered');
        } catch (NotDoneException $error) {
            self::assertSame('connection_refused', $error->reason);
        }
    }
}
