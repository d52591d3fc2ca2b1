"""Whole evenings of a shop: lost answers, dead workers, notifications twice and backwards."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import kopeck
from kopeck.fields import Create, Expect, Received
from sandbox import Listener, Sandbox

Order = Callable[..., Create]
Stored = Callable[[Create], Expect]

REFUSED_CARD = "5168494895055780"
GOOD_CARD = "4111111111111111"
LONG_AGO = (datetime.now(timezone.utc) - timedelta(hours=1)).isoformat()


def paid_payment(sandbox: Sandbox, client: kopeck.Client, fields: Create) -> str:
    payment_id = client.create_payment(**fields).id
    assert payment_id is not None
    sandbox.act(payment_id, "pay", pan=GOOD_CARD)
    return payment_id


def test_every_notification_twice_and_backwards_pays_once(
    sandbox: Sandbox, client: kopeck.Client, listener: Listener, order: Order, expect: Stored
) -> None:
    """A failed try, a success, two equal partial refunds with default parameters."""
    fields = order(notification_url=listener.url)
    payment_id = client.create_payment(**fields).id
    assert payment_id is not None
    sandbox.act(payment_id, "pay", pan=REFUSED_CARD)
    listener.wait_for(1)
    sandbox.act(payment_id, "pay", pan=GOOD_CARD)
    listener.wait_for(2)
    applied = sqlite3.connect(":memory:")
    applied.execute("create table state (id text primary key, status text, refunded text)")

    def arrives(notification: Received) -> kopeck.Payment:
        payment = client.confirm(id=payment_id, expect=expect(fields), notification=notification)
        row = (payment.state_id, payment.status, str(payment.refunded))
        applied.execute("insert or ignore into state values (?, ?, ?)", row)
        return payment

    for notification in [*listener.received, *reversed(listener.received)]:
        assert arrives(notification).notification.verified  # type: ignore[union-attr]
    refund: dict[str, Any] = {"id": payment_id, "amount": "20.00", "currency": "RUB"}
    for number in (1, 2):
        client.refund(**refund, refund_id=f"{fields['order_number']}-{number}")
        listener.wait_for(2 + number)
        arrives(listener.received[-1])
    for notification in [*reversed(listener.received), *listener.received]:
        arrives(notification)

    states = applied.execute("select status, refunded from state order by refunded").fetchall()
    assert states == [
        ("paid", "0.00"),
        ("partially_refunded", "20.00"),
        ("partially_refunded", "40.00"),
    ]
    read = [client.parse_notification(**n) for n in listener.received]
    refunds = [n for n in read if n.event == "refunded"]
    # Nothing in them tells the two refunds apart, and nobody pretends to.
    assert [n.event_id for n in refunds] == [None, None]
    assert refunds[0].delivery_id == refunds[1].delivery_id
    assert read[0].event == "declined"


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_eight_workers_recover_one_lost_registration(
    faults: Sandbox, order: Order, fault: str
) -> None:
    """At most one payable page, whoever comes first."""
    fields = order()
    number = fields["order_number"]
    faults.fault("register.do", fault, body=f"orderNumber={number}")
    with pytest.raises(kopeck.OutcomeUnknownError):
        kopeck.Client(faults.settings()).create_payment(**fields)

    def recover(_: int) -> str:
        client = kopeck.Client(faults.settings())
        verdict = client.settle(operation="create_payment", create=fields, sent_at=LONG_AGO)
        return verdict.verdict

    with ThreadPoolExecutor(8) as workers:
        verdicts = set(workers.map(recover, range(8)))
    assert verdicts <= {"done", "need_new_number", "pending"}
    orders = faults.ask("GET", "/sandbox/orders")["orders"]
    mine = [order for order in orders if order["order_number"] == number]
    assert len(mine) == 1
    client = kopeck.Client(faults.settings())
    last = client.settle(operation="create_payment", create=fields, sent_at=LONG_AGO)
    assert last.verdict == "need_new_number"
    assert faults.order(mine[0]["order_id"])["payment_state"] == "DECLINED"


def test_workers_killed_at_every_step_leave_an_order_that_can_be_recovered(
    faults: Sandbox, order: Order
) -> None:
    fields = order()
    number = fields["order_number"]
    faults.fault("register.do", "drop_after", body=f"orderNumber={number}")
    with pytest.raises(kopeck.OutcomeUnknownError):
        kopeck.Client(faults.settings()).create_payment(**fields)
    steps = ["register.do", "getOrderStatusExtended.do", "decline.do", "getOrderStatusExtended.do"]
    for step in steps:
        # The worker stands still in this exchange, after the gateway carried it out, and dies.
        faults.fault(step, "hang", hang_ms=10_000)
        worker = os.fork()
        if worker == 0:
            try:
                client = kopeck.Client(faults.settings())
                client.settle(operation="create_payment", create=fields, sent_at=LONG_AGO)
            finally:
                os._exit(1)
        wait_until(lambda: faults.ask("GET", "/sandbox/faults")["armed"] == 0)
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        faults.clear_faults()
    client = kopeck.Client(faults.settings())
    verdict = client.settle(operation="create_payment", create=fields, sent_at=LONG_AGO)
    assert verdict.verdict == "need_new_number"


def test_another_buyers_paid_order_ships_nothing(
    sandbox: Sandbox, client: kopeck.Client, listener: Listener, order: Order, expect: Stored
) -> None:
    """A return with another order's id cannot even be said; its notification is a mismatch."""
    theirs = order(notification_url=listener.url)
    paid_payment(sandbox, client, theirs)
    foreign = listener.wait_for(1)
    mine = order()
    my_id = client.create_payment(**mine).id
    assert my_id is not None
    assert client.confirm(id=my_id, expect=expect(mine)).status == "created"
    with pytest.raises(kopeck.MismatchError) as caught:
        client.confirm(id=my_id, expect=expect(mine), notification=foreign)
    assert caught.value.answer is not None
    assert caught.value.answer.reject.status == 403


def test_a_notification_with_another_number_in_it_ships_nothing(
    sandbox: Sandbox, listener: Listener, order: Order, expect: Stored
) -> None:
    """Unsigned words are a hint to ask, whatever number somebody writes into them."""
    settings = sandbox.merchant()
    unsigned = {name: value for name, value in settings.items() if name != "callback_key"}
    client = kopeck.Client(unsigned)
    theirs, mine = order(notification_url=listener.url), order()
    paid = paid_payment(sandbox, client, theirs)
    my_id = client.create_payment(**mine).id
    assert my_id is not None
    told = listener.wait_for(1)
    hint = client.parse_notification(**told)
    assert (hint.verified, hint.needs_status, hint.event_id) == (False, True, None)
    query = str(told["query"]).replace(theirs["order_number"], mine["order_number"])
    forged: Received = {**told, "query": query.replace(paid, my_id)}
    assert client.confirm(id=my_id, expect=expect(mine), notification=forged).status == "created"


def test_a_notification_before_the_lost_answer_is_delivered_again(
    faults: Sandbox, listener: Listener, order: Order, expect: Stored
) -> None:
    """The order is paid before the shop knows its id, and its database is down: the number finds
    it, and the notification comes until it is answered."""
    client = kopeck.Client(faults.merchant())
    fields = order(notification_url=listener.url)
    number = fields["order_number"]
    faults.fault("register.do", "drop_after", body=f"orderNumber={number}")
    with pytest.raises(kopeck.OutcomeUnknownError):
        client.create_payment(**fields)
    orders = faults.ask("GET", "/sandbox/orders")["orders"]
    payment_id = next(o["order_id"] for o in orders if o["order_number"] == number)
    listener.answers += [503, 503]
    faults.act(payment_id, "pay", pan=GOOD_CARD)
    applied = set()
    for attempt in (1, 2, 3):
        told = listener.wait_for(attempt)
        hint = client.parse_notification(**told)
        assert (hint.payment.order_number, hint.needs_status) == (number, True)
        verdict = client.settle(operation="create_payment", create=fields, sent_at=LONG_AGO)
        assert (verdict.verdict, verdict.payment.id) == ("done", payment_id)
        payment = client.confirm(id=payment_id, expect=expect(fields), notification=told)
        assert payment.status == "paid"
        applied.add(payment.state_id)
    assert len(applied) == 1


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not done():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)
