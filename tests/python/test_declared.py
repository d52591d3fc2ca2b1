"""Gateways that a descriptor describes, each from create to status, by the same code."""

from __future__ import annotations

from decimal import Decimal

import pytest
from described import BUILT_IN, SETTINGS, Described

import kopeck
from sandbox import Listener, Sandbox


def test_every_descriptor_has_sample_settings() -> None:
    built_in = {path.stem for path in BUILT_IN.glob("*.toml")}
    assert built_in | {"nineteen"} == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_create_page_notification_status(sandbox: Sandbox, listener: Listener, name: str) -> None:
    shop = Described(sandbox, name, listener)
    page = shop.create()
    if "payment_status" in shop.client.operations:
        before = shop.confirm()
        assert before.status in ("created", "action_required", "pending")
        assert before.captured is None
    shop.press(page, "pay")

    notification = listener.wait_for(1)
    told = shop.client.parse_notification(**notification, expect=shop.expect)
    assert told.verified
    assert (told.event, told.payment.status) == ("paid", "paid")
    assert told.payment.order_number == shop.fields["order_number"]
    assert told.needs_status == ("payment_status" in shop.client.operations)
    assert told.event_id
    again = shop.client.parse_notification(**notification)
    assert (again.event_id, again.delivery_id) == (told.event_id, told.delivery_id)

    paid = shop.confirm(notification)
    assert (paid.status, paid.final) == ("paid", True)
    assert paid.captured == Decimal("100.50")
    assert paid.order_number == shop.fields["order_number"]
    assert paid.currency == shop.currency
    assert shop.confirm(notification).state_id == paid.state_id
    shop.delivered()


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_forged_is_refused(sandbox: Sandbox, listener: Listener, name: str) -> None:
    shop = Described(sandbox, name, listener)
    shop.press(shop.create(), "pay")
    listener.wait_for(1)
    shop.delivered()
    for tamper, reason in [
        ("signature", "signature_mismatch"),
        ("amount", "signature_mismatch"),
        ("unsigned", "signature_missing"),
    ]:
        count = len(listener.received)
        sent = shop.act("redeliver", tamper=tamper)["sent"]
        assert not any(one["delivered"] for one in sent), sent
        with pytest.raises(kopeck.UntrustedError) as caught:
            shop.client.parse_notification(**listener.wait_for(count + 1))
        assert caught.value.reason == reason, tamper
        assert caught.value.answer is not None
        assert caught.value.answer.reject.status >= 200
        with pytest.raises(kopeck.UntrustedError):
            shop.confirm(listener.received[count])


@pytest.mark.parametrize("name", SETTINGS)
def test_another_sum_is_a_mismatch(sandbox: Sandbox, listener: Listener, name: str) -> None:
    shop = Described(sandbox, name, listener)
    shop.press(shop.create(), "pay")
    notification = listener.wait_for(1)
    for change in ({"amount": "100.51"}, {"order_number": "other-1"}):
        with pytest.raises(kopeck.MismatchError) as caught:
            shop.client.parse_notification(**notification, expect={**shop.expect, **change})  # type: ignore[typeddict-item]
        assert caught.value.reason == next(iter(change))
        assert caught.value.answer is not None
