<?php

declare(strict_types=1);

namespace Kopeck\Internal;

/**
 * A value that means nothing to the core, on its way to where the caller's error is made.
 *
 * @internal
 */
final class Wrong extends \Exception
{
    public ?string $field;

    public function __construct(string $path, string $expected)
    {
        parent::__construct($expected);
        $this->field = $path === '' ? null : $path;
    }
}
