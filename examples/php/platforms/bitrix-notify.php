<?php

/** kopeck/notify.php on a site of 1C-Bitrix: where the gateway's notifications arrive. */

declare(strict_types=1);

// phpcs:disable PSR1.Files.SideEffects -- Bitrix is told by constants

define('NO_KEEP_STATISTIC', true);
define('NO_AGENT_CHECK', true);
define('NOT_CHECK_PERMISSIONS', true);
require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';
Bitrix\Main\Loader::includeModule('sale');
Bitrix\Sale\PaySystem\Manager::includeHandler('kopeck');
Sale\Handlers\PaySystem\KopeckHandler::shop()->notified(Kopeck\Notification::fromGlobals())->send();
exit;
