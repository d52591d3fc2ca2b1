"""Runs examples/python/instalments.py against a sandbox: a buyer, a lender, a line that breaks, and
a program that dies between any two calls, or in one, and goes on from what it stored."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import ROOT, Eshop, Sandbox, press

PROGRAM = ROOT / "examples/python/instalments.py"
PATIENCE = 60
PAID, REFUSED, UNDECIDED = 0, 3, 4
YES = "paid: 30000.00 RUB for order "
NO = "the lender refused. The order stays open"
PAGE = "pay at: "
CREATE, BEGIN, STATE = "createInvoice", "bnplPayment", "getBankCardPaymentState"


class Program:
    """The example, its file, and the port that it keeps through restarts."""

    def __init__(self, eshop: Eshop, store: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.eshop, self.store, self.said = eshop, store, ""
        given = {**eshop.settings(), "listen": port, "store": store, "pause_ms": 200}
        given = {**given, "timeout_ms": 20_000, "init_grace_ms": 500}
        del given["gateway"]
        self.command = [sys.executable, str(PROGRAM)]
        for name, value in given.items():
            self.command += [f"--{name.replace('_', '-')}", str(value)]

    def log_in(self) -> None:
        """From here on it asks the history too."""
        for name, value in self.eshop.personal().items():
            self.command += [f"--{name.replace('_', '-')}", value]

    def start(self, *more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self.command, *more], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, *more: str, at_page: Callable[[str], object] | None = None) -> int:
        """To its end; `at_page` is what the buyer does with the lender's page."""
        said = []
        with self.start(*more) as run:
            watchdog = threading.Timer(PATIENCE, run.kill)
            watchdog.start()
            assert run.stdout is not None
            for line in run.stdout:
                said.append(line)
                if line.startswith(PAGE) and at_page is not None:
                    at_page(line.removeprefix(PAGE).strip())
            watchdog.cancel()
        self.said = "".join(said)
        assert "Traceback" not in self.said, self.said
        return run.returncode

    def killed(self, *more: str, when: Callable[[], bool]) -> None:
        """SIGKILL as soon as something is so."""
        with self.start(*more) as run:
            try:
                wait_until(when)
            finally:
                run.kill()

    def read(self, query: str) -> Any:
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as rows:
            return rows.execute(query).fetchone()

    def stored(self, column: str) -> Any:
        """Of the newest attempt; None also before there is one."""
        try:
            return self.read(f"select {column} from attempts order by attempt desc limit 1")[0]
        except (sqlite3.Error, TypeError):
            return None

    def order(self) -> Any:
        return self.read("select state from orders")[0]


@pytest.fixture
def program(eshop: Eshop, tmp_path: Path) -> Program:
    return Program(eshop, tmp_path / "orders.db")


def approves(page: str) -> None:
    press(page, "approve")


def refuses(page: str) -> None:
    press(page, "refuse")


def once(program: Program) -> Any:
    """The one invoice that can be paid, begun once."""
    open_ones = [i for i in program.eshop.invoices() if i["state"] != "Refund"]
    assert len(open_ones) == 1
    assert program.eshop.begun(open_ones[0]["invoice_id"]) == 1
    return open_ones[0]


@pytest.mark.parametrize("how", [(), ("--poll",)])
def test_the_lender_says_yes(program: Program, how: tuple[str, ...]) -> None:
    assert program.run(*how, at_page=approves) == PAID, program.said
    assert YES in program.said
    assert program.said.count("paid: ") == 1
    assert (program.order(), program.stored("stage")) == ("paid", "begun")
    invoice = once(program)
    assert (invoice["state"], invoice["paid"]) == ("Paid", "30000.00")
    assert invoice["invoice_id"] == program.stored("payment_id")


def test_with_a_login_the_history_is_enough(program: Program) -> None:
    """No webhook reaches the shop."""
    program.eshop.sandbox.ask(
        "POST",
        "/sandbox/eshops",
        {"eshop_id": program.eshop.keys["eshop_id"], "settings": {"webhook_statuses": []}},
    )
    program.log_in()
    assert program.run("--poll", at_page=approves) == PAID, program.said
    assert program.order() == "paid"


@pytest.mark.parametrize("how", [(), ("--poll",)])
def test_the_lender_says_no(program: Program, how: tuple[str, ...]) -> None:
    assert program.run(*how, at_page=refuses) == REFUSED, program.said
    assert NO in program.said
    assert program.order() == "open"
    assert program.run("--resume") == REFUSED, program.said
    assert once(program)["state"] == "Created"


def test_the_buyer_leaves_and_comes_back(program: Program) -> None:
    short = ("--timeout-ms", "1500")
    assert program.run(*short, at_page=lambda page: press(page, "leave")) == UNDECIDED, program.said
    assert program.order() == "open"
    assert program.run("--poll", "--resume", *short) == UNDECIDED, program.said
    assert program.run("--resume", at_page=approves) == PAID, program.said
    once(program)


MOMENTS: dict[str, Callable[[Program], bool]] = {
    "the attempt is stored": lambda program: program.stored("number") is not None,
    "the invoice is known": lambda program: program.stored("payment_id") is not None,
    "it is about to begin": lambda program: program.stored("stage") in ("beginning", "begun"),
    "it has begun": lambda program: program.stored("stage") == "begun",
    "the page is known": lambda program: program.stored("page_url") is not None,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_it_goes_on(program: Program, moment: str) -> None:
    if moment == "the attempt is stored":
        program.log_in()  # the webhook of an invoice that was made may have found nobody
    program.killed(when=lambda: MOMENTS[moment](program))
    assert program.run("--resume", at_page=approves) == PAID, program.said
    assert program.order() == "paid"
    once(program)


@pytest.mark.parametrize("path", [CREATE, BEGIN, STATE])
def test_killed_in_an_exchange_it_goes_on(faults: Sandbox, program: Program, path: str) -> None:
    """The gateway carried it out; nobody read the answer. The history knows the invoice."""
    program.log_in()
    aim = f"EshopId={program.eshop.keys['eshop_id']}"
    faults.fault(path, "hang", hang_ms=10_000, body=aim)
    program.killed(when=lambda: faults.ask("GET", "/sandbox/faults")["armed"] == 0)
    faults.clear_faults()
    assert program.run("--resume", at_page=approves) == PAID, program.said
    once(program)


def test_killed_while_the_lender_decides_it_hears_of_it(program: Program) -> None:
    """The webhook finds nobody and comes again; a program that is back finds it."""
    program.eshop.sandbox.ask(
        "POST",
        "/sandbox/eshops",
        {"eshop_id": program.eshop.keys["eshop_id"], "retry_pause_ms": 1500},
    )
    program.killed(when=lambda: program.stored("page_url") is not None)
    press(program.stored("page_url"), "approve")
    assert program.run("--resume") == PAID, program.said
    assert program.said.count(YES) == 1
    once(program)


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        (CREATE, "drop_before"),
        (CREATE, "status_503"),
        (BEGIN, "drop_before"),
        (BEGIN, "drop_after"),
        (STATE, "drop_after"),
        (STATE, "status_503"),
    ],
)
def test_a_lost_answer_changes_nothing(
    faults: Sandbox, program: Program, path: str, fault: str
) -> None:
    faults.fault(path, fault, body=f"EshopId={program.eshop.keys['eshop_id']}")
    assert program.run(at_page=approves) == PAID, program.said
    assert ("no clear answer" in program.said) == (path != STATE)
    assert program.order() == "paid"
    once(program)


def test_an_invoice_whose_number_was_lost_is_paid_or_replaced(
    faults: Sandbox, program: Program
) -> None:
    """It was made, its number is not known: a login tells it from the history."""
    program.log_in()
    faults.fault(CREATE, "drop_after", body=f"EshopId={program.eshop.keys['eshop_id']}")
    assert program.run(at_page=approves) == PAID, program.said
    once(program)


def test_a_forged_webhook_pays_nothing(program: Program) -> None:
    """Its status is another, its sum, or its hash."""

    def forge(page: str) -> None:
        invoice = program.stored("payment_id")
        for what in ("status", "amount", "hash"):
            sent = program.eshop.act(invoice, "redeliver", tamper=what)["sent"]
            assert sent
            assert all("403" in one["result"] for one in sent), sent
        assert program.order() == "open"
        press(page, "leave")

    assert program.run("--timeout-ms", "3000", at_page=forge) == UNDECIDED, program.said
    assert "not the gateway's webhook" in program.said
    assert program.run("--resume", at_page=approves) == PAID, program.said


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def no_faults_left(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.clear_faults()
