<?php

declare(strict_types=1);

namespace Kopeck\Tests\Faults;

use Kopeck\Client;
use Kopeck\Payment;
use Kopeck\Verdict;
use PHPUnit\Framework\Assert;

/** One call that moves money, made ready: what the shop stored of it, and what must never be said. */
final class MoneyCall
{
    /** Each with its path, and the verdict where the gateway carried it out and where it was lost. */
    public const CALLS = [
        'createPayment' => ['register.do', 'need_new_number', 'done'],
        'createPayment hold' => ['registerPreAuth.do', 'need_new_number', 'done'],
        'capture' => ['deposit.do', 'done', 'not_done'],
        'cancel' => ['decline.do', 'done', 'not_done'],
        'cancel hold' => ['reverse.do', 'done', 'review'],
        'refund' => ['refund.do', 'done', 'not_done'],
    ];

    private const CUSTOMER = [
        'id' => 'buyer-4711',
        'email' => 'ivan.petrov@mail.test',
        'phone' => '79991234567',
        'name' => 'IVAN PETROV',
        'ip' => '203.0.113.77',
    ];

    private const PERSONAL = ['ivan.petrov', '79991234567', 'PETROV', '203.0.113.77', '4111111111111111'];

    public string $operation;

    /** Part of the request's body that no other call has. */
    public string $aim;

    public Lines $log;

    /** @var array<string, mixed> */
    public array $fields;

    private string $method;

    /** @var array<string, mixed> */
    private array $settings;

    /** @var array<string, mixed> */
    private array $settle;

    public function __construct(Sandbox $sandbox, string $name)
    {
        [$this->method, $how] = explode(' ', "$name ");
        $this->operation = $this->method === 'createPayment' ? 'create_payment' : $this->method;
        $this->settings = $sandbox->merchant();
        $this->log = new Lines();
        $hold = $how === 'hold' || $this->method === 'capture';
        $create = $sandbox->order() + ['hold' => $hold, 'customer' => self::CUSTOMER];
        if ($this->method === 'createPayment') {
            $this->aim = "orderNumber={$create['order_number']}";
            $this->fields = $create;
            $this->settle = ['create' => $create];
        } else {
            $payment = $this->client()->createPayment($create);
            if ($hold || $this->method !== 'cancel') {
                $sandbox->pay($payment->action->url, self::CUSTOMER['name']);
            }
            $this->aim = "orderId=$payment->id";
            $this->onPayment($payment->id);
        }
    }

    private function onPayment(string $id): void
    {
        $this->fields = ['id' => $id];
        if ($this->method !== 'cancel') {
            $this->fields += ['amount' => '100.00', 'currency' => 'RUB'];
        }
        if ($this->method === 'refund') {
            $this->fields['refund_id'] = 'r-1';
        }
        $captured = $this->method === 'refund' ? '100.00' : '0.00';
        $this->settle = $this->fields + ['before' => ['captured' => $captured, 'refunded' => '0.00']];
    }

    /** @param array<string, mixed> $more settings */
    public function client(array $more = []): Client
    {
        return new Client($more + $this->settings, $this->log);
    }

    public function call(?Client $client = null): Payment
    {
        return ($client ?? $this->client())->{$this->method}($this->fields);
    }

    /** What became of it, long after it was sent. */
    public function verdict(int $seconds = 3600): Verdict
    {
        $sent = gmdate('Y-m-d\TH:i:s\Z', time() - $seconds);

        return $this->client()->settle(['operation' => $this->operation, 'sent_at' => $sent] + $this->settle);
    }

    /** Nobody's name, number or address and no secret stands in any of these texts. */
    public function assertSaidNothing(string ...$texts): void
    {
        $never = [$this->settings['password'], $this->settings['callback_key'], ...self::PERSONAL];
        foreach ($texts as $text) {
            Assert::assertNotSame('', $text);
            foreach ($never as $word) {
                Assert::assertStringNotContainsString($word, $text);
            }
        }
    }
}
