"""Shapes of what goes in, for type checkers and for the reader. Plain dicts do at run time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypedDict, Union

from .amount import Amount as Amount
from .receipt import Receipt

# fmt: off
Method = Literal[
    "page", "stored_card", "sbp", "instalments", "gazprom_pay", "sber_pay", "apple_pay",
    "google_pay", "samsung_pay", "mir_pay", "yandex_pay",
]
"""How to pay. `stored_card` wants a card_id; Apple's, Google's, Samsung's, Yandex's and, but at
IntellectMoney, Mir's wallet want a wallet_token; `instalments` is gone on with by
`Client.instalments`."""

Listed = Literal["created", "authorized", "paid", "declined", "cancelled", "refunded"]
"""The statuses by which `Client.list_payments` can choose."""
# fmt: on


class Headers(Protocol):
    """A dict of header names with their values, or what `http.server` and frameworks give."""

    def keys(self) -> Iterable[str]: ...
    def __getitem__(self, name: str, /) -> str: ...


class Customer(TypedDict, total=False):
    """Who pays. All of it is personal data."""

    id: str
    email: str
    phone: str
    name: str
    ip: str


class Expect(TypedDict, total=False):
    """What was registered, from your own table. Flows want order_number, amount and currency."""

    id: str | None
    order_number: str
    amount: Amount
    currency: str
    hold: bool
    purpose: Literal["verification"] | None


class Before(TypedDict):
    """The amounts of a payment before a write, from a status that was just read."""

    captured: Amount
    refunded: Amount


class _Received(TypedDict):
    method: str


class Received(_Received, total=False):
    """A notification as it came: the raw query string, the raw body."""

    query: bytes | str
    headers: Headers
    body: bytes | str


class _Create(TypedDict):
    order_number: str
    amount: Amount
    currency: str
    return_url: str


class Create(_Create, total=False):
    """The fields of `Client.create_payment`. Keep them: `Client.settle` wants the same again."""

    description: str | None
    fail_url: str | None
    notification_url: str | None
    language: str | None
    customer: Customer | None
    expires_in: int | None
    hold: bool
    method: Method | None
    card_id: str | None
    wallet_token: str | None
    purpose: Literal["verification"] | None
    receipt: Receipt | None
    extra: Mapping[str, Any] | None


class _Charge(TypedDict):
    order_number: str
    amount: Amount
    currency: str
    card_id: str


class Charge(_Charge, total=False):
    """The fields of `Client.charge_saved_card`. Keep them: `Client.settle` wants the same again."""

    description: str | None
    notification_url: str | None
    language: str | None
    customer: Customer | None
    hold: bool
    receipt: Receipt | None
    extra: Mapping[str, Any] | None


class _Listing(TypedDict):
    from_: str | datetime
    to: str | datetime


class Listing(_Listing, total=False):
    """Which payments `Client.every_payment` goes through: the fields of `Client.list_payments`."""

    by: Literal["created", "paid"]
    statuses: Sequence[Listed]
    page_size: int | None
    extra: Mapping[str, Any] | None


Id = Union[int, str]
"""An id of a Bitrix24 portal, which tells ids as numbers and as text."""


class Told(TypedDict, total=False):
    """A payment, for a deal: a reply of Kopeck's, or before there is one its gateway, order_number,
    amount and currency."""

    gateway: str
    id: str | None
    order_number: str
    status: str
    state_id: str | None
    amount: Amount
    currency: str
    captured: Amount | None
    refunded: Amount | None
    disputed: bool
    test: bool | None
    action: Mapping[str, Any] | None


class Stored(TypedDict, total=False):
    """The names of an item's own fields (`ufCrm...`) that take what is known of its payment."""

    payment_id: str
    payment_url: str
    status: str
    state_id: str
    portal_payment_id: str


class Stages(TypedDict, total=False):
    """Stages to take instead of the first of their meaning."""

    deal_success: str
    deal_failure: str
    item_success: str
    item_failure: str


class _Register(TypedDict):
    way: Literal["order", "deal", "pay_system"]
    pay_system_id: Id


class Register(_Register, total=False):
    """Where the portal keeps a payment of its own; `payment_id` is that of its CHECKOUT request."""

    payment_id: Id


class _Command(TypedDict):
    method: str


class Command(_Command, total=False):
    """A command of `Bitrix24.batch`."""

    parameters: Mapping[str, Any]
