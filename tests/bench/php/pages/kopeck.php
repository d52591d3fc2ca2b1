<?php

declare(strict_types=1);

require __DIR__ . '/../given.php';

by_kopeck(client());
echo 'ok';
