<?php

/** What is compared: registering a payment with PHP's curl, and with Kopeck. */

declare(strict_types=1);

/** @return array{url: string, control: string, root: string, system: string, library: string} */
function given(): array
{
    static $given = null;
    return $given ?? $given = json_decode((string) getenv('KOPECK_BENCH'), true);
}

/** The bank does not take a number twice. */
function number(): string
{
    return dechex(getmypid()) . '-' . dechex(hrtime(true));
}

/** @return list<int> what the server counted */
function counted(): array
{
    $seen = json_decode((string) file_get_contents(given()['control'] . '/tls'), true);
    return [$seen['connections'], $seen['handshakes']['full'], $seen['handshakes']['resumed']];
}

/** What this process has used, with threads that have ended. */
function processor_us(): float
{
    $used = getrusage();
    return ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']) * 1e6
        + $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'];
}

/**
 * @param resource|\CurlHandle $curl
 * @param string $trusted a file of certificates
 */
function by_curl($curl, string $trusted): void
{
    curl_setopt_array($curl, [
        CURLOPT_URL => given()['url'] . '/rest/register.do',
        CURLOPT_POSTFIELDS => http_build_query([
            'amount' => '10000',
            'currency' => '643',
            'userName' => 'test_user',
            'password' => 'test_user_password',
            'returnUrl' => 'https://shop.example/return',
            'description' => 'an order',
            'orderNumber' => number(),
        ]),
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_CAINFO => $trusted,
        CURLOPT_PROXY => '',
        CURLOPT_TIMEOUT => 30,
    ]);
    $reply = json_decode((string) curl_exec($curl), true);
    if (!isset($reply['orderId'])) {
        throw new RuntimeException('curl: ' . curl_error($curl) . ' ' . json_encode($reply));
    }
}

function client(): Kopeck\Client
{
    $given = given();
    require_once $given['library'] . '/autoload.php';
    return new Kopeck\Client([
        'gateway' => 'rbs',
        'base_url' => $given['url'],
        'user_name' => 'test_user',
        'password' => 'test_user_password',
        'tls' => ['ca_file' => $given['root']],
    ]);
}

function by_kopeck(Kopeck\Client $client): void
{
    $payment = $client->createPayment([
        'order_number' => number(),
        'amount' => '100.00',
        'currency' => 'RUB',
        'return_url' => 'https://shop.example/return',
        'description' => 'an order',
    ]);
    if ($payment->id === null) {
        throw new RuntimeException('Kopeck: no id');
    }
}
