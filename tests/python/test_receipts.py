"""Fiscal receipts (54-FZ) at a bank that prints them: the cart, its parts, what became of it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import kopeck
from kopeck.fields import Create
from kopeck.receipt import Position, Receipt
from sandbox import Sandbox

Order = Callable[..., Create]


def position(number: int, price: str, quantity: str = "1") -> Position:
    return {
        "id": number,
        "name": f"Thing {number}",
        "quantity": quantity,
        "price": price,
        "vat": "22",
        "payment_method": "full_prepayment",
        "payment_object": "commodity",
    }


def cart(*positions: Position) -> Receipt:
    return {"tax_system": "osn", "positions": positions}


def part(*positions: Position) -> Receipt:
    return {"positions": positions}


TWO_THINGS = cart(position(1, "60.00"), position(2, "40.00"))


class Till:
    """A shop whose bank prints receipts, with one paid order of 100.00."""

    def __init__(self, sandbox: Sandbox, order: Order, hold: bool, **switches: Any) -> None:
        self.sandbox = sandbox
        self.client = kopeck.Client(sandbox.merchant(fiscal=True, **switches))
        self.fields = order(hold=hold, customer={"email": "buyer@shop.test"}, receipt=TWO_THINGS)
        self.id = str(self.client.create_payment(**self.fields).id)
        sandbox.act(self.id, "pay")

    def capture(self, amount: str, receipt: Receipt | None = None, **more: Any) -> kopeck.Payment:
        money: Any = {"id": self.id, "amount": amount, "currency": "RUB"}
        return self.client.capture(**money, receipt=receipt, **more)

    def refund(self, amount: str, number: int, receipt: Receipt | None = None) -> kopeck.Payment:
        refund_id = f"{self.fields['order_number']}-{number}"
        money: Any = {
            "id": self.id, "amount": amount, "currency": "RUB", "refund_id": refund_id,
        }  # fmt: skip
        return self.client.refund(**money, receipt=receipt)

    def printed(self) -> list[tuple[str | None, str]]:
        payment = self.client.payment_status(id=self.id, receipt=True)
        assert payment.receipt is not None
        return [(one.kind, one.status) for one in payment.receipt.receipts]


def test_a_payment_in_one_piece_is_printed(sandbox: Sandbox, order: Order) -> None:
    till = Till(sandbox, order, hold=False)
    usual = till.client.payment_status(id=till.id)
    assert usual.receipt is not None
    assert (usual.receipt.requested, usual.receipt.status) == (True, None)
    asked = till.client.payment_status(id=till.id, receipt=True)
    assert asked.receipt is not None
    assert asked.receipt.status == "done"
    (receipt,) = asked.receipt.receipts
    assert (receipt.kind, receipt.remedy) == ("payment", None)
    assert str(receipt.url).startswith("https://")
    assert str(receipt.fiscal_document_number).isdigit()
    # What is given back whole needs no positions.
    assert till.refund("100.00", 1).status == "refunded"
    assert till.printed() == [("payment", "done"), ("refund", "done")]


@pytest.mark.parametrize(
    ("outcome", "statuses"), [("failed", ["failed", "failed"]), ("queued", ["pending", "done"])]
)
def test_paid_is_not_yet_printed(
    sandbox: Sandbox, order: Order, outcome: str, statuses: list[str]
) -> None:
    till = Till(sandbox, order, hold=False, receipt_outcome=outcome)
    for status in statuses:
        payment = till.client.payment_status(id=till.id, receipt=True)
        assert payment.status == "paid"
        assert payment.receipt is not None
        assert payment.receipt.status == status


def test_a_part_is_captured_with_its_positions_alone(sandbox: Sandbox, order: Order) -> None:
    till = Till(sandbox, order, hold=True)
    for asked in (False, True):
        held = till.client.payment_status(id=till.id, receipt=asked)
        assert held.receipt is not None
        assert (held.receipt.requested, held.receipt.status) == (True, None)
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        till.capture("60.00")
    assert (caught.value.field, caught.value.may_have_happened) == ("receipt", False)
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        till.capture("60.00", part(position(1, "59.99")))
    assert str(caught.value.field).startswith("receipt")
    assert sandbox.order(till.id)["captured"] == 0
    taken = till.capture("60.00", part(position(1, "60.00")))
    assert (taken.status, taken.captured) == ("paid", Decimal("60.00"))
    assert till.printed() == [("payment", "done")]


def test_several_captures_print_a_receipt_each(sandbox: Sandbox, order: Order) -> None:
    till = Till(sandbox, order, hold=True)
    first = till.capture("40.00", part(position(2, "40.00")), partial=True)
    assert (first.status, first.captured) == ("partially_captured", Decimal("40.00"))
    # All that is left needs no positions.
    assert till.capture("60.00").captured == Decimal("100.00")
    assert till.printed() == [("payment", "done"), ("payment", "done")]


def test_a_part_is_refunded_with_its_positions_alone(sandbox: Sandbox, order: Order) -> None:
    till = Till(sandbox, order, hold=False)
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        till.refund("30.00", 1)
    assert (caught.value.field, caught.value.may_have_happened) == ("receipt", False)
    half = till.refund("30.00", 1, part(position(1, "60.00", "0.5")))
    assert (half.status, half.refunded) == ("partially_refunded", Decimal("30.00"))
    rest = part(position(1, "60.00", "0.5"), position(2, "40.00"))
    assert till.refund("70.00", 2, rest).status == "refunded"
    assert till.printed() == [("payment", "done"), ("refund", "done"), ("refund", "done")]


def test_what_was_not_sold_is_not_given_back(sandbox: Sandbox, order: Order) -> None:
    """The gateway compares positions; its refusal moves nothing."""
    till = Till(sandbox, order, hold=False)
    with pytest.raises(kopeck.PaymentError):
        till.refund("30.00", 1, part(position(7, "30.00")))
    assert sandbox.order(till.id)["refunded"] == 0
    assert till.client.payment_status(id=till.id).status == "paid"


def test_a_cart_that_does_not_come_to_the_sum_is_not_sent(
    client: kopeck.Client, order: Order
) -> None:
    fields = order(customer={"email": "buyer@shop.test"}, receipt=cart(position(1, "33.33", "3")))
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        client.create_payment(**fields)
    assert str(caught.value.field).startswith("receipt")
    assert "buyer@shop.test" not in str(caught.value.to_dict())
    assert client.payment_status(order_number=fields["order_number"]).status == "not_found"
