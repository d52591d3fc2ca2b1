<?php

/** What the fakes share: a database that knows MySQL's locks, orders in it, and the settings of the test. */

declare(strict_types=1);

// phpcs:disable PSR1 -- stands for what platforms declare

require getenv('KOPECK_AUTOLOAD');
define('PLATFORMS', getenv('KOPECK_FOLDER') . '/platforms/');

final class Database
{
    public PDO $pdo;
    /** @var array<string, resource> */
    private array $locks = [];

    public function __construct(string $folder)
    {
        $this->pdo = new PDO("sqlite:$folder/shop.db");
        $this->pdo->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
        $this->pdo->setAttribute(PDO::ATTR_STRINGIFY_FETCHES, true);
        $this->pdo->exec('pragma busy_timeout = 5000');
        $this->pdo->sqliteCreateFunction('get_lock', function (string $name) use ($folder): int {
            $this->locks[$name] = fopen("$folder/" . md5($name), 'c');
            return (int) flock($this->locks[$name], LOCK_EX);
        });
        $this->pdo->sqliteCreateFunction('release_lock', function (string $name): int {
            fclose($this->locks[$name]);
            unset($this->locks[$name]);
            return 1;
        });
        if (!$this->rows("select * from sqlite_master where name = 'orders'")) {
            $this->pdo->exec(file_get_contents(PLATFORMS . 'kopeck_attempts.sql'));
            $this->pdo->exec("create table orders (id, status, total, applied int not null default 0, note)");
            $this->pdo->exec("create table order_history (order_id int, comment)");
            $this->pdo->exec("create table facts (name primary key, value)");
            $this->pdo->exec("insert into orders (id, status, total) values ('17', 'open', '100.1')");
        }
    }

    /** @return list<array<string, string|null>> */
    public function rows(string $sql): array
    {
        return $this->pdo->query($sql)->fetchAll(PDO::FETCH_ASSOC);
    }

    public function order(): array
    {
        return $this->rows("select * from orders where id = '17'")[0] ?? [];
    }

    public function fact(string $name): string
    {
        return $this->rows('select value from facts where name = ' . $this->pdo->quote($name))[0]['value'] ?? '';
    }

    public function keep(string $name, string $value): void
    {
        $this->pdo->prepare('insert or replace into facts values (?, ?)')->execute([$name, $value]);
    }

    public function paid(string $status, string $note): void
    {
        $change = $this->pdo->prepare('update orders set status = ?, note = ?, applied = applied + 1');
        $change->execute([$status, $note]);
    }
}

function fake_settings(): array
{
    return json_decode(getenv('KOPECK_SETTINGS'), true);
}

function fake_database(): Database
{
    static $database = null;
    return $database = $database ?? new Database(getenv('KOPECK_FOLDER'));
}

/** What the test asks: the order as it stands, its attempts with it; or a change of it. */
if ($_SERVER['SCRIPT_NAME'] === '/state') {
    $attempts = fake_database()->rows('select * from kopeck_attempts order by attempt');
    exit(json_encode(fake_database()->order() + ['attempts' => $attempts]));
}
if ($_SERVER['SCRIPT_NAME'] === '/sql') {
    fake_database()->pdo->exec($_GET['sql']);
    exit('{}');
}
