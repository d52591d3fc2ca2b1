<?php

declare(strict_types=1);

namespace Kopeck\Exception;

/** Authentic, but not what was expected. A person must look; ship nothing. */
final class MismatchException extends PaymentException
{
}
