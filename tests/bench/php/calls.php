<?php

/**
 * Calls in one process, in interleaved rounds: prints per way the rounds' [wall us, cpu us] and the
 * [connections, full, resumed handshakes] of all its calls together.
 */

declare(strict_types=1);

require __DIR__ . '/given.php';

$given = given();
$rounds = 5;
$kept = curl_init();
$client = client();
// A name, how many calls in a round, and the call.
$ways = [
    'curl, one handle kept' => [200, static function () use ($kept, $given): void {
        by_curl($kept, $given['system']);
    }],
    'curl, new handle each call' => [20, static function () use ($given): void {
        by_curl(curl_init(), $given['system']);
    }],
    'the same, trusting one root alone' => [100, static function () use ($given): void {
        by_curl(curl_init(), $given['root']);
    }],
    'Kopeck createPayment' => [200, static function () use ($client): void {
        by_kopeck($client);
    }],
    'Kopeck, new Client each call' => [200, static function (): void {
        by_kopeck(client());
    }],
];
$out = [];
foreach ($ways as $name => [$calls, $call]) {
    $out[$name] = ['calls' => 0, 'rounds' => [], 'counts' => [0, 0, 0]];
}
for ($round = 0; $round <= $rounds; $round++) {
    foreach ($ways as $name => [$calls, $call]) {
        // The first round is short and warms up: it is counted and not timed.
        $calls = $round === 0 ? 5 : $calls;
        $before = counted();
        $cpu = processor_us();
        $wall = hrtime(true);
        for ($done = 0; $done < $calls; $done++) {
            $call();
        }
        $wall = (hrtime(true) - $wall) / 1e3;
        $cpu = processor_us() - $cpu;
        if ($round > 0) {
            $out[$name]['rounds'][] = [$wall / $calls, $cpu / $calls];
        }
        $out[$name]['calls'] += $calls;
        foreach (counted() as $which => $count) {
            $out[$name]['counts'][$which] += $count - $before[$which];
        }
    }
}
echo json_encode($out), "\n";
