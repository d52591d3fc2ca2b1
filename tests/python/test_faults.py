"""What breaks on the way, and what the caller is told: the money is never in doubt by our words."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

import kopeck
from kopeck.fields import Create
from sandbox import Sandbox

Order = Callable[..., Create]

BROKEN = [
    "refuse", "drop_before", "drop_after", "reset_after", "hang", "half", "half_unframed",
    "cut_json", "empty", "garbage", "not_http", "status_429", "status_500", "status_502",
    "status_503",
]  # fmt: skip


@pytest.fixture
def hasty(sandbox: Sandbox) -> kopeck.Client:
    return kopeck.Client(sandbox.settings(timeouts={"total_ms": 1500}))


@pytest.mark.parametrize("fault", BROKEN)
def test_a_write_may_have_happened(
    hasty: kopeck.Client, faults: Sandbox, order: Order, fault: str
) -> None:
    faults.fault("register.do", fault, hang_ms=5000)
    with pytest.raises(kopeck.OutcomeUnknownError) as caught:
        hasty.create_payment(**order())
    assert (caught.value.may_have_happened, caught.value.advice) == (True, "ask_status")
    assert hasty.create_payment(**order()).status == "created"


@pytest.mark.parametrize("fault", BROKEN)
def test_a_read_changed_nothing(
    hasty: kopeck.Client, faults: Sandbox, order: Order, fault: str
) -> None:
    payment_id = hasty.create_payment(**order()).id
    # Twice, for a read is asked again once where a kept connection broke.
    faults.fault("getOrderStatusExtended.do", fault, hang_ms=5000, times=2)
    with pytest.raises(kopeck.NotDoneError) as caught:
        hasty.payment_status(id=payment_id)
    assert not caught.value.may_have_happened
    assert caught.value.retry_after_ms == (2000 if fault == "status_429" else None)
    faults.clear_faults()
    assert hasty.payment_status(id=payment_id).status == "created"


def test_a_redirect_is_not_followed(client: kopeck.Client, faults: Sandbox, order: Order) -> None:
    faults.fault("register.do", "redirect")
    with pytest.raises(kopeck.NotDoneError) as caught:
        client.create_payment(**order())
    assert caught.value.advice == "fix_settings"


def test_a_connection_closed_while_idle_costs_nothing(
    client: kopeck.Client, faults: Sandbox, order: Order
) -> None:
    for _ in range(3):
        faults.fault("register.do", "close_idle")
        assert client.create_payment(**order()).status == "created"


def test_nobody_listens(sandbox: Sandbox, order: Order) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        base_url = f"http://127.0.0.1:{port}/payment"
        client = kopeck.Client({**sandbox.settings(), "base_url": base_url})
        with pytest.raises(kopeck.NotDoneError) as caught:
            client.create_payment(**order())
    assert (caught.value.reason, caught.value.advice) == ("connection_refused", "repeat")


def test_a_wrong_password_is_the_shops_fault(sandbox: Sandbox) -> None:
    client = kopeck.Client({**sandbox.settings(), "password": "wrong"})
    with pytest.raises(kopeck.RefusedError) as caught:
        client.payment_status(id="00000000-0000-0000-0000-000000000000")
    error = caught.value
    assert (error.reason, error.advice, error.code) == (
        "authentication_failed",
        "fix_settings",
        "5",
    )


def test_a_number_that_is_taken(client: kopeck.Client, order: Order) -> None:
    fields = order()
    client.create_payment(**fields)
    fields["amount"] = "200.00"
    with pytest.raises(kopeck.RefusedError) as caught:
        client.create_payment(**fields)
    assert (caught.value.reason, caught.value.advice) == ("duplicate_order", "ask_status")
