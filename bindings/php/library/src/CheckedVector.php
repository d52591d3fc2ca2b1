<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * A vector of a descriptor, and whether its recipe makes what is expected.
 *
 * @property-read string $id
 * @property-read string $what
 * @property-read 'published'|'self-computed' $kind
 * @property-read string $recipe
 * @property-read bool $ok
 * @property-read string $expected
 * @property-read string|null $made
 * @property-read string|null $message the text that was hashed: compare it with the gateway's own example
 */
final class CheckedVector extends Result
{
    public const FIELDS = [
        'id' => null,
        'what' => null,
        'kind' => null,
        'recipe' => null,
        'ok' => null,
        'expected' => null,
        'made' => null,
        'message' => null,
    ];

    public const SHOWN = ['id', 'recipe', 'ok'];
}
