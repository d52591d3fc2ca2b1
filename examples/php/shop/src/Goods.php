<?php

declare(strict_types=1);

namespace Shop;

/** What is sold. Prices are integers of kopecks, and come from here, never from the buyer's form. */
final class Goods
{
    private const ALL = [
        'teapot' => ['name' => 'A teapot', 'price' => 150000],
        'cup' => ['name' => 'A cup', 'price' => 45050],
        'sofa' => ['name' => 'A sofa', 'price' => 3000000],
    ];
    private const MOST = 20;

    /** @return array<string, array{name: string, price: int}> */
    public static function all(): array
    {
        return self::ALL;
    }

    /**
     * What a form ordered.
     *
     * @param mixed $quantities by good
     *
     * @return list<array{name: string, price: int, quantity: int}> empty if there is nothing that can be sold
     */
    public static function ordered($quantities): array
    {
        $goods = [];
        foreach (is_array($quantities) ? $quantities : [] as $id => $quantity) {
            if (!is_string($quantity) || preg_match('/^\d{1,2}$/D', $quantity) !== 1 || (int) $quantity > self::MOST) {
                return [];
            }
            if (isset(self::ALL[$id]) && (int) $quantity > 0) {
                $goods[] = self::ALL[$id] + ['quantity' => (int) $quantity];
            }
        }

        return $goods;
    }

    /** @param list<array{name: string, price: int, quantity: int}> $goods */
    public static function sum(array $goods): int
    {
        return array_sum(array_map(static fn (array $one): int => $one['price'] * $one['quantity'], $goods));
    }

    /** Kopecks as the decimal text that the library takes. */
    public static function text(int $kopecks): string
    {
        return sprintf('%d.%02d', intdiv($kopecks, 100), $kopecks % 100);
    }
}
