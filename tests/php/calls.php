<?php

/**
 * Calls that need no network, of every kind that leaves something to free: results, errors, clients
 * that are made, kept, found wrong and put out, JSON that cannot be read: calls.php COUNT
 * Prints what the process holds after a tenth of them and after all, in KB.
 */

declare(strict_types=1);

$settings = static function (int $number): string {
    return json_encode([
        'gateway' => 'rbs',
        'base_url' => 'http://127.0.0.1:9/payment',
        'user_name' => "shop $number",
        'password' => 'a secret',
        'callback_key' => 'a key',
    ]);
};
$signed = ['amount' => '10000', 'mdOrder' => '3ff6962a-7dcc-4283-ab50-a6d7dd3386fe', 'operation' => 'deposited',
    'orderNumber' => '10747', 'status' => '1'];
$text = '';
foreach ($signed as $name => $value) {
    $text .= "$name;$value;";
}
$query = http_build_query($signed + ['checksum' => strtoupper(hash_hmac('sha256', $text, 'a key'))]);
$notification = json_encode(['method' => 'GET', 'query' => $query]);
$forged = json_encode(['method' => 'GET', 'query' => str_replace('10000', '1', $query)]);

$kinds = [
    // A long result; seldom, as it takes its time.
    static fn (int $i): array => [0, kopeck_call($settings(0), $i % 1000 === 0 ? 'operations' : null, '{}')],
    static fn (int $i): array => [0, kopeck_call($settings(0), 'parse_notification', $notification)],
    static fn (int $i): array => [5, kopeck_call($settings(0), 'parse_notification', $forged)],
    static fn (int $i): array => [1, kopeck_call($settings(0), 'create_payment', '{"amount":100.5}')],
    static fn (int $i): array => [1, kopeck_call($settings(0), 'nope', '{}')],
    static fn (int $i): array => [1, kopeck_call($settings(0), 'nope', '{"a":')],
    static fn (int $i): array => [1, kopeck_call('{"a":', 'operations', '{}')],
    static fn (int $i): array => [1, kopeck_call('{"gateway":"rbs"}', null, '{}')],
    static fn (int $i): array => [0, kopeck_call($settings($i), null, '{}')],
    // Nobody listens there: a call that is sent, or tries to be, with lines of the log.
    static fn (int $i): array => [2, kopeck_call($settings($i % 5), 'payment_status', '{"order_number":"A-1"}')],
];
$resident = static function (): string {
    preg_match('/VmRSS:\s+(\d+)/', file_get_contents('/proc/self/status'), $found);

    return $found[1];
};
$count = (int) $argv[1];
for ($i = 1; $i <= $count; $i++) {
    [$expected, $answer] = $kinds[$i % count($kinds)]($i);
    if ($answer[0] !== $expected || !is_object(json_decode($answer[1])) || ($expected === 2) !== ($answer[2] !== [])) {
        fwrite(STDERR, "call $i: expected $expected, got " . substr(json_encode($answer), 0, 500) . "\n");
        exit(1);
    }
    if ($i === intdiv($count, 10) || $i === $count) {
        echo $resident(), "\n";
    }
}
