<?php

declare(strict_types=1);

namespace Kopeck\Tests\Faults;

use Kopeck\Client;
use Kopeck\Exception\OutcomeUnknownException;
use Kopeck\Payment;
use PHPUnit\Framework\TestCase;

/**
 * The same at IntellectMoney, whose status tells a step alone: what became of a write is proved by
 * the history, and never guessed.
 */
final class InvoicesTest extends TestCase
{
    private const PATHS = [
        'createPayment' => 'createInvoice',
        'capture' => 'purchaseToPaid',
        'cancel' => 'purchaseToRefund',
        'refund' => 'purchaseToRefund',
    ];

    private const NOT_CARRIED_OUT = ['drop_before', 'status_429', 'status_503'];

    private const CARRIED_OUT = ['drop_after', 'half', 'cut_json', 'garbage'];

    /** Answers that cannot be read: the history may show at once what became of them. */
    private const UNREADABLE = ['cut_json', 'garbage'];

    private const PERSONAL = ['ivan.petrov', 'PETROV'];

    private Sandbox $sandbox;

    /** @var array<string, mixed> */
    private array $settings;

    private Lines $log;

    private Client $client;

    protected function setUp(): void
    {
        $this->sandbox = Sandbox::running();
        $this->settings = $this->sandbox->eshop();
        $this->log = new Lines();
        $this->client = new Client($this->settings, $this->log);
    }

    protected function tearDown(): void
    {
        $this->sandbox->heal();
    }

    /** @return iterable<string, array{string, string}> */
    public static function faultyCalls(): iterable
    {
        foreach (array_keys(self::PATHS) as $method) {
            foreach (array_merge(self::NOT_CARRIED_OUT, self::CARRIED_OUT) as $fault) {
                yield "$method, $fault" => [$method, $fault];
            }
        }
    }

    /** @dataProvider faultyCalls */
    public function testWhatMayHaveHappenedIsSaidAndFoundOut(string $method, string $fault): void
    {
        [$fields, $stored] = $this->ready($method);
        $number = $fields['order_number'];
        $this->sandbox->fault(self::PATHS[$method], $fault, "OrderId=$number");
        $said = $this->carryOut($method, $fields, $fault);
        self::assertSame(0, $this->sandbox->armed());
        $books = $this->books();

        $operation = $method === 'createPayment' ? 'create_payment' : $method;
        $sent = gmdate('Y-m-d\TH:i:s\Z', time() - 3600);
        $verdict = $this->client->settle(['operation' => $operation, 'sent_at' => $sent] + $stored);
        if ($method === 'createPayment' || in_array($fault, self::CARRIED_OUT, true)) {
            self::assertSame('done', $verdict->verdict, (string) $verdict->why);
        } else {
            // Never sent again: it says what the history shows.
            self::assertSame('review', $verdict->verdict, (string) $verdict->why);
            self::assertSame($books, $this->books());
        }
        self::assertCount(1, $this->books());
        $this->assertSaidNothing(Told::of($verdict), $this->log->text(), ...$said);
    }

    /**
     * @param array<string, mixed> $fields
     *
     * @return list<string> what was said
     */
    private function carryOut(string $method, array $fields, string $fault): array
    {
        try {
            $payment = $this->client->$method($fields);
        } catch (OutcomeUnknownException $error) {
            self::assertSame([true, 'ask_status'], [$error->may_have_happened, $error->advice]);

            return Told::by($error);
        }
        self::assertInstanceOf(Payment::class, $payment);
        self::assertContains($fault, self::UNREADABLE);
        $ends = ['capture' => 'paid', 'cancel' => 'cancelled', 'refund' => 'refunded'];
        self::assertSame($ends[$method], $payment->status);

        return [Told::of($payment)];
    }

    /**
     * What is given to the call, and what is stored before it.
     *
     * @return array{array<string, mixed>, array<string, mixed>}
     */
    private function ready(string $method): array
    {
        $hold = $method === 'capture' || $method === 'cancel';
        $customer = ['email' => 'ivan.petrov@mail.test', 'name' => 'IVAN PETROV'];
        $create = $this->sandbox->order() + ['customer' => $customer, 'hold' => $hold];
        if ($method === 'createPayment') {
            return [$create, ['create' => $create]];
        }
        $id = $this->client->createPayment($create)->id;
        $page = "{$this->settings['base_url']}/v2/ru/process/$id/acquiring";
        $this->sandbox->pay($page, 'IVAN PETROV', '4444555511113333');
        $write = ['id' => $id, 'order_number' => $create['order_number']];
        if ($method !== 'cancel') {
            $write += ['amount' => '100.00', 'currency' => 'RUB'];
        }
        if ($method === 'refund') {
            $write['refund_id'] = "{$create['order_number']}-r";
        }
        $before = ['captured' => $method === 'refund' ? '100.00' : '0.00', 'refunded' => '0.00'];

        return [$write + ($method === 'cancel' ? ['may_refund' => true] : []), $write + ['before' => $before]];
    }

    /** @return list<array<string, mixed>> */
    private function books(): array
    {
        return $this->sandbox->invoices($this->settings['eshop_id']);
    }

    private function assertSaidNothing(string ...$texts): void
    {
        $secrets = ['secret_key', 'bearer_token', 'sign_secret_key', 'personal_password'];
        foreach ($texts as $text) {
            self::assertNotSame('', $text);
            foreach (array_merge(self::PERSONAL, array_map(fn($name) => $this->settings[$name], $secrets)) as $word) {
                self::assertStringNotContainsString($word, $text);
            }
        }
    }
}
