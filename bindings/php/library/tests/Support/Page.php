<?php

declare(strict_types=1);

namespace Kopeck\Tests\Support;

/** A script under PHP's own web server, for what only a real request shows; and scripts alone. */
final class Page
{
    public int $port;

    /** @var resource */
    private $process;

    private string $folder;

    public function __construct(string $code)
    {
        $this->folder = sys_get_temp_dir() . '/kopeck-' . bin2hex(random_bytes(8));
        mkdir($this->folder);
        file_put_contents("$this->folder/page.php", "<?php\nrequire '" . self::autoload() . "';\n$code");
        $free = stream_socket_server('tcp://127.0.0.1:0');
        if ($free === false) {
            throw new \RuntimeException('no port');
        }
        $this->port = (int) substr((string) strrchr((string) stream_socket_get_name($free, false), ':'), 1);
        fclose($free);
        $command = [PHP_BINARY, '-n', '-S', "127.0.0.1:$this->port", "$this->folder/page.php"];
        $quiet = ['file', '/dev/null', 'w'];
        $process = proc_open($command, [['file', '/dev/null', 'r'], $quiet, $quiet], $pipes, $this->folder);
        if ($process === false) {
            throw new \RuntimeException('no server');
        }
        $this->process = $process;
        for ($wait = 0; $wait < 500; $wait++) {
            $reached = @fsockopen('127.0.0.1', $this->port);
            if ($reached !== false) {
                fclose($reached);

                return;
            }
            usleep(10000);
        }
        throw new \RuntimeException('the server does not listen');
    }

    public function __destruct()
    {
        proc_terminate($this->process, 9);
        proc_close($this->process);
        array_map('unlink', (array) glob("$this->folder/*"));
        rmdir($this->folder);
    }

    /** @param list<string> $headers */
    public function ask(string $method, string $target, array $headers = [], string $body = ''): string
    {
        $socket = fsockopen('127.0.0.1', $this->port);
        if ($socket === false) {
            throw new \RuntimeException('not reached');
        }
        $head = ["$method $target HTTP/1.0", 'Host: shop.example', 'Content-Length: ' . strlen($body)];
        fwrite($socket, implode("\r\n", array_merge($head, $headers)) . "\r\n\r\n" . $body);
        $reply = (string) stream_get_contents($socket);
        fclose($socket);

        return $reply;
    }

    /** What a script says in a process of its own, without php.ini and thus without the extension. */
    public static function alone(string $code, ?string $source = null, string ...$options): string
    {
        $script = "require '" . ($source ?? self::autoload()) . "';\nrequire 'Psr/Log/autoload.php';\n$code";
        $command = array_merge([PHP_BINARY, '-n', '-d', 'display_errors=1'], $options, ['-r', $script]);
        $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes);
        if ($process === false) {
            throw new \RuntimeException('no process');
        }
        $said = (string) stream_get_contents($pipes[1]);
        proc_close($process);

        return $said;
    }

    private static function autoload(): string
    {
        return dirname(__DIR__, 2) . '/autoload.php';
    }
}
