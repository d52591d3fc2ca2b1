<?php

declare(strict_types=1);

namespace Kopeck\Exception;

/** A write that may have been carried out. Call `Client::settle` before anything else. */
final class OutcomeUnknownException extends PaymentException
{
}
