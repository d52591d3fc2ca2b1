<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Exception\PaymentException;
use Kopeck\Internal\Door;
use Kopeck\Internal\Given;
use Psr\Log\LoggerInterface;

/**
 * A Bitrix24 portal: the payment and its deal. The deal gets a payment, the buyer pays at any
 * gateway, and the deal moves on.
 *
 * A portal's client never changes, and making one is cheap: what stands behind it outlives the page.
 *
 * @phpstan-import-type Link from PortalShapes
 * @phpstan-import-type SettleDeal from PortalShapes
 * @phpstan-import-type ReadCheckout from PortalShapes
 * @phpstan-import-type AnswerCheckout from PortalShapes
 * @phpstan-import-type SettleCheckout from PortalShapes
 * @phpstan-import-type CallMethod from PortalShapes
 * @phpstan-import-type Batch from PortalShapes
 * @phpstan-import-type ListRows from PortalShapes
 */
final class Bitrix24
{
    /** Fields that are objects. PHP writes an empty one as `[]`, like an empty list: there is none. */
    private const OBJECTS = ['payment', 'notification', 'fields', 'stages', 'register', 'error', 'parameters'];

    private Door $door;

    /**
     * @param array<string, mixed> $settings `webhook_url` or `oauth`, and what docs/gateways/bitrix24.md lists
     *
     * @throws PaymentException an InvalidRequestException that names the setting
     */
    public function __construct(
        #[\SensitiveParameter]
        array $settings,
        ?LoggerInterface $log = null
    ) {
        $wrong = isset($settings['gateway']) ? ['gateway', 'expected none: a portal is not a gateway'] : null;
        if (($settings['service'] ?? 'bitrix24') !== 'bitrix24') {
            $wrong = ['service', 'expected "bitrix24", or none'];
        }
        if ($wrong !== null) {
            $settings = [];
            throw PaymentException::invalid(null, $wrong[0], $wrong[1]);
        }
        $settings['service'] = 'bitrix24';
        $this->door = new Door($settings, $log);
    }

    /**
     * Links a payment to a deal before any money: an item of a smart process stands for it.
     *
     * Call it before `createPayment`, with the gateway's name, order_number, amount and currency as
     * `payment`, and again with its reply. It may be repeated after anything.
     *
     * @param Link $fields
     *
     * @throws PaymentException
     */
    public function linkPayment(
        #[\SensitiveParameter]
        array $fields
    ): LinkedPayment {
        return LinkedPayment::of($this->ask('link_payment', $fields));
    }

    /**
     * Tells a deal what became of its payment: item and deal move on when the money is in.
     *
     * `payment` is a reply of `confirm`, `paymentStatus` or `wait`, whatever the gateway;
     * `notification` an Event that needs no status. Answer the gateway after it; a repeat changes
     * nothing. `locked` says that you hold your lock on the order.
     *
     * @param SettleDeal $fields
     *
     * @throws PaymentException
     */
    public function settleDeal(
        #[\SensitiveParameter]
        array $fields
    ): SettledDeal {
        return SettledDeal::of($this->ask('settle_deal', $fields));
    }

    /**
     * Reads what the portal asks its pay system for, as it came (`Notification::fromGlobals()`), and
     * asks the portal for sum and currency. Create a payment of it at any gateway, then answer.
     *
     * An error that the request led to has a `checkout_answer`, with a text for the buyer in this
     * language; for another (your own mistake) `answerCheckout(['error' => $error])` makes one.
     *
     * @param ReadCheckout $fields
     *
     * @throws PaymentException
     */
    public function readCheckout(Notification $request, array $fields = []): Checkout
    {
        return Checkout::of($this->read('read_checkout', $request, $fields));
    }

    /**
     * What the portal is answered: where the buyer goes, by the reply of `createPayment`, or what he
     * is told, by its error. Sends nothing itself: `->send()` answers the running page.
     *
     * `page_url` is a page of your own, where the gateway's page wants a form to be posted.
     *
     * @param AnswerCheckout $fields
     *
     * @throws PaymentException
     */
    public function answerCheckout(
        #[\SensitiveParameter]
        array $fields
    ): Answer {
        /** @var array{answer: array<string, mixed>} $said */
        $said = $this->ask('answer_checkout', $fields);

        return Answer::of($said['answer']);
    }

    /**
     * Has the portal mark its own payment paid, once all of the money is in; a repeat changes nothing.
     *
     * The two ids are those of `readCheckout`, from your own table, and so is `order_number`: a
     * payment with another one is a MismatchException.
     *
     * @param SettleCheckout $fields
     *
     * @throws PaymentException
     */
    public function settleCheckout(
        #[\SensitiveParameter]
        array $fields
    ): SettledCheckout {
        return SettledCheckout::of($this->ask('settle_checkout', $fields));
    }

    /**
     * Checks and reads an event of the portal as it came. No network: only its id is believed, fetch
     * what it is about.
     *
     * @throws PaymentException an UntrustedException with an `answer`, where it is not the portal's
     */
    public function parseEvent(Notification $request): PortalEvent
    {
        return PortalEvent::of($this->read('parse_event', $request, []));
    }

    /**
     * Tries credentials, rights and connection, changing nothing, and says what it found.
     *
     * @throws PaymentException
     */
    public function checkSettings(): SettingsReport
    {
        return SettingsReport::of($this->call('check_settings'));
    }

    /**
     * Any method of the portal. One that changes nothing may be called a `read`: then a lost answer
     * is a NotDoneException, of a write it is an OutcomeUnknownException.
     *
     * @param CallMethod $fields
     *
     * @throws PaymentException
     */
    public function method(
        #[\SensitiveParameter]
        array $fields
    ): PortalReply {
        return PortalReply::of($this->ask('bitrix24.call', $fields));
    }

    /**
     * Up to 50 methods as one request, by name and in this order. A parameter may refer to a command
     * above, in single quotes: '$result[find][items][0][id]'. A failure in it is part of the reply.
     *
     * @param Batch $fields
     *
     * @throws PaymentException
     */
    public function batch(
        #[\SensitiveParameter]
        array $fields
    ): BatchReply {
        return BatchReply::of($this->ask('bitrix24.batch', $fields));
    }

    /**
     * The rows of a list method, page after page; iterate over it. `fast` goes by id, without
     * counting. 5000 rows at the most unless `max_rows` says otherwise: look at `complete`.
     *
     * @param ListRows $fields
     *
     * @throws PaymentException
     */
    public function listRows(
        #[\SensitiveParameter]
        array $fields
    ): PortalRows {
        return PortalRows::of($this->ask('bitrix24.list', $fields));
    }

    /**
     * The next pair of an application's tokens, in exchange for the old one. Only after a
     * RefusedException with the reason `token_expired`, and one at a time: store the pair, then make
     * a new client.
     *
     * @throws PaymentException
     */
    public function refreshToken(): TokenPair
    {
        return TokenPair::of($this->call('bitrix24.refresh_token'));
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
     * Any operation by name: a flow, or a method of the portal as `bitrix24.crm.item.get`.
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
     * @param array<string, mixed> $fields emptied: before PHP 8.2 nothing else keeps them out of stack traces
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
        if (($given['notification'] ?? null) instanceof Notification) {
            $says = 'expected an Event, which parseNotification makes of it, got the raw request';
            $given = [];
            throw $this->door->complete(PaymentException::invalid($operation, 'notification', $says));
        }
        if (($given['error'] ?? null) instanceof PaymentException) {
            $given['error'] = $given['error']->toArray();
        }
        foreach (is_array($given['commands'] ?? null) ? $given['commands'] : [] as $name => $command) {
            if (is_array($command)) {
                $given['commands'][$name] = self::plain($command);
            }
        }
        $given = self::plain($given);

        return $this->door->call($operation, $given);
    }

    /**
     * @param array<array-key, mixed> $fields
     *
     * @return array<array-key, mixed>
     */
    private static function plain(
        #[\SensitiveParameter]
        array $fields
    ): array {
        foreach (self::OBJECTS as $name) {
            if (($fields[$name] ?? null) === []) {
                unset($fields[$name]);
            }
        }

        return $fields;
    }

    /**
     * @param array<string, mixed> $fields
     *
     * @return array<string, mixed>
     */
    private function read(string $operation, Notification $request, array $fields): array
    {
        $came = Given::received($request->asReceived());
        $twice = array_key_first(array_intersect_key($fields, $came));
        try {
            if ($twice !== null) {
                throw PaymentException::invalid($operation, $twice, 'stands in the request itself');
            }
            // An empty array would be a list.
            $came = ['headers' => (object) $came['headers']] + $came + $fields;

            return $this->door->call($operation, $came);
        } catch (PaymentException $error) {
            throw $this->door->complete($error, $operation === 'parse_event');
        }
    }
}
