<?php

declare(strict_types=1);

namespace Shop;

use Kopeck\Payment;

/** THE one place where an order is marked paid. */
final class Applied
{
    /**
     * Acts upon a payment's state once, by its `state_id`, whoever brings it and how often. Only what
     * `confirm`, `payment_status` or `instalments` gave for the stored id may come here: a notification
     * alone is a hint. Answer the gateway after this, since it returns when it is committed.
     */
    public static function state(Store $store, string $number, Payment $payment): void
    {
        if ($payment->state_id === null) {
            throw new \LogicException('a hint is no state');
        }
        $store->transaction(static function () use ($store, $number, $payment): void {
            $row = $store->attempt($number);
            $order = $store->order($row['order_id']);
            self::observe($store, $row, $payment);
            $insert = 'insert into applied_states (state_id, number, status, captured, refunded, applied_at)
                values (:state_id, :number, :status, :captured, :refunded, :now) on conflict (state_id) do nothing';
            $new = $store->write($insert, [
                'state_id' => $payment->state_id,
                'number' => $number,
                'status' => $payment->status,
                'captured' => $payment->captured,
                'refunded' => $payment->refunded,
                'now' => Store::now(),
            ]);
            if ($new === 1) {
                self::act($store, $order, $row, $payment);
            }
        });
    }

    /**
     * Where it stands may go to and fro (a failed try, the next one), so this is kept each time.
     *
     * @param array<string, mixed> $row
     */
    private static function observe(Store $store, array $row, Payment $payment): void
    {
        $status = $payment->status;
        // The lender's no is for good: the invoice lives on, but nobody has a page to pay it on.
        $tried = $payment->last_attempt;
        if ($row['stage'] !== null && $status === 'created' && $tried !== null && $tried->retry !== null) {
            $status = 'refused';
        }
        if (!Attempt::overtaken($row['status'], $status)) {
            $store->keep($row['number'], ['status' => $status, 'final' => (int) $payment->final]);
        }
    }

    /**
     * @param array<string, mixed> $order
     * @param array<string, mixed> $row as it stood before this state
     */
    private static function act(Store $store, array $order, array $row, Payment $payment): void
    {
        $number = $row['number'];
        $status = $payment->status;
        $sums = "captured {$payment->captured}, refunded {$payment->refunded} {$payment->currency}";
        if ($payment->disputed) {
            $store->attention($order['id'], "attempt $number is disputed by the buyer ($sums)");
            $order = $store->order($order['id']); // not open any more: what is disputed is not shipped
        }
        if ($status === 'paid') {
            self::paid($store, $order, $row);
        } elseif (in_array($status, ['partially_paid', 'partially_refunded', 'refunded'], true)) {
            $store->attention($order['id'], "attempt $number is $status ($sums)");
        } elseif ($status === 'cancelled' && $order['paid_by'] === $number) {
            $store->attention($order['id'], "attempt $number had paid the order and is cancelled ($sums)");
        }
    }

    /**
     * @param array<string, mixed> $order
     * @param array<string, mixed> $row
     */
    private static function paid(Store $store, array $order, array $row): void
    {
        $number = $row['number'];
        if ($order['paid_by'] === $number || Attempt::overtaken($row['status'], 'paid')) {
            return; // the same money in another state of its payment, or given back since
        }
        if ($order['paid_by'] !== null) {
            $why = "paid twice, by {$order['paid_by']} and by $number: give the money of $number back";
            $query = "select 1 from applied_states where number = :number and status = 'refunded'";
            if ($store->one($query, ['number' => $order['paid_by']]) !== null) {
                $why = "attempt $number is paid, and the money of {$order['paid_by']} was given back before: ship "
                    . "it for $number, or give that back too";
            }
            $store->attention($order['id'], $why);
            return;
        }
        $store->write('update orders set paid_by = :number where id = :id', [
            'number' => $number,
            'id' => $order['id'],
        ]);
        if ($order['state'] !== 'open') {
            $why = "attempt $number is paid, but the order was {$order['state']}: ship it, or give the money back";
            $store->attention($order['id'], $why);
            return;
        }
        if ($row['status'] === 'cancelled') {
            $why = "attempt $number is paid, and was seen cancelled: look which is its end, then ship or not";
            $store->attention($order['id'], $why);
            return;
        }
        if (!Attempt::isFor($row, $order)) {
            $store->attention($order['id'], Attempt::otherSum($row, $order) . ': it is paid');
            return;
        }
        $store->write("update orders set state = 'paid' where id = :id", ['id' => $order['id']]);
        // Ship here, within this transaction: a row of a table of what is to be packed, or of what is
        // to be mailed. What leaves the database (mail, a call to the warehouse) comes after the commit.
    }
}
