"""Sums that are not what was asked for: none is dropped, none is shipped short, none goes twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, cast

import pytest

import kopeck
from kopeck.fields import Create, Expect
from sandbox import Sandbox

Order = Callable[..., Create]
Stored = Callable[[Create], Expect]

NOW = datetime.now(timezone.utc)
LONG_AGO = (NOW - timedelta(hours=1)).isoformat()
BEFORE_IDS = 20
"""The newest status reply whose refunds do not tell the shop's ids."""


class Shop:
    """A shop at a bank with these switches: one order, paid in the way that a test wants."""

    def __init__(self, sandbox: Sandbox, fields: Create, **switches: Any) -> None:
        self.sandbox = sandbox
        self.client = kopeck.Client(sandbox.merchant(**switches))
        self.fields = fields
        self.id = str(self.client.create_payment(**fields).id)

    def act(self, do: str, **more: Any) -> None:
        self.sandbox.act(self.id, do, **more)

    def looks(self, **expected: Any) -> kopeck.Payment:
        stored: Any = self.fields
        expect = {name: stored[name] for name in ("order_number", "amount", "currency")}
        return self.client.confirm(id=self.id, expect=cast(Expect, {**expect, **expected}))

    def ships(self, **expected: Any) -> bool:
        """All that a shop's own code does with an answer."""
        return self.looks(**expected).status == "paid"

    def captures(self, amount: str, partial: bool = False) -> kopeck.Payment:
        return self.client.capture(id=self.id, amount=amount, currency="RUB", partial=partial)

    def moved(self) -> tuple[int, int, int]:
        """What the gateway really holds, took and gave back."""
        order = self.sandbox.order(self.id)
        return order["approved"], order["captured"], order["refunded"]


def sums(payment: kopeck.Payment) -> tuple[str, str, str, str]:
    return payment.status, str(payment.authorized), str(payment.captured), str(payment.refunded)


@pytest.mark.parametrize("version", [BEFORE_IDS, 46])
@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_refund_of_the_cabinet_between_a_lost_refund_and_its_retry(
    faults: Sandbox, order: Order, fault: str, version: int
) -> None:
    """Done is said where the gateway lists the refund by its id; else a person must look."""
    shop = Shop(faults, order(), status_version=version)
    shop.act("pay")
    refund: dict[str, Any] = {
        "id": shop.id,
        "amount": "20.00",
        "currency": "RUB",
        "refund_id": f"{shop.fields['order_number']}-r",
        "before": {"captured": "100.00", "refunded": "0.00"},
    }
    faults.fault("refund.do", fault, body=f"orderId={shop.id}")
    with pytest.raises(kopeck.OutcomeUnknownError):
        shop.client.refund(**refund)
    shop.act("refund", amount=1000)
    moved = shop.moved()
    assert moved == (10000, 10000, 3000 if fault == "drop_after" else 1000)

    for _ in range(2):
        verdict = shop.client.settle(operation="refund", sent_at=LONG_AGO, **refund)
        listed = version > BEFORE_IDS and fault == "drop_after"
        assert verdict.verdict == ("done" if listed else "review"), verdict.why
        # Whoever does not ask and sends it again moves nothing: its id and `before` guard it.
        with suppress(kopeck.OutcomeUnknownError):
            again = shop.client.refund(**refund)
            assert again.refunded == Decimal(moved[2]) / 100
        assert shop.moved() == moved


def test_a_partial_authorization_is_never_shipped(sandbox: Sandbox, order: Order) -> None:
    shop = Shop(sandbox, order())
    shop.act("pay", amount=6000)
    assert sums(shop.looks()) == ("partially_paid", "60.00", "60.00", "0.00")
    assert not shop.ships()
    assert shop.client.wait(
        id=shop.id,
        expect={"order_number": shop.fields["order_number"], "amount": "100.00", "currency": "RUB"},
        timeout_ms=1,
    ).captured == Decimal("60.00")


def test_a_partly_authorized_hold_is_taken_as_far_as_it_goes(
    sandbox: Sandbox, order: Order
) -> None:
    shop = Shop(sandbox, order(hold=True))
    shop.act("pay", amount=6000)
    assert sums(shop.looks(hold=True)) == ("authorized", "60.00", "0.00", "0.00")
    with pytest.raises(kopeck.RefusedError) as caught:
        shop.captures("100.00")
    assert (caught.value.reason, caught.value.may_have_happened) == ("amount_exceeded", False)
    assert shop.captures("60.00").captured == Decimal("60.00")
    assert shop.ships(hold=True)


def test_a_fee_is_not_the_shops_money(sandbox: Sandbox, order: Order) -> None:
    shop = Shop(sandbox, order(), fee_amount=350)
    shop.act("pay")
    paid = shop.looks()
    assert sums(paid) == ("paid", "100.00", "100.00", "0.00")
    assert (paid.amount, paid.fee) == (Decimal("100.00"), Decimal("3.50"))
    assert shop.ships()


def test_bonuses_pay_a_part_and_the_order_is_paid(sandbox: Sandbox, order: Order) -> None:
    shop = Shop(sandbox, order(), loyalty_bonus=2500)
    shop.act("pay")
    assert sums(shop.looks()) == ("paid", "100.00", "100.00", "0.00")
    assert shop.ships()


def test_the_roubles_old_number_is_the_rouble(sandbox: Sandbox, order: Order) -> None:
    shop = Shop(sandbox, order(hold=True), currency_answer="810")
    shop.act("pay")
    assert shop.looks(hold=True).currency == "RUB"
    assert shop.captures("100.00").captured == Decimal("100.00")
    assert shop.ships(hold=True)
    back = shop.client.refund(
        id=shop.id, amount="100.00", currency="RUB", refund_id=f"{shop.fields['order_number']}-r"
    )
    assert sums(back) == ("refunded", "100.00", "100.00", "100.00")


@pytest.mark.parametrize(("net", "assumed"), [(True, True), (False, False), (False, True)])
def test_captured_is_gross_whatever_goes_back(
    sandbox: Sandbox, order: Order, net: bool, assumed: bool
) -> None:
    """Where the assumption is wrong, more than was approved shows it."""
    shop = Shop(sandbox, order(), deposited_is_net=net)
    settings = sandbox.settings(sandbox.order(shop.id)["merchant"])
    shop.client = kopeck.Client({**settings, "assumptions": {"deposited_is_net": assumed}})
    shop.act("pay")
    assert shop.ships()
    shop.act("refund", amount=3000)
    assert sums(shop.looks()) == ("partially_refunded", "100.00", "100.00", "30.00")
    assert not shop.ships()
    shop.act("refund")
    assert sums(shop.looks()) == ("refunded", "100.00", "100.00", "100.00")


def test_a_hold_that_was_reduced(sandbox: Sandbox, order: Order) -> None:
    shop = Shop(sandbox, order(hold=True))
    shop.act("pay")
    shop.act("reverse", amount=4000)
    assert sums(shop.looks(hold=True)) == ("authorized", "60.00", "0.00", "0.00")
    assert sums(shop.captures("60.00")) == ("paid", "60.00", "60.00", "0.00")
    assert shop.ships(hold=True)


def test_a_capture_of_a_part_is_all_that_was_wanted(sandbox: Sandbox, order: Order) -> None:
    """600 of 1000; who does not say that it was a hold is told of a part: nothing ships short."""
    shop = Shop(sandbox, order(hold=True, amount="1000.00"))
    shop.act("pay")
    assert not shop.ships(hold=True)
    assert sums(shop.captures("600.00")) == ("paid", "1000.00", "600.00", "0.00")
    assert sums(shop.looks(hold=True)) == ("paid", "1000.00", "600.00", "0.00")
    assert sums(shop.looks()) == ("partially_paid", "1000.00", "600.00", "0.00")
    assert (shop.ships(hold=True), shop.ships()) == (True, False)
    assert shop.moved() == (100000, 60000, 0)


def test_several_captures_and_the_last_by_itself(sandbox: Sandbox, order: Order) -> None:
    shop = Shop(sandbox, order(hold=True, amount="1000.00"))
    shop.act("pay")
    for taken in ("200.00", "400.00"):
        payment = shop.captures("200.00", partial=True)
        assert sums(payment) == ("partially_captured", "1000.00", taken, "0.00")
        assert not shop.ships(hold=True)
    assert sums(shop.captures("200.00")) == ("paid", "1000.00", "600.00", "0.00")
    assert shop.ships(hold=True)
    assert shop.moved() == (100000, 60000, 0)


def test_a_hold_lapses_just_before_its_capture(sandbox: Sandbox, order: Order) -> None:
    shop = Shop(sandbox, order(hold=True))
    shop.act("pay")
    assert shop.looks(hold=True).status == "authorized"
    shop.act("lapse_hold")
    with pytest.raises(kopeck.RefusedError) as caught:
        shop.captures("100.00")
    error = caught.value
    assert (error.reason, error.may_have_happened, error.code) == ("hold_expired", False, "7")
    assert error.payment is not None
    assert error.payment.captured == Decimal("0.00")
    assert not shop.ships(hold=True)
    assert shop.client.cancel(id=shop.id).status == "cancelled"
    assert shop.moved() == (0, 0, 0)


ACROSS_MIDNIGHT = 24 - NOW.hour if NOW.hour >= 12 else -NOW.hour - 1
"""Hours from UTC at which it is another day now."""


@pytest.mark.parametrize("zone", [0, 3, ACROSS_MIDNIGHT])
def test_a_hold_is_completed_by_the_banks_own_clock(
    sandbox: Sandbox, order: Order, zone: int
) -> None:
    """The text travels as it is: the documents disagree about its zone, so nobody guesses one."""

    def at(moment: datetime) -> dict[str, str]:
        local = moment.astimezone(timezone(timedelta(hours=zone)))
        return {"autocompletionDate": local.strftime("%Y-%m-%dT%H:%M:%S")}

    later = Shop(
        sandbox, order(hold=True, extra=at(NOW + timedelta(hours=1))), time_zone_hours=zone
    )
    later.act("pay")
    assert sums(later.looks(hold=True)) == ("authorized", "100.00", "0.00", "0.00")
    due = Shop(
        sandbox, order(hold=True, extra=at(NOW - timedelta(minutes=1))), time_zone_hours=zone
    )
    due.act("pay")
    assert sums(due.looks(hold=True)) == ("paid", "100.00", "100.00", "0.00")
    assert due.ships(hold=True)


def test_a_zone_in_a_date_is_refused_rather_than_dropped(
    sandbox: Sandbox, client: kopeck.Client, order: Order
) -> None:
    for date in ("2034-01-31T23:30:00Z", "2034-01-31T23:30:00+03:00"):
        with pytest.raises(kopeck.InvalidRequestError) as caught:
            client.create_payment(**order(hold=True, extra={"autocompletionDate": date}))
        assert caught.value.field == "extra.autocompletionDate"


def test_a_completion_three_hours_early_is_found_by_the_capture(
    sandbox: Sandbox, order: Order
) -> None:
    """The shop wrote UTC, the bank read Moscow time: the money is taken once and not hidden."""
    in_utc = (NOW + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    fields = order(hold=True, extra={"autocompletionDate": in_utc})
    shop = Shop(sandbox, fields, time_zone_hours=3)
    shop.act("pay")
    assert shop.looks(hold=True).status == "paid"
    # It was taken before either call, as the look before them says.
    for amount in ("60.00", "100.00"):
        with pytest.raises(kopeck.RefusedError) as caught:
            shop.captures(amount)
        assert (caught.value.reason, caught.value.may_have_happened) == ("wrong_state", False)
        assert caught.value.payment is not None
        assert caught.value.payment.captured == Decimal("100.00")
    verdict = shop.client.settle(
        operation="capture",
        id=shop.id,
        amount="100.00",
        currency="RUB",
        before={"captured": "0.00", "refunded": "0.00"},
        sent_at=LONG_AGO,
    )
    assert (verdict.verdict, verdict.payment.status) == ("done", "paid")
    with pytest.raises(kopeck.RefusedError) as caught:
        shop.client.cancel(id=shop.id)
    assert caught.value.reason == "wrong_state"
    assert shop.moved() == (10000, 10000, 0)
