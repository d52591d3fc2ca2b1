"""An invoice paid in instalments: the lender says yes, no, or nothing; answers are lost, workers
die, and between any two calls the program may start anew. It is begun once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

import pytest

import kopeck
from kopeck.fields import Create, Expect
from sandbox import Eshop, Listener, Sandbox, press

Order = Callable[..., Create]
Stage = Literal["invoice", "beginning", "begun"]

RETURN, FAIL = "https://shop.example/return", "https://shop.example/sorry"
BEGIN, STATE = "bnplPayment", "getBankCardPaymentState"


class Application:
    """What a shop stored of one invoice. Every call is made by a client of its own, as by a program
    that was started anew."""

    def __init__(self, eshop: Eshop, fields: Create, **settings: Any) -> None:
        self.eshop = eshop
        self.settings = eshop.settings(**settings)
        self.fields: Create = {
            **fields, "method": "instalments", "fail_url": FAIL,
            "customer": {"email": "buyer@shop.example"},
        }  # fmt: skip
        self.stage: Stage = "invoice"
        self.id = ""

    def client(self) -> kopeck.Client:
        return kopeck.Client(self.settings)

    def registered(self) -> kopeck.Payment:
        made = self.client().create_payment(**self.fields)
        self.id = str(made.id)
        return made

    @property
    def expect(self) -> Expect:
        return {
            "order_number": self.fields["order_number"],
            "amount": self.fields["amount"],
            "currency": self.fields["currency"],
        }

    def link(self, timeout_ms: int = 20_000, grace: int | None = None) -> kopeck.Payment:
        """Up to the lender's page. The stage is stored before the call, and after it."""
        given, self.stage = self.stage, "begun" if self.stage == "begun" else "beginning"
        payment = self.client().instalments(
            id=self.id, expect=self.expect, stage=given, return_url=RETURN, fail_url=FAIL,
            timeout_ms=timeout_ms, pause_ms=100, init_grace_ms=grace,
        )  # fmt: skip
        assert payment.stage is not None
        self.stage = payment.stage
        return payment

    def decision(self, timeout_ms: int = 20_000) -> kopeck.Payment:
        return self.client().instalments(
            id=self.id, expect=self.expect, stage=self.stage, until="decision",
            timeout_ms=timeout_ms, pause_ms=100,
        )  # fmt: skip

    def page(self) -> str:
        payment = self.link()
        assert (payment.status, payment.final, payment.stage) == ("action_required", False, "begun")
        assert payment.action is not None
        assert payment.action.type == "redirect"
        assert "/paylate/" in str(payment.action.url)
        return str(payment.action.url)

    def begun(self) -> int:
        return self.eshop.begun(self.id)


@pytest.fixture
def application(eshop: Eshop, order: Order, listener: Listener) -> Application:
    return Application(eshop, order(notification_url=listener.url))


def test_the_lender_says_yes_and_the_webhook_proves_it(
    application: Application, listener: Listener
) -> None:
    made = application.registered()
    listener.wait_for(1)
    assert (made.status, made.final) == ("created", False)
    assert press(application.page(), "approve").startswith(RETURN)
    decided = application.decision()
    # A yes alone may be a hold, and tells no sum: nothing is shipped for it.
    assert (decided.status, decided.reason, decided.final) == ("authorized", "paid_or_held", False)
    assert (decided.captured, decided.stage) == (None, "begun")
    webhook = listener.wait_for(2)
    hint = application.client().parse_notification(**webhook)
    assert (hint.event, hint.verified) == ("paid", True)
    paid = application.client().confirm(
        id=application.id, expect=application.expect, notification=webhook
    )
    assert (paid.status, paid.final, paid.captured) == ("paid", True, Decimal("100.00"))
    assert paid.notification is not None
    assert paid.notification.answer.ok.body == "OK"
    assert application.begun() == 1


def test_with_a_login_the_history_proves_it(eshop: Eshop, order: Order) -> None:
    application = Application(eshop, order(), **eshop.personal())
    application.registered()
    press(application.page(), "approve")
    paid = application.decision()
    assert (paid.status, paid.captured, paid.currency) == ("paid", Decimal("100.00"), "RUB")
    assert {"order_number", "amount", "currency"} <= set(paid.checked)


def test_the_lender_says_no_and_the_invoice_lives_on(application: Application) -> None:
    application.registered()
    assert press(application.page(), "refuse").startswith(FAIL)
    for payment in (application.decision(), application.link()):
        assert (payment.status, payment.final, payment.payable) == ("created", False, True)
        assert payment.last_attempt is not None
        assert payment.last_attempt.status == "declined"
        assert payment.last_attempt.buyer_text is not None
    assert application.begun() == 1
    assert application.eshop.invoice(application.id)["state"] == "Created"


def test_a_buyer_who_leaves_is_waited_for_until_the_deadline(application: Application) -> None:
    application.registered()
    page = application.page()
    press(page, "leave")
    start = time.monotonic()
    waits = application.decision(timeout_ms=1000)
    assert 0.9 < time.monotonic() - start < 10
    assert (waits.status, waits.final, waits.stage) == ("action_required", False, "begun")
    # He comes back to the same page, which the shop finds again, and the lender agrees.
    assert application.page() == page
    press(page, "approve")
    assert application.decision().status == "authorized"
    assert application.begun() == 1


def test_no_link_before_the_deadline(sandbox: Sandbox, order: Order) -> None:
    """The lender thinks: what was begun is handed back as pending, and found again later."""
    application = Application(Eshop(sandbox, in_process_reads=8), order())
    application.registered()
    waits = application.link(timeout_ms=300)
    assert (waits.status, waits.reason, waits.final) == ("pending", "in_process", False)
    assert (waits.action, waits.stage) == (None, "begun")
    assert application.page()
    assert application.begun() == 1


@pytest.mark.parametrize("stage", ["beginning", "begun"])
def test_what_was_begun_is_never_begun_again(application: Application, stage: Stage) -> None:
    """Whatever a program that starts anew has stored."""
    application.registered()
    page = application.page()
    for _ in range(2):
        application.stage = stage
        payment = application.link(grace=0)
        assert payment.action is not None
        assert payment.action.url == page
    press(page, "approve")
    application.stage = stage
    assert application.link(grace=0).status == "authorized"
    assert application.begun() == 1


def test_a_program_that_stored_begun_begins_nothing(application: Application) -> None:
    application.registered()
    application.stage = "begun"
    waits = application.link(timeout_ms=300, grace=0)
    assert (waits.status, waits.reason) == ("pending", "begun_or_untouched")
    assert application.begun() == 0


def lose(faults: Sandbox, application: Application, path: str, fault: str, **more: Any) -> None:
    faults.fault(path, fault, body=f"InvoiceId={application.id}", **more)


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "status_503", "cut_json", "half"])
def test_a_lost_answer_to_the_beginning(
    faults: Sandbox, application: Application, fault: str
) -> None:
    """Nobody knows whether it was begun: the state says so, and only what looks untouched for the
    whole grace time is begun once more."""
    application.registered()
    lose(faults, application, BEGIN, fault)
    with pytest.raises(kopeck.OutcomeUnknownError) as caught:
        application.link()
    assert (caught.value.may_have_happened, caught.value.advice) == (True, "ask_status")
    assert application.stage == "beginning"
    carried_out = fault not in ("drop_before", "status_503")
    assert application.begun() == int(carried_out)
    start = time.monotonic()
    payment = application.link(grace=700)
    assert payment.action is not None
    assert application.begun() == 1
    assert carried_out or time.monotonic() - start > 0.6


def test_the_grace_time_is_waited_for(faults: Sandbox, application: Application) -> None:
    """Within it, what looks untouched may still arrive."""
    application.registered()
    lose(faults, application, BEGIN, "drop_before")
    with pytest.raises(kopeck.OutcomeUnknownError):
        application.link()
    waits = application.link(timeout_ms=500, grace=60_000)
    assert (waits.reason, waits.stage) == ("begun_or_untouched", "beginning")
    assert application.begun() == 0


@pytest.mark.parametrize("fault", ["status_503", "status_429", "drop_after", "garbage"])
def test_a_look_that_fails_is_taken_again(
    faults: Sandbox, application: Application, fault: str
) -> None:
    application.registered()
    lose(faults, application, STATE, fault, times=2)
    assert application.page()
    assert application.begun() == 1


@pytest.mark.parametrize("path", [BEGIN, STATE])
def test_a_worker_killed_in_an_exchange_leaves_an_application_that_goes_on(
    faults: Sandbox, application: Application, path: str
) -> None:
    """SIGKILL after the gateway carried it out, before the answer was read."""
    application.registered()
    lose(faults, application, path, "hang", hang_ms=10_000)
    worker = os.fork()
    if worker == 0:
        try:
            application.link()
        finally:
            os._exit(1)
    wait_until(lambda: faults.ask("GET", "/sandbox/faults")["armed"] == 0)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    application.stage = "beginning"  # as the worker stored it before the call
    payment = application.link(grace=500)
    assert payment.action is not None
    press(str(payment.action.url), "approve")
    assert application.decision().status == "authorized"
    assert application.begun() == 1


def test_ctrl_c_ends_a_poll(application: Application) -> None:
    application.registered()
    application.page()
    before = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    old = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            application.decision(timeout_ms=60_000)
    finally:
        signal.signal(signal.SIGALRM, old)
    assert time.monotonic() - before < 10


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("return_url", {"return_url": None}),
        ("pause_ms", {"pause_ms": 5}),
        ("timeout_ms", {"timeout_ms": 86_400_001}),
        ("expect.order_number", {"expect": {"amount": "100.00", "currency": "RUB"}}),
    ],
)
def test_a_mistake_is_named_before_anything_is_sent(
    application: Application, field: str, change: dict[str, Any]
) -> None:
    application.registered()
    given: dict[str, Any] = {
        "id": application.id, "expect": application.expect, "stage": "invoice",
        "return_url": RETURN, "timeout_ms": 1000,
    }  # fmt: skip
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        application.client().instalments(**{**given, **change})
    assert caught.value.field == field
    assert application.begun() == 0


def test_the_address_of_the_site_is_missing(eshop: Eshop, order: Order) -> None:
    application = Application(eshop, order(), site_ip=None)
    application.registered()
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        application.link()
    assert caught.value.field == "site_ip"
    assert application.begun() == 0


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
