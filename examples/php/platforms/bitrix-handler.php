<?php

/**
 * local/php_interface/include/sale_payment/kopeck/handler.php, beside .description.php and
 * template/template.php: a sketch, see docs/php-platforms.md.
 */

declare(strict_types=1);

// phpcs:disable PSR1 -- Bitrix loads it by its name

namespace Sale\Handlers\PaySystem;

use Bitrix\Main\{Application, Error, Request};
use Bitrix\Sale\{Order, PaySystem, PriceMaths};

require_once Application::getDocumentRoot() . '/local/vendor/autoload.php';
require_once Application::getDocumentRoot() . '/local/shop.php';

class KopeckHandler extends PaySystem\ServiceHandler
{
    public function initiatePay(\Bitrix\Sale\Payment $payment, ?Request $request = null)
    {
        try {
            $url = self::shop()->page((string) $payment->getId(), [
                'return_url' => 'https://shop.example/personal/orders/',
                'notification_url' => 'https://shop.example/kopeck/notify.php',
            ]);
        } catch (\Throwable $error) {
            PaySystem\Logger::addError('kopeck: ' . $error->getMessage());
            $result = new PaySystem\ServiceResult();
            $result->addError(new Error(\KopeckShop::sorry($error)));
            return $result;
        }
        $this->setExtraParams(['URL' => $url]);
        $result = $this->showTemplate($payment, 'template');     // a link to $params['URL']
        $result->setPaymentUrl($url);
        return $result;
    }

    public function getCurrencyList()
    {
        return ['RUB'];
    }

    public static function getIndicativeFields()
    {
        return [];                                               // notifications have a page of their own
    }

    public function getPaymentIdFromRequest(Request $request)
    {
        return null;
    }

    public function processRequest(\Bitrix\Sale\Payment $payment, Request $request)
    {
        return new PaySystem\ServiceResult();
    }

    public static function shop(): \KopeckShop
    {
        $settings = require Application::getDocumentRoot() . '/../kopeck-settings.php';
        return new BitrixKopeck(new \Kopeck\Client($settings));
    }
}

final class BitrixKopeck extends \KopeckShop
{
    protected function rows(string $sql): array
    {
        return Application::getConnection()->query($sql)->fetchAll();
    }

    protected function write(string $sql): void
    {
        Application::getConnection()->queryExecute($sql);
    }

    protected function quoted(string $text): string
    {
        return "'" . Application::getConnection()->getSqlHelper()->forSql($text) . "'";
    }

    protected function total(string $orderId): array
    {
        [, $item] = self::item($orderId);
        $sum = number_format((float) PriceMaths::roundPrecision($item->getSum()), 2, '.', '');
        return ['amount' => $sum, 'currency' => $item->getField('CURRENCY')];
    }

    protected function apply(string $orderId, \Kopeck\Payment $payment): void
    {
        [$order, $item] = self::item($orderId);
        if ($item->isPaid() && $item->getField('PS_INVOICE_ID') === $payment->id) {
            return;                                              // a crash came right after it
        }
        if ($item->isPaid() || $order->isCanceled()) {
            $this->attention($orderId, 'paid, while the order was ' . ($item->isPaid() ? 'paid already' : 'cancelled'));
            return;
        }
        $item->setField('PS_INVOICE_ID', $payment->id);
        $result = $item->setPaid('Y');
        if ($result->isSuccess()) {
            $result = $order->save();
        }
        if (!$result->isSuccess()) {
            throw new \RuntimeException(implode(', ', $result->getErrorMessages()));
        }
    }

    protected function attention(string $orderId, string $why): void
    {
        \CEventLog::Add([
            'SEVERITY' => 'WARNING', 'AUDIT_TYPE_ID' => 'KOPECK_REVIEW', 'MODULE_ID' => 'sale',
            'ITEM_ID' => $orderId, 'DESCRIPTION' => $why,
        ]);
    }

    private static function item(string $orderId): array
    {
        [$order, $id] = PaySystem\Manager::getIdsByPayment($orderId);
        $order = $order ? Order::load($order) : null;
        $item = $order === null ? null : $order->getPaymentCollection()->getItemById($id);
        if ($item === null) {
            throw new \RuntimeException("there is no payment $orderId of an order");
        }
        return [$order, $item];
    }
}
