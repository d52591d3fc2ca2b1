"""Whole evenings of a shop at IntellectMoney: webhooks twice and backwards, forged ones, lost
answers, outages. Its status tells a step alone, so that money is proved by webhooks and history."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

import kopeck
from kopeck.fields import Create, Expect, Received
from sandbox import FORM, Eshop, Listener, Sandbox, request

Order = Callable[..., Create]

LONG_AGO = (datetime.now(timezone.utc) - timedelta(hours=1)).isoformat()
GOOD, BAD = "4444555511113333", "4999000001160000"
CUSTOMER = {"email": "ivan.petrov@mail.test", "name": "IVAN PETROV"}
PERSONAL = ["ivan.petrov", "PETROV"]
PROMPT = {"created_reads": 0, "in_process_reads": 0}
"""A payment shows at once where it really stands."""


class Shop:
    """One invoice of a shop, and what was stored of it."""

    def __init__(self, eshop: Eshop, fields: Create, **settings: Any) -> None:
        self.eshop = eshop
        self.settings = eshop.settings(**settings)
        self.client = kopeck.Client(self.settings)
        self.fields: Create = {**fields, "customer": {"email": "buyer@shop.example"}}
        self.id = ""

    def create(self, listener: Listener | None = None) -> kopeck.Payment:
        """With a listener it has heard of it: what comes later cannot overtake that webhook."""
        made = self.client.create_payment(**self.fields)
        self.id = str(made.id)
        if listener is not None:
            listener.wait_for(1)
        return made

    def pay(self, pan: str = GOOD) -> None:
        """Types a card on the gateway's page."""
        page = f"{self.settings['base_url']}/v2/ru/process/{self.id}/acquiring"
        card = {"$PAN": pan, "MM": "12", "YYYY": "2034", "$CVC": "123"}
        request("POST", page, urlencode(card), FORM)

    @property
    def expect(self) -> Expect:
        return {
            "order_number": self.fields["order_number"],
            "amount": self.fields["amount"],
            "currency": self.fields["currency"],
        }

    def confirm(self, notification: Received | None = None) -> kopeck.Payment:
        return self.client.confirm(id=self.id, expect=self.expect, notification=notification)


def test_every_webhook_twice_and_backwards_pays_once(
    sandbox: Sandbox, listener: Listener, order: Order
) -> None:
    """A failed try, a success, two equal partial refunds; the support told the amount's name."""
    eshop = Eshop(sandbox, refund_amount_field="operationAmount", **PROMPT)
    fields = order(notification_url=listener.url)
    told = {"refund_amount_field": "operationAmount"}
    shop = Shop(eshop, fields, **eshop.personal(), **told)
    shop.create(listener)
    shop.pay(BAD)
    shop.pay(GOOD)
    listener.wait_for(2)
    applied = sqlite3.connect(":memory:")
    applied.execute("create table state (id text primary key, status text, refunded text)")

    def arrives(webhook: Received) -> None:
        payment = shop.confirm(webhook)
        assert payment.notification is not None
        assert payment.notification.verified
        row = (payment.state_id, payment.status, str(payment.refunded))
        applied.execute("insert or ignore into state values (?, ?, ?)", row)

    for webhook in [*listener.received, *reversed(listener.received)]:
        arrives(webhook)
    for number in (1, 2):
        shop.client.refund(
            id=shop.id, order_number=fields["order_number"], amount="20.00", currency="RUB",
            refund_id=f"{fields['order_number']}-{number}",
            before={"captured": "100.00", "refunded": f"{20 * (number - 1)}.00"},
        )  # fmt: skip
        arrives(listener.wait_for(2 + number))
    for webhook in [*reversed(listener.received), *listener.received]:
        arrives(webhook)
    states = applied.execute("select status, refunded from state order by refunded").fetchall()
    assert states == [
        ("paid", "0.00"),
        ("partially_refunded", "20.00"),
        ("partially_refunded", "40.00"),
    ]
    events = [shop.client.parse_notification(**n).event for n in listener.received]
    assert events == ["created", "paid", "refunded", "refunded"]


def test_another_buyers_webhook_ships_nothing(
    eshop: Eshop, listener: Listener, order: Order
) -> None:
    theirs = Shop(eshop, order(notification_url=listener.url))
    theirs.create(listener)
    theirs.pay()
    foreign = listener.wait_for(2)
    mine = Shop(eshop, order())
    mine.create()
    assert mine.confirm().status == "pending"
    with pytest.raises(kopeck.MismatchError) as caught:
        mine.confirm(foreign)
    assert caught.value.answer is not None
    assert caught.value.answer.ok.body == "OK"
    assert caught.value.reason == "id"


def test_a_webhook_with_another_unsigned_number_ships_nothing(
    eshop: Eshop, listener: Listener, order: Order
) -> None:
    """No hash covers PaymentId: whoever writes another invoice into it gets no goods for it."""
    theirs, mine = Shop(eshop, order(notification_url=listener.url)), Shop(eshop, order())
    theirs.create(listener)
    mine.create()
    theirs.pay()
    body = bytes(listener.wait_for(2)["body"])  # type: ignore[arg-type]
    told = listener.received[1]
    forged: Received = {**told, "body": body.replace(theirs.id.encode(), mine.id.encode())}
    assert forged["body"] != body
    with pytest.raises(kopeck.MismatchError):
        mine.confirm(forged)
    for kind in ("status", "order", "amount", "hash", "unsigned", "repeated"):
        eshop.act(theirs.id, "redeliver", status=5, tamper=kind)
        with pytest.raises(kopeck.UntrustedError) as caught:
            theirs.client.parse_notification(**listener.received[-1])
        assert caught.value.answer is not None
        assert caught.value.answer.reject.body != "OK"
    assert theirs.confirm(told).status == "paid"


def test_a_webhook_before_the_lost_answer_is_delivered_again(
    faults: Sandbox, eshop: Eshop, listener: Listener, order: Order
) -> None:
    """The invoice is known by its webhook alone, with the shop's database down; it is paid once."""
    shop = Shop(eshop, order(notification_url=listener.url))
    listener.answers += [503]
    faults.fault("createInvoice", "drop_after", body=f"OrderId={shop.fields['order_number']}")
    with pytest.raises(kopeck.OutcomeUnknownError):
        shop.create()
    for attempt in (1, 2):
        told = listener.wait_for(attempt)
        hint = shop.client.parse_notification(**told)
        assert (hint.event, hint.payment.order_number) == ("created", shop.fields["order_number"])
        verdict = shop.client.settle(
            operation="create_payment", create=shop.fields, sent_at=LONG_AGO, notification=told
        )
        assert verdict.verdict == "done", verdict.why
    (invoice,) = eshop.invoices()
    assert verdict.payment.id == invoice["invoice_id"]
    shop.id = invoice["invoice_id"]
    shop.pay()
    assert shop.confirm(listener.wait_for(3)).status == "paid"


FAULTS = ["drop_before", "drop_after", "status_429", "status_503", "cut_json", "garbage", "half"]
PATHS = {
    "create_payment": "createInvoice",
    "capture": "purchaseToPaid",
    "cancel": "purchaseToRefund",
    "refund": "purchaseToRefund",
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", PATHS)
def test_what_may_have_happened_is_said_and_found_out(
    faults: Sandbox, order: Order, caplog: pytest.LogCaptureFixture, operation: str, fault: str
) -> None:
    """With the history no money moves twice, and nothing said holds a secret or a person."""
    eshop = Eshop(faults, **PROMPT)
    caplog.set_level(logging.DEBUG)
    shop = Shop(eshop, order(hold=operation != "refund"), **eshop.personal())
    shop.fields["customer"] = CUSTOMER  # type: ignore[typeddict-item]
    log = logging.getLogger("shop.payments")
    shop.client = kopeck.Client(shop.settings, log=log)
    number = shop.fields["order_number"]
    money = {"amount": "100.00", "currency": "RUB"}
    write: dict[str, Any] = {"order_number": number}
    if operation == "create_payment":
        write = {**shop.fields}
        settled: dict[str, Any] = {"create": shop.fields}
    else:
        shop.create()
        shop.pay()
        write["id"] = shop.id
        if operation != "cancel":
            write.update(money)
        taken = "100.00" if operation == "refund" else "0.00"
        before = {"captured": taken, "refunded": "0.00"}
        settled = {**write, "before": before}
        if operation == "refund":
            settled["refund_id"] = write["refund_id"] = f"{number}-r"
        if operation == "cancel":
            write["may_refund"] = True
    faults.fault(PATHS[operation], fault, body=f"OrderId={number}")
    said, made = [], None
    try:
        made = getattr(shop.client, operation)(**write)
        # The answer cannot be read, and the history shows at once that it was carried out.
        assert fault in ("cut_json", "garbage")
        ends = {"capture": "paid", "cancel": "cancelled", "refund": "refunded"}
        assert made.status == ends[operation]
        said.append(json.dumps(made.to_dict(), default=str))
    except kopeck.OutcomeUnknownError as error:
        told = error.to_dict()
        said += [str(error), repr(error), json.dumps(told, default=str)]
    if not made:
        assert (told["may_have_happened"], told["advice"]) == (True, "ask_status")
    assert faults.ask("GET", "/sandbox/faults")["armed"] == 0
    (invoice,) = eshop.invoices() or [None]
    verdict = shop.client.settle(operation=operation, sent_at=LONG_AGO, **settled)  # type: ignore[arg-type]
    carried_out = fault in ("drop_after", "cut_json", "garbage", "half")
    if operation == "create_payment" or carried_out:
        assert verdict.verdict == "done", verdict.why
    else:
        # Never sent again by settle: it says what the history shows.
        assert verdict.verdict == "review", verdict.why
        assert eshop.invoices() == [invoice]
    assert len(eshop.invoices()) == 1
    said.append(json.dumps(verdict.to_dict(), default=str))
    keys = ("secret_key", "bearer_token", "sign_secret_key", "personal_password")
    for text in [*said, caplog.text]:
        for word in [*PERSONAL, *(shop.settings[key] for key in keys)]:
            assert word not in text, word
    assert caplog.text


def test_test_money_is_not_taken_for_money(eshop: Eshop, order: Order, listener: Listener) -> None:
    fields = order(currency="TST", notification_url=listener.url)
    shop = Shop(eshop, fields, test_mode=False)
    assert shop.create(listener).test is True
    shop.pay()
    webhook = listener.wait_for(2)
    with pytest.raises(kopeck.MismatchError) as caught:
        shop.confirm(webhook)
    assert caught.value.reason == "test"
    shop.client = kopeck.Client({**shop.settings, "test_mode": True})
    paid = shop.confirm(webhook)
    assert (paid.status, paid.test, paid.captured) == ("paid", True, Decimal("100.00"))
