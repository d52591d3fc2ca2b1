<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Exception\PaymentException;
use Kopeck\Internal\Door;
use Kopeck\Internal\Given;
use Psr\Log\LoggerInterface;

/**
 * Talks to one gateway with one set of settings, and never changes.
 *
 * Making one is cheap: the worker process keeps what stands behind it, with its open connection, and
 * the next page that gives the same settings goes on with it. Every method takes one array with the
 * fields of its operation, and throws a PaymentException. The logger gets its lines after each call:
 * one for what is sent, one for how it ended, never secrets or card data.
 *
 * @phpstan-import-type Create from Shapes
 * @phpstan-import-type Status from Shapes
 * @phpstan-import-type Capture from Shapes
 * @phpstan-import-type Cancel from Shapes
 * @phpstan-import-type GiveBack from Shapes
 * @phpstan-import-type Cards from Shapes
 * @phpstan-import-type Charge from Shapes
 * @phpstan-import-type Forget from Shapes
 * @phpstan-import-type Listing from Shapes
 * @phpstan-import-type Parse from Shapes
 * @phpstan-import-type Instalments from Shapes
 * @phpstan-import-type Wait from Shapes
 * @phpstan-import-type Confirm from Shapes
 * @phpstan-import-type Settle from Shapes
 */
final class Client
{
    private Door $door;

    /**
     * @param array<string, mixed> $settings `gateway` and what it needs; the README lists them
     *
     * @throws PaymentException an InvalidRequestException that names the setting
     */
    public function __construct(
        #[\SensitiveParameter]
        array $settings,
        ?LoggerInterface $log = null
    ) {
        $this->door = new Door($settings, $log);
    }

    /**
     * Registers a payment; send the buyer to `action` of the reply.
     *
     * Store order_number and amount before the call: a number is one attempt, unique for ever.
     * `expires_in` is seconds; `hold` takes the money only when you `capture`.
     *
     * @param Create $fields
     *
     * @throws PaymentException
     */
    public function createPayment(
        #[\SensitiveParameter]
        array $fields
    ): Payment {
        return Payment::of($this->ask('create_payment', $fields));
    }

    /**
     * Asks where a payment stands, by the stored id or by your number; `receipt`: also what became of
     * its fiscal receipt.
     *
     * @param Status $fields
     *
     * @throws PaymentException
     */
    public function paymentStatus(
        #[\SensitiveParameter]
        array $fields
    ): Payment {
        return Payment::of($this->ask('payment_status', $fields));
    }

    /**
     * Takes a held payment, or a part of it; `partial` if more captures will follow.
     *
     * Some gateways want your `order_number` too, and what is held, as stored: `authorized`.
     *
     * @param Capture $fields
     *
     * @throws PaymentException
     */
    public function capture(
        #[\SensitiveParameter]
        array $fields
    ): Payment {
        return Payment::of($this->ask('capture', $fields));
    }

    /**
     * Closes an unpaid payment or releases a hold. Never moves captured money, unless the gateway's
     * only cancel can and you say `may_refund`.
     *
     * @param Cancel $fields
     *
     * @throws PaymentException
     */
    public function cancel(
        #[\SensitiveParameter]
        array $fields
    ): Payment {
        return Payment::of($this->ask('cancel', $fields));
    }

    /**
     * Gives money back. Store `refund_id` and `before` first: they keep it from going twice. Some
     * gateways want your `order_number` too.
     *
     * @param GiveBack $fields
     *
     * @throws PaymentException
     */
    public function refund(
        #[\SensitiveParameter]
        array $fields
    ): Payment {
        return Payment::of($this->ask('refund', $fields));
    }

    /**
     * The cards that the gateway keeps for a customer of yours; iterate over it.
     *
     * @param Cards $fields
     *
     * @throws PaymentException
     */
    public function savedCards(
        #[\SensitiveParameter]
        array $fields
    ): SavedCards {
        return SavedCards::of($this->ask('saved_cards', $fields));
    }

    /**
     * Takes money from a stored card without the buyer, who agreed to it when it was stored.
     *
     * Store order_number and amount before the call: they keep the card from being charged twice.
     *
     * @param Charge $fields
     *
     * @throws PaymentException
     */
    public function chargeSavedCard(
        #[\SensitiveParameter]
        array $fields
    ): Payment {
        return Payment::of($this->ask('charge_saved_card', $fields));
    }

    /**
     * Makes the gateway forget a card. Forgetting it again is no mistake.
     *
     * @param Forget $fields
     *
     * @throws PaymentException
     */
    public function forgetCard(
        #[\SensitiveParameter]
        array $fields
    ): ForgottenCard {
        return ForgottenCard::of($this->ask('forget_card', $fields));
    }

    /**
     * A page of the payments of a period, counted from 0; no statuses are all of them.
     *
     * @param Listing $fields
     *
     * @throws PaymentException
     */
    public function listPayments(
        #[\SensitiveParameter]
        array $fields
    ): PaymentsPage {
        return PaymentsPage::of($this->ask('list_payments', $fields));
    }

    /**
     * The payments of all pages of `listPayments`, each page asked for when its turn comes.
     *
     * Let the period be over: what changes meanwhile may be left out or come twice.
     *
     * @param Listing $fields
     *
     * @return \Generator<int, Payment>
     *
     * @throws PaymentException
     */
    public function everyPayment(array $fields): \Generator
    {
        do {
            $page = $this->listPayments($fields);
            foreach ($page as $payment) {
                yield $payment;
            }
            $fields['page'] = $page->page + 1;
        } while ($page->more());
    }

    /**
     * Pays what `createPayment` with the method `instalments` registered: begins it at the lender and
     * waits for the lender's page, in `action`; then, `until` `decision`, for the lender's word. At
     * the deadline the last payment, with `final` false.
     *
     * Store `stage` before the call: `invoice` says that nobody ever called this, `beginning` that
     * somebody may have. Store the reply's `stage` after it: `begun` never begins it again.
     *
     * @param Instalments $fields
     *
     * @throws PaymentException
     */
    public function instalments(
        #[\SensitiveParameter]
        array $fields
    ): Payment {
        return Payment::of($this->ask('instalments', $fields));
    }

    /**
     * Checks and reads a notification as it came. No network: usually `confirm` is wanted. Each error
     * of it has an `answer`.
     *
     * @param Parse $fields
     *
     * @throws PaymentException
     */
    public function parseNotification(Notification $notification, array $fields = []): Event
    {
        $given = $notification->asReceived();
        $twice = array_key_first(array_intersect_key($fields, $given));
        if ($twice !== null) {
            $error = PaymentException::invalid('parse_notification', $twice, 'stands in the notification itself');
            throw $this->door->complete($error, true);
        }
        $given += $fields;

        return Event::of($this->ask('parse_notification', $given));
    }

    /**
     * Polls until the payment is settled; at the deadline the last one, with `final` false. It holds
     * the worker: not for pages that many wait for.
     *
     * @param Wait $fields
     *
     * @throws PaymentException
     */
    public function wait(
        #[\SensitiveParameter]
        array $fields
    ): Payment {
        return Payment::of($this->ask('wait', $fields));
    }

    /**
     * The one thing to call when a notification or a buyer arrives.
     *
     * Checks the notification, asks for the stored `id` (never an id from the buyer's return), and
     * holds the answer against what was registered. Each error of it has an `answer` where a
     * notification was given.
     *
     * @param Confirm $fields
     *
     * @throws PaymentException
     */
    public function confirm(
        #[\SensitiveParameter]
        array $fields
    ): Payment {
        return Payment::of($this->ask('confirm', $fields));
    }

    /**
     * Finds out what became of a write that ended in an OutcomeUnknownException.
     *
     * Give what was given to that write, and when it was sent; with some gateways a `notification`
     * that came meanwhile is the only proof.
     *
     * @param Settle $fields
     *
     * @throws PaymentException
     */
    public function settle(
        #[\SensitiveParameter]
        array $fields
    ): Verdict {
        return Verdict::of($this->ask('settle', $fields));
    }

    /**
     * Tries credentials and connection, changing nothing, and says what it found.
     *
     * @throws PaymentException
     */
    public function checkSettings(): SettingsReport
    {
        return SettingsReport::of($this->call('check_settings'));
    }

    /**
     * Reads a descriptor (the name of a built-in one, a path, its text, or an array), says all that
     * is wrong with it, and proves its recipes by its vectors. `new Client([])` can do it.
     *
     * @param string|array<string, mixed> $descriptor
     *
     * @throws PaymentException
     */
    public function descriptorCheck($descriptor): DescriptorReport
    {
        return DescriptorReport::of($this->call('descriptor_check', ['descriptor' => $descriptor]));
    }

    /**
     * The names of what it can do, common operations first.
     *
     * @return list<string>
     *
     * @throws PaymentException
     */
    public function operations(): array
    {
        /** @var array{operations: list<array{name: string}>} $reply */
        $reply = $this->call('operations');

        return array_column($reply['operations'], 'name');
    }

    /**
     * Every operation with its fields, and the assumptions that the settings may correct.
     *
     * @return array<string, mixed>
     *
     * @throws PaymentException
     */
    public function describe(): array
    {
        return $this->call('describe');
    }

    /**
     * Any operation by name, above all the gateway's own ones: `rbs.getBindings`. An empty object is
     * `new \stdClass()` here.
     *
     * @param array<string, mixed> $fields
     *
     * @return array<string, mixed>
     *
     * @throws PaymentException
     */
    public function call(
        string $operation,
        #[\SensitiveParameter]
        array $fields = []
    ): array {
        return $this->door->call($operation, $fields);
    }

    /**
     * @param array<array-key, mixed> $fields emptied, so that no stack trace shows a buyer's data
     *
     * @return array<string, mixed>
     */
    private function ask(
        string $operation,
        #[\SensitiveParameter]
        array &$fields
    ): array {
        $given = $fields;
        $fields = [];
        $read = $operation === 'parse_notification';
        $notified = $read || $operation === 'confirm' && ($given['notification'] ?? []) !== [];
        $given = Given::fields($read ? Given::received($given) : $given);
        try {
            return $this->door->call($operation, $given);
        } catch (PaymentException $error) {
            throw $this->door->complete($error, $notified);
        }
    }
}
