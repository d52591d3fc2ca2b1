<?php

declare(strict_types=1);

namespace Kopeck\Exception;

/** Certainly not carried out: not delivered, or a read that failed. May be called again. */
final class NotDoneException extends PaymentException
{
}
