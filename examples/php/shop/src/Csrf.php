<?php

declare(strict_types=1);

namespace Shop;

/**
 * A random word in the buyer's cookie, repeated in each form: other sites can make his browser post, but
 * know not what. `__Host-` keeps other hosts of the same domain from setting it.
 */
final class Csrf
{
    private string $cookie;
    private string $word;

    public function __construct(Config $config)
    {
        $this->cookie = $config->secure() ? '__Host-shop' : 'shop';
        $this->word = Page::given($_COOKIE, $this->cookie);
        if (preg_match('/^[0-9a-f]{32}$/D', $this->word) !== 1) {
            $this->word = '';
        }
    }

    /** For a form; call it before anything is shown. */
    public function word(Config $config): string
    {
        if ($this->word === '') {
            $this->word = bin2hex(random_bytes(16));
            $attributes = ['path' => '/', 'secure' => $config->secure(), 'httponly' => true, 'samesite' => 'Lax'];
            setcookie($this->cookie, $this->word, $attributes);
        }

        return $this->word;
    }

    /** Whether the running POST comes from a form of ours. */
    public function isOurs(): bool
    {
        return $this->word !== '' && hash_equals($this->word, Page::given($_POST, 'csrf'));
    }
}
