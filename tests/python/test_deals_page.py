"""What docs/deals.md shows of CHECKOUT, run: its two JSON texts set the portal up, its functions
serve a buyer of the portal's own shop."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import kopeck
from kopeck.fields import Create, Received
from kopeck.results import Answer
from portal import Portal
from sandbox import Listener, Sandbox

PAGE = (Path(__file__).resolve().parents[2] / "docs/deals.md").read_text()
SECRET = "the secret that you made up"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


class Store:
    """One attempt in memory, where the page's reader has a database."""

    def __init__(self, number: str) -> None:
        self.row = SimpleNamespace(number=number, page=None)

    def attempt(self, payment_id: int, pay_system_id: int, create: Any) -> tuple[str, Any]:
        row = self.row
        row.portal_payment_id, row.pay_system_id = payment_id, pay_system_id
        row.amount, row.currency = create["amount"], create["currency"]
        return row.number, row.page

    def made(self, number: str, page: kopeck.Payment) -> None:
        assert number == self.row.number
        self.row.page, self.row.payment_id = page, page.id


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
    sandbox: Sandbox, client: kopeck.Client, order: Callable[..., Create], listener: Listener
) -> None:
    portal = Portal(sandbox)
    (code,) = (code for code in blocks("python") if "def checkout" in code)
    shown: dict[str, Any] = {}
    exec(code, shown)
    handler = kopeck.Bitrix24(portal.settings(checkout_secret=SECRET))
    store = Store(order()["order_number"])

    def shop(received: Received) -> Answer:
        came = (received.get("headers"), received.get("body"))
        status, content_type, body = shown["checkout"](handler, client, store, *came)
        return Answer({"status": status, "content_type": content_type, "body": body})

    listener.shop = shop
    payment_id = set_up(portal, listener.url)
    wanted = {"portal": portal.name, "payment_id": payment_id}
    seen = sandbox.ask("POST", "/sandbox/bitrix24/checkout", wanted)["understood"]
    page = store.row.page
    assert seen == {"PAYMENT_URL": page.action.url, "PAYMENT_ID": page.id}
    again = sandbox.ask("POST", "/sandbox/bitrix24/checkout", wanted)["understood"]
    assert again == seen
    forged = {**wanted, "fields": {"serviceKey": "guessed"}}
    refused = sandbox.ask("POST", "/sandbox/bitrix24/checkout", forged)["understood"]
    assert list(refused) == ["PAYMENT_ERRORS"]

    assert not shown["notified"](handler, client, store.row, None).paid
    sandbox.act(str(page.id), "pay")
    assert shown["notified"](handler, client, store.row, None).paid
    assert portal.state()["payments"][0]["paid"] == "Y"
