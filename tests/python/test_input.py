"""What cannot be used is refused before anything is sent, by the name of the field."""

from __future__ import annotations

import socket
from collections import OrderedDict
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any

import pytest

import kopeck
from kopeck.fields import Expect

SETTINGS = {"gateway": "rbs", "base_url": "https://gateway.example/payment", "token": "t"}
GOOD = {
    "order_number": "A-1",
    "amount": "100.00",
    "currency": "RUB",
    "return_url": "https://shop.example/return",
}
LONE_SURROGATE = "\ud800"


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


WRONG = [
    # what was changed, the field that is named, what is said of it
    ({"amount": 100.0}, "amount", "expected decimal text or Decimal, got float"),
    ({"amount": 100}, "amount", "expected text"),
    ({"amount": "100.001"}, "amount", "100.00"),
    ({"amount": "100"}, "amount", "100.00"),
    ({"amount": "1e2"}, "amount", "100.00"),
    ({"amount": Decimal("1E+2")}, "amount", "100.00"),
    ({"amount": Decimal("100.000")}, "amount", "100.00"),
    ({"amount": Decimal("NaN")}, "amount", "finite"),
    ({"amount": Decimal("Infinity")}, "amount", "finite"),
    ({"amount": Decimal("1E+999999")}, "amount", "usual size"),
    ({"amount": "-1.00"}, "amount", "expected"),
    ({"amount": "0.00"}, "amount", "more than zero"),
    ({"currency": "ROUBLE"}, "currency", "ISO 4217"),
    ({"return_url": "shop.example"}, "return_url", "expected"),
    ({"order_number": ""}, "order_number", "empty"),
    ({"order_number": 7}, "order_number", "expected text"),
    ({"hold": "yes"}, "hold", "expected true or false"),
    ({"expires_in": -1}, "expires_in", "whole number"),
    ({"expires_in": 10**5000}, "expires_in", "too long"),
    ({"purpose": "fun"}, "purpose", "verification"),
    ({"customer": "Ivan"}, "customer", "expected an object"),
    ({"customer": {"emial": "a@b.example"}}, "customer.emial", "email"),
    ({"customer": {7: "a"}}, "customer", "names of fields as text, got int"),
    ({"customer": {LONE_SURROGATE: "a"}}, "customer", "surrogate"),
    ({"description": LONE_SURROGATE}, "description", "surrogate"),
    ({"description": b"bytes"}, "description", "got bytes"),
    ({"description": object()}, "description", "got object"),
    ({"extra": {"a": [1, {"b": 1.5}]}}, "extra.a.1.b", "got float"),
    ({"extra": {"a": {1, 2}}}, "extra.a", "got set"),
]


@pytest.fixture
def client() -> kopeck.Client:
    return kopeck.Client(SETTINGS)


@pytest.mark.parametrize(("change", "field", "says"), WRONG)
def test_a_wrong_field_is_named(
    client: kopeck.Client, change: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        client.create_payment(**{**GOOD, **change})
    error = caught.value
    assert error.field == field
    assert says in str(error)
    assert (error.operation, error.may_have_happened) == ("create_payment", False)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_field_is_named(client: kopeck.Client, name: str) -> None:
    fields = {given: value for given, value in GOOD.items() if given != name}
    with pytest.raises(kopeck.InvalidRequestError, match="required") as caught:
        client.call("create_payment", fields)
    assert caught.value.field == name


def test_an_unknown_field_is_named(client: kopeck.Client) -> None:
    with pytest.raises(kopeck.InvalidRequestError, match="no such field") as caught:
        client.call("create_payment", {**GOOD, "amuont": "1.00"})
    assert caught.value.field == "amuont"


@pytest.mark.parametrize("operation", ["pay", "rbs.pay", "other.register", "", 7, LONE_SURROGATE])
def test_an_unknown_operation_is_refused(client: kopeck.Client, operation: Any) -> None:
    with pytest.raises(kopeck.InvalidRequestError):
        client.call(operation, {})


@pytest.mark.parametrize("fields", ["amount=1", [("amount", "1")], 7, {7: "x"}])
def test_what_is_no_message_is_refused(client: kopeck.Client, fields: Any) -> None:
    with pytest.raises(kopeck.InvalidRequestError):
        client.call("create_payment", fields)


def test_nesting_has_an_end(client: kopeck.Client) -> None:
    itself: list[Any] = []
    itself.append(itself)
    for value in (itself, nested(10_000)):
        with pytest.raises(kopeck.InvalidRequestError, match="too deeply"):
            client.call("rbs.register", {"jsonParams": value})


def test_a_time_without_a_zone_is_refused(client: kopeck.Client) -> None:
    with pytest.raises(kopeck.InvalidRequestError, match="naive") as caught:
        client.settle(operation="cancel", id="x", sent_at=datetime(2026, 1, 31))
    assert caught.value.field == "sent_at"


@pytest.mark.parametrize("given", [None, 1767225600, 1.5, date(2026, 1, 31), b"2026-01-31"])
def test_what_is_no_time_is_refused(client: kopeck.Client, given: Any) -> None:
    with pytest.raises(kopeck.InvalidRequestError, match="RFC 3339") as caught:
        client.settle(operation="cancel", id="x", sent_at=given)
    assert (caught.value.field, caught.value.operation) == ("sent_at", "settle")


@pytest.mark.parametrize("log", ["x", 1, print, object()])
def test_what_is_no_log_is_refused_when_the_client_is_made(log: Any) -> None:
    with pytest.raises(kopeck.InvalidRequestError, match="Logger") as caught:
        kopeck.Client(SETTINGS, log=log)
    assert caught.value.field == "log"


HINT = "mdOrder=x&orderNumber=A-1&operation=deposited&status=1"


@pytest.mark.parametrize("query", [HINT, HINT.encode(), bytearray(HINT.encode())])
@pytest.mark.parametrize(
    "headers",
    [
        None,
        {"content-type": "text/plain"},
        {"X-Odd": LONE_SURROGATE, "X-Bytes": b"\xff", b"X": "y", LONE_SURROGATE: "z"},
    ],
)
def test_a_query_comes_as_text_or_bytes(client: kopeck.Client, query: Any, headers: Any) -> None:
    hint = client.parse_notification(method="GET", query=query, headers=headers)
    assert (hint.verified, hint.needs_status, hint.event_id) == (False, True, None)
    assert hint.payment.order_number == "A-1"
    assert hint.payment.state_id is None


NO_TEXT = b"mdOrder=\xff\xfe&operation=deposited&status=1"


@pytest.mark.parametrize(
    "received",
    [
        {"method": "GET", "query": NO_TEXT},
        {"method": "GET", "query": NO_TEXT.decode("utf-8", "surrogateescape")},
        {"method": "POST", "body": NO_TEXT},
        {"method": "POST", "body": NO_TEXT.decode("utf-8", "surrogateescape")},
    ],
)
def test_a_strangers_bytes_are_untrusted(client: kopeck.Client, received: Any) -> None:
    if received["method"] == "POST":
        received = {**received, "headers": {"content-type": "application/x-www-form-urlencoded"}}
    expect: Expect = {"order_number": "A-1", "amount": "100.00", "currency": "RUB"}
    with pytest.raises(kopeck.UntrustedError) as caught:
        client.parse_notification(**received)
    assert (caught.value.reason, caught.value.answer is not None) == ("unreadable", True)
    with pytest.raises(kopeck.UntrustedError):
        client.confirm(id="x", expect=expect, notification=received)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"gateway": "nobody"}, "gateway"),
        ({**SETTINGS, "passwrod": "p"}, "passwrod"),
        ({**SETTINGS, "base_url": "http://gateway.example/payment"}, "base_url"),
        ({**SETTINGS, "timeouts": {"total_ms": 0}}, "timeouts.total_ms"),
        ({**SETTINGS, "timeouts": {"total_ms": 1.5}}, "timeouts.total_ms"),
        ({**SETTINGS, "tls": {"ca_pem": b"pem"}}, "tls.ca_pem"),
        ("rbs", None),
    ],
)
def test_wrong_settings_are_refused(settings: Any, field: str | None) -> None:
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        kopeck.Client(settings)
    assert caught.value.field == field


class Sum(str, Enum):
    HUNDRED = "100.00"


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Decimal("100.00")},
        {"amount": Decimal("10000E-2")},
        {"amount": Sum.HUNDRED},
        {"customer": OrderedDict(email="a@b.example")},
        {"customer": MappingProxyType({"email": "a@b.example"})},
        {"extra": {"jsonParams": {"a": "1"}}},
        {"expires_in": 1200},
        {"description": None},
    ],
)
def test_what_means_one_thing_is_taken(change: dict[str, Any]) -> None:
    # Nobody listens there: that nothing was delivered shows that the request was in order.
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{nobody.getsockname()[1]}/payment"
        client = kopeck.Client({**SETTINGS, "base_url": base_url})
        with pytest.raises(kopeck.NotDoneError) as caught:
            client.create_payment(**{**GOOD, **change})
    assert caught.value.reason == "connection_refused"
