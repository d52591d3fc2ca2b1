<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Client;
use Kopeck\Exception\InvalidRequestException;
use PHPUnit\Framework\TestCase;

final class ClientTest extends TestCase
{
    public function testAWrongSettingIsNamedWhenTheClientIsMade(): void
    {
        $this->expectException(InvalidRequestException::class);
        $this->expectExceptionMessage('base_url: required, or preset');
        new Client(['gateway' => 'rbs']);
    }
}
