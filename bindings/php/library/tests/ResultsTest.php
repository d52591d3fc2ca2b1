<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Action;
use Kopeck\Answer;
use Kopeck\Attempt;
use Kopeck\Card;
use Kopeck\Event;
use Kopeck\Payment;
use Kopeck\PaymentsPage;
use Kopeck\Refund;
use Kopeck\SavedCard;
use Kopeck\SavedCards;
use Kopeck\Tests\Support\Docs;
use Kopeck\Verdict;
use PHPUnit\Framework\TestCase;

final class ResultsTest extends TestCase
{
    private const PAID = [
        'gateway' => 'rbs',
        'id' => 'p-1',
        'order_number' => 'A-1',
        'status' => 'paid',
        'final' => true,
        'amount' => '100.10',
        'currency' => 'RUB',
        'captured' => '100.10',
        'refunded' => null,
        'card' => ['number' => '411111**1111', 'expiry' => '12/30', 'brand' => 'visa'],
        'action' => ['type' => 'redirect', 'url' => 'https://bank.example/secret-page'],
        'attempts' => [['id' => 't-1', 'status' => 'declined'], ['id' => 't-2', 'status' => 'paid']],
        'refunds' => [['id' => 'r-1', 'amount' => '1.00', 'status' => 'done']],
        'checked' => ['amount'],
        'state_id' => 's-1',
        'raw' => ['x' => 1],
        'of_a_later_version' => 'new',
    ];

    public function testFieldsAreReadByTheirNames(): void
    {
        $payment = Payment::of(self::PAID);
        self::assertSame('A-1', $payment->order_number);
        self::assertSame('100.10', $payment->amount);
        self::assertInstanceOf(Card::class, $payment->card);
        self::assertSame('visa', $payment->card->brand);
        self::assertInstanceOf(Action::class, $payment->action);
        self::assertCount(2, $payment->attempts);
        self::assertContainsOnlyInstancesOf(Attempt::class, $payment->attempts);
        self::assertInstanceOf(Refund::class, $payment->refunds[0]);
        self::assertSame(['amount'], $payment->checked);
        self::assertSame(['x' => 1], $payment->raw);
    }

    public function testWhatIsNotKnownIsNull(): void
    {
        $payment = Payment::of(self::PAID);
        self::assertNull($payment->refunded);
        self::assertNull($payment->fee);
        self::assertNull($payment->receipt);
        self::assertFalse(isset($payment->fee));
        self::assertTrue(isset($payment->card->brand));
        self::assertFalse(isset($payment->no_such_field));
        self::assertSame([], Payment::of([])->attempts);
        self::assertSame('none', $payment->notification->event ?? 'none');
    }

    public function testALaterVersionsFieldIsThereToo(): void
    {
        // @phpstan-ignore-next-line
        self::assertSame('new', Payment::of(self::PAID)->of_a_later_version);
    }

    public function testANameThatIsNoneIsAMistakeOfTheProgram(): void
    {
        $this->expectException(\LogicException::class);
        $this->expectExceptionMessage('Kopeck\Payment has no orderNumber; it has gateway, id, order_number');
        // @phpstan-ignore-next-line
        Payment::of(self::PAID)->orderNumber;
    }

    public function testNothingCanBeChanged(): void
    {
        $payment = Payment::of(self::PAID);
        foreach (['status', 'no_such_field'] as $name) {
            try {
                $payment->$name = 'paid';
                self::fail('changed');
            } catch (\LogicException $error) {
                self::assertSame('Kopeck\Payment cannot be changed.', $error->getMessage());
            }
        }
        $this->expectException(\LogicException::class);
        unset($payment->status);
    }

    public function testDumpsShowWhatMayStandInALog(): void
    {
        $cards = SavedCards::of(['cards' => [['id' => 'can-pay', 'number' => '4111**1111']], 'raw' => ['can-pay']]);
        $event = Event::of(['event' => 'paid', 'payment' => self::PAID, 'answer' => []]);
        foreach ([Payment::of(self::PAID), $event, $cards, Action::of(self::PAID['action'])] as $result) {
            ob_start();
            var_dump($result);
            $said = ob_get_clean() . print_r($result, true);
            self::assertStringNotContainsString('can-pay', $said);
            self::assertStringNotContainsString('secret-page', $said);
            self::assertStringNotContainsString('12/30', $said);
        }
        self::assertStringContainsString('4111**1111', print_r($cards, true));
        self::assertStringContainsString('100.10', print_r(Payment::of(self::PAID), true));
    }

    public function testAResultIsStoredAndReadAgain(): void
    {
        $payment = Payment::of(self::PAID);
        self::assertSame(self::PAID, $payment->toArray());
        self::assertSame(self::PAID, json_decode((string) json_encode($payment), true));
        self::assertEquals($payment, unserialize(serialize($payment)));
        self::assertEquals($payment, Payment::of($payment->toArray()));
    }

    public function testAPageKnowsWhetherAnotherFollows(): void
    {
        $page = static function (int $count, ?int $total, int $page = 0): PaymentsPage {
            $payments = array_fill(0, $count, self::PAID);

            return PaymentsPage::of(compact('payments', 'total', 'page') + ['page_size' => 2]);
        };
        self::assertCount(2, $page(2, null));
        self::assertContainsOnlyInstancesOf(Payment::class, iterator_to_array($page(2, null)));
        self::assertTrue($page(2, null)->more());
        self::assertFalse($page(1, null)->more());
        self::assertTrue($page(2, 3)->more());
        self::assertFalse($page(2, 4, 1)->more());
        self::assertFalse($page(0, 9)->more());
        $cards = SavedCards::of(['cards' => [['id' => 'c-1']]]);
        self::assertCount(1, $cards);
        foreach ($cards as $card) {
            self::assertInstanceOf(SavedCard::class, $card);
        }
    }

    /** @return array<string, array{class-string, list<string>, list<string>}> class, fields and what is shown in Python */
    public static function classes(): array
    {
        $classes = [];
        $folder = dirname(__DIR__, 4) . '/bindings/python/python/kopeck';
        foreach (['results', 'reports'] as $file) {
            $parts = preg_split('/^class /m', (string) file_get_contents("$folder/$file.py")) ?: [];
            foreach (array_slice($parts, 1) as $part) {
                preg_match('/^\w+/', $part, $name);
                preg_match_all('/^    ([a-z]\w*): /m', $part, $fields);
                preg_match('/^    _shown = \((.*)\)$/m', $part, $shown);
                preg_match_all('/"(\w+)"/', $shown[1] ?? '', $shown);
                $php = $name[0] === 'Notification' ? 'Event' : $name[0];
                $classes[$php] = ["Kopeck\\$php", $fields[1], $shown[1]];
            }
        }

        return $classes;
    }

    /**
     * @dataProvider classes
     *
     * @param class-string $class
     * @param list<string> $fields
     * @param list<string> $shown
     */
    public function testAResultHasTheFieldsThatItHasInPython(string $class, array $fields, array $shown): void
    {
        self::assertSame($fields, array_keys($class::FIELDS));
        self::assertSame($fields, Docs::properties($class));
        // It shows its cards, and they what may be shown.
        self::assertSame($class === SavedCards::class ? ['cards'] : $shown, $class::SHOWN);
    }

    public function testEveryClassOfPythonIsThere(): void
    {
        self::assertCount(20, self::classes());
    }

    public function testEveryFieldOfTheVectorsIsKnown(): void
    {
        $classes = [
            'saved_cards' => SavedCards::class,
            'list_payments' => PaymentsPage::class,
            'parse_notification' => Event::class,
            'settle' => Verdict::class,
        ];
        $payments = ['create_payment', 'payment_status', 'capture', 'cancel', 'refund', 'charge_saved_card'];
        $classes += array_fill_keys(array_merge($payments, ['wait', 'confirm', 'instalments']), Payment::class);
        $seen = 0;
        foreach (glob(dirname(__DIR__, 4) . '/tests/vectors/*/*.json') ?: [] as $file) {
            $vector = json_decode((string) file_get_contents($file), true);
            if (isset($vector['reply'], $vector['settings']['gateway'], $classes[$vector['operation']])) {
                self::walk($classes[$vector['operation']], $vector['reply'], $file);
                $seen++;
            }
        }
        self::assertGreaterThan(300, $seen);
    }

    /**
     * @param class-string         $class
     * @param array<string, mixed> $fields
     */
    private static function walk(string $class, array $fields, string $file): void
    {
        foreach ($fields as $name => $value) {
            self::assertArrayHasKey($name, $class::FIELDS, "$file: $class");
            $kind = $class::FIELDS[$name];
            $parts = is_array($kind) ? (array) $value : [$value];
            $kind = is_array($kind) ? $kind[0] ?? null : $kind;
            foreach ($parts as $part) {
                if ($kind !== null && is_array($part)) {
                    self::walk($kind, $part, $file);
                }
            }
        }
    }

    public function testAnAnswerIsReadOfAnEvent(): void
    {
        $ok = ['status' => 200, 'content_type' => 'text/plain', 'body' => 'OK'];
        $event = Event::of(['answer' => ['ok' => $ok]]);
        self::assertEquals(Answer::of($ok), $event->answer->ok);
        self::assertSame('OK', $event->answer->ok->body);
    }
}
