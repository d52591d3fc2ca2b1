<?php

declare(strict_types=1);

namespace Kopeck\Tests\Support;

use Kopeck\Client;
use Psr\Log\LoggerInterface;

/** Clients that reach nothing, and one of a server of the test's own. */
final class Clients
{
    public const PASSWORD = 'hunter2-of-the-shop';

    public static function rbs(int $port = 9, ?LoggerInterface $log = null): Client
    {
        return new Client([
            'gateway' => 'rbs',
            'base_url' => "http://127.0.0.1:$port/payment",
            'user_name' => 'u',
            'password' => self::PASSWORD,
            'gateway_time_zone' => '+03:00',
        ], $log);
    }

    public static function intellectMoney(): Client
    {
        return new Client([
            'gateway' => 'intellectmoney',
            'eshop_id' => '450001',
            'secret_key' => 's',
            'bearer_token' => 'b',
            'sign_secret_key' => 'k',
        ]);
    }
}
