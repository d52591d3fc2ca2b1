<?php

declare(strict_types=1);

namespace Kopeck;

/** What a gateway sent to the running page, as it came: `Client::parseNotification` reads it. */
final class Notification
{
}
