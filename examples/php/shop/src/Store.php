<?php

declare(strict_types=1);

namespace Shop;

/** The database. A statement alone is committed at once. */
final class Store
{
    private \PDO $rows;

    public function __construct(string $path)
    {
        $this->rows = new \PDO("sqlite:$path", null, null, [
            \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION,
            \PDO::ATTR_DEFAULT_FETCH_MODE => \PDO::FETCH_ASSOC,
            \PDO::ATTR_STRINGIFY_FETCHES => true, // as PHP before 8.1 gives integers anyway
            \PDO::ATTR_TIMEOUT => 5, // seconds to wait for another worker's transaction
        ]);
        $this->rows->exec('PRAGMA foreign_keys = ON');
        if ($this->isNew()) {
            $lock = Lock::of($path, 'the schema', 10.0);
            $this->besideReaders();
            $this->transaction(function (): void {
                if ($this->isNew()) {
                    $this->rows->exec((string) file_get_contents(dirname(__DIR__) . '/schema.sql'));
                    $this->rows->exec('PRAGMA user_version = 1');
                }
            });
        }
    }

    /** Readers and a writer do not wait for each other. SQLite may not wait for a writer here: we do. */
    private function besideReaders(): void
    {
        for ($tries = 1;; $tries++) {
            try {
                $this->rows->exec('PRAGMA journal_mode = WAL');
                return;
            } catch (\PDOException $busy) {
                if ($tries === 100) {
                    throw $busy;
                }
                usleep(20000);
            }
        }
    }

    private function isNew(): bool
    {
        return (int) $this->rows->query('PRAGMA user_version')->fetchColumn() === 0;
    }

    /**
     * Everything or nothing, one worker after the other: SQLite has no row locks, `IMMEDIATE` takes the
     * right to write before anything is read. PostgreSQL and MySQL: `select ... for update` of the order.
     */
    public function transaction(callable $work): void
    {
        $this->rows->exec('BEGIN IMMEDIATE');
        try {
            $work();
            $this->rows->exec('COMMIT');
        } catch (\Throwable $error) {
            try {
                $this->rows->exec('ROLLBACK');
            } catch (\PDOException $gone) {
                // SQLite rolls some failures back by itself; what went wrong first is what counts.
            }
            throw $error;
        }
    }

    /**
     * @param array<string, mixed> $values
     *
     * @return int how many rows it changed
     */
    public function write(string $statement, array $values): int
    {
        $prepared = $this->rows->prepare($statement);
        $prepared->execute($values);

        return $prepared->rowCount();
    }

    /**
     * @param array<string, mixed> $values
     *
     * @return list<array<string, mixed>>
     */
    public function all(string $query, array $values): array
    {
        $prepared = $this->rows->prepare($query);
        $prepared->execute($values);

        return $prepared->fetchAll();
    }

    /**
     * @param array<string, mixed> $values
     *
     * @return array<string, mixed>|null
     */
    public function one(string $query, array $values): ?array
    {
        return $this->all($query, $values)[0] ?? null;
    }

    /** @return array<string, mixed>|null the order of the buyer who knows its secret */
    public function orderOf(string $secret): ?array
    {
        return $this->one('select * from orders where secret = :secret', ['secret' => $secret]);
    }

    /** @return array<string, mixed>|null */
    public function order(string $id): ?array
    {
        return $this->one('select * from orders where id = :id', ['id' => $id]);
    }

    /** @return array<string, mixed>|null */
    public function attempt(string $number): ?array
    {
        return $this->one('select * from attempts where number = :number', ['number' => $number]);
    }

    /** @return list<array<string, mixed>> the newest one first */
    public function attemptsOf(string $orderId): array
    {
        $query = 'select * from attempts where order_id = :id order by attempt desc';

        return $this->all($query, ['id' => $orderId]);
    }

    /**
     * One committed statement.
     *
     * @param array<string, mixed> $facts by column; the names stand in this program, never in a request
     */
    public function keep(string $number, array $facts): void
    {
        $columns = implode(', ', array_map(static fn (string $name): string => "$name = :$name", array_keys($facts)));
        $this->write("update attempts set $columns where number = :number", $facts + ['number' => $number]);
    }

    /** A person must look. Said twice, it is kept once. */
    public function attention(string $orderId, string $why): void
    {
        $insert = 'insert into attention (order_id, why, seen_at) values (:id, :why, :now)
            on conflict (order_id, why) do nothing';
        $this->write($insert, ['id' => $orderId, 'why' => $why, 'now' => self::now()]);
        $this->write("update orders set state = 'needs_attention' where id = :id", ['id' => $orderId]);
        error_log("order $orderId needs attention: $why");
    }

    public static function now(): string
    {
        return gmdate('Y-m-d\TH:i:s\Z');
    }
}
