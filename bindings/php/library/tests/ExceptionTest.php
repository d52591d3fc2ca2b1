<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Answer;
use Kopeck\Answers;
use Kopeck\Exception\InternalException;
use Kopeck\Exception\MismatchException;
use Kopeck\Exception\PaymentException;
use Kopeck\Payment;
use Kopeck\Tests\Support\Clients;
use Kopeck\Tests\Support\Docs;
use PHPUnit\Framework\TestCase;

final class ExceptionTest extends TestCase
{
    private const FIELDS = [
        'kind' => 'Mismatch',
        'reason' => 'amount',
        'advice' => 'review',
        'may_have_happened' => true,
        'message' => 'another amount',
        'code' => '5',
        'buyer_text' => ['en' => 'No.'],
        'body' => 'excerpt',
        'payment' => ['id' => 'p-1', 'action' => ['url' => 'https://bank.example/secret-page']],
        'answer' => ['ok' => ['status' => 200, 'content_type' => 'text/plain', 'body' => 'OK']],
    ];

    public function testEachKindIsAClassOfItsOwn(): void
    {
        foreach (PaymentException::KINDS as $number => $class) {
            $error = PaymentException::of($number, self::FIELDS);
            self::assertInstanceOf($class, $error);
            self::assertSame($number, $error->getCode());
            self::assertSame('another amount', $error->getMessage());
            self::assertTrue((new \ReflectionClass($class))->isFinal());
        }
    }

    public function testFieldsAreReadByTheirNames(): void
    {
        $error = PaymentException::of(7, self::FIELDS);
        self::assertSame('5', $error->code);
        self::assertTrue($error->may_have_happened);
        self::assertSame(['en' => 'No.'], $error->buyer_text);
        self::assertNull($error->text);
        self::assertInstanceOf(Payment::class, $error->payment);
        self::assertInstanceOf(Answers::class, $error->answer);
        self::assertSame('OK', $error->answer->ok->body);
        self::assertNull($error->checkout_answer);
        self::assertSame(self::FIELDS, $error->toArray());
        self::assertSame(array_keys(PaymentException::FIELDS), array_merge(
            array_slice(Docs::properties(PaymentException::class), 0, 4),
            ['message'],
            array_slice(Docs::properties(PaymentException::class), 4)
        ));
    }

    public function testAPortalIsGivenOneAnswer(): void
    {
        $error = PaymentException::of(5, ['answer' => self::FIELDS['answer']['ok']] + self::FIELDS);
        self::assertNull($error->answer);
        self::assertInstanceOf(Answer::class, $error->checkout_answer);
        self::assertSame(200, $error->checkout_answer->status);
    }

    public function testWhatIsNotSaidToBeHarmlessMayHaveMovedMoney(): void
    {
        foreach ([99, 1234] as $status) {
            $error = PaymentException::of($status, []);
            self::assertInstanceOf(InternalException::class, $error);
            self::assertTrue($error->may_have_happened);
            self::assertSame('ask_status', $error->advice);
            self::assertSame("kopeck ended with the status $status", $error->getMessage());
        }
        self::assertTrue((new InternalException('made by hand', 99, []))->may_have_happened);
    }

    public function testItGoesThroughAQueue(): void
    {
        $error = self::failed(static function (): void {
        });
        $back = unserialize(serialize($error));
        self::assertInstanceOf(MismatchException::class, $back);
        self::assertSame(self::FIELDS, $back->toArray());
        self::assertSame([7, 'another amount', __FILE__, $error->getLine()], [
            $back->getCode(),
            $back->getMessage(),
            $back->getFile(),
            $back->getLine(),
        ]);
        self::assertSame('p-1', $back->payment->id ?? null);
    }

    /** With a function among the values of its stack trace, which cannot be stored. */
    private static function failed(callable $given): PaymentException
    {
        self::assertIsCallable($given);

        return PaymentException::of(7, self::FIELDS);
    }

    public function testDumpsShowWhatMayStandInALog(): void
    {
        $error = PaymentException::of(7, self::FIELDS);
        ob_start();
        var_dump($error);
        $said = ob_get_clean() . print_r($error, true) . $error . json_encode($error);
        self::assertStringContainsString('another amount', $said);
        self::assertStringContainsString('ExceptionTest.php', $said);
        self::assertStringNotContainsString('secret-page', $said);
        self::assertStringNotContainsString('excerpt', $said);
    }

    public function testItSaysWhereTheProgramCalled(): void
    {
        try {
            Clients::rbs()->capture(['id' => 'x', 'amount' => '0', 'currency' => 'RUB']);
            self::fail('taken');
        } catch (PaymentException $error) {
            self::assertSame([__FILE__, __LINE__ - 3], [$error->getFile(), $error->getLine()]);
            self::assertSame('amount', $error->field);
        }
    }
}
