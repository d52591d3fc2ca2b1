<?php

declare(strict_types=1);

namespace Shop;

use Kopeck\Client;
use Kopeck\Exception\MismatchException;
use Kopeck\Exception\NotDoneException;
use Kopeck\Exception\PaymentException;
use Kopeck\Notification;
use Kopeck\Payment;

/**
 * Takes an attempt as far as it goes. Each method may be called again after a crash between any two
 * lines: what must not be lost is committed before each call.
 */
final class Payments
{
    private Config $config;
    private Store $store;
    private Client $client;

    public function __construct(Config $config, Store $store, Client $client)
    {
        $this->config = $config;
        $this->store = $store;
        $this->client = $client;
    }

    /**
     * The buyer wants to pay: the action for his browser. What is open and payable is shown again, so a
     * double click opens nothing twice. Null: nothing to pay now, the order's page tells why.
     *
     * @return array<string, mixed>|null
     */
    public function press(string $orderId): ?array
    {
        $lock = Lock::of($this->config->database, $orderId, 10.0);
        for ($turn = 1; $lock !== null && $turn <= 3; $turn++) {
            $order = $this->store->order($orderId);
            if ($order['state'] !== 'open') {
                return null;
            }
            $row = $this->store->attemptsOf($orderId)[0] ?? null;
            if ($row !== null && $row['status'] === 'not_sent' && $this->isForeign($row, $order)) {
                // Nothing is there, and it cannot be sent as it stands.
                $this->store->keep($row['number'], ['status' => 'failed', 'final' => 1]);
                $row = $this->store->attempt($row['number']);
            }
            $old = $row !== null && $row['status'] !== 'not_sent';
            if ($row === null || Attempt::isDead($row)) {
                $row = $this->open($order, 1 + (int) ($row['attempt'] ?? 0));
                $old = false;
            }
            $row = $this->advance($row, $this->config->instalments);
            if (Attempt::isPayable($row)) {
                if (!Attempt::isFor($row, $order)) {
                    $why = Attempt::otherSum($row, $order) . ': close it at the gateway, then open the order again';
                    $this->store->attention($orderId, $why);

                    return null;
                }
                if ($row['page'] === null && $row['stage'] === null) {
                    $this->store->attention($orderId, "attempt {$row['number']} can be paid, and its page is lost");
                }

                return $row['page'] === null ? null : json_decode($row['page'], true);
            }
            // Only what proved dead just now is followed by another one at once.
            if (!Attempt::isDead($row) || (!$old && $row['status'] !== 'superseded')) {
                return null;
            }
        }

        return null;
    }

    /**
     * One step on, from wherever the stored row stands; the caller holds the order's lock.
     *
     * @param array<string, mixed> $row
     * @param array<string, int> $limits of the flow instalments
     *
     * @return array<string, mixed> the row as it stands then
     */
    public function advance(array $row, array $limits): array
    {
        if ($row['gateway'] !== $this->config->gatewayName) {
            return $row; // it is for a shop with that gateway's settings to ask
        }
        $number = $row['number'];
        if ($row['payment_id'] === null) {
            $row['status'] === 'not_sent' ? $this->send($row) : $this->settle($row);
            $row = $this->store->attempt($number);
            if ($row['payment_id'] === null || Attempt::isDead($row) || $row['page'] !== null) {
                return $row;
            }
        }
        try {
            $open = $this->store->order($row['order_id'])['state'] === 'open';
            if ($row['stage'] !== null && $row['page'] === null && $open) {
                $this->begin($row, $limits);
            } else {
                $this->look($row);
            }
        } catch (PaymentException $error) {
            $this->failed($row, $error);
            // The gateway cannot tell now: the same page once more makes no second payment. With any
            // other answer, or without a page, nothing is shown before it is known.
            $shown = $error instanceof NotDoneException && $row['page'] !== null;
            return ($shown ? [] : ['status' => 'unknown']) + $this->store->attempt($number);
        }

        return $this->store->attempt($number);
    }

    /**
     * Asks for the stored id, never for one that comes from outside, and acts upon the answer.
     *
     * @param array<string, mixed> $row
     *
     * @throws PaymentException
     */
    public function look(array $row, ?Notification $notification = null): Payment
    {
        $asked = ['id' => $row['payment_id'], 'expect' => Attempt::expect($row)];
        if ($notification !== null) {
            $asked['notification'] = $notification;
        }
        $payment = $this->client->confirm($asked);
        Applied::state($this->store, $row['number'], $payment);

        return $payment;
    }

    /**
     * What became of a registration whose answer was lost, or whose worker died.
     *
     * @param array<string, mixed> $row
     */
    public function settle(array $row, ?Notification $notification = null): void
    {
        $asked = ['operation' => 'create_payment', 'create' => Attempt::request($row), 'sent_at' => $row['sent_at']];
        $asked += ['page_shown' => (int) $row['page_shown'] === 1, 'timeout_ms' => $this->config->patienceMs];
        if ($notification !== null) {
            $asked['notification'] = $notification;
            $asked['timeout_ms'] = 0;
        }
        try {
            $told = $this->client->settle($asked);
        } catch (PaymentException $error) {
            $this->failed($row, $error);
            return;
        }
        if ($told->verdict === 'done') {
            $this->registered($row, $told->payment);
        } elseif ($told->verdict === 'not_done') {
            $this->store->keep($row['number'], ['status' => 'not_sent']);
        } elseif ($told->verdict === 'need_new_number') {
            // Should its money come all the same, its notification finds the row.
            $id = $told->payment->id;
            $this->store->keep($row['number'], ['status' => 'superseded', 'payment_id' => $id, 'final' => 1]);
        } elseif ($told->verdict === 'review') {
            $this->store->attention($row['order_id'], "attempt {$row['number']}: {$told->why}");
        }
    }

    /**
     * Made for another gateway, or before the merchant changed the order.
     *
     * @param array<string, mixed> $row
     * @param array<string, mixed> $order
     */
    private function isForeign(array $row, array $order): bool
    {
        return $row['gateway'] !== $this->config->gatewayName || !Attempt::isFor($row, $order);
    }

    /**
     * Commits all that createPayment will be given, under a number that was never used.
     *
     * @param array<string, mixed> $order
     *
     * @return array<string, mixed>
     */
    private function open(array $order, int $attempt): array
    {
        $number = "{$order['id']}-$attempt";
        $back = $this->config->page('return.php', ['order' => $order['secret']]);
        $own = [
            'order_number' => $number,
            'amount' => $order['amount'],
            'currency' => $order['currency'],
            'return_url' => $back,
        ];
        $request = array_filter($own + $this->config->payment + [
            'description' => "Order {$order['id']}",
            'fail_url' => $back,
            'notification_url' => $this->config->page('notify.php'),
            'customer' => ['email' => $order['email']],
        ], static fn ($value): bool => $value !== null);
        $insert = 'insert into attempts (number, order_id, attempt, gateway, amount, currency, request, sent_at)
            values (:number, :order_id, :attempt, :gateway, :amount, :currency, :request, :now)';
        $this->store->write($insert, [
            'number' => $number,
            'order_id' => $order['id'],
            'attempt' => $attempt,
            'gateway' => $this->config->gatewayName,
            'amount' => $order['amount'],
            'currency' => $order['currency'],
            'request' => json_encode($request, JSON_THROW_ON_ERROR),
            'now' => Store::now(),
        ]);

        return $this->store->attempt($number);
    }

    /** @param array<string, mixed> $row */
    private function send(array $row): void
    {
        $row['sent_at'] = Store::now();
        $this->store->keep($row['number'], ['status' => 'sent', 'final' => 0, 'sent_at' => $row['sent_at']]);
        try {
            $this->registered($row, $this->client->createPayment(Attempt::request($row)));
        } catch (NotDoneException $error) {
            $this->store->keep($row['number'], ['status' => 'not_sent']);
            $this->failed($row, $error);
        } catch (PaymentException $error) {
            $this->failed($row, $error);
            if ($error->may_have_happened || $error->reason === 'duplicate_order') {
                $this->settle($row);
            } else {
                $this->store->keep($row['number'], ['status' => 'failed', 'final' => 1]);
            }
        }
    }

    /**
     * The gateway has it. The page is stored, as shown, before anybody is sent there.
     *
     * @param array<string, mixed> $row
     */
    private function registered(array $row, Payment $payment): void
    {
        $inStages = (Attempt::request($row)['method'] ?? null) === 'instalments';
        $facts = ['payment_id' => $payment->id, 'status' => 'created', 'final' => 0];
        $facts += ['stage' => $inStages ? 'invoice' : null];
        if (!$inStages && $payment->action !== null) {
            $facts += ['page' => json_encode($payment->action, JSON_THROW_ON_ERROR), 'page_shown' => 1];
        }
        $this->store->keep($row['number'], $facts);
    }

    /**
     * Gets the lender's page. The stage is committed before the call: who finds `beginning` asks before
     * anything is begun again, and who finds `begun` never begins.
     *
     * @param array<string, mixed> $row
     * @param array<string, int> $limits
     */
    private function begin(array $row, array $limits): void
    {
        $number = $row['number'];
        $request = Attempt::request($row);
        $this->store->keep($number, ['stage' => $row['stage'] === 'begun' ? 'begun' : 'beginning']);
        try {
            $payment = $this->client->instalments([
                'id' => $row['payment_id'],
                'expect' => Attempt::expect($row),
                'stage' => $row['stage'],
                'return_url' => $request['return_url'],
                'fail_url' => $request['fail_url'] ?? $request['return_url'],
            ] + $limits);
        } catch (PaymentException $error) {
            $came = $error->payment === null ? null : $error->payment->stage;
            if ($came !== null) {
                $this->store->keep($number, ['stage' => $came]);
            }
            throw $error;
        }
        $facts = ['stage' => $payment->stage];
        if ($payment->action !== null) {
            $facts += ['page' => json_encode($payment->action, JSON_THROW_ON_ERROR), 'page_shown' => 1];
        }
        $this->store->keep($number, $facts);
        Applied::state($this->store, $number, $payment);
    }

    /** @param array<string, mixed> $row */
    private function failed(array $row, PaymentException $error): void
    {
        error_log("attempt {$row['number']}: {$error->getMessage()} ({$error->advice})");
        if ($error instanceof MismatchException) {
            $this->store->attention($row['order_id'], "attempt {$row['number']}: {$error->getMessage()}");
        }
    }
}
