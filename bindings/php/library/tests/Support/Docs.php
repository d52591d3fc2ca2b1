<?php

declare(strict_types=1);

namespace Kopeck\Tests\Support;

/** The shapes that doc comments tell analysers, read back. */
final class Docs
{
    /**
     * @param class-string $class
     *
     * @return array<string, string> each shape's name with its text, in one line
     */
    public static function types(string $class): array
    {
        $text = self::text($class);
        preg_match_all('/@phpstan-type (\w+) (.*?)(?=@|$)/s', $text, $found);

        return array_combine($found[1], array_map('trim', $found[2]));
    }

    /**
     * @param class-string $class
     *
     * @return list<string> the names of the @property-read
     */
    public static function properties(string $class): array
    {
        preg_match_all('/@property-read [^@]*?\$(\w+)/', self::text($class), $found);

        return $found[1];
    }

    /** @return array<string, bool> the fields of an array shape; whether they are required */
    public static function fields(string $shape): array
    {
        $from = (int) strpos($shape, 'array{') + strlen('array{');
        $fields = [];
        for ($place = $from, $depth = 0; $depth >= 0 && $place < strlen($shape); $place++) {
            if ($depth === 0 && preg_match('/\G(\w+)(\??):/', $shape, $name, 0, $place) === 1) {
                $fields[$name[1]] = $name[2] === '';
                $place += strlen($name[0]);
            }
            $depth += (int) (strpos('{<', $shape[$place]) !== false) - (int) (strpos('}>', $shape[$place]) !== false);
        }

        return $fields;
    }

    /** @return list<string> the words that a field of a shape may be */
    public static function words(string $shape, string $field): array
    {
        preg_match("/\\b$field\\??: ([^:]*?)(?:, \\w+\\??:|\\}\$|\$)/", $shape, $found);
        preg_match_all("/'(\\w+)'/", $found[1] ?? '', $words);

        return $words[1];
    }

    /** @param class-string $class */
    private static function text(string $class): string
    {
        $comment = (string) (new \ReflectionClass($class))->getDocComment();
        $lines = (string) preg_replace('~^\s*(/\*\*|\*/|\*) ?~m', '', $comment);

        return (string) preg_replace('/\s+/', ' ', $lines);
    }
}
