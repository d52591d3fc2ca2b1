"""Runs examples/python/deal.py: the same program at two gateways, a notification that comes twice,
a portal that is away, and a program that dies in any exchange and is started again."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import kopeck
from middle import Middle, When
from portal import TYPE, Portal
from sandbox import ROOT, Sandbox, press

PROGRAM = ROOT / "examples/python/deal.py"
EXAMPLEPAY = ROOT / "core/src/gateways/declared/descriptors/examplepay.toml"
PATIENCE = 60
PAGE = "pay at: "
GATEWAYS = ["examplepay", "rbs"]


class Program:
    """The example, its file, and the port that it keeps through restarts."""

    def __init__(self, sandbox: Sandbox, gateway: str, store: Path, middle: Middle | None = None):
        self.sandbox, self.gateway, self.said = sandbox, gateway, ""
        self.middle = middle
        self.portal = Portal(sandbox)
        self.pressed, self.heard = False, ""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.notify_url = f"http://127.0.0.1:{port}/notify"
        settings = getattr(self, gateway)(f"deal_{port}_{self.portal.name}")
        through = middle.through if middle else lambda url: url
        settings["base_url"] = through(settings["base_url"])
        self.settings = settings
        self.command = [sys.executable, str(PROGRAM), "--portal", through(self.portal.webhook_url)]
        self.command += ["--deal", str(self.portal.deal_id), "--type", str(TYPE)]
        self.command += ["--gateway", json.dumps(settings), "--listen", str(port)]
        self.command += ["--store", str(store)]
        self.store = store

    def examplepay(self, name: str) -> dict[str, Any]:
        secrets = {"api_key": f"key {name}", "webhook_secret": f"secret {name}"}
        shop = {"id": name, "descriptor": EXAMPLEPAY.read_text(), "secrets": secrets}
        more = {"notification_url": self.notify_url, "switches": {"retry_pause_ms": 200}}
        self.sandbox.ask("POST", "/sandbox/declared/shops", {**shop, **more})
        settings = {"gateway": "declared", "descriptor": "examplepay", "secrets": secrets}
        return {**settings, "base_url": f"{self.sandbox.origin}/declared"}

    def rbs(self, name: str) -> dict[str, Any]:
        login = {"user_name": name, "password": f"password {name}", "callback_key": f"key {name}"}
        more = {"callback_url": self.notify_url, "callback_signature": "hmac"}
        self.sandbox.ask("POST", "/sandbox/merchants", {**login, **more, "retry_pause_ms": 200})
        return {"gateway": "rbs", "base_url": f"{self.sandbox.origin}/payment", **login}

    def pay(self, page: str) -> None:
        """The buyer pays, once."""
        if self.pressed:
            return
        self.pressed = True
        if self.middle is not None:  # a buyer is nobody's victim
            page = page.replace(self.middle.url, self.sandbox.origin)
        if self.gateway == "rbs":
            self.sandbox.act(parse_qs(urlsplit(page).query)["mdOrder"][0], "pay")
        else:
            press(page, "pay")

    def redeliver(self) -> None:
        """The gateway brings its notification once more."""
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as rows:
            payment_id, number = rows.execute("select payment_id, number from attempts").fetchone()
        if self.gateway == "rbs":
            self.sandbox.act(payment_id, "redeliver", operation="deposited")
        else:
            url = f"/sandbox/declared/orders/{number}/act"
            self.sandbox.ask("POST", url, {"do": "redeliver"})

    def run(self, *more: str, watch: Callable[[str], object] | None = None) -> int:
        """To its end, with a buyer; `watch` is given each line."""
        said = []
        with subprocess.Popen(
            [*self.command, *more], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as run:
            if self.middle is not None:
                self.middle.victim = run
            watchdog = threading.Timer(PATIENCE, run.kill)
            watchdog.start()
            assert run.stdout is not None
            for line in run.stdout:
                said.append(line)
                if watch is not None:
                    watch(line)
                if line.startswith(PAGE):
                    self.pay(line.removeprefix(PAGE).strip())
            watchdog.cancel()
        self.said = "".join(said)
        assert "Traceback" not in self.said, self.said
        return run.returncode

    def orders(self) -> list[str]:
        """What became of this deal's payments at the gateway, by its books."""
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as rows:
            numbers = [row[0] for row in rows.execute("select number from attempts")]
        known = {
            one.get("order_number") or one.get("number"): one["history"]
            for path in ("/sandbox/orders", "/sandbox/declared/orders")
            for one in self.sandbox.ask("GET", path)["orders"]
        }
        histories = [known[number] for number in numbers if number in known]
        return [" ".join(entry["event"] for entry in history) for history in histories]

    def is_won_once(self) -> None:
        """One payment paid, one item at success, one comment of it; what was lost is closed."""
        assert "the deal is won: WON" in self.said, self.said
        assert self.portal.deal["stageId"] == "WON"
        stages = sorted(item["stageId"].split(":")[1] for item in self.portal.items)
        assert stages.count("SUCCESS") == 1, stages
        assert set(stages) <= {"SUCCESS", "FAIL"}, stages
        paid = [text for text in self.portal.comments if ":paid:]" in text]
        assert len(paid) == 1, self.portal.comments
        keys = [text.rsplit("[kopeck:", 1)[1] for text in self.portal.comments]
        assert len(keys) == len(set(keys)), keys
        assert sum("pa" in events for events in self.orders()) == 1, self.orders()


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_the_deal_is_won(sandbox: Sandbox, tmp_path: Path, gateway: str) -> None:
    program = Program(sandbox, gateway, tmp_path / "deals.db")
    assert program.run() == 0, program.said
    program.is_won_once()
    assert len(program.orders()) == 1
    assert len(program.portal.items) == 1
    assert len(program.portal.comments) == 2  # the page, and the money
    assert program.run() == 0, program.said
    program.is_won_once()
    assert PAGE not in program.said
    assert program.portal.secret not in program.said


@pytest.fixture
def middle(sandbox: Sandbox) -> Iterator[Middle]:
    middle = Middle(sandbox.origin)
    yield middle
    middle.stop()


@pytest.mark.parametrize(("gateway", "when"), [("examplepay", "before"), ("rbs", "after")])
def test_killed_in_any_exchange_it_goes_on(
    sandbox: Sandbox, middle: Middle, tmp_path: Path, gateway: str, when: When
) -> None:
    """With the portal or the gateway, while it sells or while it is notified."""
    program = Program(sandbox, gateway, tmp_path / "whole.db", middle)
    middle.arm(0, when)
    assert program.run() == 0, program.said
    steps = middle.count
    assert steps > 20
    for at in range(1, steps + 1):
        program = Program(sandbox, gateway, tmp_path / f"{at}.db", middle)
        middle.arm(at, when)
        assert program.run() == -9, f"{at} of {steps}: {program.said}"
        middle.arm(0, when)
        assert program.run() == 0, f"{at} of {steps}: {program.said}"
        program.is_won_once()


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_notification_that_comes_twice_wins_once(
    sandbox: Sandbox, tmp_path: Path, gateway: str
) -> None:
    program = Program(sandbox, gateway, tmp_path / "deals.db")
    again: list[threading.Thread] = []

    def twice(line: str) -> None:
        """The first is not answered yet when the second comes."""
        if line.startswith("notification: ") and not again:
            again.append(threading.Thread(target=program.redeliver))
            again[0].start()

    program.portal.change(pause_ms=50)
    assert program.run(watch=twice) == 0, program.said
    again[0].join()
    program.is_won_once()


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_portal_that_is_away_hears_of_it_later(
    faults: Sandbox, tmp_path: Path, gateway: str
) -> None:
    """The money is confirmed; the gateway is told to come again until the deal knows."""
    program = Program(faults, gateway, tmp_path / "deals.db")

    def away(line: str) -> None:
        if line.startswith("notification: ") and "not now" not in program.heard:
            program.portal.fault("", "status_503", times=1000)
        if line.startswith("not now: "):
            faults.clear_faults()
        program.heard += line

    assert program.run("--patience-ms", "300", watch=away) == 0, program.said
    assert program.said.count("not now: ") == 1
    assert program.said.count("confirmed: paid") == 2
    program.is_won_once()


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_deal_that_was_lost_meanwhile_gets_its_money_and_a_person(
    sandbox: Sandbox, tmp_path: Path, gateway: str
) -> None:
    program = Program(sandbox, gateway, tmp_path / "deals.db")

    def lose(line: str) -> None:
        if line.startswith(PAGE):
            program.portal.by_hand(f"deals/{program.portal.deal_id}", stageId="LOSE")

    assert program.run(watch=lose) == 1, program.said
    assert "needs_attention: deal_closed" in program.said
    assert "the deal is not won: LOSE" in program.said
    assert [item["stageId"] for item in program.portal.items] == ["DT1220_30:SUCCESS"]
    assert any(":paid:deal_closed]" in text for text in program.portal.comments)
    assert program.run() == 1, program.said


@pytest.mark.parametrize("method", ["crm.item.get", "crm.item.add", "crm.timeline.comment.add"])
@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "garbage"])
def test_a_lost_answer_of_the_portal_changes_nothing(
    faults: Sandbox, tmp_path: Path, method: str, fault: str
) -> None:
    program = Program(faults, "examplepay", tmp_path / "deals.db")
    program.portal.fault(method, fault)
    if program.run("--patience-ms", "1000") != 0:  # the flow says that it may be repeated
        assert "repeat" in program.said, program.said
        assert program.run() == 0, program.said
    program.is_won_once()
    assert "no clear answer from the gateway" not in program.said


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_without_notifications_it_looks_by_itself(
    sandbox: Sandbox, tmp_path: Path, gateway: str
) -> None:
    program = Program(sandbox, gateway, tmp_path / "deals.db")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        elsewhere = str(free.getsockname()[1])
    assert program.run("--listen", elsewhere, "--pause-ms", "300") == 0, program.said
    program.is_won_once()


def test_a_payment_that_the_deal_no_longer_wants_is_cancelled(
    sandbox: Sandbox, middle: Middle, tmp_path: Path
) -> None:
    """It was closed while the program was away."""
    program = Program(sandbox, "rbs", tmp_path / "deals.db", middle)
    program.pressed = True  # nobody pays

    def die(line: str) -> None:
        if line.startswith(PAGE):
            middle.kill()

    assert program.run(watch=die) == -9, program.said
    program.portal.by_hand(f"deals/{program.portal.deal_id}", stageId="LOSE")
    assert program.run() == 1, program.said
    assert "the payment was cancelled" in program.said
    assert PAGE not in program.said
    assert len(program.orders()) == 1
    assert "pa" not in program.orders()[0].split(), program.orders()


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_portal_that_refuses_the_money_is_for_a_person(
    sandbox: Sandbox, tmp_path: Path, gateway: str
) -> None:
    """The program ends and says so; run again, it tells the deal what it could not."""
    program = Program(sandbox, gateway, tmp_path / "deals.db")
    refusal: dict[str, Any] = {"method": "*", "status": 403}
    refusal.update(error="insufficient_scope", description="No")

    def forbid(line: str) -> None:
        if line.startswith(PAGE):
            program.portal.change(refusals=[refusal])

    assert program.run(watch=forbid) == 1, program.said
    assert "settle_deal: " in program.said
    assert "run this again" in program.said
    program.portal.change(refusals=[])
    assert program.run() == 0, program.said
    program.is_won_once()


def test_of_two_programs_with_one_store_the_second_does_not_start(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    program = Program(sandbox, "examplepay", tmp_path / "deals.db")
    second: list[subprocess.CompletedProcess[str]] = []

    def start(line: str) -> None:
        if line.startswith(PAGE):
            command = [*program.command, "--listen", "0"]
            second.append(subprocess.run(command, capture_output=True, text=True, timeout=20))

    assert program.run(watch=start) == 0, program.said
    assert "another program uses it" in second[0].stderr
    program.is_won_once()


def test_the_notification_of_another_order_ends_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    program = Program(sandbox, "rbs", tmp_path / "deals.db")
    client = kopeck.Client(program.settings)

    def another(line: str) -> None:
        if line.startswith(PAGE):
            back = "https://shop.example/back"
            number = f"another-{program.portal.name}"
            other = client.create_payment(
                order_number=number, amount="1500.00", currency="RUB", return_url=back
            )
            assert other.id is not None
            sandbox.act(other.id, "pay")

    assert program.run(watch=another) == 0, program.said
    program.is_won_once()
