<?php

declare(strict_types=1);

namespace Kopeck;

use Kopeck\Internal\Result;

/**
 * One answer to the gateway.
 *
 * @property-read int $status
 * @property-read string $content_type
 * @property-read string $body
 */
final class Answer extends Result
{
    public const FIELDS = [
        'status' => null,
        'content_type' => null,
        'body' => null,
    ];

    public const SHOWN = ['status', 'content_type', 'body'];

    /**
     * Answers the running page, for `ok` after your commit; then end the script. Whatever the page
     * said before, and still has in its buffers, is dropped: gateways compare the body. In a framework
     * that sends replies of its own (PSR-7, Symfony, RoadRunner) make one of the three fields instead.
     *
     * @throws \LogicException where output has left already: the gateway would read its 200 as `ok`
     */
    public function send(): void
    {
        // Not by `@`: there are handlers that make exceptions of silent warnings too.
        while (((ob_get_status()['flags'] ?? 0) & PHP_OUTPUT_HANDLER_REMOVABLE) !== 0 && ob_end_clean()) {
            continue;
        }
        [$file, $line] = ['', 0];
        if (headers_sent($file, $line)) {
            throw new \LogicException("The answer cannot be sent: output began at $file:$line.");
        }
        // They were about another body. What compresses this one is a buffer that would not go.
        foreach (array_merge(['Content-Length', 'Location'], ob_get_level() > 0 ? [] : ['Content-Encoding']) as $name) {
            header_remove($name);
        }
        http_response_code($this->status);
        header('Content-Type: ' . $this->content_type);
        echo $this->body;
    }
}
