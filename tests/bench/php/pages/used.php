<?php

declare(strict_types=1);

require __DIR__ . '/../given.php';

echo processor_us();
