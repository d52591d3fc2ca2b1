"""Shapes of what goes in, for type checkers and for the reader. Plain dicts do at run time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal, Protocol, TypedDict, Union

Amount = Union[str, Decimal]
"""Major units with exactly the currency's digits: "100.00". Never a float."""


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
    method: str | None
    purpose: Literal["verification"] | None
    extra: Mapping[str, Any] | None
