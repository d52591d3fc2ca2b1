"""Gateways that a descriptor describes, each from create to status, by the same code."""

from __future__ import annotations

from decimal import Decimal

import pytest

import kopeck
from described import BUILT_IN, SETTINGS, Described
from kopeck.fields import Expect, Received
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
        assert before.status in ("created", "pending", "unknown", "not_found")
        assert before.captured is None
    shop.press(page, "pay")

    notification = listener.wait_for(1)
    told = shop.client.parse_notification(**notification, expect=shop.expect)
    assert told.verified
    assert (told.event, told.payment.status) == ("paid", "paid")
    assert told.payment.order_number == shop.fields["order_number"]
    assert told.needs_status == ("payment_status" in shop.client.operations)
    again = shop.client.parse_notification(**notification)
    assert again.payment.order_number == shop.fields["order_number"]
    assert (again.event_id, again.delivery_id) == (told.event_id, told.delivery_id)

    paid = shop.confirm(notification)
    assert (paid.status, paid.final) == ("paid", True)
    assert paid.captured == Decimal("100.50")
    assert paid.order_number == shop.fields["order_number"]
    assert paid.currency == shop.currency
    assert shop.confirm(notification).state_id == paid.state_id
    shop.delivered()


@pytest.mark.parametrize("name", [name for name in SETTINGS if not name.startswith("liqpay")])
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
        refused(shop, listener.wait_for(count + 1), reason)


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize(
    ("switch", "reason"),
    [("wrong_signature", "signature_mismatch"), ("unsigned", "signature_missing")],
)
def test_a_gateway_that_signs_wrongly_is_refused(
    sandbox: Sandbox, listener: Listener, name: str, switch: str, reason: str
) -> None:
    shop = Described(sandbox, name, listener, attempts=1, **{switch: True})
    shop.press(shop.create(), "pay")
    refused(shop, listener.wait_for(1), reason)


def refused(shop: Described, forged: Received, reason: str) -> None:
    with pytest.raises(kopeck.UntrustedError) as caught:
        shop.client.parse_notification(**forged)
    assert caught.value.reason == reason
    assert caught.value.answer is not None
    assert caught.value.answer.reject.status >= 200
    with pytest.raises(kopeck.UntrustedError):
        shop.confirm(forged)


@pytest.mark.parametrize("name", SETTINGS)
def test_another_sum_is_a_mismatch(sandbox: Sandbox, listener: Listener, name: str) -> None:
    shop = Described(sandbox, name, listener)
    shop.press(shop.create(), "pay")
    notification = listener.wait_for(1)
    others: dict[str, Expect] = {
        "amount": {**shop.expect, "amount": "100.51"},
        "order_number": {**shop.expect, "order_number": "other-1"},
    }
    for reason, other in others.items():
        with pytest.raises(kopeck.MismatchError) as caught:
            shop.client.parse_notification(**notification, expect=other)
        assert caught.value.reason == reason
        assert caught.value.answer is not None
