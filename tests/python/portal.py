"""A portal of Bitrix24, played by the sandbox: its own smart process, deals, and what people do."""

from __future__ import annotations

import itertools
import os
from typing import Any

import kopeck
from sandbox import Sandbox

TYPE = 1220
FIELDS = {
    "payment_id": "ufCrmPayment",
    "payment_url": "ufCrmUrl",
    "status": "ufCrmStatus",
    "state_id": "ufCrmState",
    "portal_payment_id": "ufCrmPortalPayment",
}
"""The item's own fields that take the payment: `fields` of the flows."""
_count = itertools.count(1)


class Portal:
    """One portal of a test's own, with one deal of 1500 roubles."""

    def __init__(self, sandbox: Sandbox, **more: Any) -> None:
        self.sandbox = sandbox
        self.name = f"py-{os.getpid()}-{next(_count)}"
        payments = {"entityTypeId": TYPE, "title": "Payments", "userFields": [*FIELDS.values()]}
        loose = {"entityTypeId": TYPE + 2, "title": "Loose", "dealRelation": False}
        deal = {"title": "A teapot", "opportunity": 1500, "currencyId": "RUB"}
        given = {"name": self.name, "types": [payments, loose], "deals": [deal], **more}
        made = sandbox.ask("POST", "/sandbox/bitrix24/portals", given)
        self.webhook_url = str(made["webhook_url"])
        self.secret = self.webhook_url.rstrip("/").split("/")[-1]
        self.application_token = made["application_token"]
        self.oauth = made["oauth"]
        self.deal_id = int(made["deals"][0]["id"])
        self.client = kopeck.Bitrix24(self.settings())

    def settings(self, **more: Any) -> dict[str, Any]:
        return {"webhook_url": self.webhook_url, "request_limit": "none", **more}

    def state(self) -> Any:
        """All that is in it."""
        return self.sandbox.ask("GET", f"/sandbox/bitrix24/portals/{self.name}")

    def change(self, **change: Any) -> None:
        self.sandbox.ask("POST", f"/sandbox/bitrix24/portals/{self.name}", change)

    def by_hand(self, what: str, **fields: Any) -> Any:
        """What a person adds or changes: `deals`, `deals/662`, `items/1220`."""
        return self.sandbox.ask("POST", f"/sandbox/bitrix24/portals/{self.name}/{what}", fields)

    def fault(self, method: str, fault: str, **more: Any) -> None:
        """What goes wrong with a method of this portal alone."""
        self.sandbox.fault(f"/{self.secret}/{method}", fault, **more)

    @property
    def deal(self) -> Any:
        found = [one for one in self.state()["deals"] if one["id"] == self.deal_id]
        return found[0]

    @property
    def items(self) -> list[Any]:
        return list(self.state()["items"].get(str(TYPE), []))

    @property
    def comments(self) -> list[str]:
        """On the deal's timeline, oldest first."""
        own = [one for one in self.state()["comments"] if one["ENTITY_TYPE"] == "deal"]
        return [str(one["COMMENT"]) for one in own if int(one["ENTITY_ID"]) == self.deal_id]

    @property
    def calls(self) -> list[str]:
        return [call["method"] for call in self.state()["calls"]]

    def payment(self, **change: Any) -> dict[str, Any]:
        """A reply of `create_payment`, as any gateway's client gives it."""
        number = f"deal-{self.deal_id}-1"
        payment = {
            "gateway": "rbs",
            "id": "7f3a",
            "order_number": number,
            "status": "created",
            "state_id": "c1",
            "final": False,
            "amount": "1500.00",
            "currency": "RUB",
            "action": {"type": "redirect", "url": "https://pay.example/page?id=7f3a"},
        }
        return {**payment, **change}

    def paid(self, **change: Any) -> dict[str, Any]:
        """The same once it is paid."""
        paid = {"status": "paid", "state_id": "d2", "final": True, "captured": "1500.00"}
        return self.payment(**{**paid, "action": None, **change})

    def link(self, client: kopeck.Bitrix24 | None = None, **change: Any) -> kopeck.LinkedPayment:
        given = {"deal_id": self.deal_id, "entity_type_id": TYPE, "payment": self.payment()}
        return (client or self.client).link_payment(**{**given, **change})

    def settle(self, client: kopeck.Bitrix24 | None = None, **change: Any) -> kopeck.SettledDeal:
        given: dict[str, Any] = {"deal_id": self.deal_id, "entity_type_id": TYPE}
        if "notification" not in change:
            given["payment"] = self.paid()
        return (client or self.client).settle_deal(**{**given, **change})

    def pay_system(self, url: str = "http://127.0.0.1:9/") -> int:
        """A pay system whose handler is at this address, and its secret `service-key-1`: its id."""
        ask = self.client.method
        provider = {"PROVIDER_KEY": "VALUE", "PROVIDER_VALUE": "service-key-1"}
        fields = {"serviceKey": {"CODE": "SERVICE_KEY", "VISIBLE": "N"}}
        settings = {
            "CODES": {"SERVICE_KEY": {"NAME": "Key", "DEFAULT": provider}},
            "CHECKOUT_DATA": {"ACTION_URI": url, "FIELDS": fields},
        }
        handler = {"NAME": "Ours", "CODE": "ours", "SORT": 100, "SETTINGS": settings}
        ask("sale.paysystem.handler.add", handler)
        persons = ask("sale.persontype.list", {}, effect="read").result["personTypes"]
        system = {"NAME": "Card", "PERSON_TYPE_ID": persons[0]["id"], "BX_REST_HANDLER": "ours"}
        value = {"SERVICE_KEY": {"TYPE": "VALUE", "VALUE": "service-key-1"}}
        more = {"ACTIVE": "Y", "ENTITY_REGISTRY_TYPE": "ORDER", "SETTINGS": value}
        return int(ask("sale.paysystem.add", {**system, **more}).result)

    def product(self) -> int:
        """What the deal sells: the id of the row."""
        row = {"ownerId": self.deal_id, "ownerType": "D", "productName": "A teapot"}
        fields = {"fields": {**row, "price": 1500, "quantity": 1}}
        reply = self.client.method("crm.item.productrow.add", fields)
        return int(reply.result["productRow"]["id"])

    def order(self) -> None:
        """The deal's order in the shop."""
        self.by_hand("orders", id=200, currency="RUB")
        link = {"orderId": 200, "ownerId": self.deal_id, "ownerTypeId": 2}
        self.client.method("crm.orderentity.add", {"fields": link})

    def sell(self, url: str) -> tuple[int, int]:
        """A payment of the deal's product by a pay system: the ids of the two."""
        ask, system_id, row_id = self.client.method, self.pay_system(url), self.product()
        of_deal = {"entityId": self.deal_id, "entityTypeId": 2}
        payment_id = int(ask("crm.item.payment.add", of_deal).result)
        product = {"paymentId": payment_id, "rowId": row_id, "quantity": 1}
        ask("crm.item.payment.product.add", product)
        ask("crm.item.payment.update", {"id": payment_id, "fields": {"paySystemId": system_id}})
        return payment_id, system_id
