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

    public function testItIsNotMistakenForTheReplyOfAPageThatHasBegun(): void
    {
        $said = Page::alone("echo 'hello';\n\$answer = " . self::ANSWER . '$answer->send();');
        self::assertStringContainsString('LogicException: The answer cannot be sent: output began at', $said);
    }
}
