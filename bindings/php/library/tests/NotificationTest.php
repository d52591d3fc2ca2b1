<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Answers;
use Kopeck\Client;
use Kopeck\Exception\InvalidRequestException;
use Kopeck\Exception\PaymentException;
use Kopeck\Exception\UntrustedException;
use Kopeck\Notification;
use Kopeck\Tests\Support\Clients;
use Kopeck\Tests\Support\Page;
use PHPUnit\Framework\TestCase;

final class NotificationTest extends TestCase
{
    /** The page tells what it received; before that it spoils the globals as WordPress does. */
    private const PAGE = <<<'CODE'
        $_SERVER = array_map(static fn ($value) => is_string($value) ? addslashes($value) : $value, $_SERVER);
        $_POST = ['spoilt' => 'yes'];
        $n = Kopeck\Notification::fromGlobals();
        $told = [$n->method(), $n->query(), $n->headers(), base64_encode($n->body()), $n->remoteAddress()];
        echo json_encode(array_merge($told, [memory_get_peak_usage()]), JSON_THROW_ON_ERROR);
        CODE;

    public function testTheRunningPagesRequestIsTakenAsItCame(): void
    {
        $page = new Page(self::PAGE);
        $body = "a=1&b=%FF\xff\0'\\";
        $headers = ["X-Sig: it's", 'Content-Type: application/x-www-form-urlencoded'];
        $told = self::told($page->ask('POST', "/notify/?x=1+2&y='\\", $headers, $body));
        self::assertSame('POST', $told[0]);
        self::assertSame("x=1+2&y='\\", $told[1]);
        self::assertSame("it's", array_change_key_case($told[2])['x-sig']);
        self::assertSame($body, base64_decode($told[3]));
        self::assertSame('127.0.0.1', $told[4]);
        self::assertSame(['GET', '', ''], array_slice(self::told($page->ask('GET', '/notify')), 0, 2) + [2 => '']);
    }

    public function testAMultipartFormIsMadeAgainFromItsFields(): void
    {
        $body = '';
        foreach (['amount' => '10.00', 'name' => "O'Neil & Söhne", 'list[]' => 'x'] as $name => $value) {
            $body .= "--B\r\nContent-Disposition: form-data; name=\"$name\"\r\n\r\n$value\r\n";
        }
        $page = new Page(self::PAGE);
        $headers = ['Content-Type: multipart/form-data; boundary=B'];
        $told = self::told($page->ask('POST', '/', $headers, "$body--B--\r\n"));
        parse_str((string) base64_decode($told[3]), $fields);
        self::assertSame(['amount' => '10.00', 'name' => "O'Neil & Söhne", 'list' => ['x']], $fields);
        $types = preg_grep('/^content-type$/i', array_keys($told[2]));
        self::assertCount(1, (array) $types);
        self::assertSame('application/x-www-form-urlencoded', $told[2][current((array) $types)]);
    }

    public function testAHugeBodyTakesLittleMemoryAndCanBeAnswered(): void
    {
        $page = new Page("ini_set('memory_limit', '24M');\n" . self::PAGE);
        $told = self::told($page->ask('POST', '/', ['Content-Type: text/plain'], str_repeat('x', 7000000)));
        self::assertSame(Notification::MOST_BYTES + 1, strlen((string) base64_decode($told[3])));
        $bytes = str_repeat('x', 2 * Notification::MOST_BYTES);
        $expect = ['order_number' => 'A-1', 'amount' => '1.00', 'currency' => 'RUB'];
        foreach ([new Notification('POST', '', [], $bytes), new Notification('GET', $bytes)] as $huge) {
            self::assertLessThan(1.1 * Notification::MOST_BYTES, strlen((string) json_encode($huge->toArray())));
            $asks = [
                static function () use ($huge): void {
                    Clients::rbs()->parseNotification($huge);
                },
                static function () use ($huge, $expect): void {
                    Clients::rbs()->confirm(['id' => 'x', 'expect' => $expect, 'notification' => $huge]);
                },
            ];
            foreach ($asks as $ask) {
                try {
                    $ask();
                    self::fail('taken');
                } catch (UntrustedException $error) {
                    self::assertSame(403, $error->answer->reject->status ?? null);
                    self::assertStringContainsString('more bytes than any notification has', $error->getMessage());
                }
            }
        }
    }

    public function testWhatAStrangerSendsIsNeverTheShopsMistake(): void
    {
        $odd = [
            new Notification('POST', '', [], "mdOrder=\xff"),
            new Notification('GET', "mdOrder=\xff"),
            new Notification('GET', '?', ["\xff" => 'x', 'x' => "\xff", '0' => 'y', 'Empty' => []]),
            new Notification('', "\0", ['X' => ['a', null, 'b'], "\0Y" => 'c'], "\0"),
            new Notification("\xff", null),
        ];
        foreach ($odd as $notification) {
            $stored = json_decode((string) json_encode($notification->toArray()), true);
            self::assertIsArray($stored);
            $expect = ['order_number' => 'A-1', 'amount' => '1.00', 'currency' => 'RUB'];
            foreach ([$notification, $stored] as $given) {
                try {
                    Clients::rbs()->confirm(['id' => 'x', 'expect' => $expect, 'notification' => $given]);
                    self::fail('taken');
                } catch (UntrustedException $error) {
                    self::assertSame(403, $error->answer->reject->status ?? null);
                }
            }
        }
        self::assertSame(['X' => 'a, b'], $odd[3]->headers());
        self::assertSame(['0' => 'y'], $odd[2]->headers());
    }

    /** A handler that answers `$error->answer->reject` must find it, whoever made the mistake. */
    public function testEveryErrorAboutANotificationSaysWhatToAnswer(): void
    {
        $came = new Notification('GET', 'mdOrder=m-1&orderNumber=A-1&operation=deposited&status=1');
        $expect = ['order_number' => 'A-1', 'amount' => '1.00', 'currency' => 'RUB'];
        $wrong = [
            static fn () => Clients::rbs()->parseNotification(new Notification('PUT')),
            static fn () => Clients::rbs()->parseNotification($came, ['expect' => ['amount' => 'x']]),
            static fn () => Clients::rbs()->parseNotification($came, ['expect' => ['amount' => 1.5]]),
            static fn () => Clients::rbs()->parseNotification($came, ['no_such_field' => 1]),
            static fn () => Clients::rbs()->parseNotification($came, ['body' => 'another']),
            static fn () => Clients::rbs()->confirm(['id' => 'm-1', 'notification' => $came]),
            static fn () => Clients::rbs()->confirm(['id' => 1.5, 'expect' => $expect, 'notification' => $came]),
            static fn () => Clients::rbs()->confirm(['id' => 'm-1', 'expect' => $expect, 'notification' => $came]),
            static fn () => Clients::intellectMoney()->parseNotification($came),
            static fn () => Clients::intellectMoney()->confirm(['notification' => $came]),
        ];
        foreach ($wrong as $place => $call) {
            $error = self::refused($call);
            self::assertInstanceOf(Answers::class, $error->answer, "$place");
            self::assertNotSame(200, $error->answer->retry->status, "$place");
            self::assertNotNull($error->gateway, "$place");
            self::assertSame(__FILE__, $error->getFile());
        }
        $plain = self::refused(static fn () => Clients::rbs()->confirm(['id' => 'm-1', 'notification' => []]));
        self::assertNull($plain->answer);
        self::assertNull(self::refused(static fn () => Clients::rbs()->paymentStatus(['id' => 1.5]))->answer);
    }

    /** An error about a request that this package makes has what the core's have. */
    public function testErrorsNameTheGateway(): void
    {
        $error = self::refused(static fn () => Clients::intellectMoney()->createPayment(['amount' => 1.5]));
        self::assertSame('intellectmoney', $error->gateway);
        $error = self::refused(static fn () => Clients::rbs()->call('rbs.getBindings', ['x' => "\xff"]));
        self::assertSame(['rbs', 'rbs.getBindings', 'x'], [$error->gateway, $error->operation, $error->field]);
        self::assertNull(self::refused(static fn () => new Client(['gateway' => 'rbs', 'x' => 1.5]))->gateway);
    }

    private static function refused(callable $call): PaymentException
    {
        try {
            $call();
        } catch (PaymentException $error) {
            return $error;
        }
        self::fail('taken');
    }

    public function testAnyOperationTakesWhatIsStoredOfANotification(): void
    {
        $came = new Notification('GET', 'mdOrder=m-1&orderNumber=A-1&operation=deposited&status=1');
        self::assertArrayNotHasKey('headers', $came->toArray());
        $event = Clients::rbs()->call('parse_notification', $came->toArray());
        self::assertSame('paid', $event['event']);
        $stored = json_decode((string) json_encode($came->toArray()), true);
        self::assertSame($event, Clients::rbs()->call('parse_notification', (array) $stored));
    }

    public function testTextAndBytesMeanTheSame(): void
    {
        $client = Clients::rbs();
        $query = 'mdOrder=m-1&orderNumber=A-1&operation=deposited&status=1';
        $event = $client->parseNotification(new Notification('GET', "?$query"), ['expect' => []]);
        self::assertSame('paid', $event->event);
        self::assertTrue($event->needs_status);
        self::assertSame('A-1', $event->payment->order_number);
        $same = $client->parseNotification(new Notification('get', $query, ['X' => 'y']));
        self::assertSame($event->delivery_id, $same->delivery_id);
    }

    public function testTheExpectationGoesWithIt(): void
    {
        try {
            Clients::rbs()->parseNotification(new Notification('GET', 'mdOrder=m-1'), ['expect' => ['amount' => 'x']]);
            self::fail('taken');
        } catch (InvalidRequestException $error) {
            self::assertSame('expect.currency', $error->field);
        }
    }

    public function testDumpsShowNoBody(): void
    {
        $dump = print_r(new Notification('POST', 'q=phone', ['X' => 'phone'], 'phone=123'), true);
        self::assertStringNotContainsString('phone', $dump);
        self::assertStringContainsString('[body_bytes] => 9', $dump);
    }

    /** @return array<int, mixed> */
    private static function told(string $reply): array
    {
        $told = json_decode(explode("\r\n\r\n", $reply, 2)[1] ?? '', true);
        self::assertIsArray($told, $reply);

        return $told;
    }
}
