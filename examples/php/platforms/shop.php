<?php

/** What is the same on every platform: attempts in a table, one page that can be paid, each state applied once. */

declare(strict_types=1);

// phpcs:disable PSR1.Classes.ClassDeclaration -- platforms load it as it is

use Kopeck\{Answer, Client, Event, Notification, Payment};
use Kopeck\Exception\{MismatchException, NotDoneException, PaymentException};

final class KopeckPaid extends RuntimeException
{
}

abstract class KopeckShop
{
    private const ODD = ['partially_paid', 'partially_refunded', 'refunded'];

    protected string $table = 'kopeck_attempts';
    protected Client $client;

    public function __construct(Client $client)
    {
        $this->client = $client;
    }

    abstract protected function rows(string $sql): array;          // rows with names, as text; throws
    abstract protected function write(string $sql): void;          // committed at once; throws
    abstract protected function quoted(string $text): string;
    /** What the order costs now: amount and currency. Throws where there is no such order. */
    abstract protected function total(string $orderId): array;
    /**
     * The one place where an order becomes paid; $payment is. A crash may come right after it, so it must bear
     * a second call, and tell it by the payment's id from an order that was paid by other means.
     */
    abstract protected function apply(string $orderId, Payment $payment): void;
    abstract protected function attention(string $orderId, string $why): void;

    /** Where the buyer pays. The request is createPayment's, without the number and the sum. Throws KopeckPaid too. */
    public function page(string $orderId, array $request): string
    {
        ignore_user_abort(true);
        return $this->locked($orderId, function () use ($orderId, $request): string {
            $request = $this->total($orderId) + $request;
            $last = $this->last($orderId);
            try {
                $row = $last === null ? null : $this->known($last);
                if ($row === null || !$this->isOpen($row)) {
                    $row = $this->begin($orderId, 1 + ($last['attempt'] ?? 0), $request);
                }
            } catch (MismatchException $error) {
                $this->review($this->last($orderId), $error->getMessage());
                throw $error;
            }
            if ($row['url'] === null) {
                $this->review($row, "payment $row[number] has no page to go to");
                throw new RuntimeException("order $orderId: the payment has no page to go to");
            }
            return $row['url'];
        });
    }

    /** What to tell the buyer when page() throws. */
    public static function sorry(Throwable $error): string
    {
        $begin = 'The payment could not be begun. Please try again later.';
        return $error instanceof KopeckPaid ? 'This order is paid already.' : $begin;
    }

    /** What to answer the gateway. */
    public function notified(Notification $came): Answer
    {
        ignore_user_abort(true);
        ini_set('display_errors', '0');                          // an error that is shown has the status 200
        try {
            $hint = $this->client->parseNotification($came);
        } catch (PaymentException $error) {                      // forged, too big, of another shop, of test money
            error_log('kopeck: ' . $error->getMessage());
            return $error->answer->reject;
        }
        try {
            return $this->answer($hint, $came);
        } catch (Throwable $error) {
            error_log('kopeck: ' . $error->getMessage());
            return $hint->answer->retry;
        }
    }

    /** For the page to which the buyer comes back, and for cron: open payments of one order, or of all. */
    public function check(?string $orderId = null): void
    {
        $of = $orderId === null ? '' : ' and order_id = ' . $this->quoted($orderId);
        foreach ($this->rows("select * from $this->table where done = 0 and payment_id is not null$of") as $row) {
            try {
                $this->settled($row, null);
            } catch (Throwable $error) {                         // the others are asked for all the same
                error_log("kopeck: order $row[order_id]: " . $error->getMessage());
            }
        }
    }

    private function answer(Event $hint, Notification $came): Answer
    {
        if (in_array($hint->event, ['card_stored', 'card_removed'], true)) {
            return $hint->answer->ok;                            // no cards are kept here
        }
        $told = $hint->payment;
        $row = $this->rows($this->select('number', (string) $told->order_number))[0]
            ?? $this->rows($this->select('payment_id', (string) $told->id))[0] ?? null;
        if ($row === null || $row['payment_id'] === null) {      // it may have come before our own answer was stored
            if ($row !== null && $row['done'] && $hint->verified) {
                $this->review($row, 'news of a payment that was given up');
            }
            return $hint->answer->retry;
        }
        if ($hint->event === 'check') {                          // some gateways ask before they take the money
            try {
                $this->client->parseNotification($came, ['expect' => self::expect($row)]);
            } catch (MismatchException $error) {
                return $hint->answer->reject;
            }
            if ($row['done'] || !$this->isFor($row)) {
                return $hint->answer->reject;
            }
        }
        $this->settled($row, $hint->verified ? $came : null);    // what nobody signed is a reason to ask, no more
        return $hint->answer->ok;
    }

    /** Asks for the stored payment, and acts upon the answer. Throws where that cannot be done now. */
    private function settled(array $row, ?Notification $came): void
    {
        $this->locked($row['order_id'], function () use ($row, $came): void {
            $asked = ['id' => $row['payment_id'], 'expect' => self::expect($row)];
            try {
                $payment = $this->client->confirm($came === null ? $asked : $asked + ['notification' => $came]);
            } catch (MismatchException $error) {
                $this->review($row, $error->getMessage());
                return;
            }
            $this->applyOnce($row, $payment);
        });
    }

    private function applyOnce(array $row, Payment $payment): void
    {
        $stored = $this->rows($this->select('number', $row['number']))[0];
        if ($stored['state'] === $payment->state_id) {
            return;
        }
        $status = $payment->status;
        $had = in_array($stored['status'], ['paid', 'partially_refunded', 'refunded'], true);
        $why = null;
        if ($payment->disputed) {
            $why = 'disputed';                                   // such an order is not shipped
        } elseif ($status === 'paid' && !$had) {                 // else it is the same money in another state
            if ($stored['status'] === 'cancelled') {
                $why = 'paid, and was seen cancelled';
            } elseif (!$this->isFor($row)) {
                $why = "paid: $payment->amount $payment->currency, which is not what the order costs now";
            } else {
                $this->apply($row['order_id'], $payment);
            }
        } elseif (in_array($status, self::ODD, true) || ($status === 'cancelled' && $had)) {
            $why = $status;
        }
        if ($why !== null) {
            $this->attention($row['order_id'], "payment $row[number] is $why");
        }
        $this->change($row, ['state' => $payment->state_id, 'status' => $status, 'done' => (int) $payment->final]);
    }

    /** Has a person look, once, however often it is found. */
    private function review(array $row, string $why): void
    {
        if ($this->rows($this->select('number', $row['number']))[0]['state'] !== 'review') {
            $this->attention($row['order_id'], $why);
            $this->change($row, ['state' => 'review']);
        }
    }

    private function begin(string $orderId, int $attempt, array $asked, bool $again = true): array
    {
        $request = ['order_number' => "$orderId-$attempt"] + $asked;
        $row = ['number' => $request['order_number'], 'order_id' => $orderId, 'attempt' => $attempt];
        $row += ['request' => json_encode($request, JSON_THROW_ON_ERROR), 'sent_at' => gmdate(DATE_RFC3339)];
        $values = implode(', ', array_map([$this, 'quoted'], array_map('strval', $row)));
        $this->write("insert into $this->table (" . implode(', ', array_keys($row)) . ") values ($values)");
        $row += ['payment_id' => null, 'url' => null, 'done' => 0];
        try {
            return $this->made($row, $this->client->createPayment($request));
        } catch (MismatchException | NotDoneException $error) {
            throw $error;                                        // the next press of the button goes on with this row
        } catch (PaymentException $error) {
            if (!$error->may_have_happened && $error->reason !== 'duplicate_order') {
                $this->change($row, ['done' => 1]);              // refused: the next one is another
                throw $error;
            }
            $row = $this->known($row);
            if ($row === null && $again) {                       // nobody can pay the old one
                return $this->begin($orderId, $attempt + 1, $asked, false);
            }
            if ($row === null) {
                throw $error;
            }
            return $row;
        }
    }

    /** The row with its page. Its answer may have been lost, or the program killed: null if nobody can pay it. */
    private function known(array $row): ?array
    {
        if ($row['payment_id'] !== null || $row['done']) {
            return $row['payment_id'] === null ? null : $row;
        }
        $told = $this->client->settle([
            'operation' => 'create_payment', 'create' => json_decode($row['request'], true),
            'sent_at' => $row['sent_at'], 'timeout_ms' => 5000,
        ]);
        if ($told->verdict === 'done') {
            return $this->made($row, $told->payment);
        }
        if ($told->verdict === 'review') {
            $this->review($row, $told->why);
        }
        if (!in_array($told->verdict, ['not_done', 'need_new_number'], true)) {
            throw new RuntimeException("order $row[order_id]: $told->verdict: $told->why");
        }
        // Should its money come all the same, its notification finds the row.
        $this->change($row, ['payment_id' => $told->payment === null ? null : $told->payment->id, 'done' => 1]);
        return null;
    }

    private function made(array $row, Payment $payment): array
    {
        $row['payment_id'] = $payment->id;
        $row['url'] = $payment->action === null ? null : $payment->action->url;
        $this->change($row, ['payment_id' => $row['payment_id'], 'url' => $row['url']]);
        return $row;
    }

    /** Whether its page is the one to show. There is never a second page beside one that can be paid. */
    private function isOpen(array $row): bool
    {
        $payment = $this->client->paymentStatus(['id' => $row['payment_id'], 'expect' => self::expect($row)]);
        $same = $this->isFor($row);
        if ($payment->payable === true && !$same) {              // the cart changed: the old page must die first
            $payment = $this->client->cancel(['id' => $row['payment_id'], 'order_number' => $row['number']]);
        }
        if (in_array($payment->status, ['declined', 'expired', 'cancelled'], true)) {
            return false;
        }
        $shown = $payment->payable === true || $payment->status === 'not_found';     // not opened yet
        if (!$shown || !$same) {                                 // paid, held, or a bank decides
            $this->applyOnce($row, $payment);
            $why = "order $row[order_id]: its payment is $payment->status";
            throw $payment->status === 'paid' ? new KopeckPaid($why) : new RuntimeException($why);
        }
        return true;
    }

    /** The merchant may have changed the order since. */
    private function isFor(array $row): bool
    {
        $old = self::expect($row);
        $now = $this->total($row['order_id']);
        return [$old['amount'], $old['currency']] === [$now['amount'], $now['currency']];
    }

    private static function expect(array $row): array
    {
        $request = json_decode($row['request'], true);
        return ['order_number' => $row['number'], 'amount' => $request['amount'], 'currency' => $request['currency']];
    }

    private function last(string $orderId): ?array
    {
        return $this->rows($this->select('order_id', $orderId) . ' order by attempt desc limit 1')[0] ?? null;
    }

    /** @param array<string, string|int|null> $facts by column */
    private function change(array $row, array $facts): void
    {
        $set = [];
        foreach ($facts as $column => $value) {
            $set[] = "$column = " . ($value === null ? 'null' : $this->quoted((string) $value));
        }
        $number = $this->quoted($row['number']);
        $this->write("update $this->table set " . implode(', ', $set) . " where number = $number");
    }

    private function select(string $column, string $value): string
    {
        return "select * from $this->table where $column = " . $this->quoted($value);
    }

    /** @return mixed */
    private function locked(string $orderId, callable $do)
    {
        $lock = $this->quoted("$this->table-$orderId");
        if ((int) $this->rows("select get_lock($lock, 30) as got")[0]['got'] !== 1) {
            throw new RuntimeException("order $orderId is busy");
        }
        try {
            return $do();
        } finally {
            $this->rows("select release_lock($lock) as freed");
        }
    }
}
