from __future__ import annotations

import logging
import pickle
import threading
from collections.abc import Callable

import pytest

import kopeck
from kopeck.fields import Create
from sandbox import Sandbox

Order = Callable[..., Create]


def test_the_version_is_the_packages() -> None:
    from importlib.metadata import version

    assert kopeck.__version__ == version("kopeck")


def test_operations_and_describe(client: kopeck.Client) -> None:
    assert client.operations[:2] == ("create_payment", "payment_status")
    for name in client.operations:
        assert "." in name or callable(getattr(client, name)), name
    described = client.describe()
    assert [row["name"] for row in described["operations"]] == list(client.operations)
    assert described["assumptions"]


def test_a_client_shows_no_secrets(sandbox: Sandbox) -> None:
    client = kopeck.Client(sandbox.settings())
    assert repr(client) == "<kopeck.Client rbs>"
    with pytest.raises(TypeError):
        pickle.dumps(client)


def test_settings_may_change_afterwards(sandbox: Sandbox, order: Order) -> None:
    settings = sandbox.settings()
    client = kopeck.Client(settings)
    settings.clear()
    assert client.create_payment(**order()).status == "created"


def test_a_closed_client_refuses(sandbox: Sandbox) -> None:
    with kopeck.Client(sandbox.settings()) as client:
        assert client.operations
    with pytest.raises(kopeck.InvalidRequestError, match="closed"):
        client.check_settings()


def test_check_settings(sandbox: Sandbox, client: kopeck.Client) -> None:
    report = client.check_settings()
    assert report.ok
    assert {check.name for check in report.checks} >= {"connection", "credentials"}
    wrong = kopeck.Client({**sandbox.settings(), "password": "wrong"}).check_settings()
    assert not wrong.ok
    assert [check.name for check in wrong.checks if check.ok is False] == ["credentials"]


def test_native_operations_go_by_name(client: kopeck.Client, order: Order) -> None:
    fields = order()
    reply = client.call(
        "rbs.register",
        {
            "orderNumber": fields["order_number"],
            "amount": 10000,
            "currency": "643",
            "returnUrl": fields["return_url"],
        },
    )
    assert set(reply["raw"]) >= {"orderId", "formUrl"}


def test_lines_for_the_log_come_after_the_call(
    sandbox: Sandbox, order: Order, caplog: pytest.LogCaptureFixture, faults: Sandbox
) -> None:
    caplog.set_level(logging.INFO, "shop.payments")
    client = kopeck.Client(sandbox.settings(), log=logging.getLogger("shop.payments"))
    fields = order()
    client.create_payment(**fields)
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO"]
    assert "/payment/rest/register.do" in caplog.text
    faults.fault("register.do", "drop_after")
    with pytest.raises(kopeck.OutcomeUnknownError):
        client.create_payment(**order())
    assert caplog.records[-1].levelname == "WARNING"
    for secret in ("hmac_user_password", "hmac_user_callback_key", fields["order_number"]):
        assert secret not in caplog.text


def test_a_broken_log_costs_no_payment(sandbox: Sandbox, order: Order) -> None:
    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise OSError("the disk is full")

    log = logging.getLogger("shop.broken")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(Broken())
    client = kopeck.Client(sandbox.settings(), log=log)
    assert client.create_payment(**order()).id


def test_threads_share_a_client(client: kopeck.Client, order: Order) -> None:
    numbers: list[str] = []

    def work() -> None:
        for _ in range(5):
            fields = order()
            payment = client.create_payment(**fields)
            read = client.payment_status(id=payment.id)
            assert read.order_number == fields["order_number"]
            numbers.append(fields["order_number"])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 40
