"""Sberbank's JSON dialect end to end: its notifications are never signed, so the status decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

import kopeck
from kopeck.fields import Create, Expect, Received
from kopeck.receipt import Position, Receipt
from sandbox import Listener, Sandbox, pay_on_page

Order = Callable[..., Create]
Stored = Callable[[Create], Expect]

LONG_AGO = (datetime.now(timezone.utc) - timedelta(hours=1)).isoformat()


class Platform:
    """A shop at the platform, which has one address for all its notifications."""

    def __init__(self, sandbox: Sandbox, listener: Listener) -> None:
        settings = sandbox.merchant()
        self.listener = listener
        told = {"user_name": settings["user_name"], "callback_url": listener.url}
        sandbox.ask("POST", "/sandbox/merchants", told)
        del settings["callback_key"]
        base_url = f"{sandbox.origin}/ecomm/gw/partner/api"
        self.client = kopeck.Client({**settings, "dialect": "sber_ecomm", "base_url": base_url})

    def told(self, operation: str) -> Received:
        """The notification of this operation."""
        for count in range(1, 10):
            received = self.listener.wait_for(count)
            assert isinstance(received["body"], bytes)
            if json.loads(received["body"])["operation"] == operation:
                return received
        raise AssertionError(f"{operation} was not told")


@pytest.fixture
def platform(sandbox: Sandbox, listener: Listener) -> Platform:
    return Platform(sandbox, listener)


def test_from_the_order_to_a_refund(
    platform: Platform, order: Order, expect: Stored, sandbox: Sandbox
) -> None:
    client, fields = platform.client, order(customer={"email": "buyer@shop.test"})
    made = client.create_payment(**fields)
    assert (made.status, made.payable) == ("created", True)
    assert made.action is not None
    pay_on_page(str(made.action.url))
    came = platform.told("deposited")
    hint = client.parse_notification(**came)
    assert (hint.verified, hint.needs_status, hint.event) == (False, True, "paid")
    assert hint.event_id is None
    paid = client.confirm(id=str(made.id), expect=expect(fields), notification=came)
    assert (paid.status, paid.captured, paid.final) == ("paid", Decimal("100.00"), True)
    assert paid.notification is not None
    assert (paid.notification.verified, paid.notification.answer.ok.status) == (False, 200)
    assert set(paid.checked) >= {"order_number", "amount", "currency"}

    refund: Any = {
        "id": str(made.id),
        "amount": "30.00",
        "currency": "RUB",
        "refund_id": f"{fields['order_number']}-r",
        "before": {"captured": "100.00", "refunded": "0.00"},
    }
    for _ in range(2):
        back = client.refund(**refund)
        assert (back.status, back.refunded) == ("partially_refunded", Decimal("30.00"))
    assert sandbox.order(str(made.id))["refunded"] == 3000
    # This dialect cannot lock the sums, so another refund on old ones is refused before it is sent.
    with pytest.raises(kopeck.RefusedError) as caught:
        client.refund(**{**refund, "refund_id": f"{fields['order_number']}-s"})
    assert (caught.value.reason, caught.value.may_have_happened) == ("wrong_state", False)
    assert sandbox.order(str(made.id))["refunded"] == 3000


def test_a_forged_notification_pays_nothing(
    platform: Platform, order: Order, expect: Stored, sandbox: Sandbox
) -> None:
    """Anybody can send one, or another order's: it says no more than that it is time to ask."""
    theirs = platform.client.create_payment(**order())
    sandbox.act(str(theirs.id), "pay")
    foreign = platform.told("deposited")
    fields = order()
    mine = str(platform.client.create_payment(**fields).id)
    body = {"mdOrder": mine, "orderNumber": fields["order_number"], "operation": "deposited"}
    forged: Received = {"method": "POST", "body": json.dumps({**body, "status": 1})}
    for came in (forged, foreign):
        found = platform.client.confirm(id=mine, expect=expect(fields), notification=came)
        assert (found.id, found.status, found.final) == (mine, "created", False)
        assert found.notification is not None
        assert not found.notification.verified
    with pytest.raises(kopeck.MismatchError):
        platform.client.confirm(id=str(theirs.id), expect=expect(fields), notification=foreign)


def test_a_hold_is_taken_in_one_piece(platform: Platform, order: Order, sandbox: Sandbox) -> None:
    held = str(platform.client.create_payment(**order(hold=True)).id)
    sandbox.act(held, "pay")
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        platform.client.capture(id=held, amount="60.00", currency="RUB", partial=True)
    assert caught.value.field == "partial"
    taken = platform.client.capture(id=held, amount="60.00", currency="RUB")
    assert (taken.status, taken.captured) == ("paid", Decimal("60.00"))
    other = str(platform.client.create_payment(**order(hold=True)).id)
    sandbox.act(other, "pay")
    assert platform.client.cancel(id=other).status == "cancelled"


def test_stored_cards(platform: Platform, order: Order, faults: Sandbox) -> None:
    client, fields = platform.client, order(customer={"id": "buyer-1"})
    made = str(client.create_payment(**fields).id)
    faults.act(made, "pay", store=True)
    (card,) = client.saved_cards(customer_id="buyer-1")
    assert card.number == "444455**3333"
    number = fields["order_number"]
    charge: Any = {
        "order_number": f"{number}-1",
        "amount": "10.00",
        "currency": "RUB",
        "card_id": card.id,
    }
    faults.fault("recurrentPayment.do", "drop_after", body=f"{number}-1")
    with pytest.raises(kopeck.OutcomeUnknownError):
        client.charge_saved_card(**charge)
    verdict = client.settle(operation="charge_saved_card", charge=charge, sent_at=LONG_AGO)
    assert (verdict.verdict, verdict.payment.status) == ("done", "paid")
    faults.ask("POST", f"/sandbox/bindings/{card.id}", {"decline_with": 116})
    with pytest.raises(kopeck.DeclinedError) as caught:
        client.charge_saved_card(**{**charge, "order_number": f"{number}-2"})
    assert (caught.value.reason, caught.value.retry) == ("insufficient_funds", "later")
    for _ in range(2):
        assert client.forget_card(card_id=card.id).forgotten
    assert list(client.saved_cards(customer_id="buyer-1")) == []


def test_a_lost_registration_is_settled(platform: Platform, order: Order, faults: Sandbox) -> None:
    for fault, verdict in (("drop_before", "not_done"), ("drop_after", "need_new_number")):
        fields = order()
        faults.fault("register.do", fault, body=fields["order_number"])
        with pytest.raises(kopeck.OutcomeUnknownError):
            platform.client.create_payment(**fields)
        create: Any = {"create": fields, "sent_at": LONG_AGO}
        settled = platform.client.settle(operation="create_payment", **create)
        assert settled.verdict == verdict, settled.why


def test_what_the_dialect_has_not_is_said_before_anything_is_sent(
    platform: Platform, order: Order
) -> None:
    assert "list_payments" not in platform.client.operations
    with pytest.raises(kopeck.RefusedError) as caught:
        platform.client.list_payments(from_="2026-01-01T00:00:00Z", to="2026-01-02T00:00:00Z")
    assert caught.value.reason == "not_supported"
    with pytest.raises(kopeck.InvalidRequestError) as invalid:
        platform.client.create_payment(**order(method="apple_pay", wallet_token="dG9rZW4="))
    assert invalid.value.field == "method"


def test_the_code_of_sbp_comes_with_the_registration(
    platform: Platform, order: Order, faults: Sandbox
) -> None:
    payment = platform.client.create_payment(**order(method="sbp"))
    assert payment.id is not None
    assert payment.action is not None
    assert payment.action.type == "qr"
    assert str(payment.action.url).startswith("https://qr.nspk.ru/")
    faults.act(payment.id, "pay")
    assert platform.client.payment_status(id=payment.id).status == "paid"


def thing(number: int, price: str, quantity: str = "1") -> Position:
    return {
        "id": number,
        "name": f"Thing {number}",
        "quantity": quantity,
        "price": price,
        "vat": "20",
        "payment_method": "full_prepayment",
        "payment_object": "commodity",
    }


@pytest.mark.parametrize("version", ["1.05", "1.2"])
def test_receipts_in_both_formats(sandbox: Sandbox, order: Order, version: str) -> None:
    settings = sandbox.merchant(fiscal=True)
    company = {"inn": "7707083893", "email": "shop@shop.test", "payment_address": "shop.test"}
    receipts = {"ffd_version": version, "company": company, "tax_system": "osn"}
    base_url = f"{sandbox.origin}/ecomm/gw/partner/api"
    settings.update(dialect="sber_ecomm", base_url=base_url, receipt=receipts, callback_key=None)
    client = kopeck.Client(settings)
    cart: Receipt = {"positions": [thing(1, "60.00"), thing(2, "40.00")]}
    fields = order(customer={"email": "buyer@shop.test"}, receipt=cart)
    made = str(client.create_payment(**fields).id)
    sandbox.act(made, "pay")
    refund: Any = {"id": made, "amount": "30.00", "currency": "RUB"}
    refund["refund_id"] = f"{fields['order_number']}-r"
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        client.refund(**refund)
    assert caught.value.field == "receipt"
    half: Receipt = {"positions": [thing(1, "60.00", "0.5")]}
    assert client.refund(**refund, receipt=half).status == "partially_refunded"
    printed = client.payment_status(id=made, receipt=True).receipt
    assert printed is not None
    assert [(one.kind, one.status) for one in printed.receipts] == [
        ("payment", "done"),
        ("refund", "done"),
    ]
