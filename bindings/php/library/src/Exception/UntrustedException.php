<?php

declare(strict_types=1);

namespace Kopeck\Exception;

/**
 * A notification, or the reply to a write, is not from the gateway. The notification is answered
 * `answer->reject`; a reply has no `answer`: look at `may_have_happened`.
 */
final class UntrustedException extends PaymentException
{
}
