<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Client;
use Kopeck\Exception\InvalidRequestException;
use Kopeck\Payment;
use Kopeck\ReceiptShapes;
use Kopeck\Shapes;
use Kopeck\Tests\Support\Clients;
use Kopeck\Tests\Support\Docs;
use PHPUnit\Framework\TestCase;

/** What stands several times says the same: the core's fields, the methods, the shapes of arrays. */
final class ShapesTest extends TestCase
{
    /** The method and the shape of each common operation. */
    public const OPERATIONS = [
        'create_payment' => ['createPayment', 'Create'],
        'payment_status' => ['paymentStatus', 'Status'],
        'capture' => ['capture', 'Capture'],
        'cancel' => ['cancel', 'Cancel'],
        'refund' => ['refund', 'GiveBack'],
        'saved_cards' => ['savedCards', 'Cards'],
        'charge_saved_card' => ['chargeSavedCard', 'Charge'],
        'forget_card' => ['forgetCard', 'Forget'],
        'list_payments' => ['listPayments', 'Listing'],
        'parse_notification' => ['parseNotification', 'Parse'],
        'instalments' => ['instalments', 'Instalments'],
        'wait' => ['wait', 'Wait'],
        'confirm' => ['confirm', 'Confirm'],
        'settle' => ['settle', 'Settle'],
        'check_settings' => ['checkSettings', null],
        'descriptor_check' => ['descriptorCheck', null],
    ];

    /** @return array<string, Client> a client for each common operation */
    private static function owners(): array
    {
        $owners = [];
        foreach ([Clients::intellectMoney(), Clients::rbs()] as $client) {
            foreach ($client->operations() as $name) {
                $owners += strpos($name, '.') === false ? [$name => $client] : [];
            }
        }

        return $owners;
    }

    public function testEveryCommonOperationHasAMethod(): void
    {
        $names = array_keys(self::owners());
        sort($names);
        $methods = array_keys(self::OPERATIONS);
        sort($methods);
        self::assertSame($names, $methods);
        foreach (self::OPERATIONS as [$method]) {
            self::assertTrue(method_exists(Client::class, $method), $method);
        }
    }

    public function testAShapeHasTheFieldsOfItsOperation(): void
    {
        $types = Docs::types(Shapes::class);
        foreach (self::owners() as $name => $client) {
            foreach ($client->describe()['operations'] as $row) {
                $shape = self::OPERATIONS[$name][1];
                if ($row['name'] !== $name || $shape === null) {
                    continue;
                }
                $fields = array_keys(Docs::fields($types[$shape]));
                if ($name === 'parse_notification') {
                    // The rest of them is a Notification.
                    $fields = array_merge($fields, array_keys(Docs::fields($types['Received'])));
                }
                self::assertEqualsCanonicalizing($row['fields'], $fields, $name);
            }
        }
    }

    public function testAMethodTakesTheShapeOfItsOperation(): void
    {
        foreach (self::OPERATIONS as [$method, $shape]) {
            $comment = (string) (new \ReflectionMethod(Client::class, $method))->getDocComment();
            if ($shape !== null) {
                self::assertStringContainsString("@param $shape \$fields\n", $comment);
            }
        }
    }

    /** @return iterable<string, array{string, string, string}> a shape, where it is given, the field there */
    public static function inner(): iterable
    {
        yield 'Create' => ['Create', 'settle', 'create'];
        yield 'Charge' => ['Charge', 'settle', 'charge'];
        yield 'Customer' => ['Customer', 'create_payment', 'customer'];
        yield 'Expect' => ['Expect', 'confirm', 'expect'];
        yield 'Before' => ['Before', 'refund', 'before'];
        yield 'Received' => ['Received', 'confirm', 'notification'];
        yield 'Receipt' => ['Receipt', 'create_payment', 'receipt'];
        yield 'ReceiptCustomer' => ['ReceiptCustomer', 'create_payment', 'receipt.customer'];
        yield 'Position' => ['Position', 'create_payment', 'receipt.positions.0'];
        yield 'Agent' => ['Agent', 'create_payment', 'receipt.positions.0.agent'];
        yield 'Supplier' => ['Supplier', 'create_payment', 'receipt.positions.0.supplier'];
        yield 'Marking' => ['Marking', 'create_payment', 'receipt.positions.0.marking'];
        yield 'TransferOperator' => [
            'TransferOperator',
            'create_payment',
            'receipt.positions.0.agent.transfer_operator',
        ];
    }

    /** @dataProvider inner */
    public function testAnInnerShapeHasTheFieldsOfTheCore(string $shape, string $operation, string $place): void
    {
        $types = Docs::types(Shapes::class) + Docs::types(ReceiptShapes::class);
        $fields = ['no_such_field' => 1];
        foreach (array_reverse(explode('.', $place)) as $name) {
            $fields = $name === '0' ? [$fields] : [$name => $fields];
        }
        $core = self::expected($operation, $fields);
        if ($shape === 'Received') {
            // What is expected goes beside a notification, not into it.
            $core = array_values(array_diff($core, ['expect']));
        }
        self::assertEqualsCanonicalizing($core, array_keys(Docs::fields($types[$shape])));
    }

    /** @return iterable<array{string, string, string}> a shape, an operation, a field there that takes some words */
    public static function worded(): iterable
    {
        yield ['Instalments', 'instalments', 'stage'];
        yield ['Instalments', 'instalments', 'until'];
        yield ['Wait', 'wait', 'until'];
        yield ['Settle', 'settle', 'operation'];
        yield ['Listing', 'list_payments', 'by'];
    }

    /** @dataProvider worded */
    public function testAFieldTakesTheWordsOfTheCore(string $shape, string $operation, string $field): void
    {
        $words = Docs::words(Docs::types(Shapes::class)[$shape], $field);
        self::assertEqualsCanonicalizing(self::expected($operation, [$field => 'no_such_word']), $words);
    }

    /** @return iterable<array{class-string, string, string, array<string, mixed>}> a type and where its words go */
    public static function typed(): iterable
    {
        $position = static function (string $field): array {
            return ['receipt' => ['positions' => [[$field => 'no_such_word']]]];
        };
        yield [Shapes::class, 'Method', 'create_payment', ['method' => 'no_such_word']];
        yield [ReceiptShapes::class, 'Vat', 'create_payment', $position('vat')];
        yield [ReceiptShapes::class, 'PaymentMethod', 'create_payment', $position('payment_method')];
        yield [ReceiptShapes::class, 'PaymentObject', 'create_payment', $position('payment_object')];
        yield [ReceiptShapes::class, 'Measure', 'create_payment', $position('measure')];
    }

    /**
     * @dataProvider typed
     *
     * @param class-string         $class
     * @param array<string, mixed> $fields
     */
    public function testATypeHasTheWordsOfTheCore(string $class, string $type, string $operation, array $fields): void
    {
        preg_match_all("~'([\\w/]+)'~", Docs::types($class)[$type], $words);
        self::assertEqualsCanonicalizing(self::expected($operation, $fields), $words[1]);
    }

    /**
     * What the core would have taken.
     *
     * @param array<string, mixed> $fields
     *
     * @return list<string>
     */
    private static function expected(string $operation, array $fields): array
    {
        try {
            self::owners()[$operation]->call($operation, $fields);
        } catch (InvalidRequestException $error) {
            self::assertStringContainsString('expected one of ', $error->getMessage());

            return explode(', ', explode('expected one of ', $error->getMessage())[1]);
        }
        self::fail("$operation took it");
    }

    public function testTheReadmeUsesWhatIsThere(): void
    {
        $text = (string) file_get_contents(dirname(__DIR__) . '/README.md');
        preg_match('/^```php\n(.*?)^```/ms', $text, $code);
        self::assertNotSame([], token_get_all("<?php\n" . ($code[1] ?? ''), TOKEN_PARSE));
        preg_match_all('/\$client->(\w+)\(/', $text, $methods);
        preg_match_all('/\$payment->(\w+)/', $text, $fields);
        self::assertNotSame([], $methods[1]);
        foreach ($methods[1] as $method) {
            self::assertTrue(method_exists(Client::class, $method), $method);
        }
        self::assertSame([], array_diff($fields[1], array_keys(Payment::FIELDS)));
    }
}
