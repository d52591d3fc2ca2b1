<?php

declare(strict_types=1);

namespace Kopeck\Tests\Support;

use Kopeck\Bitrix24;

/** A portal of the sandbox's, of a test's own, with one deal of 1500 roubles and a smart process. */
final class Portal
{
    public const TYPE = 1220;

    /** The item's own fields that take the payment: `fields` of the flows. */
    public const FIELDS = [
        'payment_id' => 'ufCrmPayment',
        'payment_url' => 'ufCrmUrl',
        'status' => 'ufCrmStatus',
        'state_id' => 'ufCrmState',
        'portal_payment_id' => 'ufCrmPortalPayment',
    ];

    public string $name;

    /** @var array<string, mixed> its state when it was made */
    public array $made;

    public int $dealId;

    public Bitrix24 $client;

    private Sandbox $sandbox;

    /** @param array<string, mixed> $more */
    public function __construct(Sandbox $sandbox, array $more = [])
    {
        $this->sandbox = $sandbox;
        $this->name = strtr(Sandbox::unique('php'), '_', '-');
        $type = ['entityTypeId' => self::TYPE, 'title' => 'Payments', 'userFields' => array_values(self::FIELDS)];
        $deal = ['title' => 'A teapot', 'opportunity' => 1500, 'currencyId' => 'RUB'];
        $given = ['name' => $this->name, 'types' => [$type], 'deals' => [$deal]];
        $this->made = $sandbox->ask('POST', '/sandbox/bitrix24/portals', $given + $more);
        $this->dealId = (int) $this->made['deals'][0]['id'];
        $this->client = new Bitrix24($this->settings());
    }

    /**
     * @param array<string, mixed> $more
     *
     * @return array<string, mixed>
     */
    public function settings(array $more = []): array
    {
        return $more + ['webhook_url' => $this->made['webhook_url'], 'request_limit' => 'none'];
    }

    /** @return array<string, mixed> all that is in it */
    public function state(): array
    {
        return $this->sandbox->ask('GET', "/sandbox/bitrix24/portals/$this->name");
    }

    /**
     * What a person adds or changes (`deals`, `deals/662`), or a switch of the portal ('').
     *
     * @param array<string, mixed> $fields
     */
    public function change(string $what, array $fields): void
    {
        $this->sandbox->ask('POST', rtrim("/sandbox/bitrix24/portals/$this->name/$what", '/'), $fields);
    }

    /** @return array<string, mixed> */
    public function deal(): array
    {
        foreach ($this->state()['deals'] as $deal) {
            if ($deal['id'] === $this->dealId) {
                return $deal;
            }
        }

        throw new \RuntimeException("The deal $this->dealId is gone.");
    }

    /** @return list<array<string, mixed>> */
    public function items(): array
    {
        return $this->state()['items'][(string) self::TYPE] ?? [];
    }

    /** @return list<string> the comments of the deal's timeline */
    public function comments(): array
    {
        return array_column($this->state()['comments'], 'COMMENT');
    }

    /** @return array<string, mixed> the ids of the two, as every call about the deal wants them */
    public function ids(): array
    {
        return ['deal_id' => $this->dealId, 'entity_type_id' => self::TYPE];
    }

    /**
     * The deal's product is to be paid by a pay system whose handler is at this address, with the
     * secret `service-key-1`.
     *
     * @return array{payment_id: int, pay_system_id: int}
     */
    public function sell(string $url): array
    {
        $provider = ['PROVIDER_KEY' => 'VALUE', 'PROVIDER_VALUE' => 'service-key-1'];
        $this->ask('sale.paysystem.handler.add', ['NAME' => 'Ours', 'CODE' => 'ours', 'SORT' => 100, 'SETTINGS' => [
            'CODES' => ['SERVICE_KEY' => ['NAME' => 'Key', 'DEFAULT' => $provider]],
            'CHECKOUT_DATA' => [
                'ACTION_URI' => $url,
                'FIELDS' => ['serviceKey' => ['CODE' => 'SERVICE_KEY', 'VISIBLE' => 'N']],
            ],
        ]]);
        $persons = $this->ask('sale.persontype.list', [])['personTypes'];
        $system = (int) $this->ask('sale.paysystem.add', [
            'NAME' => 'Card',
            'PERSON_TYPE_ID' => $persons[0]['id'],
            'BX_REST_HANDLER' => 'ours',
            'ACTIVE' => 'Y',
            'ENTITY_REGISTRY_TYPE' => 'ORDER',
            'SETTINGS' => ['SERVICE_KEY' => ['TYPE' => 'VALUE', 'VALUE' => 'service-key-1']],
        ]);
        $row = ['ownerId' => $this->dealId, 'ownerType' => 'D', 'productName' => 'A teapot', 'price' => 1500];
        $row = $this->ask('crm.item.productrow.add', ['fields' => $row + ['quantity' => 1]])['productRow']['id'];
        $payment = (int) $this->ask('crm.item.payment.add', ['entityId' => $this->dealId, 'entityTypeId' => 2]);
        $this->ask('crm.item.payment.product.add', ['paymentId' => $payment, 'rowId' => $row, 'quantity' => 1]);
        $this->ask('crm.item.payment.update', ['id' => $payment, 'fields' => ['paySystemId' => $system]]);

        return ['payment_id' => $payment, 'pay_system_id' => $system];
    }

    /**
     * @param array<string, mixed> $parameters
     *
     * @return mixed
     */
    private function ask(string $method, array $parameters)
    {
        return $this->client->method(['method' => $method, 'parameters' => $parameters])->result;
    }
}
