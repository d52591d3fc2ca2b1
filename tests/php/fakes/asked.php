<?php

/** What nobody signed: a gateway that asks before it takes the money, here with another sum. */

declare(strict_types=1);

// phpcs:disable PSR1 -- stands for a platform

[$folder, $autoload] = array_slice($argv, 1);
foreach (['KOPECK_FOLDER' => $folder, 'KOPECK_AUTOLOAD' => $autoload] as $name => $value) {
    putenv("$name=$value");
}
require __DIR__ . '/database.php';
require PLATFORMS . 'shop.php';
$settings = [
    'gateway' => 'declared', 'descriptor' => 'webmoney', 'secrets' => ['secret' => 'x'],
    'config' => ['purse' => 'P145179295679', 'currency' => 'RUB'],
];
$shop = new class (new Kopeck\Client($settings)) extends KopeckShop {
    protected function rows(string $sql): array
    {
        return fake_database()->rows($sql);
    }

    protected function write(string $sql): void
    {
        fake_database()->pdo->exec($sql);
    }

    protected function quoted(string $text): string
    {
        return fake_database()->pdo->quote($text);
    }

    protected function total(string $orderId): array
    {
        return ['amount' => '100.00', 'currency' => 'RUB'];
    }

    protected function apply(string $orderId, Kopeck\Payment $payment): void
    {
        echo "applied\n";
    }

    protected function attention(string $orderId, string $why): void
    {
        echo "attention: $why\n";
    }
};
$row = "'171', '17', 1, '{\"amount\": \"100.00\", \"currency\": \"RUB\"}', '', '171'";
$columns = 'number, order_id, attempt, request, sent_at, payment_id';
fake_database()->pdo->exec("insert into kopeck_attempts ($columns) values ($row)");
foreach (['5.00', '100.00'] as $sum) {
    $form = 'LMI_PREREQUEST=1&LMI_PAYEE_PURSE=P145179295679&LMI_MODE=0&LMI_PAYMENT_NO=171'
        . "&LMI_PAYMENT_AMOUNT=$sum&LMI_PAYER_PURSE=P145179295670&LMI_PAYER_WM=059551878952";
    $headers = ['Content-Type' => 'application/x-www-form-urlencoded'];
    echo $shop->notified(new Kopeck\Notification('POST', '', $headers, $form))->body, "\n";
}
// What is heard of first when the buyer wants it back.
$payment = ['status' => 'paid', 'disputed' => true, 'state_id' => '1', 'final' => true];
$apply = new ReflectionMethod(KopeckShop::class, 'applyOnce');
$apply->setAccessible(true);
$row = fake_database()->rows('select * from kopeck_attempts')[0];
$apply->invoke($shop, $row, Kopeck\Payment::of($payment));
$apply->invoke($shop, $row, Kopeck\Payment::of(['disputed' => false, 'state_id' => '2'] + $payment));
