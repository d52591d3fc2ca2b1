<?php

/** Where the gateway's notifications arrive. Nothing is put out before the answer. */

declare(strict_types=1);

use Kopeck\Client;
use Kopeck\Exception\PaymentException;
use Kopeck\Notification;
use Shop\Config;
use Shop\Notified;
use Shop\Store;

require_once __DIR__ . '/../bootstrap.php';

$received = Notification::fromGlobals(); // before anything else may read or change the request
$config = Config::read();
$client = new Client($config->gateway);
try {
    $event = $client->parseNotification($received);
    $answers = $event->answer;
} catch (PaymentException $error) {
    // Untrusted: forged, or nothing that can be read. Mismatch: of another shop, or of test money.
    error_log("not a notification for this shop: {$error->getMessage()}");
    if ($error->answer !== null) {
        $error->answer->reject->send();
    }
    exit; // without an answer the status of bootstrap.php stands: 500
}
try {
    $answer = (new Notified($config, new Store($config->database), $client))->answer($event, $received);
} catch (\Throwable $error) {
    // The database is down, the gateway is away, a defect: it has to come again.
    error_log("a notification cannot be stored now: {$error->getMessage()}");
    $answer = $answers->retry;
}
$answer->send();
