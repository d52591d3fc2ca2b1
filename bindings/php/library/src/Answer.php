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
     * said before, and still has in its buffers, is dropped: gateways compare the body.
     *
     * @throws \LogicException where output has left already: the gateway would read its 200 as `ok`
     */
    public function send(): void
    {
        while (ob_get_level() > 0 && @ob_end_clean()) {
            continue;
        }
        [$file, $line] = ['', 0];
        if (headers_sent($file, $line)) {
            throw new \LogicException("The answer cannot be sent: output began at $file:$line.");
        }
        http_response_code($this->status);
        header('Content-Type: ' . $this->content_type);
        echo $this->body;
    }
}
