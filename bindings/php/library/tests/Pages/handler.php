<?php

/** A shop's page for its portal: CHECKOUT requests of its pay system, and events at /events. */

declare(strict_types=1);

use Kopeck\Bitrix24;
use Kopeck\Client;
use Kopeck\Exception\PaymentException;
use Kopeck\Exception\UntrustedException;
use Kopeck\Notification;

require __DIR__ . '/../../autoload.php';

$portal = new Bitrix24(json_decode((string) getenv('TEST_PORTAL'), true));
$kept = (string) getenv('TEST_KEPT');

if ($_SERVER['REQUEST_URI'] === '/events') {
    try {
        $event = $portal->parseEvent(Notification::fromGlobals());
        file_put_contents($kept, json_encode($event) . "\n", FILE_APPEND | LOCK_EX);
        $event->answer->ok->send();
    } catch (UntrustedException $error) {
        $error->answer->reject->send();
    }
    exit;
}
try {
    $asked = $portal->readCheckout(Notification::fromGlobals(), ['language' => 'en']);
} catch (PaymentException $error) {
    ($error->checkout_answer ?? $portal->answerCheckout(['error' => $error, 'language' => 'en']))->send();
    exit;
}
$client = new Client(json_decode((string) getenv('TEST_GATEWAY'), true));
try {
    $payment = $client->createPayment(['order_number' => "{$asked->order_prefix}1"] + $asked->create);
    file_put_contents($kept, json_encode([$asked, $payment]) . "\n", FILE_APPEND | LOCK_EX);
    $portal->answerCheckout(['payment' => $payment])->send();
} catch (PaymentException $error) {
    $portal->answerCheckout(['error' => $error, 'language' => 'en'])->send();
}
