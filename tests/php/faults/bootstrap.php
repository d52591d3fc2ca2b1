<?php

declare(strict_types=1);

require __DIR__ . '/../../../bindings/php/library/tests/bootstrap.php';
require __DIR__ . '/Sandbox.php';
require __DIR__ . '/Lines.php';
require __DIR__ . '/MoneyCall.php';
