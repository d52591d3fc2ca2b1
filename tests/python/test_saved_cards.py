"""Stored cards end to end: kept by a payment, charged without the buyer, forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

import kopeck
from kopeck.fields import Create
from sandbox import CARD, FORM, Listener, Sandbox, request

Order = Callable[..., Create]

NOW = datetime.now(timezone.utc)
LONG_AGO = (NOW - timedelta(hours=1)).isoformat()


class Buyer:
    """A customer whose card was kept when a first order was paid."""

    def __init__(self, sandbox: Sandbox, order: Order) -> None:
        self.sandbox = sandbox
        self.client = kopeck.Client(sandbox.merchant())
        self.number = order()["order_number"]
        self.id = f"buyer-{self.number}"
        fields = order(order_number=f"{self.number}-0", customer={"id": self.id})
        payment = self.client.create_payment(**fields)
        sandbox.act(str(payment.id), "pay", store=True)
        (card,) = self.client.saved_cards(customer_id=self.id)
        self.card = card

    def fields(self, number: int = 1, **change: Any) -> Any:
        """What the shop stores of a charge before it is sent."""
        return {
            "order_number": f"{self.number}-{number}",
            "amount": "49.90",
            "currency": "RUB",
            "card_id": self.card.id,
            "customer": {"id": self.id},
            **change,
        }

    def charge(self, number: int = 1, **change: Any) -> kopeck.Payment:
        return self.client.charge_saved_card(**self.fields(number, **change))

    def settle(self, number: int = 1, sent_at: str = LONG_AGO) -> kopeck.Verdict:
        charge = self.fields(number)
        return self.client.settle(operation="charge_saved_card", charge=charge, sent_at=sent_at)


@pytest.fixture
def buyer(faults: Sandbox, order: Order) -> Buyer:
    return Buyer(faults, order)


def test_a_card_is_kept_by_the_tick_on_the_page(
    sandbox: Sandbox, order: Order, listener: Listener
) -> None:
    settings = sandbox.merchant()
    client = kopeck.Client(settings)
    told = {"user_name": settings["user_name"], "callback_url": listener.url}
    sandbox.ask("POST", "/sandbox/merchants", told)
    assert list(client.saved_cards(customer_id="buyer-1")) == []
    payment = client.create_payment(**order(customer={"id": "buyer-1"}))
    assert payment.action is not None
    typed = {**CARD, "YYYY": "2034", "createBinding": "true"}
    status, _, _ = request("POST", str(payment.action.url), urlencode(typed), FORM)
    assert status in (302, 303)

    (card,) = cards = client.saved_cards(customer_id="buyer-1")
    assert (card.number, card.expiry, card.brand) == ("411111**1111", "2034-12", "VISA")
    assert (card.method, card.category) == ("card", "common")
    assert card.id not in repr(cards)
    listener.wait_for(2)
    events = [client.parse_notification(**one) for one in listener.received]
    (stored,) = (one.card for one in events if one.event == "card_stored")
    assert stored is not None
    assert (stored.id, stored.customer_id, stored.active) == (card.id, "buyer-1", True)


def test_a_charge_is_paid_held_refunded(buyer: Buyer) -> None:
    paid = buyer.charge()
    assert (paid.status, paid.captured, paid.method) == ("paid", Decimal("49.90"), "card_binding")
    assert set(paid.checked) == {"order_number", "amount", "currency"}
    back = buyer.client.refund(
        id=str(paid.id), amount="9.90", currency="RUB", refund_id=f"{buyer.number}-r"
    )
    assert (back.status, back.refunded) == ("partially_refunded", Decimal("9.90"))
    held = buyer.charge(2, hold=True)
    assert (held.status, held.authorized) == ("authorized", Decimal("49.90"))
    taken = buyer.client.capture(id=str(held.id), amount="40.00", currency="RUB")
    assert (taken.status, taken.captured) == ("paid", Decimal("40.00"))


@pytest.mark.parametrize(
    ("code", "reason", "retry", "says"),
    [(116, "insufficient_funds", "later", "not enough money"),
     (208, "lost_or_stolen", "never", "try another card"),
     (101, "card_expired", "other_means", "expiry date")],
)  # fmt: skip
def test_a_declined_charge_says_why_to_the_shop_and_what_to_the_buyer(
    buyer: Buyer, code: int, reason: str, retry: str, says: str
) -> None:
    card = f"/sandbox/bindings/{buyer.card.id}"
    buyer.sandbox.ask("POST", card, {"decline_with": code})
    with pytest.raises(kopeck.DeclinedError) as caught:
        buyer.charge()
    error = caught.value
    assert (error.reason, error.retry, error.code) == (reason, retry, str(code))
    assert (error.may_have_happened, error.advice) == (False, "show_to_buyer")
    assert error.buyer_text is not None
    assert says in error.buyer_text["en"]
    assert "stolen" not in str(error.buyer_text)
    assert error.payment is not None
    assert (error.payment.status, error.payment.captured) == ("declined", Decimal("0.00"))
    assert error.payment.buyer_text == error.buyer_text
    assert error.payment.paid_at is None
    # The charge was made, and refused; the card itself works again under the next number.
    settled = buyer.settle()
    assert (settled.verdict, settled.payment.status) == ("done", "declined")
    buyer.sandbox.ask("POST", card, {"decline_with": None})
    with pytest.raises(kopeck.RefusedError) as refused:
        buyer.charge()
    assert (refused.value.reason, refused.value.advice) == ("duplicate_order", "ask_status")
    assert buyer.charge(2).status == "paid"


def test_a_charge_whose_answer_was_lost_is_done(buyer: Buyer) -> None:
    buyer.sandbox.fault("recurrentPayment.do", "drop_after", body=f"{buyer.number}-1")
    with pytest.raises(kopeck.OutcomeUnknownError):
        buyer.charge()
    for sent_at in (NOW.isoformat(), LONG_AGO):
        verdict = buyer.settle(sent_at=sent_at)
        assert (verdict.verdict, verdict.payment.status) == ("done", "paid")
        assert verdict.payment.captured == Decimal("49.90")


def test_a_charge_that_never_arrived_waits_and_is_repeated(buyer: Buyer) -> None:
    buyer.sandbox.fault("recurrentPayment.do", "drop_before", body=f"{buyer.number}-1")
    with pytest.raises(kopeck.OutcomeUnknownError):
        buyer.charge()
    just_now = datetime.now(timezone.utc).isoformat()
    assert buyer.settle(sent_at=just_now).verdict == "pending"
    assert buyer.settle().verdict == "not_done"
    assert buyer.charge().status == "paid"
    assert buyer.settle().verdict == "done"


def test_a_declined_charge_whose_answer_was_lost_was_made_and_refused(buyer: Buyer) -> None:
    buyer.sandbox.ask("POST", f"/sandbox/bindings/{buyer.card.id}", {"decline_with": 116})
    buyer.sandbox.fault("recurrentPayment.do", "drop_after", body=f"{buyer.number}-1")
    with pytest.raises(kopeck.OutcomeUnknownError):
        buyer.charge()
    verdict = buyer.settle()
    assert verdict.verdict == "done"
    assert (verdict.payment.status, verdict.payment.reason) == ("declined", "insufficient_funds")


def test_a_number_charged_with_another_sum_is_a_mismatch(buyer: Buyer) -> None:
    buyer.charge(amount="50.00")
    with pytest.raises(kopeck.MismatchError) as caught:
        buyer.settle()
    assert (caught.value.reason, caught.value.may_have_happened) == ("amount", True)


def test_a_forgotten_card_pays_no_more(buyer: Buyer) -> None:
    for _ in range(2):
        assert buyer.client.forget_card(card_id=buyer.card.id).forgotten
    assert list(buyer.client.saved_cards(customer_id=buyer.id)) == []
    with pytest.raises(kopeck.PaymentError) as caught:
        buyer.charge()
    assert buyer.card.id not in str(caught.value)
    assert buyer.settle().verdict == "not_done"


def test_the_page_asks_a_known_buyer_for_the_code_alone(buyer: Buyer, order: Order) -> None:
    fields = order(method="stored_card", card_id=buyer.card.id, customer={"id": buyer.id})
    payment = buyer.client.create_payment(**fields)
    assert payment.action is not None
    status, _, html = request("POST", str(payment.action.url), urlencode({"$CVC": "123"}), FORM)
    assert status in (302, 303), html
    paid = buyer.client.confirm(
        id=str(payment.id),
        expect={
            "order_number": fields["order_number"],
            "amount": fields["amount"],
            "currency": "RUB",
        },
    )
    assert (paid.status, paid.method) == ("paid", "card_binding")
