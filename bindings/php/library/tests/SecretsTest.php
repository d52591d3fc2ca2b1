<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Tests\Support\Clients;
use Kopeck\Tests\Support\Page;
use PHPUnit\Framework\TestCase;

/** Settings and buyers' data appear in nothing that a program may print. */
final class SecretsTest extends TestCase
{
    private ?string $folder = null;

    public function testNoDumpOfAClientShowsItsSettings(): void
    {
        $client = Clients::rbs();
        ob_start();
        var_dump($client);
        $said = ob_get_clean() . print_r($client, true) . var_export($client, true) . json_encode($client);
        foreach ((array) $client as $part) {
            $said .= print_r($part, true) . var_export((array) $part, true);
        }
        self::assertStringContainsString('Kopeck\Client', $said);
        self::assertStringNotContainsString(Clients::PASSWORD, $said);
    }

    public function testAClientIsNotSerialized(): void
    {
        $this->expectException(\LogicException::class);
        $this->expectExceptionMessage('A client holds secrets and cannot be serialized');
        serialize(Clients::rbs());
    }

    public function testNobodyMakesAClientOfStoredText(): void
    {
        $this->expectException(\LogicException::class);
        unserialize('O:20:"Kopeck\Internal\Door":0:{}');
    }

    public function testACloneIsTheSameClient(): void
    {
        $client = Clients::rbs();
        $clone = clone $client;
        unset($client);
        self::assertContains('create_payment', $clone->operations());
    }

    public function testSettingsGoWithTheirClient(): void
    {
        $kept = static function (): int {
            $settings = (new \ReflectionClass(\Kopeck\Internal\Door::class))->getStaticPropertyValue('settings', null);

            return is_array($settings) ? count($settings) : -1;
        };
        $before = $kept();
        $client = Clients::rbs();
        self::assertSame($before + 1, $kept());
        unset($client);
        try {
            new \Kopeck\Client(['gateway' => 'rbs', 'password' => Clients::PASSWORD]);
        } catch (\Kopeck\Exception\InvalidRequestException $error) {
            self::assertStringNotContainsString(Clients::PASSWORD, "$error");
        }
        unset($error);
        self::assertSame($before, $kept());
    }

    /** @return iterable<string, array{string, string}> what goes wrong, and with what words */
    public static function failures(): iterable
    {
        $client = "new Kopeck\\Client(['password' => SECRET, 'user_name' => SECRET] + \$more)";
        yield 'the extension is missing' => ["\$more = [];\n$client;", 'is not loaded'];
        $fake = "define('KOPECK_EXTENSION_ABI', 1);\n\$more = [];\n"
            . "function kopeck_call() { global \$reply; return [\$reply ? 3 : 0, \$reply ?: '{}', []]; }\n";
        yield 'a setting is wrong' => ["$fake\$more = ['x' => 1.5];\n$client;", 'got a float'];
        yield 'a setting is bytes' => ["$fake\$more = ['x' => ['y' => \"\\xff\"]];\n$client;", 'in UTF-8'];
        yield 'the core refuses them' => ["$fake\$reply = '{\"message\":\"said no\"}';\n$client;", 'said no'];
        $create = "\$client->createPayment(['customer' => ['name' => SECRET], 'card_id' => SECRET] + \$more);";
        $made = "$fake\$client = $client;\n";
        yield 'a field is wrong' => ["$made\$more = ['amount' => 1.5];\n$create", 'got a float'];
        yield 'the gateway refuses' => ["$made\$reply = '{\"message\":\"said no\"}';\n$create", 'said no'];
        yield 'the reply is none' => ["$made\$reply = 'oops';\n$create", 'no JSON'];
        $confirm = "\$client->confirm(['id' => SECRET, 'notification' => new Kopeck\\Notification('', '', [], "
            . 'str_repeat(SECRET, 200000))]);';
        yield 'a body is huge' => ["$made\$reply = '{\"message\":\"said no\"}';\n$confirm", 'said no'];
        yield 'a native call' => ["$made\$reply = '{\"message\":\"said no\"}';\n"
            . "\$client->call('rbs.x', ['pan' => SECRET]);", 'said no'];
    }

    /**
     * Also without the attribute that hides values since PHP 8.2: in older versions it is a comment.
     *
     * @dataProvider failures
     */
    public function testNoStackTraceShowsThem(string $code, string $says): void
    {
        $shown = "define('SECRET', 'qwerty');\n\$reply = '';\ntry {\n$code\n} catch (Throwable \$error) {\n"
            . "echo \$error->getMessage(), \"\\n\", \$error->getTraceAsString(), \"\\n\", \$error, \"\\n\";\n"
            . "var_export(\$error->getTrace());\nprint_r(\$error);\nthrow \$error;\n}";
        foreach ([dirname(__DIR__), $this->older()] as $source) {
            $said = Page::alone($shown, "$source/autoload.php", '-d', 'zend.exception_ignore_args=0');
            self::assertStringContainsString($says, $said);
            self::assertStringContainsString('Uncaught Kopeck\Exception', $said);
            self::assertStringNotContainsString('qwerty', $said);
        }
    }

    /** The package as an older PHP reads it. */
    private function older(): string
    {
        $root = dirname(__DIR__);
        $this->folder = sys_get_temp_dir() . '/kopeck-' . bin2hex(random_bytes(8));
        foreach (array_merge(['/autoload.php'], self::below("$root/src", '/src')) as $file) {
            @mkdir(dirname($this->folder . $file), 0777, true);
            $text = (string) file_get_contents($root . $file);
            file_put_contents($this->folder . $file, str_replace('#[\SensitiveParameter]', '', $text));
        }

        return $this->folder;
    }

    protected function tearDown(): void
    {
        if ($this->folder === null) {
            return;
        }
        foreach (self::below($this->folder, $this->folder) as $file) {
            unlink($file);
        }
        foreach (['src/Internal', 'src/Exception', 'src', ''] as $folder) {
            rmdir("$this->folder/$folder");
        }
    }

    /** @return list<string> the files of a folder, each with other words before it */
    private static function below(string $folder, string $before): array
    {
        $found = [];
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($folder)) as $file) {
            if ($file instanceof \SplFileInfo && $file->isFile()) {
                $found[] = $before . substr($file->getPathname(), strlen($folder));
            }
        }

        return $found;
    }
}
