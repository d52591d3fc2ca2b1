<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Tests\Support\Docs;
use PHPUnit\Framework\TestCase;

/** What a portal replies has the same fields in PHP, in Python and in the vectors. */
final class PortalResultsTest extends TestCase
{
    private const REPLIES = [
        'link_payment' => 'LinkedPayment',
        'settle_deal' => 'SettledDeal',
        'read_checkout' => 'Checkout',
        'settle_checkout' => 'SettledCheckout',
        'parse_event' => 'PortalEvent',
        'bitrix24.call' => 'PortalReply',
        'bitrix24.batch' => 'BatchReply',
        'bitrix24.list' => 'PortalRows',
        'bitrix24.refresh_token' => 'TokenPair',
    ];

    /** @return iterable<string, array{class-string, list<string>, list<string>}> class, fields, what is shown */
    public static function classes(): iterable
    {
        $python = (string) file_get_contents(dirname(__DIR__, 4) . '/bindings/python/python/kopeck/deals.py');
        foreach (array_slice(preg_split('/^class /m', $python) ?: [], 1) as $part) {
            preg_match('/^\w+/', $part, $name);
            preg_match_all('/^    ([a-z]\w*): /m', $part, $fields);
            preg_match('/^    _shown = \((.*)\)$/m', $part, $shown);
            preg_match_all('/"(\w+)"/', $shown[1], $shown);
            yield $name[0] => ["Kopeck\\$name[0]", $fields[1], $shown[1]];
        }
    }

    /**
     * @dataProvider classes
     *
     * @param class-string $class
     * @param list<string> $fields
     * @param list<string> $shown
     */
    public function testAResultHasTheFieldsThatItHasInPython(string $class, array $fields, array $shown): void
    {
        self::assertEqualsCanonicalizing($fields, array_keys($class::FIELDS));
        self::assertSame(array_keys($class::FIELDS), Docs::properties($class));
        self::assertEqualsCanonicalizing($shown, $class::SHOWN);
    }

    public function testEveryFieldOfTheVectorsIsKnown(): void
    {
        self::assertCount(14, iterator_to_array(self::classes()));
        $seen = [];
        foreach (glob(dirname(__DIR__, 4) . '/tests/vectors/bitrix24/*.json') ?: [] as $file) {
            $vector = json_decode((string) file_get_contents($file), true);
            $class = self::REPLIES[$vector['operation']] ?? null;
            if ($class !== null && isset($vector['reply'])) {
                self::walk("Kopeck\\$class", $vector['reply'], $file);
                $seen[$class] = true;
            }
        }
        self::assertEqualsCanonicalizing(array_values(self::REPLIES), array_keys($seen));
    }

    /** @param array<string, mixed> $fields */
    private static function walk(string $class, array $fields, string $file): void
    {
        foreach ($fields as $name => $value) {
            self::assertArrayHasKey($name, $class::FIELDS, "$file: $class");
            $kind = $class::FIELDS[$name];
            $parts = is_array($kind) ? $value : [$value];
            $kind = is_array($kind) ? $kind[0] ?? null : $kind;
            foreach ($kind === null ? [] : array_filter($parts, 'is_array') as $part) {
                self::walk($kind, $part, $file);
            }
        }
    }
}
