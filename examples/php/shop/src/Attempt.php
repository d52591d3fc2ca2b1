<?php

declare(strict_types=1);

namespace Shop;

/**
 * What the stored status of an attempt means. Before there is a payment: `not_sent` (certainly), `sent`
 * (perhaps carried out), `failed` (refused, certainly nothing there), `superseded` (nobody can pay it,
 * another number is needed). Then it is the payment's own, and `refused` by a lender for good.
 */
final class Attempt
{
    /** The next attempt may be opened; beside anything else it would be a second payable page. */
    private const DEAD = ['failed', 'superseded', 'refused', 'declined', 'expired', 'cancelled'];

    /** Workers ask at the same time, and an older answer may be stored later: it takes nothing back. */
    private const RANK = [
        'failed' => 1, 'superseded' => 1, 'declined' => 1, 'expired' => 1, 'cancelled' => 1,
        'partially_paid' => 2, 'paid' => 3, 'partially_refunded' => 4, 'refunded' => 5,
    ];

    /** @param array<string, mixed> $row */
    public static function isDead(array $row): bool
    {
        return in_array($row['status'], self::DEAD, true);
    }

    /**
     * Its page may be shown again. `not_found`: of a form that the buyer's browser has not posted yet.
     *
     * @param array<string, mixed> $row
     */
    public static function isPayable(array $row): bool
    {
        return in_array($row['status'], ['created', 'action_required', 'not_found'], true);
    }

    /**
     * The merchant may have changed the order since: its page asks for the old sum.
     *
     * @param array<string, mixed> $row
     * @param array<string, mixed> $order
     */
    public static function isFor(array $row, array $order): bool
    {
        return [$row['amount'], $row['currency']] === [$order['amount'], $order['currency']];
    }

    /**
     * @param array<string, mixed> $row
     * @param array<string, mixed> $order
     */
    public static function otherSum(array $row, array $order): string
    {
        $sums = "{$row['amount']} {$row['currency']}, and the order costs {$order['amount']} {$order['currency']}";

        return "attempt {$row['number']} is of $sums";
    }

    public static function overtaken(string $stored, string $seen): bool
    {
        return (self::RANK[$seen] ?? 0) < (self::RANK[$stored] ?? 0);
    }

    /**
     * What was registered, whatever a gateway says.
     *
     * @param array<string, mixed> $row
     *
     * @return array{order_number: string, amount: string, currency: string}
     */
    public static function expect(array $row): array
    {
        return ['order_number' => $row['number'], 'amount' => $row['amount'], 'currency' => $row['currency']];
    }

    /**
     * The fields of createPayment, as they were stored before it.
     *
     * @param array<string, mixed> $row
     *
     * @return array<string, mixed>
     */
    public static function request(array $row): array
    {
        return json_decode($row['request'], true, 64, JSON_THROW_ON_ERROR);
    }
}
