"""The outages of a gateway on each call that moves money, and a worker that dies in the midst.

Each ends as `OutcomeUnknownError`, whose verdict is what the gateway's own books say; nothing that
is said, logged or kept holds a secret or personal data.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

import kopeck
from kopeck.fields import Create
from sandbox import CARD, FORM, Sandbox, request

Order = Callable[..., Create]

LONG_AGO = (datetime.now(timezone.utc) - timedelta(hours=1)).isoformat()
NOT_CARRIED_OUT = [
    "drop_before", "status_429", "status_500", "status_503", "system_error",
]  # fmt: skip
CARRIED_OUT = ["drop_after", "reset_after", "half", "half_unframed", "cut_json", "garbage"]
FAULTS = NOT_CARRIED_OUT + CARRIED_OUT
CUSTOMER = {
    "id": "buyer-4711", "email": "ivan.petrov@mail.test", "phone": "79991234567",
    "name": "IVAN PETROV", "ip": "203.0.113.77",
}  # fmt: skip
PERSONAL = ["ivan.petrov", "79991234567", "PETROV", "203.0.113.77", "4111111111111111"]


class Call(NamedTuple):
    """The path of a call, and its verdict where it was carried out and where it was lost."""

    path: str
    carried: str
    lost: str


CALLS = {
    "create_payment": Call("register.do", "need_new_number", "done"),
    "create_payment hold": Call("registerPreAuth.do", "need_new_number", "done"),
    "create_payment sbp": Call("register.do", "need_new_number", "done"),
    "create_payment apple_pay": Call("applepay/payment.do", "done", "not_done"),
    "charge_saved_card": Call("recurrentPayment.do", "done", "not_done"),
    "capture": Call("deposit.do", "done", "not_done"),
    "cancel": Call("decline.do", "done", "not_done"),
    "cancel hold": Call("reverse.do", "done", "review"),
    "refund": Call("refund.do", "done", "not_done"),
}


class Evening:
    """One money call, made ready: what the shop stored of it, and what must never be said."""

    def __init__(self, sandbox: Sandbox, name: str, order: Order, log: logging.Logger) -> None:
        settings = sandbox.merchant()
        self.sandbox = sandbox
        self.operation, _, self.how = name.partition(" ")
        settings["merchant_login"] = settings["user_name"]
        settings["callback_key"] = "sekret-callback-key"
        self.settings = settings
        self.client = kopeck.Client(settings, log=log)
        self.secrets = [settings["password"], settings["callback_key"]]
        self.fields: Any = order(customer=CUSTOMER)
        number = self.fields["order_number"]
        self.aim = f"orderNumber={number}"
        if self.operation == "create_payment":
            self._create()
        elif self.operation == "charge_saved_card":
            self._charge()
        else:
            self._on_an_order(number)

    def _create(self) -> None:
        if self.how == "hold":
            self.fields["hold"] = True
        elif self.how:
            self.fields["method"] = self.how
        if self.how == "apple_pay":
            self.aim = self.fields["order_number"]
            token = {"wallet": "apple", "pan": "4111111111111111", "expiration": "203412"}
            asked = {**token, "amount": 10000, "currency": "643"}
            wallet_token = self.sandbox.ask("POST", "/sandbox/tokens", asked)["token"]
            self.fields["wallet_token"] = wallet_token
            self.secrets.append(wallet_token)
        self.settled: Any = {"operation": "create_payment", "create": self.fields}

    def _charge(self) -> None:
        first = {**self.fields, "order_number": f"{self.fields['order_number']}-0"}
        self._pay(first)
        (card,) = self.client.saved_cards(customer_id=CUSTOMER["id"])
        self.aim = self.fields["order_number"]
        del self.fields["return_url"]
        self.fields["card_id"] = card.id
        self.settled = {"operation": "charge_saved_card", "charge": self.fields}

    def _on_an_order(self, number: str) -> None:
        hold = self.operation == "capture" or self.how == "hold"
        unpaid = self.operation == "cancel" and not hold
        payment_id = self._pay({**self.fields, "hold": hold}, unpaid=unpaid)
        self.aim = f"orderId={payment_id}"
        self.fields = {"id": payment_id}
        if self.operation != "cancel":
            self.fields.update(amount="100.00", currency="RUB")
        if self.operation == "refund":
            self.fields["refund_id"] = f"{number}-r"
        captured = "100.00" if self.operation == "refund" else "0.00"
        before = {"captured": captured, "refunded": "0.00"}
        self.settled = {"operation": self.operation, "before": before, **self.fields}

    def _pay(self, fields: Any, unpaid: bool = False) -> str:
        payment = self.client.create_payment(**fields)
        assert payment.action is not None
        if not unpaid:
            typed = {**CARD, "YYYY": "2034", "TEXT": CUSTOMER["name"], "createBinding": "true"}
            status, _, page = request("POST", str(payment.action.url), urlencode(typed), FORM)
            assert status in (302, 303), page
        return str(payment.id)

    def call(self) -> kopeck.Payment:
        made: kopeck.Payment = getattr(self.client, self.operation)(**self.fields)
        return made

    def verdict(self) -> kopeck.Verdict:
        return self.client.settle(sent_at=LONG_AGO, **self.settled)

    def said_nothing(self, *texts: str) -> None:
        for text in texts:
            for word in [*self.secrets, *PERSONAL]:
                assert word not in text, word


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> logging.Logger:
    caplog.set_level(logging.DEBUG, "shop.payments")
    return logging.getLogger("shop.payments")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", CALLS)
def test_what_may_have_happened_is_said_and_found_out(
    faults: Sandbox, order: Order, log: logging.Logger, caplog: pytest.LogCaptureFixture,
    name: str, fault: str,
) -> None:  # fmt: skip
    evening = Evening(faults, name, order, log)
    path, carried, lost = CALLS[name]
    faults.fault(path, fault, body=evening.aim)
    with pytest.raises(kopeck.OutcomeUnknownError) as caught:
        evening.call()
    error = caught.value
    assert faults.ask("GET", "/sandbox/faults")["armed"] == 0
    assert (error.may_have_happened, error.advice) == (True, "ask_status")
    assert error.operation == evening.operation
    assert error.retry_after_ms == (2000 if fault == "status_429" else None)
    verdict = evening.verdict()
    assert verdict.verdict == (carried if fault in CARRIED_OUT else lost), verdict.why
    said = [str(error), repr(error), json.dumps(error.to_dict()), str(pickle.dumps(error))]
    evening.said_nothing(*said, json.dumps(verdict.to_dict()), caplog.text)
    assert caplog.text


@contextmanager
def hanging_up(sandbox: Sandbox, after: bytes) -> Iterator[tuple[str, threading.Event]]:
    """A way to the sandbox that ends, without a word, after the answer to a certain request."""
    hung_up = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kind = self.headers["content-type"]
            status, _, text = request("POST", sandbox.origin + self.path, body.decode(), kind)
            self.send_response(status)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())
            self.close_connection = after in body

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def shutdown_request(self, request: Any) -> None:
            super().shutdown_request(request)
            hung_up.set()

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/payment", hung_up
        server.shutdown()


@pytest.mark.parametrize("name", CALLS)
def test_a_stale_connection_costs_nothing(
    sandbox: Sandbox, order: Order, log: logging.Logger, name: str
) -> None:
    """The gateway hung up after its last answer, before the call that moves money."""
    evening = Evening(sandbox, name, order, log)
    with hanging_up(sandbox, b"never-registered") as (base_url, hung_up):
        with kopeck.Client({**evening.settings, "base_url": base_url}) as evening.client:
            evening.client.payment_status(order_number="never-registered")
            assert hung_up.wait(10)
            payment = evening.call()
        assert payment.status in ("created", "authorized", "paid", "cancelled", "refunded")
    evening.said_nothing(json.dumps(payment.to_dict()), repr(payment))


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


@contextmanager
def killed_while_it_waits(evening: Evening, path: str) -> Iterator[None]:
    """A worker whose request was carried out, and which never reads the answer."""
    evening.sandbox.fault(path, "hang", hang_ms=10_000, body=evening.aim)
    worker = os.fork()
    if worker == 0:
        try:
            evening.call()
        finally:
            os._exit(1)
    wait_until(lambda: evening.sandbox.ask("GET", "/sandbox/faults")["armed"] == 0)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    yield


@pytest.mark.parametrize("name", CALLS)
def test_a_worker_killed_after_sending(
    faults: Sandbox, order: Order, log: logging.Logger, name: str
) -> None:
    evening = Evening(faults, name, order, log)
    with killed_while_it_waits(evening, CALLS[name].path):
        verdict = evening.verdict()
    assert verdict.verdict == CALLS[name].carried, verdict.why
