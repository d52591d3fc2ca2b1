<?php

/** Where the gateway's notifications arrive. Nothing is put out before the answer. */

declare(strict_types=1);

use Kopeck\Client;
use Kopeck\Exception\MismatchException;
use Kopeck\Exception\PaymentException;
use Kopeck\Exception\UntrustedException;
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
} catch (UntrustedException $error) {
    error_log("not the gateway's notification: {$error->getMessage()}");
    $error->answer->reject->send();
    exit;
} catch (MismatchException $error) {
    // Authentic, but of another shop or of test money: no order of ours has to do with it.
    error_log("a notification that is not for this shop: {$error->getMessage()}");
    $error->answer->reject->send();
    exit;
}
try {
    $answer = (new Notified($config, new Store($config->database), $client))->answer($event, $received);
} catch (\Throwable $error) {
    // The database is down, the gateway is away, a defect: it has to come again.
    error_log("a notification cannot be stored now: {$error->getMessage()}");
    $answer = $answers->retry;
}
$answer->send();
