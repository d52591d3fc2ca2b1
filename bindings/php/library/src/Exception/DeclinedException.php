<?php

declare(strict_types=1);

namespace Kopeck\Exception;

/** The bank, the lender or the buyer said no to this payment. */
final class DeclinedException extends PaymentException
{
}
