"""A defect of the library is an `InternalError` that says how far the call got.

The panics need a package built with the feature `provoke-panic`, in the folder KOPECK_PROVOKE
(`pip install --target`); with KOPECK_PROVOKE=required and no folder, these tests fail.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kopeck
from kopeck import _kopeck
from sandbox import Sandbox

PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
import kopeck
assert kopeck.__file__.startswith(sys.argv[1]), kopeck.__file__
settings, calls = json.loads(sys.stdin.read())
client = kopeck.Client(settings)
found = []
for operation, fields in calls:
    try:
        client.call(operation, fields)
    except Exception as error:  # a PanicException is none, and would end this program
        name = type(error).__name__
        found.append([name, error.may_have_happened, error.advice, error.operation, str(error)])
found.append(client.call("operations", {})["gateway"])  # the client is still of use
print(json.dumps(found))
"""


@pytest.fixture
def provoking() -> str:
    folder = os.environ.get("KOPECK_PROVOKE")
    if folder is None:
        pytest.skip("KOPECK_PROVOKE names no package built with provoke-panic")
    if not Path(folder, "kopeck").is_dir():
        pytest.fail(f"KOPECK_PROVOKE={folder}: there is no package built with provoke-panic")
    return str(Path(folder).resolve())


def provoked(folder: str, sandbox: Sandbox, calls: list[Any]) -> list[Any]:
    """How each call ended in a program of its own, whose client was of use to the end."""
    ended = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, folder],
        input=json.dumps([sandbox.settings(), calls]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    found: list[Any] = json.loads(ended.stdout)
    assert found.pop() == "rbs"
    return found


def test_a_panic_is_an_internal_error(provoking: str, sandbox: Sandbox) -> None:
    url = f"{sandbox.origin}/payment/rest/register.do"
    calls = [
        ["provoke_panic", {}],
        ["provoke_panic", {"url": url}],
        ["operations", {"provoke_panic_outside": True}],
    ]
    says = "a defect in kopeck: please report it"
    assert provoked(provoking, sandbox, calls) == [
        ["InternalError", False, "report", "provoke_panic", says],
        ["InternalError", True, "ask_status", "provoke_panic", says],
        ["InternalError", True, "ask_status", "operations", says],
    ]


MONEY = {
    "create_payment": "rest/register.do", "capture": "rest/deposit.do",
    "cancel": "rest/reverse.do", "refund": "rest/refund.do",
    "charge_saved_card": "recurrentPayment.do",
}  # fmt: skip


def test_a_panic_around_a_money_call_leaves_it_open(provoking: str, sandbox: Sandbox) -> None:
    """After its request was sent, and in the binding, where nobody knows how far it got."""
    secret = "a-card-that-can-pay"
    sent = [
        ["provoke_panic", {"url": f"{sandbox.origin}/payment/{path}"}] for path in MONEY.values()
    ]
    outside = [[name, {"provoke_panic_outside": True, "card_id": secret}] for name in MONEY]
    found = provoked(provoking, sandbox, sent + outside)
    for name, may_have_happened, advice, _, text in found:
        assert (name, may_have_happened, advice) == ("InternalError", True, "ask_status")
        assert secret not in text
    assert [row[3] for row in found[len(sent) :]] == list(MONEY)


def test_the_released_package_cannot_be_provoked(client: kopeck.Client) -> None:
    with pytest.raises(kopeck.InvalidRequestError):
        client.call("provoke_panic", {})
    assert b"provoke" not in Path(str(_kopeck.__file__)).read_bytes()
