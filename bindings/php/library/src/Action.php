<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * What the buyer must do next. Its address can pay: keep it out of logs.
 *
 * @property-read 'redirect'|'form'|'qr'|'app' $type
 * @property-read string|null $url
 * @property-read string|null $link of a form: the same as a link, where the gateway takes one
 * @property-read array<string, string>|null $fields of a form: what it sends
 * @property-read string|null $image
 * @property-read string|null $expires_at
 */
final class Action extends Result
{
    public const FIELDS = [
        'type' => null,
        'url' => null,
        'link' => null,
        'fields' => null,
        'image' => null,
        'expires_at' => null,
    ];

    public const SHOWN = ['type', 'expires_at'];
}
