"""Runs examples/python/shop.py against a sandbox, with a buyer and a line that breaks."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox import ROOT, Sandbox

SHOP = ROOT / "examples/python/shop.py"
PATIENCE = 60
PAID = "confirmed: paid, captured 100.00 RUB"
REFUNDED = "refunded 30.00: partially_refunded, 30.00 of 100.00"
UNKNOWN = ".*: finding out what became of it"
PENDING = "refund [0-9a-f]{32}: pending: .*"


@pytest.fixture
def gateway() -> Iterator[Sandbox]:
    sandbox = Sandbox("--retry-pause-ms", "200")
    yield sandbox
    sandbox.stop()


def run_shop(gateway: Sandbox) -> tuple[list[str], int]:
    """What the shop says, once the buyer has paid, and its exit status."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(SHOP), "--base-url", f"{gateway.origin}/payment"]
    command += ["--user", "hmac_user", "--password", "hmac_user_password"]
    command += ["--callback-key", "hmac_user_callback_key", "--listen", str(port)]
    said = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as shop:
        watchdog = threading.Timer(PATIENCE, shop.kill)
        watchdog.start()
        assert shop.stdout is not None
        for line in shop.stdout:
            said.append(line.rstrip("\n"))
            if line.startswith("pay at: "):
                page = urlsplit(line.split()[-1])
                gateway.act(parse_qs(page.query)["mdOrder"][0], "pay")
        watchdog.cancel()
    return said, shop.returncode


def in_order(expected: list[str], said: list[str]) -> bool:
    lines = iter(said)
    return all(any(re.fullmatch(pattern, line) for line in lines) for pattern in expected)


@pytest.mark.parametrize(
    ("match", "fault", "expected", "code", "registered", "refunds"),
    [
        (None, None, [PAID, REFUNDED], 0, 1, 1),
        ("register.do", "drop_before", [UNKNOWN, PAID, REFUNDED], 0, 1, 1),
        # The page's address is lost with the answer: the next attempt has a number of its own.
        ("register.do", "drop_after", [UNKNOWN, PAID, REFUNDED], 0, 2, 1),
        ("refund.do", "drop_after", [PAID, UNKNOWN, REFUNDED], 0, 1, 1),
        # Within the grace time nobody can say whether it will still arrive: no second refund.
        ("refund.do", "drop_before", [PAID, UNKNOWN, PENDING], 1, 1, 0),
    ],
)
def test_the_shop_gets_through(
    gateway: Sandbox, match: str | None, fault: str | None, expected: list[str], code: int,
    registered: int, refunds: int,
) -> None:  # fmt: skip
    if match is not None and fault is not None:
        gateway.fault(match, fault)
    said, ended = run_shop(gateway)
    text = "\n".join(said)
    assert "Traceback" not in text, text
    assert in_order(expected, said), text
    assert ended == code, text
    orders = gateway.ask("GET", "/sandbox/orders")["orders"]
    assert len(orders) == registered
    history = [entry["event"] for order in orders for entry in order["history"]]
    assert history.count("refund of 3000") == refunds, history
