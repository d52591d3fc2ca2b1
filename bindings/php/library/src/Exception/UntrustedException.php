<?php

declare(strict_types=1);

namespace Kopeck\Exception;

/** A notification, or the reply to a write, is not from the gateway. Answer `answer->reject`. */
final class UntrustedException extends PaymentException
{
}
