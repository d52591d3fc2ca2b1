<?php

declare(strict_types=1);

namespace Kopeck;

/**
 * The shape of a fiscal receipt (54-FZ). What each field means and how it is written stands in
 * docs/receipts.md; quantities are text or integers, never floats.
 *
 * Who buys, and where the receipt is sent. All of it is personal data.
 * @phpstan-type ReceiptCustomer array{
 *     email?: string|null,
 *     phone?: string|null,
 *     name?: string|null,
 *     inn?: string|null,
 *     birth_date?: string|null,
 *     citizenship?: string|null,
 *     document_code?: string|null,
 *     document_number?: string|null,
 *     address?: string|null
 * }
 *
 * Who transfers money for an agent of a bank.
 * @phpstan-type TransferOperator array{
 *     name?: string|null,
 *     address?: string|null,
 *     inn?: string|null,
 *     phones?: list<string>
 * }
 *
 * Who sells for somebody else.
 * @phpstan-type Agent array{
 *     type: (
 *         'bank_paying_agent'|'bank_paying_subagent'|'paying_agent'|'paying_subagent'|'attorney'
 *         |'commission_agent'|'another'
 *     ),
 *     operation?: string|null,
 *     phones?: list<string>,
 *     operator_phones?: list<string>,
 *     transfer_operator?: TransferOperator|null
 * }
 *
 * For whom an agent sells.
 * @phpstan-type Supplier array{name?: string|null, inn?: string|null, phones?: list<string>}
 *
 * The mark on marked goods: `code` as scanned, or `nomenclature` in hexadecimal.
 * @phpstan-type Marking array{
 *     code?: string|null,
 *     kind?: 'gs1m'|'gs10'|'ean8'|'ean13'|'itf14'|'short'|'fur'|'unknown',
 *     nomenclature?: string|null,
 *     fraction?: array{numerator: int, denominator: int}|null
 * }
 *
 * @phpstan-type Vat (
 *     'none'|'0'|'5'|'7'|'10'|'18'|'20'|'22'|'5/105'|'7/107'|'10/110'|'18/118'|'20/120'|'22/122'
 * )
 *
 * @phpstan-type PaymentMethod (
 *     'full_prepayment'|'prepayment'|'advance'|'full_payment'|'partial_payment'|'credit'
 *     |'credit_payment'
 * )
 *
 * @phpstan-type PaymentObject (
 *     'commodity'|'excise'|'job'|'service'|'gambling_bet'|'gambling_prize'|'lottery'|'lottery_prize'
 *     |'intellectual_activity'|'payment'|'agent_commission'|'composite'|'award'|'another'
 *     |'property_right'|'non_operating_gain'|'insurance_premium'|'sales_tax'|'resort_fee'|'deposit'
 *     |'expense'|'pension_insurance_ip'|'pension_insurance'|'medical_insurance_ip'|'medical_insurance'
 *     |'social_insurance'|'casino_payment'|'cash_withdrawal'|'excise_without_code'|'excise_with_code'
 *     |'marked_without_code'|'marked_with_code'
 * )
 *
 * @phpstan-type Measure (
 *     'piece'|'gram'|'kilogram'|'tonne'|'centimetre'|'decimetre'|'metre'|'square_centimetre'
 *     |'square_decimetre'|'square_metre'|'millilitre'|'litre'|'cubic_metre'|'kilowatt_hour'
 *     |'gigacalorie'|'day'|'hour'|'minute'|'second'|'kilobyte'|'megabyte'|'gigabyte'|'terabyte'|'other'
 * )
 *
 * One thing that is sold. `price` is of one, after discounts and with its tax.
 * @phpstan-type Position array{
 *     name: string,
 *     quantity: string|int,
 *     price: string,
 *     vat: Vat,
 *     id?: int|string|null,
 *     measure?: Measure|null,
 *     unit?: string|null,
 *     amount?: string|null,
 *     vat_amount?: string|null,
 *     payment_method?: PaymentMethod|null,
 *     payment_object?: PaymentObject|null,
 *     code?: string|null,
 *     agent?: Agent|null,
 *     supplier?: Supplier|null,
 *     marking?: Marking|null,
 *     country?: string|null,
 *     customs_declaration?: string|null,
 *     excise?: string|null,
 *     user_data?: string|null,
 *     attributes?: array<string, mixed>|null
 * }
 *
 * What the cash register prints; the positions come to the sum of the payment.
 * @phpstan-type Receipt array{
 *     positions: list<Position>,
 *     customer?: ReceiptCustomer|null,
 *     tax_system?: 'osn'|'usn_income'|'usn_income_outcome'|'envd'|'esn'|'patent'|null,
 *     company?: array{inn?: string|null, email?: string|null, payment_address?: string|null}|null,
 *     cashier?: array{name: string, inn?: string|null}|null,
 *     payments?: list<array{with: 'cashless'|'prepayment'|'credit'|'counter', amount: string}>|null,
 *     check_attribute?: string|null,
 *     user_attribute?: array{name: string, value: string}|null,
 *     extra?: array<string, mixed>|null
 * }
 */
interface ReceiptShapes
{
}
