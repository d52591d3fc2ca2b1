<?php

declare(strict_types=1);

namespace Kopeck\Tests\Faults;

use Kopeck\Exception\PaymentException;
use PHPUnit\Framework\Assert;

/** All that a shop may write down of what came back. */
final class Told
{
    /**
     * An error as text with its trace, as fields, and the arguments that the trace keeps of our own
     * calls (those of the tests are none of ours).
     *
     * @return list<string>
     */
    public static function by(PaymentException $error): array
    {
        Assert::assertNull($error->getPrevious());
        $frames = array_filter($error->getTrace(), static function (array $frame): bool {
            $class = $frame['class'] ?? '';

            return strncmp($class, 'Kopeck\\', 7) === 0 && strncmp($class, 'Kopeck\\Tests\\', 13) !== 0;
        });
        Assert::assertNotEmpty(array_column($frames, 'args'), 'zend.exception_ignore_args hides the arguments');
        $fields = json_encode($error->toArray(), JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);

        return [$error->getMessage(), (string) $error, $fields, print_r($frames, true)];
    }

    /** A result as a dump shows it, and with all of its fields, `raw` too. */
    public static function of(\JsonSerializable $result): string
    {
        return print_r($result, true) . json_encode($result, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
    }
}
