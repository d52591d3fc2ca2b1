<?php

declare(strict_types=1);

namespace Kopeck;

/**
 * What the methods of the client take, for analysers and for the reader. Plain arrays do at run time.
 *
 * Sums are decimal text with the currency's digits: '100.00', never a float. Personal data is in
 * Customer and in receipts alone.
 *
 * @phpstan-import-type Receipt from ReceiptShapes
 *
 * @phpstan-type Customer array{id?: string, email?: string, phone?: string, name?: string, ip?: string}
 *
 * What was registered, from your own table. Flows want order_number, amount and currency.
 * @phpstan-type Expect array{
 *     id?: string|null,
 *     order_number?: string,
 *     amount?: string,
 *     currency?: string,
 *     hold?: bool|null,
 *     purpose?: 'verification'|null
 * }
 *
 * The amounts of a payment before a write, from a status that was just read.
 * @phpstan-type Before array{captured: string, refunded: string}
 *
 * A notification, or what its toArray gave; query and body are the raw bytes.
 * @phpstan-type Received Notification|array{
 *     method: string,
 *     query?: string,
 *     query_base64?: string,
 *     headers?: array<array-key, string|array<array-key, string|null>>,
 *     body?: string,
 *     body_base64?: string
 * }
 *
 * How to pay. `stored_card` wants a card_id; wallets want a wallet_token; `instalments` goes on with
 * Client::instalments.
 * @phpstan-type Method (
 *     'page'|'stored_card'|'sbp'|'instalments'|'gazprom_pay'|'sber_pay'|'apple_pay'|'google_pay'
 *     |'samsung_pay'|'mir_pay'|'yandex_pay'
 * )
 *
 * @phpstan-type Create array{
 *     order_number: string,
 *     amount: string,
 *     currency: string,
 *     return_url: string,
 *     description?: string|null,
 *     fail_url?: string|null,
 *     notification_url?: string|null,
 *     language?: string|null,
 *     customer?: Customer|null,
 *     expires_in?: int|null,
 *     hold?: bool,
 *     method?: Method|null,
 *     card_id?: string|null,
 *     wallet_token?: string|null,
 *     purpose?: 'verification'|null,
 *     receipt?: Receipt|array{}|null,
 *     extra?: array<string, mixed>|null
 * }
 *
 * @phpstan-type Status array{
 *     id?: string|null,
 *     order_number?: string|null,
 *     expect?: Expect|null,
 *     receipt?: bool
 * }
 *
 * @phpstan-type Capture array{
 *     id: string,
 *     amount: string,
 *     currency: string,
 *     order_number?: string|null,
 *     authorized?: string|null,
 *     partial?: bool,
 *     receipt?: Receipt|array{}|null,
 *     extra?: array<string, mixed>|null
 * }
 *
 * @phpstan-type Cancel array{
 *     id: string,
 *     order_number?: string|null,
 *     may_refund?: bool,
 *     extra?: array<string, mixed>|null
 * }
 *
 * @phpstan-type GiveBack array{
 *     id: string,
 *     amount: string,
 *     currency: string,
 *     refund_id: string,
 *     order_number?: string|null,
 *     before?: Before|array{}|null,
 *     receipt?: Receipt|array{}|null,
 *     extra?: array<string, mixed>|null
 * }
 *
 * @phpstan-type Cards array{customer_id: string, extra?: array<string, mixed>|null}
 *
 * @phpstan-type Charge array{
 *     order_number: string,
 *     amount: string,
 *     currency: string,
 *     card_id: string,
 *     description?: string|null,
 *     notification_url?: string|null,
 *     language?: string|null,
 *     customer?: Customer|null,
 *     hold?: bool,
 *     receipt?: Receipt|array{}|null,
 *     extra?: array<string, mixed>|null
 * }
 *
 * @phpstan-type Forget array{card_id: string, extra?: array<string, mixed>|null}
 *
 * Times are RFC 3339 text or objects.
 * @phpstan-type Listing array{
 *     from: string|\DateTimeInterface,
 *     to: string|\DateTimeInterface,
 *     by?: 'created'|'paid',
 *     statuses?: list<'created'|'authorized'|'paid'|'declined'|'cancelled'|'refunded'>,
 *     page?: int,
 *     page_size?: int|null,
 *     extra?: array<string, mixed>|null
 * }
 *
 * @phpstan-type Parse array{expect?: Expect|null}
 *
 * @phpstan-type Instalments array{
 *     id: string,
 *     expect: Expect,
 *     timeout_ms: int,
 *     stage?: 'invoice'|'beginning'|'begun',
 *     until?: 'link'|'decision',
 *     return_url?: string|null,
 *     fail_url?: string|null,
 *     pause_ms?: int|null,
 *     init_grace_ms?: int|null
 * }
 *
 * @phpstan-type Wait array{
 *     id: string,
 *     expect: Expect,
 *     timeout_ms: int,
 *     until?: 'settled'|'authorized',
 *     pause_ms?: int|null
 * }
 *
 * @phpstan-type Confirm array{id: string, expect: Expect, notification?: Received|null}
 *
 * @phpstan-type Settle array{
 *     operation: 'create_payment'|'charge_saved_card'|'capture'|'cancel'|'refund',
 *     sent_at: string|\DateTimeInterface,
 *     create?: Create|array{}|null,
 *     charge?: Charge|array{}|null,
 *     page_shown?: bool,
 *     id?: string|null,
 *     order_number?: string|null,
 *     amount?: string|null,
 *     currency?: string|null,
 *     refund_id?: string|null,
 *     partial?: bool,
 *     before?: Before|array{}|null,
 *     notification?: Received|null,
 *     timeout_ms?: int
 * }
 */
interface Shapes
{
}
