<?php

declare(strict_types=1);

namespace Kopeck\Exception;

/** Refused before anything was sent; `field` names the place. */
final class InvalidRequestException extends PaymentException
{
}
