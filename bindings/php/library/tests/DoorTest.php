<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Client;
use Kopeck\Exception\PaymentException;
use Kopeck\Tests\Support\Clients;
use Kopeck\Tests\Support\Page;
use PHPUnit\Framework\TestCase;
use Psr\Log\AbstractLogger;

final class DoorTest extends TestCase
{
    private const MAKE = "try { new Kopeck\\Client([]); } catch (Kopeck\\Exception\\PaymentException \$error) {\n"
        . "echo get_class(\$error), ': ', \$error->getMessage(); }";

    public function testAMissingExtensionIsOneClearErrorWithTheCommandThatInstallsIt(): void
    {
        self::assertSame(
            'Kopeck\Exception\InvalidRequestException: the PHP extension kopeck is not loaded: install it with: '
                . 'pie install kopeck/kopeck-ext (then restart PHP-FPM)',
            Page::alone(self::MAKE)
        );
    }

    public function testAnotherAbiIsOneClearErrorToo(): void
    {
        self::assertSame(
            'Kopeck\Exception\InvalidRequestException: the PHP extension kopeck speaks ABI 7, this package 1: '
                . 'install it with: pie install kopeck/kopeck-ext, and update this package with: '
                . 'composer update kopeck/kopeck',
            Page::alone("define('KOPECK_EXTENSION_ABI', 7);\n" . self::MAKE)
        );
    }

    public function testAReplyThatCannotBeReadHidesNoMoney(): void
    {
        $fake = "define('KOPECK_EXTENSION_ABI', 1);\n"
            . "function kopeck_call(\$settings, \$operation) { return [0, \$operation ? '{\"id\"' : '{}', []]; }\n"
            . "try { (new Kopeck\\Client([]))->call('refund'); }\n"
            . "catch (Kopeck\\Exception\\PaymentException \$error) {\n"
            . "echo get_class(\$error), json_encode(\$error->toArray()); }";
        self::assertSame(
            'Kopeck\Exception\InternalException{"message":"the reply of the extension is no JSON",'
                . '"operation":"refund","kind":"Internal","reason":"defect","advice":"ask_status",'
                . '"may_have_happened":true}',
            Page::alone($fake)
        );
    }

    public function testTheLoggerGetsTheLinesWhateverBecameOfTheCall(): void
    {
        $log = new class extends AbstractLogger {
            /** @var list<string> */
            public array $lines = [];

            /**
             * @param mixed        $level
             * @param mixed        $message
             * @param array<mixed> $context
             */
            public function log($level, $message, array $context = []): void
            {
                $this->lines[] = (is_string($level) ? $level : '') . (is_string($message) ? " $message" : '');
            }
        };
        $page = new Page(self::gateway());
        $payment = Clients::rbs($page->port, $log)->createPayment(self::order());
        self::assertSame('m-1', $payment->id);
        self::assertCount(2, $log->lines);
        self::assertStringStartsWith('info ', $log->lines[0]);
        $log->lines = [];
        $port = $page->port;
        unset($page);
        try {
            Clients::rbs($port, $log)->createPayment(self::order());
            self::fail('nobody listens');
        } catch (PaymentException $error) {
            self::assertNotSame([], $log->lines);
            self::assertStringStartsWith('warning ', (string) end($log->lines));
            self::assertStringNotContainsString(Clients::PASSWORD, implode($log->lines));
        }
    }

    public function testALoggerThatFailsHidesNoMoney(): void
    {
        $log = new class extends AbstractLogger {
            /**
             * @param mixed        $level
             * @param mixed        $message
             * @param array<mixed> $context
             */
            public function log($level, $message, array $context = []): void
            {
                throw new \RuntimeException('the disk is full');
            }
        };
        $errors = (string) tempnam(sys_get_temp_dir(), 'kopeck-');
        $before = (string) ini_set('error_log', $errors);
        try {
            $page = new Page(self::gateway());
            $client = Clients::rbs($page->port, $log);
            self::assertSame('m-1', $client->createPayment(self::order())->id);
            unset($page);
            try {
                $client->createPayment(self::order());
                self::fail('nobody listens');
            } catch (PaymentException $error) {
                self::assertSame('create_payment', $error->operation);
            }
            self::assertStringContainsString(
                'kopeck: the logger failed: RuntimeException',
                (string) file_get_contents($errors)
            );
        } finally {
            ini_set('error_log', $before);
            unlink($errors);
        }
    }

    public function testWhatAnEmptyArrayMeansIsNothing(): void
    {
        $page = new Page(self::gateway());
        $empty = ['customer' => [], 'extra' => [], 'receipt' => []];
        self::assertSame('m-1', Clients::rbs($page->port)->createPayment(self::order() + $empty)->id);
    }

    public function testSettingsTakeEmptyArraysForNothingToo(): void
    {
        $more = ['tls' => [], 'timeouts' => [], 'assumptions' => [], 'callback_own_parameters' => []];
        $settings = ['gateway' => 'rbs', 'preset' => 'alfabank-test', 'user_name' => 'u', 'password' => 'p'];
        self::assertContains('refund', (new Client($settings + $more))->operations());
    }

    public function testAllPagesAreGoneThrough(): void
    {
        $page = new Page(<<<'CODE'
            parse_str((string) file_get_contents('php://input'), $asked);
            $number = (int) ($asked['page'] ?? 0);
            $order = static fn (string $n) => ['orderNumber' => $n, 'orderStatus' => 2, 'amount' => 100,
                'currency' => '643', 'date' => 1767225600000, 'attributes' => [['name' => 'mdOrder', 'value' => $n]],
                'paymentAmountInfo' => ['depositedAmount' => 100, 'approvedAmount' => 100, 'refundedAmount' => 0]];
            $orders = array_map($order, $number === 0 ? ['A-1', 'A-2'] : ['A-3']);
            header('Content-Type: application/json');
            echo json_encode(['errorCode' => '0', 'orderStatuses' => $orders, 'totalCount' => 3,
                'page' => $number, 'pageSize' => 2]);
            CODE);
        $period = ['from' => new \DateTime('2026-01-01'), 'to' => new \DateTime('2026-01-31'), 'page_size' => 2];
        $numbers = [];
        foreach (Clients::rbs($page->port)->everyPayment($period) as $place => $payment) {
            $numbers[$place] = $payment->order_number;
        }
        self::assertSame(['A-1', 'A-2', 'A-3'], $numbers);
    }

    /** @return array{order_number: string, amount: string, currency: string, return_url: string} */
    private static function order(): array
    {
        $back = 'https://shop.example/return';

        return ['order_number' => 'A-1', 'amount' => '100.00', 'currency' => 'RUB', 'return_url' => $back];
    }

    private static function gateway(): string
    {
        return "header('Content-Type: application/json');\n"
            . "echo '{\"orderId\":\"m-1\",\"formUrl\":\"https://127.0.0.1/payment/page\"}';";
    }
}
