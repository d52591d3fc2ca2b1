"""What docs/deals.md shows of CHECKOUT, run: its two JSON texts set the portal up, its functions
serve a buyer of the portal's own shop."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import kopeck
from kopeck.fields import Received
from kopeck.results import Answer
from portal import Portal
from sandbox import Listener, Sandbox

PAGE = (Path(__file__).resolve().parents[2] / "docs/deals.md").read_text()
SECRET = "the secret that you made up"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


class Store:
    """Attempts in memory, where the page's reader has a database."""

    def __init__(self, notification_url: str) -> None:
        self.notification_url = notification_url
        self.rows: list[SimpleNamespace] = []
        self.words: list[str] = []

    def lock(self, _: int) -> AbstractContextManager[None]:
        return nullcontext()

    def last(self, payment_id: int) -> SimpleNamespace | None:
        rows = [row for row in self.rows if row.payment_id == payment_id]
        return rows[-1] if rows else None

    def find(self, number: str | None) -> SimpleNamespace | None:
        return next((row for row in self.rows if row.number == number), None)

    def open(self) -> list[SimpleNamespace]:
        over = ("paid", "declined", "expired", "cancelled")
        return [row for row in self.rows if row.page and row.page["status"] not in over]

    def next(self, read: kopeck.Checkout) -> SimpleNamespace:
        number = f"{read.order_prefix}{os.urandom(4).hex()}-{len(self.rows) + 1}"
        request = {"order_number": number, **read.create, "notification_url": self.notification_url}
        expect = {name: request[name] for name in ("order_number", "amount", "currency")}
        sent_at = datetime.now(timezone.utc).isoformat()
        row = SimpleNamespace(number=number, request=request, expect=expect, sent_at=sent_at)
        row.page, row.payment_id, row.pay_system_id = None, read.payment_id, read.pay_system_id
        self.rows.append(row)
        return row

    def made(self, row: SimpleNamespace, page: dict[str, Any]) -> None:
        assert row is self.rows[-1]
        row.page = page

    def drop(self, row: SimpleNamespace) -> None:
        self.rows.remove(row)

    def settled(self, row: SimpleNamespace, status: str, attention: tuple[str, ...]) -> None:
        row.page["status"] = status
        self.words += attention

    def attention(self, _: SimpleNamespace, why: str) -> None:
        self.words.append(why)


def set_up(portal: Portal, url: str) -> int:
    """By the page's JSON, with this address: a payment that waits for a buyer."""
    ask = portal.client.method
    handler, system = (json.loads(text) for text in blocks("json"))
    assert system["SETTINGS"]["SERVICE_KEY"]["VALUE"] == SECRET
    handler["SETTINGS"]["CHECKOUT_DATA"]["ACTION_URI"] = url
    ask("sale.paysystem.handler.add", handler)
    persons = ask("sale.persontype.list", {}, effect="read").result["personTypes"]
    system["PERSON_TYPE_ID"] = persons[0]["id"]
    system_id = int(ask("sale.paysystem.add", system).result)
    row_id = portal.product()
    of_deal = {"entityId": portal.deal_id, "entityTypeId": 2}
    payment_id = int(ask("crm.item.payment.add", of_deal).result)
    product = {"paymentId": payment_id, "rowId": row_id, "quantity": 1}
    ask("crm.item.payment.product.add", product)
    ask("crm.item.payment.update", {"id": payment_id, "fields": {"paySystemId": system_id}})
    return payment_id


class Shop:
    """The page's functions at work: the portal asks one listener, the gateway notifies another."""

    payment_id: int

    def __init__(self, sandbox: Sandbox, client: kopeck.Client, notify_url: str) -> None:
        self.sandbox, self.client, self.portal = sandbox, client, Portal(sandbox)
        (code,) = (code for code in blocks("python") if "def checkout" in code)
        self.shown: dict[str, Any] = {}
        exec(code, self.shown)
        self.handler = kopeck.Bitrix24(self.portal.settings(checkout_secret=SECRET))
        self.store = Store(notify_url)
        self.answered: list[Answer] = []

    def checkout(self, received: Received) -> Answer:
        came = (received.get("headers"), received.get("body"))
        said = self.shown["checkout"](self.handler, self.client, self.store, *came)
        return Answer(dict(zip(("status", "content_type", "body"), said)))

    def notified(self, received: Received) -> Answer:
        answer: Answer = self.shown["notified"](self.handler, self.client, self.store, received)
        self.answered.append(answer)
        return answer

    def asked(self, **more: Any) -> Any:
        """What the portal understands of the answer."""
        wanted = {"portal": self.portal.name, "payment_id": self.payment_id, **more}
        return self.sandbox.ask("POST", "/sandbox/bitrix24/checkout", wanted)["understood"]

    def paid(self) -> bool:
        return bool(self.portal.state()["payments"][0]["paid"] == "Y")

    def pages(self) -> list[str]:
        """Where the attempts stand at the gateway."""
        numbers = [row.number for row in self.store.rows]
        status = self.client.payment_status
        return [status(order_number=number).status for number in numbers]


@pytest.fixture
def notify() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.stop()


@pytest.fixture
def shop(faults: Sandbox, client: kopeck.Client, listener: Listener, notify: Listener) -> Shop:
    shop = Shop(faults, client, notify.url)
    listener.shop, notify.shop = shop.checkout, shop.notified
    shop.payment_id = set_up(shop.portal, listener.url)
    return shop


def test_the_page_serves_a_buyer_of_the_portals_shop(shop: Shop, notify: Listener) -> None:
    first = shop.asked()
    page = shop.store.rows[0].page
    assert first == {"PAYMENT_URL": page["action"]["url"], "PAYMENT_ID": page["id"]}
    assert shop.asked() == first
    assert list(shop.asked(fields={"serviceKey": "guessed"})) == ["PAYMENT_ERRORS"]
    assert len(shop.store.rows) == 1
    shop.shown["sweep"](shop.handler, shop.client, shop.store)
    assert not shop.paid()

    shop.sandbox.act(page["id"], "pay")
    notify.wait_for(1)
    wait_until(lambda: len(shop.answered) > 0)
    assert shop.answered[0].status == 200
    assert shop.paid()
    assert (shop.store.words, shop.store.open()) == ([], [])
    assert list(shop.asked()) == ["PAYMENT_ERRORS"]  # there is no second page
    assert len(shop.store.rows) == 1


def test_nobody_notifies_and_the_sweep_sees_the_money(shop: Shop) -> None:
    shop.store.notification_url = "http://127.0.0.1:9/"
    shop.sandbox.act(shop.asked()["PAYMENT_ID"], "pay")
    shop.shown["sweep"](shop.handler, shop.client, shop.store)
    assert shop.paid()


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_page_whose_answer_was_lost_is_settled_and_never_made_twice(
    shop: Shop, fault: str
) -> None:
    shop.sandbox.fault("register.do", fault, body="orderNumber=b24-")
    assert list(shop.asked()) == ["PAYMENT_ERRORS"]
    assert [row.page for row in shop.store.rows] == [None]
    second = shop.asked()
    assert second["PAYMENT_ID"] == shop.store.rows[-1].page["id"]
    # What arrived has no page any more: it was closed before the next was made.
    assert shop.pages() == (["cancelled", "created"] if fault == "drop_after" else ["created"])
    assert shop.asked() == second


def test_a_request_that_could_not_leave_is_no_attempt(shop: Shop) -> None:
    usual, shop.store.notification_url = shop.store.notification_url, "nowhere"
    assert list(shop.asked()) == ["PAYMENT_ERRORS"]
    assert shop.store.rows == []
    shop.store.notification_url = usual
    assert "PAYMENT_URL" in shop.asked()


@pytest.mark.parametrize("verdict", ["pending", "review"])
def test_what_nobody_can_tell_yet_gets_no_second_page(shop: Shop, verdict: str) -> None:
    shop.sandbox.fault("register.do", "drop_after", body="orderNumber=b24-")
    assert list(shop.asked()) == ["PAYMENT_ERRORS"]
    told = SimpleNamespace(verdict=verdict, why="nobody knows")
    shop.client = cast(kopeck.Client, SimpleNamespace(settle=lambda **_: told))
    assert list(shop.asked()) == ["PAYMENT_ERRORS"]
    assert len(shop.store.rows) == 1
    assert shop.store.words == (["nobody knows"] if verdict == "review" else [])


@pytest.mark.parametrize("lost", [False, True])
def test_another_sum_cancels_the_old_page_first(shop: Shop, lost: bool) -> None:
    if lost:
        shop.sandbox.fault("register.do", "drop_before", body="orderNumber=b24-")
    shop.asked()
    more = {"paymentId": shop.payment_id, "rowId": shop.portal.product(), "quantity": 1}
    shop.portal.client.method("crm.item.payment.product.add", more)
    last = shop.asked()
    assert shop.pages() == ["cancelled", "created"]
    assert last["PAYMENT_ID"] == shop.store.rows[1].page["id"]
    assert [row.expect["amount"] for row in shop.store.rows] == ["1500.00", "3000.00"]
    assert shop.asked() == last


def test_a_notification_that_is_forged_or_too_early_changes_nothing(
    shop: Shop, notify: Listener
) -> None:
    shop.sandbox.act(shop.asked()["PAYMENT_ID"], "pay")
    came = notify.wait_for(1)
    (row,) = shop.store.rows
    wait_until(lambda: len(shop.answered) > 0)
    forged = {**came, "query": str(came.get("query")).replace("1", "2")}
    assert shop.notified(cast(Received, forged)).status >= 400
    page, row.page = row.page, None
    assert shop.notified(came).status >= 500
    row.page = page
    shop.sandbox.fault("getOrderStatusExtended.do", "status_503", times=9)
    assert shop.notified(came).status >= 500
    shop.sandbox.clear_faults()
    row.expect["amount"] = "1400.00"
    assert shop.notified(came).status == 200
    assert len(shop.store.words) == 1


def wait_until(done: Callable[[], bool]) -> None:
    over = time.monotonic() + 20
    while not done():
        assert time.monotonic() < over
        time.sleep(0.01)
