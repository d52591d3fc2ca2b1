<?php

declare(strict_types=1);

namespace Kopeck\Exception;

/** The gateway refused this call (not the payment). */
final class RefusedException extends PaymentException
{
}
