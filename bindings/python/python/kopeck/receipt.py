"""The shape of a fiscal receipt (54-FZ), for type checkers and for the reader. Plain dicts do at
run time. What each field means and how it is written stands in docs/receipts.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypedDict, Union

from .amount import Amount

Quantity = Union[str, int, Decimal]
"""More than zero, with three decimals at the most: "1.5". Never a float."""

TaxSystem = Literal["osn", "usn_income", "usn_income_outcome", "envd", "esn", "patent"]

# fmt: off
Vat = Literal[
    "none", "0", "5", "7", "10", "18", "20", "22",
    "5/105", "7/107", "10/110", "18/118", "20/120", "22/122",
]

PaymentMethod = Literal[
    "full_prepayment", "prepayment", "advance", "full_payment", "partial_payment", "credit",
    "credit_payment",
]

PaymentObject = Literal[
    "commodity", "excise", "job", "service", "gambling_bet", "gambling_prize", "lottery",
    "lottery_prize", "intellectual_activity", "payment", "agent_commission", "composite", "award",
    "another", "property_right", "non_operating_gain", "insurance_premium", "sales_tax",
    "resort_fee", "deposit", "expense", "pension_insurance_ip", "pension_insurance",
    "medical_insurance_ip", "medical_insurance", "social_insurance", "casino_payment",
    "cash_withdrawal", "excise_without_code", "excise_with_code", "marked_without_code",
    "marked_with_code",
]

Measure = Literal[
    "piece", "gram", "kilogram", "tonne", "centimetre", "decimetre", "metre", "square_centimetre",
    "square_decimetre", "square_metre", "millilitre", "litre", "cubic_metre", "kilowatt_hour",
    "gigacalorie", "day", "hour", "minute", "second", "kilobyte", "megabyte", "gigabyte",
    "terabyte", "other",
]
# fmt: on


class ReceiptCustomer(TypedDict, total=False):
    """Who buys, and where the receipt is sent. All of it is personal data."""

    email: str | None
    phone: str | None
    name: str | None
    inn: str | None
    birth_date: str | None
    citizenship: str | None
    document_code: str | None
    document_number: str | None
    address: str | None


class TransferOperator(TypedDict, total=False):
    """Who transfers money for an agent of a bank."""

    name: str | None
    address: str | None
    inn: str | None
    phones: Sequence[str]


class _Agent(TypedDict):
    type: Literal[
        "bank_paying_agent",
        "bank_paying_subagent",
        "paying_agent",
        "paying_subagent",
        "attorney",
        "commission_agent",
        "another",
    ]


class Agent(_Agent, total=False):
    """Who sells for somebody else."""

    operation: str | None
    phones: Sequence[str]
    operator_phones: Sequence[str]
    transfer_operator: TransferOperator | None


class Supplier(TypedDict, total=False):
    """For whom an agent sells."""

    name: str | None
    inn: str | None
    phones: Sequence[str]


class Fraction(TypedDict):
    """A part of a pack."""

    numerator: int
    denominator: int


class Marking(TypedDict, total=False):
    """The mark on marked goods: `code` as scanned, or `nomenclature` in hexadecimal."""

    code: str | None
    kind: Literal["gs1m", "gs10", "ean8", "ean13", "itf14", "short", "fur", "unknown"]
    nomenclature: str | None
    fraction: Fraction | None


class _Position(TypedDict):
    name: str
    quantity: Quantity
    price: Amount
    vat: Vat


class Position(_Position, total=False):
    """One thing that is sold. `price` is of one, after discounts and with its tax."""

    id: int | str | None
    measure: Measure | None
    unit: str | None
    amount: Amount | None
    vat_amount: Amount | None
    payment_method: PaymentMethod | None
    payment_object: PaymentObject | None
    code: str | None
    agent: Agent | None
    supplier: Supplier | None
    marking: Marking | None
    country: str | None
    customs_declaration: str | None
    excise: Amount | None
    user_data: str | None
    attributes: Mapping[str, Any] | None


class Company(TypedDict, total=False):
    """Who sells, where the gateway does not know it from its cabinet."""

    inn: str | None
    email: str | None
    payment_address: str | None


class _Cashier(TypedDict):
    name: str


class Cashier(_Cashier, total=False):
    """Who took the money."""

    inn: str | None


# `with` is a word of Python, hence not a class.
Paid = TypedDict(
    "Paid",
    {"with": Literal["cashless", "prepayment", "credit", "counter"], "amount": Amount},
)
"""A part of the sum and with what it is paid."""


class UserAttribute(TypedDict):
    """A further attribute of the buyer."""

    name: str
    value: str


class _Receipt(TypedDict):
    positions: Sequence[Position]


class Receipt(_Receipt, total=False):
    """What the cash register prints; the positions come to the sum of the payment."""

    customer: ReceiptCustomer | None
    tax_system: TaxSystem | None
    company: Company | None
    cashier: Cashier | None
    payments: Sequence[Paid] | None
    check_attribute: str | None
    user_attribute: UserAttribute | None
    extra: Mapping[str, Any] | None
