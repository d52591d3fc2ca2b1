<?php

declare(strict_types=1);

namespace Kopeck;

/**
 * What the methods of a portal take, for analysers and for the reader. Plain arrays do at run time.
 *
 * A payment, for a deal: a reply of Kopeck's, or before there is one its gateway, order_number, amount
 * and currency.
 * @phpstan-type Told Payment|array{
 *     gateway?: string,
 *     id?: string|null,
 *     order_number?: string|null,
 *     status?: string,
 *     state_id?: string|null,
 *     amount?: string|null,
 *     currency?: string|null,
 *     captured?: string|null,
 *     refunded?: string|null,
 *     disputed?: bool,
 *     test?: bool|null,
 *     action?: array<string, mixed>|null
 * }|array<string, mixed>
 *
 * The names of an item's own fields (`ufCrm...`) that take what is known of its payment.
 * @phpstan-type Stored array{
 *     payment_id?: string,
 *     payment_url?: string,
 *     status?: string,
 *     state_id?: string,
 *     portal_payment_id?: string
 * }
 *
 * Stages to take instead of the first of their meaning.
 * @phpstan-type Stages array{
 *     deal_success?: string,
 *     deal_failure?: string,
 *     item_success?: string,
 *     item_failure?: string
 * }
 *
 * Where the portal keeps a payment of its own; `payment_id` is that of its CHECKOUT request.
 * @phpstan-type Register array{
 *     way: 'order'|'deal'|'pay_system',
 *     pay_system_id: int|string,
 *     payment_id?: int|string
 * }
 *
 * A command of a batch.
 * @phpstan-type Command array{
 *     method: string,
 *     parameters?: array<array-key, mixed>
 * }
 *
 * @phpstan-type Link array{
 *     deal_id: int|string,
 *     entity_type_id: int|string,
 *     payment: Told,
 *     xml_id?: string|null,
 *     title?: string|null,
 *     category_id?: int|string|null,
 *     fields?: Stored|array{}|null,
 *     partial?: bool,
 *     timeout_ms?: int|null
 * }
 *
 * @phpstan-type SettleDeal array{
 *     deal_id: int|string,
 *     entity_type_id: int|string,
 *     payment?: Told|null,
 *     notification?: Event|array<string, mixed>|null,
 *     xml_id?: string|null,
 *     title?: string|null,
 *     category_id?: int|string|null,
 *     fields?: Stored|array{}|null,
 *     partial?: bool,
 *     on_failure?: 'lose'|'keep',
 *     accept_test?: bool,
 *     stages?: Stages|array{}|null,
 *     register?: Register|array{}|null,
 *     locked?: bool,
 *     timeout_ms?: int|null
 * }
 *
 * @phpstan-type ReadCheckout array{
 *     language?: 'ru'|'en'
 * }
 *
 * @phpstan-type AnswerCheckout array{
 *     payment?: Payment|array<string, mixed>|null,
 *     error?: Exception\PaymentException|array<string, mixed>|null,
 *     page_url?: string|null,
 *     language?: 'ru'|'en'
 * }
 *
 * @phpstan-type SettleCheckout array{
 *     payment_id: int|string,
 *     pay_system_id: int|string,
 *     order_number?: string|null,
 *     payment?: Told|null,
 *     notification?: Event|array<string, mixed>|null,
 *     locked?: bool,
 *     timeout_ms?: int|null
 * }
 *
 * @phpstan-type CallMethod array{
 *     method: string,
 *     parameters?: array<array-key, mixed>,
 *     effect?: 'read'|'write'
 * }
 *
 * @phpstan-type Batch array{
 *     commands: array<string, Command>,
 *     halt?: bool,
 *     effect?: 'read'|'write'|null
 * }
 *
 * @phpstan-type ListRows array{
 *     method: string,
 *     parameters?: array<array-key, mixed>,
 *     mode?: 'pages'|'fast',
 *     max_rows?: int|null,
 *     id_field?: string|null,
 *     timeout_ms?: int|null
 * }
 */
interface PortalShapes
{
}
