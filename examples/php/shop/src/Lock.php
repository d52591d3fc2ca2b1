<?php

declare(strict_types=1);

namespace Shop;

/**
 * One worker at a time goes on with an order's payment. The kernel lets go of the lock when the worker
 * dies, so nobody waits for a dead one. SQLite means one machine; with a database server take its own:
 * GET_LOCK of MySQL, pg_advisory_lock of PostgreSQL.
 */
final class Lock
{
    /** @var resource */
    private $file;

    /** @param resource $file */
    private function __construct($file)
    {
        $this->file = $file;
    }

    /** Null if another worker still has it after this time. */
    public static function of(string $database, string $orderId, float $seconds): ?self
    {
        $folder = "$database-locks";
        if (!is_dir($folder) && !@mkdir($folder, 0700) && !is_dir($folder)) {
            throw new \RuntimeException("$folder cannot be made");
        }
        // So many files, whatever the number of orders; two orders that share one take turns.
        $file = fopen(sprintf('%s/%03x', $folder, crc32($orderId) % 4096), 'c');
        if ($file === false) {
            throw new \RuntimeException("$folder cannot be written");
        }
        $end = hrtime(true) + $seconds * 1e9; // of a clock that nobody sets
        while (!flock($file, LOCK_EX | LOCK_NB)) {
            if (hrtime(true) >= $end) {
                return null;
            }
            usleep(20000);
        }

        return new self($file);
    }

    public function __destruct()
    {
        fclose($this->file);
    }
}
