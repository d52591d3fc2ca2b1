<?php

/** 1C-Bitrix with its module sale, as far as examples/php/platforms/bitrix-*.php see them. */

declare(strict_types=1);

// phpcs:disable PSR1 -- stands for what platforms declare

namespace Bitrix\Main {
    require __DIR__ . '/database.php';

    class Request
    {
    }

    class Error
    {
        public string $message;

        public function __construct(string $message)
        {
            $this->message = $message;
        }
    }

    class Loader
    {
        public static function includeModule(string $name): bool
        {
            return $name === 'sale';
        }
    }

    class Application
    {
        public static function getDocumentRoot(): string
        {
            return getenv('KOPECK_FOLDER') . '/site';
        }

        public static function getConnection(): self
        {
            return new self();
        }

        public function query(string $sql): object
        {
            return new class (fake_database()->rows($sql)) {
                private array $rows;

                public function __construct(array $rows)
                {
                    $this->rows = $rows;
                }

                public function fetchAll(): array
                {
                    return $this->rows;
                }
            };
        }

        public function queryExecute(string $sql): void
        {
            fake_database()->pdo->exec($sql);
        }

        public function getSqlHelper(): self
        {
            return $this;
        }

        public function forSql(string $text): string
        {
            return strtr($text, ["'" => "''"]);
        }
    }
}

namespace Bitrix\Sale {
    class PriceMaths
    {
        public static function roundPrecision(float $sum): float
        {
            return round($sum, 2);
        }
    }

    class Payment
    {
        public function getId(): int
        {
            return 17;
        }

        public function getSum(): float
        {
            return (float) fake_database()->order()['total'];
        }

        public function getField(string $name): string
        {
            return ['CURRENCY' => 'RUB'][$name] ?? fake_database()->fact($name);
        }

        public function isPaid(): bool
        {
            return fake_database()->order()['status'] === 'paid';
        }

        public function setField(string $name, string $value): void
        {
            fake_database()->keep($name, $value);
        }

        public function setPaid(string $paid): PaySystem\ServiceResult
        {
            fake_database()->paid('paid', $paid);
            return new PaySystem\ServiceResult();
        }
    }

    class Order
    {
        public static function load(int $id): ?self
        {
            return fake_database()->order() === [] ? null : new self();
        }

        public function getPaymentCollection(): self
        {
            return $this;
        }

        public function getItemById(int $id): Payment
        {
            return new Payment();
        }

        public function isCanceled(): bool
        {
            return fake_database()->order()['status'] === 'cancelled';
        }

        public function save(): PaySystem\ServiceResult
        {
            return new PaySystem\ServiceResult();
        }
    }
}

namespace Bitrix\Sale\PaySystem {
    class ServiceResult
    {
        public string $paymentUrl = '';
        private array $errors = [];

        public function addError(\Bitrix\Main\Error $error): void
        {
            $this->errors[] = $error;
        }

        public function isSuccess(): bool
        {
            return $this->errors === [];
        }

        public function getErrorMessages(): array
        {
            return array_column($this->errors, 'message');
        }

        public function setPaymentUrl(string $url): void
        {
            $this->paymentUrl = $url;
        }
    }

    abstract class ServiceHandler
    {
        protected array $extraParams = [];

        abstract public function initiatePay(\Bitrix\Sale\Payment $payment, ?\Bitrix\Main\Request $request = null);

        abstract public function processRequest(\Bitrix\Sale\Payment $payment, \Bitrix\Main\Request $request);

        abstract public function getPaymentIdFromRequest(\Bitrix\Main\Request $request);

        abstract public function getCurrencyList();

        public function setExtraParams(array $values): void
        {
            $this->extraParams = $values;
        }

        public function showTemplate(\Bitrix\Sale\Payment $payment, string $name): ServiceResult
        {
            return new ServiceResult();
        }
    }

    class Manager
    {
        public static function includeHandler(string $name): void
        {
            require_once PLATFORMS . "bitrix-handler.php";
        }

        public static function getIdsByPayment(string $id): array
        {
            return [1, (int) $id];
        }
    }

    class Logger
    {
        public static function addError(string $line): void
        {
            error_log($line);
        }
    }
}

namespace {
    class CEventLog
    {
        public static function Add(array $event): void
        {
            fake_database()->paid('on-hold', $event['DESCRIPTION']);
        }
    }

    $_SERVER['DOCUMENT_ROOT'] = getenv('KOPECK_FOLDER') . '/site';
    if ($_SERVER['SCRIPT_NAME'] === '/kopeck/notify.php') {
        require PLATFORMS . 'bitrix-notify.php';
    }
    Bitrix\Sale\PaySystem\Manager::includeHandler('kopeck');
    $handler = new Sale\Handlers\PaySystem\KopeckHandler();
    $result = $handler->initiatePay(new Bitrix\Sale\Payment());
    echo json_encode(['page' => $result->paymentUrl ?: null, 'told' => $result->getErrorMessages()]);
}
