<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Tests\Support\Page;
use PHPUnit\Framework\TestCase;

/** What a gateway reads is the answer and nothing else. */
final class AnswerTest extends TestCase
{
    private const ANSWER = "Kopeck\Answer::of(['status' => 503, 'content_type' => 'text/plain', 'body' => 'no']);\n";

    public function testItIsTheWholeReplyWhateverThePageSaidBefore(): void
    {
        $before = "ob_start();\nob_start();\necho \"\\u{FEFF}\\n\";\n";
        $page = new Page($before . '$answer = ' . self::ANSWER . '$answer->send();');
        $reply = $page->ask('POST', '/notify');
        self::assertMatchesRegularExpression('~^HTTP/1\.\d 503 ~', $reply);
        self::assertMatchesRegularExpression('~^Content-Type: text/plain; ?charset=UTF-8\r$~mi', $reply);
        self::assertStringEndsWith("\r\n\r\nno", $reply);
    }

    public function testHeadersOfAnotherBodyAreDropped(): void
    {
        $before = "header('Content-Length: 1');\nheader('Location: /x');\nheader('Content-Encoding: gzip');\n"
            . "header('X-Own: kept');\n";
        $page = new Page($before . '$answer = ' . self::ANSWER . '$answer->send();');
        $reply = $page->ask('POST', '/notify');
        self::assertMatchesRegularExpression('~^HTTP/1\.\d 503 ~', $reply);
        self::assertDoesNotMatchRegularExpression('~^(content-length|location|content-encoding):~mi', $reply);
        self::assertStringContainsString('X-Own: kept', $reply);
        self::assertStringEndsWith("\r\n\r\nno", $reply);
    }

    /** Naive handlers make an exception even of what `@` silences. */
    public function testABufferThatStaysDoesNotKeepTheAnswerBack(): void
    {
        $before = 'set_error_handler(static function ($n, $said) { throw new ErrorException($said); });' . "\n"
            . "ob_start(null, 0, 0);\n";
        $page = new Page($before . '$answer = ' . self::ANSWER . '$answer->send();');
        $reply = $page->ask('POST', '/notify');
        self::assertMatchesRegularExpression('~^HTTP/1\.\d 503 ~', $reply);
        self::assertStringEndsWith("\r\n\r\nno", $reply);
    }

    public function testItIsNotMistakenForTheReplyOfAPageThatHasBegun(): void
    {
        $said = Page::alone("echo 'hello';\n\$answer = " . self::ANSWER . '$answer->send();');
        self::assertStringContainsString('LogicException: The answer cannot be sent: output began at', $said);
    }
}
