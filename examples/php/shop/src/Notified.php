<?php

declare(strict_types=1);

namespace Shop;

use Kopeck\Answer;
use Kopeck\Client;
use Kopeck\Event;
use Kopeck\Exception\MismatchException;
use Kopeck\Exception\PaymentException;
use Kopeck\Exception\UntrustedException;
use Kopeck\Notification;

/** Takes a notification and says what to answer the gateway: `ok` only when everything is committed. */
final class Notified
{
    private Config $config;
    private Store $store;
    private Client $client;
    private Payments $payments;

    public function __construct(Config $config, Store $store, Client $client)
    {
        $this->config = $config;
        $this->store = $store;
        $this->client = $client;
        $this->payments = new Payments($config, $store, $client);
    }

    /** @throws PaymentException|\PDOException not now: answer `retry` */
    public function answer(Event $event, Notification $received): Answer
    {
        if (in_array($event->event, ['card_stored', 'card_removed'], true)) {
            return $event->answer->ok; // this shop keeps no cards
        }
        $row = $this->attempt($event);
        if ($row === null) {
            return $event->answer->retry; // it may have come before our own row
        }
        if ($event->event === 'check') {
            return $this->checked($event, $received, $row);
        }
        if ($row['payment_id'] === null) {
            // It came before createPayment's answer, which may be lost for good.
            $lock = Lock::of($this->config->database, $row['order_id'], 1.0);
            $row = $lock === null ? $row : $this->store->attempt($row['number']);
            if ($lock !== null && $row['payment_id'] === null) {
                $this->payments->settle($row, $received);
                $row = $this->store->attempt($row['number']);
            }
            $lock = null;
            if ($row['payment_id'] === null) {
                return $event->answer->retry;
            }
        }
        $this->confirm($event, $received, $row);

        return $event->answer->ok;
    }

    /**
     * By our number, or else by the id: whichever it names, what is asked for is what we stored of it.
     *
     * @return array<string, mixed>|null
     */
    private function attempt(Event $event): ?array
    {
        $number = $event->payment->order_number;
        $id = $event->payment->id;
        $row = $number === null ? null : $this->store->attempt($number);
        if ($row === null && $id !== null) {
            $query = 'select * from attempts where payment_id = :id and gateway = :gateway';
            $row = $this->store->one($query, ['id' => $id, 'gateway' => $this->config->gatewayName]);
        }

        return $row === null || $row['gateway'] !== $this->config->gatewayName ? null : $row;
    }

    /** @param array<string, mixed> $row */
    private function confirm(Event $event, Notification $received, array $row): void
    {
        try {
            $this->payments->look($row, $received);
        } catch (MismatchException $error) {
            if ($event->verified) {
                $this->store->attention($row['order_id'], "attempt {$row['number']}: {$error->getMessage()}");
            }
            $this->alone($row);
        } catch (UntrustedException $error) {
            $this->alone($row);
        }
    }

    /**
     * Words that do not fit are no news: the gateway's own answer for the stored id is.
     *
     * @param array<string, mixed> $row
     */
    private function alone(array $row): void
    {
        try {
            $this->payments->look($row);
        } catch (MismatchException $error) {
            $this->store->attention($row['order_id'], "attempt {$row['number']}: {$error->getMessage()}");
        }
    }

    /**
     * Some gateways ask before they take the money.
     *
     * @param array<string, mixed> $row
     */
    private function checked(Event $event, Notification $received, array $row): Answer
    {
        try {
            $this->client->parseNotification($received, ['expect' => Attempt::expect($row)]);
        } catch (MismatchException $error) {
            return $event->answer->reject;
        }
        $order = $this->store->order($row['order_id']);
        // Not for the sum of before the merchant changed it, nor beside the attempt that follows this one.
        $wanted = $order['state'] === 'open' && Attempt::isFor($row, $order) && !Attempt::isDead($row);

        return $wanted ? $event->answer->ok : $event->answer->reject;
    }
}
