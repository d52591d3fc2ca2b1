<?php

/** What every page begins with. Nothing is put out here. */

declare(strict_types=1);

// An error is for the log; shown on a page it would also turn the status into 200, which gateways take
// for "stored". The pages that finish say another status.
ini_set('display_errors', '0');
ini_set('log_errors', '1');
if (PHP_SAPI !== 'cli') {
    http_response_code(500);
}
// A buyer who closes the window ends no call to the gateway.
ignore_user_abort(true);

(static function (): void {
    // Composer's autoloader, or the library's own where it was unpacked without Composer.
    $library = getenv('KOPECK_LIBRARY');
    $places = [
        $_SERVER['KOPECK_LIBRARY'] ?? ($library === false ? '' : $library),
        __DIR__ . '/vendor/autoload.php',
        __DIR__ . '/../../../bindings/php/library/autoload.php',
    ];
    foreach ($places as $place) {
        if ($place !== '' && is_file($place)) {
            require_once $place;
            break;
        }
    }
})();

foreach (['Config', 'Store', 'Lock', 'Attempt', 'Applied', 'Payments', 'Notified', 'Page', 'Csrf', 'Goods'] as $class) {
    require_once __DIR__ . "/src/$class.php";
}
