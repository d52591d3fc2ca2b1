"""Ways to pay beside the page: SBP and the tokens of wallets, as a buyer goes through them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest

import kopeck
from kopeck.fields import Create, Expect
from sandbox import FORM, Sandbox, request

Order = Callable[..., Create]
Stored = Callable[[Create], Expect]

LONG_AGO = (datetime.now(timezone.utc) - timedelta(hours=1)).isoformat()
NO_3DS, ASKED, ASKED_FIRST_VERSION = "4444555511113333", "5555555555555599", "4012888888881881"


def press(sandbox: Sandbox, payment: kopeck.Payment, button: str) -> str:
    """What a buyer presses in the bank's application, behind the payload of the code."""
    assert payment.action is not None
    code = str(payment.action.url).removeprefix("https://qr.nspk.ru/")
    page = f"{sandbox.origin}/payment/sbp/{code}"
    status, headers, html = request("POST", page, urlencode({"do": button}), FORM)
    assert status in (302, 303), html
    return headers["location"]


def test_sbp_is_paid_by_its_code(
    sandbox: Sandbox, client: kopeck.Client, order: Order, expect: Stored
) -> None:
    fields = order(method="sbp")
    made = client.create_payment(**fields)
    assert (made.status, made.payable) == ("created", True)
    assert made.action is not None
    assert made.action.type == "qr"
    assert made.action.image is not None
    assert made.action.image.startswith("data:image/png;base64,")
    picture = base64.b64decode(made.action.image.partition(",")[2])
    assert picture.startswith(b"\x89PNG")
    assert str(made.action.url) not in repr(made)

    assert press(sandbox, made, "pay").startswith(fields["return_url"])
    paid = client.confirm(id=str(made.id), expect=expect(fields))
    assert (paid.status, paid.captured) == ("paid", Decimal("100.00"))


def test_sbp_money_that_comes_later_is_pending(
    sandbox: Sandbox, client: kopeck.Client, order: Order, expect: Stored
) -> None:
    fields = order(method="sbp")
    made = client.create_payment(**fields)
    press(sandbox, made, "confirm")
    waits = client.confirm(id=str(made.id), expect=expect(fields))
    assert (waits.status, waits.final, waits.payable) == ("pending", False, False)
    with pytest.raises(kopeck.RefusedError) as caught:
        client.cancel(id=str(made.id))
    assert caught.value.reason == "in_progress"
    press(sandbox, made, "pay")
    assert client.confirm(id=str(made.id), expect=expect(fields)).status == "paid"


@pytest.mark.parametrize("button", ["refuse", "bank_refuses"])
def test_sbp_refused_is_not_paid(
    sandbox: Sandbox, client: kopeck.Client, order: Order, expect: Stored, button: str
) -> None:
    fields = order(method="sbp")
    made = client.create_payment(**fields)
    press(sandbox, made, button)
    refused = client.confirm(id=str(made.id), expect=expect(fields))
    assert (refused.status, refused.captured) == ("created", Decimal("0.00"))
    # The buyer closed the code, or his bank refused: that alone is a try.
    assert (refused.last_attempt is not None) == (button == "bank_refuses")
    assert client.cancel(id=str(made.id)).status == "cancelled"


def test_sbp_without_its_code_is_closed_by_settle(faults: Sandbox, order: Order) -> None:
    """The order is registered, its code could not be had: nobody can pay it, and nobody shall."""
    client = kopeck.Client(faults.merchant())
    fields = order(method="sbp")
    faults.fault("sbp/c2b/qr", "status_500")
    with pytest.raises(kopeck.OutcomeUnknownError) as caught:
        client.create_payment(**fields)
    assert caught.value.reason == "qr_not_made"
    assert caught.value.payment is not None
    verdict = client.settle(operation="create_payment", create=fields, sent_at=LONG_AGO)
    assert (verdict.verdict, verdict.payment.status) == ("need_new_number", "cancelled")


def test_sbp_holds_no_money(client: kopeck.Client, order: Order) -> None:
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        client.create_payment(**order(method="sbp", hold=True))
    assert caught.value.field == "hold"


class Wallet:
    """A shop that takes the tokens of one wallet."""

    def __init__(self, sandbox: Sandbox, order: Order, name: str) -> None:
        settings = sandbox.merchant()
        # Requests of wallets name the merchant.
        login = {"merchant_login": settings["user_name"]}
        self.client = kopeck.Client({**settings, **login})
        self.sandbox = sandbox
        self.order = order
        self.name = name

    def fields(self, token: Any = None, **change: Any) -> Any:
        usual = {"wallet": self.name, "pan": NO_3DS, "expiration": "203412", "amount": 10000}
        made = self.sandbox.ask("POST", "/sandbox/tokens", {**usual, **(token or {})})
        return self.order(
            method=f"{self.name}_pay",
            wallet_token=made["token"],
            customer={"ip": "203.0.113.7"},
            **change,
        )

    def pays(self, **change: Any) -> kopeck.Payment:
        return self.client.create_payment(**self.fields(**change))


@pytest.fixture(params=["apple", "google"])
def wallet(request: pytest.FixtureRequest, sandbox: Sandbox, order: Order) -> Wallet:
    return Wallet(sandbox, order, request.param)


def test_a_wallet_pays_at_once_or_holds(wallet: Wallet) -> None:
    paid = wallet.pays()
    assert (paid.status, paid.action, paid.captured) == ("paid", None, Decimal("100.00"))
    assert set(paid.checked) == {"order_number", "amount", "currency"}
    held = wallet.pays(hold=True)
    assert (held.status, held.captured) == ("authorized", Decimal("0.00"))
    assert wallet.client.cancel(id=str(held.id)).status == "cancelled"


def test_a_declined_wallet_is_an_error(wallet: Wallet) -> None:
    fields = wallet.fields({"outcome": "decline", "action_code": 116})
    with pytest.raises(kopeck.DeclinedError) as caught:
        wallet.client.create_payment(**fields)
    error = caught.value
    assert (error.may_have_happened, error.advice) == (False, "show_to_buyer")
    assert error.retry in ("later", "other_means")
    assert error.buyer_text is not None
    status = wallet.client.payment_status(order_number=fields["order_number"])
    assert (status.status, status.reason) == ("declined", "insufficient_funds")


def test_a_token_of_another_sum_never_counts_as_paid(sandbox: Sandbox, order: Order) -> None:
    """The sum stands in Apple's token alone: it is held against what the shop wants."""
    wallet = Wallet(sandbox, order, "apple")
    with pytest.raises(kopeck.MismatchError) as caught:
        wallet.pays(token={"amount": 9900})
    error = caught.value
    assert (error.reason, error.may_have_happened, error.advice) == ("amount", True, "review")
    assert error.payment is not None
    assert error.payment.amount == Decimal("99.00")


def test_a_wallet_token_is_used_for_one_order(wallet: Wallet) -> None:
    fields = wallet.fields()
    assert wallet.client.create_payment(**fields).status == "paid"
    with pytest.raises(kopeck.RefusedError) as caught:
        wallet.client.create_payment(**fields)
    assert (caught.value.reason, caught.value.advice) == ("duplicate_order", "ask_status")
    verdict = wallet.client.settle(operation="create_payment", create=fields, sent_at=LONG_AGO)
    assert (verdict.verdict, verdict.payment.status) == ("done", "paid")


def browse(method: str, url: str, fields: dict[str, str] | None = None) -> str:
    """A browser at the bank's pages: sends the forms that it finds, and types the code."""
    for _ in range(8):
        form = None if fields is None else urlencode(fields)
        status, headers, page = request(method, url, form, FORM)
        page = unescape(page)
        if status in (302, 303):
            method, url, fields = "GET", urljoin(url, headers["location"]), None
            if url.startswith("https://shop.example/"):
                return url
            continue
        action = re.search(r'<form[^>]* action="([^"]+)"', page)
        assert action is not None, (status, page)
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
        method, url, fields = "POST", urljoin(url, action[1]), dict(hidden)
        if 'name="code"' in page:
            fields["code"] = "12345678"
    raise AssertionError("the bank never sends the buyer back")


@pytest.mark.parametrize(
    ("pan", "kind"), [(ASKED, "redirect"), (ASKED_FIRST_VERSION, "form")], ids=["v2", "v1"]
)
def test_google_pay_may_ask_for_three_d_secure(
    sandbox: Sandbox, order: Order, expect: Stored, pan: str, kind: str
) -> None:
    wallet = Wallet(sandbox, order, "google")
    fields = wallet.fields({"pan": pan})
    made = wallet.client.create_payment(**fields)
    assert (made.status, made.final) == ("action_required", False)
    assert made.action is not None
    assert made.action.type == kind
    looked = wallet.client.confirm(id=str(made.id), expect=expect(fields))
    assert looked.status in ("created", "action_required")
    url, posted = str(made.action.url), made.action.fields
    back = browse("GET", url) if posted is None else browse("POST", url, posted)
    assert back.startswith(fields["return_url"])
    paid = wallet.client.confirm(id=str(made.id), expect=expect(fields))
    assert (paid.status, paid.captured) == ("paid", Decimal("100.00"))
