<?php

/** What is the same on every platform: attempts in a table, one page that can be paid, each state applied once. */

declare(strict_types=1);

// phpcs:disable PSR1.Classes.ClassDeclaration -- platforms load it as it is

use Kopeck\{Answer, Client, Notification, Payment};
use Kopeck\Exception\{InvalidRequestException, MismatchException, OutcomeUnknownException};
use Kopeck\Exception\PaymentException;

abstract class KopeckShop
{
    protected string $table = 'kopeck_attempts';
    protected Client $client;

    public function __construct(Client $client)
    {
        $this->client = $client;
    }

    abstract protected function rows(string $sql): array;          // rows with names, as text; throws
    abstract protected function write(string $sql): void;          // committed at once; throws
    abstract protected function quoted(string $text): string;
    /** The one place where an order becomes paid. A crash may come right after it: it must bear a second call. */
    abstract protected function apply(string $orderId, Payment $payment): void;
    abstract protected function attention(string $orderId, string $why): void;

    /** Where the buyer pays. The request is createPayment's, without the number. */
    public function page(string $orderId, array $request): string
    {
        ignore_user_abort(true);
        return $this->locked($orderId, function () use ($orderId, $request): string {
            $last = $this->rows($this->select('order_id', $orderId) . ' order by attempt desc limit 1')[0] ?? null;
            $row = $last === null ? null : $this->known($last);
            if ($row === null || !$this->isOpen($row, $request)) {
                $row = $this->begin($orderId, 1 + ($last['attempt'] ?? 0), $request);
            }
            if ($row['url'] === null) {
                throw new RuntimeException("order $orderId: the payment has no page to go to");
            }
            return $row['url'];
        });
    }

    /** What to answer the gateway. */
    public function notified(Notification $came): Answer
    {
        ignore_user_abort(true);
        try {
            $hint = $this->client->parseNotification($came);
        } catch (PaymentException $error) {                      // forged, too big, of another shop, of test money
            error_log('kopeck: ' . $error->getMessage());
            return $error->answer->reject;
        }
        try {
            $row = $this->rows($this->select('number', (string) $hint->payment->order_number))[0] ?? null;
            $known = $row !== null && $row['payment_id'] !== null;   // it may come before our own answer was stored
            return $known && $this->settled($row, $came) ? $hint->answer->ok : $hint->answer->retry;
        } catch (Throwable $error) {                             // platforms show errors, with the status 200
            error_log('kopeck: ' . $error->getMessage());
            return $hint->answer->retry;
        }
    }

    /** For the page to which the buyer comes back, and for cron: open payments of one order, or of all. */
    public function check(?string $orderId = null): void
    {
        $of = $orderId === null ? '' : ' and order_id = ' . $this->quoted($orderId);
        foreach ($this->rows("select * from $this->table where done = 0 and payment_id is not null$of") as $row) {
            $this->settled($row, null);
        }
    }

    /** Whether that is done with: applied, or for a person. */
    private function settled(array $row, ?Notification $came): bool
    {
        return $this->locked($row['order_id'], function () use ($row, $came): bool {
            $asked = ['id' => $row['payment_id'], 'expect' => self::expect($row)];
            try {
                $payment = $this->client->confirm($came === null ? $asked : $asked + ['notification' => $came]);
            } catch (MismatchException $error) {
                $this->review($row, $error->getMessage());
                return true;
            } catch (PaymentException $error) {
                return false;
            }
            $this->applyOnce($row, $payment);
            return true;
        });
    }

    private function applyOnce(array $row, Payment $payment): void
    {
        $stored = $this->rows($this->select('number', $row['number']))[0];
        if ($stored['state'] !== $payment->state_id) {
            $this->apply($row['order_id'], $payment);
            $set = 'state = ' . $this->quoted($payment->state_id) . ', done = ' . (int) $payment->final;
            $this->write("update $this->table set $set where number = " . $this->quoted($row['number']));
        }
    }

    /** Has a person look, once, however often it is found. */
    private function review(array $row, string $why): void
    {
        if ($this->rows($this->select('number', $row['number']))[0]['state'] !== 'review') {
            $this->attention($row['order_id'], $why);
            $this->write("update $this->table set state = 'review' where number = " . $this->quoted($row['number']));
        }
    }

    private function begin(string $orderId, int $attempt, array $asked, bool $again = true): array
    {
        $request = ['order_number' => "$orderId-$attempt"] + $asked;
        $row = ['number' => $request['order_number'], 'order_id' => $orderId, 'attempt' => $attempt];
        $row += ['request' => json_encode($request, JSON_THROW_ON_ERROR), 'sent_at' => gmdate(DATE_RFC3339)];
        $values = implode(', ', array_map([$this, 'quoted'], array_map('strval', $row)));
        $this->write("insert into $this->table (" . implode(', ', array_keys($row)) . ") values ($values)");
        $row += ['payment_id' => null, 'url' => null];
        try {
            return $this->made($row, $this->client->createPayment($request));
        } catch (InvalidRequestException $error) {               // nothing left: the next one is another
            $this->write("delete from $this->table where number = " . $this->quoted($row['number']));
            throw $error;
        } catch (OutcomeUnknownException $error) {
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
        if ($row['payment_id'] !== null) {
            return $row;
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
        return null;
    }

    private function made(array $row, Payment $payment): array
    {
        $row['payment_id'] = $payment->id;
        $row['url'] = $payment->action === null ? null : $payment->action->url;
        $url = $row['url'] === null ? 'null' : $this->quoted($row['url']);
        $set = 'payment_id = ' . $this->quoted($payment->id) . ", url = $url";
        $this->write("update $this->table set $set where number = " . $this->quoted($row['number']));
        return $row;
    }

    /** Whether its page is the one to show. There is never a second page beside one that can be paid. */
    private function isOpen(array $row, array $request): bool
    {
        $payment = $this->client->paymentStatus(['id' => $row['payment_id'], 'expect' => self::expect($row)]);
        $old = self::expect($row);
        $same = $old['amount'] === $request['amount'] && $old['currency'] === $request['currency'];
        if ($payment->payable === true && !$same) {              // the cart changed: the old page must die first
            $payment = $this->client->cancel(['id' => $row['payment_id'], 'order_number' => $row['number']]);
        }
        if (in_array($payment->status, ['declined', 'expired', 'cancelled'], true)) {
            return false;
        }
        if ($payment->payable !== true || !$same) {              // paid, held, or a bank decides
            $this->applyOnce($row, $payment);
            throw new RuntimeException("order $row[order_id]: its payment is $payment->status");
        }
        return true;
    }

    private static function expect(array $row): array
    {
        $request = json_decode($row['request'], true);
        return ['order_number' => $row['number'], 'amount' => $request['amount'], 'currency' => $request['currency']];
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
