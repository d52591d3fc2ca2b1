"""A process that dies between any two calls of a flow, or in one, and is run again: one item, one
comment of each state, and a deal that stands where it should."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from middle import Middle, When
from portal import FIELDS, TYPE, Portal
from sandbox import Sandbox

PROGRAM = Path(__file__).with_name("flow_once.py")
MOST = 60
"""More exchanges than a flow has."""


@pytest.fixture
def middle(sandbox: Sandbox) -> Iterator[Middle]:
    middle = Middle(sandbox.origin)
    yield middle
    middle.stop()


def run(portal: Portal, middle: Middle, operation: str, fields: dict[str, Any]) -> Any:
    """The flow's reply; None where the process was killed."""
    settings = portal.settings(webhook_url=middle.through(portal.webhook_url))
    where = {"deal_id": portal.deal_id, "entity_type_id": TYPE}
    asked = {"settings": settings, "operation": operation, "fields": {**where, **fields}}
    command = [sys.executable, str(PROGRAM), json.dumps(asked)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        middle.victim = process
        said, problem = process.communicate(timeout=60)
    assert process.returncode in (0, -9), problem
    return json.loads(said) if process.returncode == 0 else None


def end_state(portal: Portal) -> dict[str, Any]:
    """What must not depend on what died when."""
    state = portal.state()
    items = [
        {
            name: item[name]
            for name in ("xmlId", "stageId", "opportunity", "parentId2", *FIELDS.values())
        }
        for item in state["items"].get(str(TYPE), [])
    ]
    comments = [text.splitlines() for text in portal.comments]
    # The item's number stands in the text, and the first item may be another one's.
    told = [[line for line in lines if not line.startswith("Item")] for lines in comments]
    paid = [one["paid"] for one in state["payments"]]
    return {"items": items, "deal": portal.deal["stageId"], "comments": told, "paid": paid}


Flow = tuple[str, Callable[[Portal], dict[str, Any]], bool]
FLOWS: dict[str, Flow] = {
    "link_payment before": ("link_payment", lambda portal: {"payment": plan(portal)}, False),
    "link_payment": ("link_payment", lambda portal: {"payment": portal.payment()}, False),
    "settle_deal paid": ("settle_deal", lambda portal: {"payment": portal.paid()}, True),
    "settle_deal without an item": (
        "settle_deal",
        lambda portal: {"payment": portal.paid()},
        False,
    ),
    "settle_deal registers on the order": (
        "settle_deal",
        lambda portal: registered(portal, "order"),
        True,
    ),
    "settle_deal registers on the deal": (
        "settle_deal",
        lambda portal: registered(portal, "deal"),
        True,
    ),
    "settle_deal declined": ("settle_deal", lambda portal: {"payment": dead(portal)}, True),
}


def plan(portal: Portal) -> dict[str, Any]:
    """What is known before there is a payment."""
    payment = portal.payment()
    return {name: payment[name] for name in ("gateway", "order_number", "amount", "currency")}


def registered(portal: Portal, way: str) -> dict[str, Any]:
    if way == "order":
        portal.order()
    else:
        portal.product()
    register = {"way": way, "pay_system_id": portal.pay_system()}
    return {"payment": portal.paid(), "locked": True, "register": register}


def dead(portal: Portal) -> dict[str, Any]:
    return portal.payment(status="declined", state_id="e3", final=True, action=None)


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_in_any_exchange_it_ends_the_same(
    sandbox: Sandbox, middle: Middle, flow: str, when: When
) -> None:
    operation, asked, linked = FLOWS[flow]

    def fresh() -> tuple[Portal, dict[str, Any]]:
        portal = Portal(sandbox)
        if linked:
            portal.link(fields=FIELDS)
        return portal, {**asked(portal), "fields": FIELDS}

    portal, fields = fresh()
    middle.arm(0, when)
    assert run(portal, middle, operation, fields) is not None
    expected, steps = end_state(portal), middle.count
    assert 4 <= steps <= MOST
    assert expected["paid"] == (["Y"] if "registers" in flow else [])
    assert run(portal, middle, operation, fields) is not None
    assert end_state(portal) == expected
    for at in range(1, steps + 1):
        portal, fields = fresh()
        middle.arm(at, when)
        assert run(portal, middle, operation, fields) is None, f"{flow}: {at} of {steps}"
        assert middle.count == at
        assert run(portal, middle, operation, fields) is not None
        assert end_state(portal) == expected, f"{flow}: killed {when} {at} of {steps}"
