<?php

declare(strict_types=1);

namespace Kopeck\Exception;

/** A defect of the library; `may_have_happened` says how far it got. */
final class InternalException extends PaymentException
{
}
