<?php

declare(strict_types=1);

namespace Shop;

/** HTML and headers. Everything that is shown is escaped here. */
final class Page
{
    /** @param array<string, string> $more */
    public static function show(string $title, string $html, int $status = 200, array $more = []): void
    {
        self::headers();
        http_response_code($status);
        foreach ($more as $name => $value) {
            header("$name: $value");
        }
        $nonce = base64_encode(random_bytes(12));
        header('Content-Type: text/html; charset=utf-8');
        $policy = "default-src 'none'; style-src 'nonce-$nonce'; script-src 'nonce-$nonce'; img-src data:; ";
        // No form-action: browsers hold it against the redirect to the gateway's page too.
        header("Content-Security-Policy: {$policy}base-uri 'none'; frame-ancestors 'none'");
        $style = 'body { font: 1rem/1.5 sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }';
        $html = str_replace('<script>', "<script nonce=\"$nonce\">", $html);
        echo '<!doctype html><html lang="en"><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            "<style nonce=\"$nonce\">$style</style>",
            '<title>', self::text($title), '</title><h1>', self::text($title), '</h1>', $html, "\n";
    }

    /** State and secrets stand on these pages: in no cache, and in nobody's Referer. */
    public static function headers(): void
    {
        header('Cache-Control: no-store');
        header('Referrer-Policy: strict-origin');
        header('X-Content-Type-Options: nosniff');
    }

    public static function redirect(string $url): void
    {
        self::headers();
        header("Location: $url", true, 303);
    }

    public static function text(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
    }

    /** @param array<string, string> $fields */
    public static function form(string $url, array $fields, string $button): string
    {
        $html = '<form method="post" action="' . self::text($url) . '">';
        foreach ($fields as $name => $value) {
            $name = self::text((string) $name);
            $html .= "<input type=\"hidden\" name=\"$name\" value=\"" . self::text($value) . '">';
        }

        return "$html<button>" . self::text($button) . '</button></form>';
    }

    /**
     * Sends the buyer where `action` says. Its addresses are the gateway's: the library has checked them.
     *
     * @param array<string, mixed> $action
     */
    public static function send(array $action): void
    {
        if ($action['type'] === 'form') {
            $form = self::form($action['url'], $action['fields'] ?? [], 'Go on to the payment');
            self::show('Payment', "$form<script>HTMLFormElement.prototype.submit.call(document.forms[0])</script>");
        } elseif ($action['type'] === 'qr') {
            $image = $action['image'] ?? null;
            $shown = is_string($image) && strncmp($image, 'data:image/', 11) === 0
                ? '<p><img alt="QR code" src="' . self::text($image) . '"></p>' : '';
            $link = '<p><a href="' . self::text($action['url'] ?? '') . '">Pay in the app of your bank</a></p>';
            self::show('Payment', $shown . $link);
        } else {
            self::redirect($action['url']);
        }
    }

    /**
     * A value from a request that must be one short text; else ''.
     *
     * @param array<mixed> $from
     */
    public static function given(array $from, string $name): string
    {
        $value = $from[$name] ?? '';

        return is_string($value) && strlen($value) <= 200 && preg_match('//u', $value) === 1 ? $value : '';
    }
}
