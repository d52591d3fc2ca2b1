<?php

declare(strict_types=1);

require __DIR__ . '/../given.php';

by_curl(curl_init(), given()['system']);
echo 'ok';
