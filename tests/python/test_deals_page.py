"""What docs/deals.md shows of CHECKOUT, run: its two JSON texts set the portal up, its functions
serve a buyer of the portal's own shop."""

from __future__ import annotations

import json
import os
import re
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

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

    def __init__(self) -> None:
        self.rows: list[SimpleNamespace] = []

    def lock(self, _: int) -> AbstractContextManager[None]:
        return nullcontext()

    def last(self, payment_id: int) -> SimpleNamespace | None:
        rows = [row for row in self.rows if row.payment_id == payment_id]
        return rows[-1] if rows else None

    def next(self, read: kopeck.Checkout) -> SimpleNamespace:
        number = f"{read.order_prefix}{os.urandom(4).hex()}-{len(self.rows) + 1}"
        expect = {"order_number": number, **read.create}
        del expect["return_url"]
        ids = {"payment_id": read.payment_id, "pay_system_id": read.pay_system_id}
        self.rows.append(SimpleNamespace(number=number, expect=expect, page=None, **ids))
        return self.rows[-1]

    def made(self, row: SimpleNamespace) -> None:
        assert row is self.rows[-1]


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


def test_the_page_serves_a_buyer_of_the_portals_shop(
    sandbox: Sandbox, client: kopeck.Client, listener: Listener
) -> None:
    portal = Portal(sandbox)
    (code,) = (code for code in blocks("python") if "def checkout" in code)
    shown: dict[str, Any] = {}
    exec(code, shown)
    handler = kopeck.Bitrix24(portal.settings(checkout_secret=SECRET))
    store = Store()

    def shop(received: Received) -> Answer:
        came = (received.get("headers"), received.get("body"))
        status, content_type, body = shown["checkout"](handler, client, store, *came)
        return Answer({"status": status, "content_type": content_type, "body": body})

    def asked(**more: Any) -> Any:
        wanted = {"portal": portal.name, "payment_id": payment_id, **more}
        return sandbox.ask("POST", "/sandbox/bitrix24/checkout", wanted)["understood"]

    listener.shop = shop
    payment_id = set_up(portal, listener.url)
    first = asked()
    page = store.rows[0].page
    assert first == {"PAYMENT_URL": page["action"]["url"], "PAYMENT_ID": page["id"]}
    assert asked() == first
    assert list(asked(fields={"serviceKey": "guessed"})) == ["PAYMENT_ERRORS"]
    (row,) = store.rows

    assert not shown["notified"](handler, client, row, None).paid
    sandbox.act(page["id"], "pay")
    assert list(asked()) == ["PAYMENT_ERRORS"]  # he has paid: there is no second page
    settled = shown["notified"](handler, client, row, None)
    assert (settled.paid, settled.repeated, settled.attention) == (True, False, ())
    assert (len(store.rows), portal.state()["payments"][0]["paid"]) == (1, "Y")
