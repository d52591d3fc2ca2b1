"""A payment's life over real HTTP, and what must not pass for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from decimal import Decimal
from typing import cast

import pytest

import kopeck
from kopeck.fields import Create, Expect, Received
from sandbox import Listener, Sandbox, pay_on_page

Order = Callable[..., Create]
Stored = Callable[[Create], Expect]


def test_from_the_order_to_a_partial_refund(
    client: kopeck.Client, listener: Listener, order: Order, expect: Stored
) -> None:
    fields = order(notification_url=listener.url, customer={"email": "buyer@shop.test"})
    created = client.create_payment(**fields)
    assert (created.status, created.payable) == ("created", True)
    assert created.id is not None
    assert created.action is not None
    assert created.action.url is not None
    assert client.payment_status(id=created.id).status == "created"

    back = pay_on_page(created.action.url)
    assert back.startswith("https://shop.example/return")
    paid = client.payment_status(id=created.id, expect=expect(fields))
    assert (paid.status, paid.final) == ("paid", True)
    assert (paid.captured, paid.refunded) == (Decimal("100.00"), Decimal("0.00"))
    assert set(paid.checked) >= {"order_number", "amount", "currency"}

    notification = listener.wait_for(1)
    confirmed = client.confirm(id=created.id, expect=expect(fields), notification=notification)
    assert confirmed.state_id == paid.state_id
    assert confirmed.notification is not None
    assert confirmed.notification.verified
    assert (confirmed.notification.event, confirmed.notification.succeeded) == ("paid", True)
    assert confirmed.notification.answer.ok.status == 200

    refunded = client.refund(
        id=created.id,
        amount=Decimal("30.00"),
        currency="RUB",
        refund_id=f"{fields['order_number']}-r1",
        before={"captured": "100.00", "refunded": "0.00"},
    )
    assert refunded.status == "partially_refunded"
    read = client.payment_status(id=created.id, expect=expect(fields))
    assert (read.status, read.refunded) == ("partially_refunded", Decimal("30.00"))
    assert read.captured == Decimal("100.00")
    assert read.state_id != paid.state_id


def test_a_hold_is_captured_in_part(
    sandbox: Sandbox, client: kopeck.Client, order: Order, expect: Stored
) -> None:
    fields = order(hold=True)
    payment_id = client.create_payment(**fields).id
    assert payment_id is not None
    sandbox.act(payment_id, "pay")
    held = client.wait(id=payment_id, expect=expect(fields), until="authorized", timeout_ms=20_000)
    assert held.status == "authorized"
    taken = client.capture(id=payment_id, amount="60.00", currency="RUB")
    assert (taken.status, taken.captured) == ("paid", Decimal("60.00"))


def test_a_hold_is_released(sandbox: Sandbox, client: kopeck.Client, order: Order) -> None:
    payment_id = client.create_payment(**order(hold=True)).id
    assert payment_id is not None
    sandbox.act(payment_id, "pay")
    assert client.cancel(id=payment_id).status == "cancelled"


def test_wait_ends_at_its_deadline_without_an_error(
    client: kopeck.Client, order: Order, expect: Stored
) -> None:
    fields = order()
    payment_id = client.create_payment(**fields).id
    payment = client.wait(id=str(payment_id), expect=expect(fields), timeout_ms=1)
    assert (payment.status, payment.final) == ("created", False)


def test_a_notification_in_a_body_of_bytes(
    sandbox: Sandbox, listener: Listener, order: Order
) -> None:
    client = kopeck.Client(sandbox.settings("post_user"))
    fields = order(notification_url=listener.url)
    payment_id = client.create_payment(**fields).id
    sandbox.act(str(payment_id), "pay")
    received = listener.wait_for(1)
    assert received["method"] == "POST"
    notification = client.parse_notification(**received)
    assert notification.verified
    assert notification.payment.order_number == fields["order_number"]


def paid_order(
    sandbox: Sandbox, client: kopeck.Client, listener: Listener, fields: Create
) -> tuple[str, Received]:
    fields["notification_url"] = listener.url
    payment_id = client.create_payment(**fields).id
    assert payment_id is not None
    sandbox.act(payment_id, "pay")
    return payment_id, listener.wait_for(len(listener.received) or 1)


def query_of(received: Received) -> str:
    query = received["query"]
    assert isinstance(query, str)
    return query


def test_a_forged_notification_is_untrusted(
    sandbox: Sandbox, client: kopeck.Client, listener: Listener, order: Order, expect: Stored
) -> None:
    fields = order()
    payment_id, received = paid_order(sandbox, client, listener, fields)
    forged = received.copy()
    forged["query"] = query_of(received).replace("deposited", "refunded")
    assert forged != received
    with pytest.raises(kopeck.UntrustedError) as caught:
        client.confirm(id=payment_id, expect=expect(fields), notification=forged)
    assert (caught.value.reason, caught.value.advice) == ("signature_mismatch", "ignore")
    assert caught.value.answer is not None
    assert caught.value.answer.reject.status == 403


def test_an_unsigned_notification_is_refused_where_a_key_is_set(
    sandbox: Sandbox, client: kopeck.Client, listener: Listener, order: Order, expect: Stored
) -> None:
    fields = order()
    payment_id, received = paid_order(sandbox, client, listener, fields)
    pairs = [pair for pair in query_of(received).split("&") if not pair.startswith("checksum=")]
    bare = received.copy()
    bare["query"] = "&".join(pairs)
    with pytest.raises(kopeck.UntrustedError) as caught:
        client.confirm(id=payment_id, expect=expect(fields), notification=bare)
    assert caught.value.reason == "signature_missing"
    without_key = {**sandbox.settings(), "callback_key": None}
    hint = kopeck.Client(without_key).parse_notification(**bare)
    assert (hint.verified, hint.needs_status) == (False, True)


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"amount": "100.01"}, "amount"), ({"currency": "USD"}, "currency"),
     ({"order_number": "another"}, "order_number")],
)  # fmt: skip
def test_another_payment_than_expected_is_a_mismatch(
    sandbox: Sandbox, client: kopeck.Client, order: Order, expect: Stored,
    change: dict[str, str], reason: str,
) -> None:  # fmt: skip
    fields = order()
    payment_id = client.create_payment(**fields).id
    sandbox.act(str(payment_id), "pay")
    with pytest.raises(kopeck.MismatchError) as caught:
        client.confirm(id=str(payment_id), expect=cast(Expect, {**expect(fields), **change}))
    assert (caught.value.reason, caught.value.advice) == (reason, "review")
    assert caught.value.may_have_happened
    assert caught.value.payment is not None
    assert caught.value.payment.amount == Decimal("100.00")


def test_another_orders_payment_ships_nothing(
    sandbox: Sandbox, client: kopeck.Client, listener: Listener, order: Order, expect: Stored
) -> None:
    other_id, received = paid_order(sandbox, client, listener, order())
    mine = order()
    my_id = client.create_payment(**mine).id
    with pytest.raises(kopeck.MismatchError):  # the other's id, brought by a buyer
        client.confirm(id=other_id, expect=expect(mine))
    with pytest.raises(kopeck.MismatchError) as caught:  # the other's notification, replayed
        client.confirm(id=str(my_id), expect=expect(mine), notification=received)
    assert caught.value.answer is not None


def test_settle_after_a_lost_request(client: kopeck.Client, faults: Sandbox, order: Order) -> None:
    fields = order()
    faults.fault("register.do", "drop_before", body=f"orderNumber={fields['order_number']}")
    sent_at = datetime.now(timezone.utc)
    with pytest.raises(kopeck.OutcomeUnknownError):
        client.create_payment(**fields)
    verdict = client.settle(operation="create_payment", create=fields, sent_at=sent_at)
    assert verdict.verdict == "done"
    assert verdict.payment.action is not None


def test_settle_after_a_lost_answer(client: kopeck.Client, faults: Sandbox, order: Order) -> None:
    fields = order()
    faults.fault("register.do", "drop_after", body=f"orderNumber={fields['order_number']}")
    sent_at = datetime.now(timezone.utc)
    with pytest.raises(kopeck.OutcomeUnknownError):
        client.create_payment(**fields)
    # The page's address is lost with the answer: nobody saw it, so it is closed for good.
    verdict = client.settle(operation="create_payment", create=fields, sent_at=sent_at)
    assert verdict.verdict == "need_new_number"
    assert client.create_payment(**order()).action is not None
