<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * The next pair of tokens. Store both at once: the old pair is dead. Then make a new client.
 *
 * @property-read string $access_token
 * @property-read string $refresh_token
 * @property-read string|null $expires_at
 * @property-read string|null $client_endpoint
 * @property-read string|null $server_endpoint
 * @property-read bool $endpoint_allowed false where one of the two was left out for its host
 * @property-read string|null $member_id
 * @property-read string|null $scope
 * @property-read int|null $user_id
 */
final class TokenPair extends Result
{
    public const FIELDS = [
        'access_token' => null,
        'refresh_token' => null,
        'expires_at' => null,
        'client_endpoint' => null,
        'server_endpoint' => null,
        'endpoint_allowed' => null,
        'member_id' => null,
        'scope' => null,
        'user_id' => null,
    ];

    public const SHOWN = ['expires_at', 'member_id'];
}
