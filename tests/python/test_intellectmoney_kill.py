"""Workers of a shop at IntellectMoney that die in a write.

Each is killed after the gateway carried out its call and before the answer was read. Another
one settles it with what was stored before the call: by the history, by a webhook, or by neither.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

import kopeck
from kopeck.fields import Create, Received
from sandbox import FORM, Eshop, Listener, Sandbox, request

Order = Callable[..., Create]

LONG_AGO = (datetime.now(timezone.utc) - timedelta(hours=1)).isoformat()
"""The grace time is over."""
PROMPT = {"created_reads": 0, "in_process_reads": 0}
PART = {"refund_amount_field": "operationAmount"}
CARD = {"$PAN": "4444555511113333", "MM": "12", "YYYY": "2034", "$CVC": "123"}


class Write(NamedTuple):
    """What the gateway's books call it, where the payment stands by the history, and the verdicts:
    by its webhook alone, and by nothing at all once the grace time is over."""

    path: str
    event: str
    stands: str
    told: str
    untold: str


def created(path: str, event: str, stands: str) -> Write:
    return Write(path, event, stands, "done", "need_new_number")


def given_back(stands: str, told: str = "done") -> Write:
    return Write("purchaseToRefund", "purchaseToRefund", stands, told, "review")


WRITES = {
    "create_payment": created("createInvoice", "created", "pending"),
    "create_payment hold": created("createInvoice", "created", "pending"),
    "create_payment sbp": created("createInvoice", "created", "pending"),
    "create_payment sbp begun": created("sbpPayment", "payment begun: Sbp", "action_required"),
    "capture": Write("purchaseToPaid", "purchaseToPaid", "paid", "done", "review"),
    "cancel": given_back("cancelled"),
    "cancel hold": given_back("cancelled"),
    "refund": given_back("refunded"),
    # How much went back is not signed.
    "refund part": given_back("partially_refunded", told="review"),
}


def now() -> str:
    return datetime.now(timezone.utc).isoformat()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


class Evening:
    """One write, made ready: its request, and what the shop stored before it."""

    def __init__(
        self, sandbox: Sandbox, listener: Listener, order: Order, name: str, history: bool
    ) -> None:
        self.write = WRITES[name]
        self.operation, _, how = name.partition(" ")
        part = PART if how == "part" else {}
        self.eshop = Eshop(sandbox, **PROMPT, **part)
        personal = self.eshop.personal() if history else {}
        self.settings = self.eshop.settings(**part, **personal)
        self.sandbox, self.listener = sandbox, listener
        self.client = kopeck.Client(self.settings)
        fields: Any = order(
            notification_url=listener.url, customer={"email": "buyer@shop.example"},
            hold=self.operation == "capture" or how == "hold",
        )  # fmt: skip
        self.earlier: Received | None = None
        if self.operation != "create_payment":
            self._on_an_invoice(fields, how)
            return
        if how.startswith("sbp"):
            fields["method"] = "sbp"
        self.fields = fields
        self.stored = json.dumps({"create": fields})

    def _on_an_invoice(self, fields: Any, how: str) -> None:
        payment_id = str(self.client.create_payment(**fields).id)
        self.earlier = self.listener.wait_for(1)
        if self.operation != "cancel" or how:
            page = f"{self.settings['base_url']}/v2/ru/process/{payment_id}/acquiring"
            request("POST", page, urlencode(CARD), FORM)
            self.earlier = self.listener.wait_for(2)
        write: Any = {"id": payment_id, "order_number": fields["order_number"]}
        captured = "100.00" if self.operation == "refund" else "0.00"
        before = {"captured": captured, "refunded": "0.00"}
        if self.operation != "cancel":
            write.update(amount="40.00" if how == "part" else "100.00", currency="RUB")
        if self.operation == "refund":
            write.update(refund_id=f"{fields['order_number']}-r", before=before)
        self.stored = json.dumps({**write, "before": before})
        only: Any = {"capture": {"authorized": "100.00"}, "cancel": {"may_refund": True}}
        self.fields = {**write, **only.get(self.operation, {})}

    def call(self) -> None:
        getattr(self.client, self.operation)(**self.fields)

    def books(self) -> Any:
        """The only invoice, as the gateway has it."""
        (invoice,) = self.eshop.invoices()
        whole = self.eshop.invoice(invoice["invoice_id"])
        del whole["notifications"]
        return whole

    def is_carried_out(self) -> bool:
        invoices = self.eshop.invoices()
        return bool(invoices) and self.books()["history"][-1]["event"] == self.write.event

    def moved_nothing_since(self, books: Any) -> None:
        """The gateway was asked once for what it may be asked once, and its books are the same."""
        assert self.books() == books
        asked = self.sandbox.ask("GET", "/sandbox/requests")["requests"]
        ours = f"EshopId={self.eshop.keys['eshop_id']}&"
        sent = [a for a in asked if a["path"].endswith(self.write.path) and ours in a["body"]]
        assert len(sent) == 1 or self.write.path == "createInvoice"

    def shows_one_page(self, payment: kopeck.Payment) -> None:
        (invoice,) = self.eshop.invoices()
        assert payment.id == invoice["invoice_id"]
        if self.operation == "create_payment":
            assert payment.action is not None
            assert payment.action.type == "qr" or str(payment.id) in str(payment.action.url)
        else:
            assert payment.action is None

    def verdict(
        self, sent_at: str = LONG_AGO, notification: Received | None = None
    ) -> kopeck.Verdict:
        """A worker of another process knows what was stored, and nothing else."""
        stored = json.loads(self.stored)
        operation: Any = self.operation
        with kopeck.Client(self.settings) as client:
            return client.settle(
                operation=operation, sent_at=sent_at, notification=notification, **stored
            )


def kill_in(path: str, evening: Evening, work: Callable[[], object]) -> None:
    """SIGKILL of a worker that stands still in an exchange, its request carried out."""
    sandbox = evening.sandbox
    sandbox.fault(path, "hang", body=evening.eshop.keys["eshop_id"])
    worker = os.fork()
    if worker == 0:
        try:
            work()
        finally:
            os._exit(1)
    try:
        wait_until(lambda: sandbox.ask("GET", "/sandbox/faults")["armed"] == 0)
        wait_until(evening.is_carried_out)
    finally:
        os.kill(worker, signal.SIGKILL)
        _, end = os.waitpid(worker, 0)
    assert os.WIFSIGNALED(end), "it came back from the call"


@pytest.mark.parametrize("name", WRITES)
def test_a_killed_write_is_found_in_the_history(
    faults: Sandbox, listener: Listener, order: Order, name: str
) -> None:
    """Whenever it is asked, and beside the webhook too; nothing moves twice."""
    evening = Evening(faults, listener, order, name, history=True)
    heard = len(listener.received)
    kill_in(evening.write.path, evening, evening.call)
    books, told = evening.books(), listener.wait_for(heard + 1)
    for verdict in (evening.verdict(now()), evening.verdict(), evening.verdict(LONG_AGO, told)):
        assert verdict.verdict == "done", verdict.why
        assert verdict.payment.status == evening.write.stands
        evening.shows_one_page(verdict.payment)
    evening.moved_nothing_since(books)


@pytest.mark.parametrize("name", WRITES)
def test_a_killed_write_is_proved_by_its_webhook_alone(
    faults: Sandbox, listener: Listener, order: Order, name: str
) -> None:
    """Without it, or with one that came before, nobody knows: pending, then never a guess."""
    evening = Evening(faults, listener, order, name, history=False)
    heard = len(listener.received)
    kill_in(evening.write.path, evening, evening.call)
    books, told = evening.books(), listener.wait_for(heard + 1)
    for older in [None, evening.earlier]:
        verdict = evening.verdict(now(), older)
        assert verdict.verdict == "pending", verdict.why
        verdict = evening.verdict(LONG_AGO, older)
        assert verdict.verdict == evening.write.untold, verdict.why
    for sent_at in (now(), LONG_AGO):
        verdict = evening.verdict(sent_at, told)
        assert verdict.verdict == evening.write.told, verdict.why
        # What a refund leaves is not signed.
        stands = "unknown" if evening.operation == "refund" else evening.write.stands
        assert verdict.payment.status == stands
        evening.shows_one_page(verdict.payment)
    evening.moved_nothing_since(books)


def test_workers_killed_at_every_step_of_a_recovery_leave_one_invoice(
    faults: Sandbox, listener: Listener, order: Order
) -> None:
    evening = Evening(faults, listener, order, "create_payment", history=True)
    faults.fault("createInvoice", "drop_before", body=evening.eshop.keys["eshop_id"])
    with pytest.raises(kopeck.OutcomeUnknownError):
        evening.call()
    assert evening.eshop.invoices() == []
    for step in (
        "createInvoice", "createInvoice", "getUserToken", "getInvoicesHistory",
        "getBankCardPaymentState",
    ):  # fmt: skip
        kill_in(step, evening, evening.verdict)
    books = evening.books()
    verdict = evening.verdict()
    assert verdict.verdict == "done", verdict.why
    evening.shows_one_page(verdict.payment)
    evening.moved_nothing_since(books)
