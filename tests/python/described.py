"""A shop at a gateway that a descriptor describes, played by the sandbox from the same file."""

from __future__ import annotations

import itertools
import json
import os
import time
from typing import Any
from urllib.parse import urlencode

import kopeck
from kopeck.fields import Create, Expect, Received
from kopeck.results import Answer
from sandbox import FORM, ROOT, Listener, Sandbox, request

BUILT_IN = ROOT / "core/src/gateways/declared/descriptors"
SETTINGS: dict[str, dict[str, Any]] = json.loads(
    (ROOT / "tests/descriptors/settings.json").read_text()
)
"""Sample settings by descriptor: `config`, `secrets`; `file` where it is not built in, `currency`,
`number` (`digits`), `assumptions`."""
CUSTOMER = {"email": "buyer@shop.example", "phone": "+79001234567", "name": "Иван"}
_count = itertools.count(1)


class Described:
    """One shop, one order; `listener` is where its notifications go, and answers as a shop does."""

    def __init__(self, sandbox: Sandbox, name: str, listener: Listener, **switches: Any) -> None:
        self.sandbox, self.name, self.listener = sandbox, name, listener
        sample = SETTINGS[name]
        path = ROOT / sample["file"] if "file" in sample else BUILT_IN / f"{name}.toml"
        self.own: dict[str, Any] = {
            key: sample[key] for key in ("config", "secrets") if key in sample
        }
        self.currency = sample.get("currency", "RUB")
        shop: dict[str, Any] = {
            "id": name,
            "descriptor": path.read_text(),
            "notification_url": listener.url,
        }
        more = {"currency": self.currency, "switches": {"retry_pause_ms": 20, **switches}}
        sandbox.ask("POST", "/sandbox/declared/shops", {**shop, **self.own, **more})
        self.descriptor = str(path) if "file" in sample else name
        self.assumptions = sample.get("assumptions", {})
        self.client = kopeck.Client(self.settings())
        count = next(_count)
        digits = sample.get("number") == "digits"
        number = f"{os.getpid() % 9000 + 1000}{count:04}" if digits else f"n{os.getpid()}-{count}-a"
        self.fields: Create = {
            "order_number": number,
            "amount": "100.50",
            "currency": self.currency,
            "return_url": "https://shop.example/return",
            "description": "Заказ №19",
            "customer": {"email": CUSTOMER["email"], "phone": CUSTOMER["phone"], "name": "Иван"},
        }
        self.id = ""
        listener.shop = self.answered

    def settings(self, **more: Any) -> dict[str, Any]:
        return {
            "gateway": "declared",
            "descriptor": self.descriptor,
            "base_url": f"{self.sandbox.origin}/declared",
            "assumptions": self.assumptions,
            **self.own,
            **more,
        }

    @property
    def expect(self) -> Expect:
        return {
            "order_number": self.fields["order_number"],
            "amount": self.fields["amount"],
            "currency": self.fields["currency"],
        }

    def answered(self, notification: Received) -> Answer:
        """What a shop answers that has stored it."""
        try:
            return self.client.parse_notification(**notification).answer.ok
        except kopeck.UntrustedError as error:
            answers = error.answer
        assert answers is not None
        return answers.reject

    def create(self) -> str:
        """Creates the payment and goes where the buyer is sent: the address of the page."""
        payment = self.client.create_payment(**self.fields)
        assert payment.gateway == self.client.call("describe").get("gateway", payment.gateway)
        assert payment.id
        assert payment.action is not None
        assert payment.action.url is not None
        self.id = payment.id
        if payment.action.type == "form":
            form = urlencode(payment.action.fields or {})
            status, headers, said = request("POST", payment.action.url, form, FORM)
        else:
            status, headers, said = request("GET", payment.action.url)
            if status == 200:
                return payment.action.url
        assert status in (302, 303), said
        return headers["location"]

    def press(self, page: str, button: str) -> None:
        status, _, said = request("POST", page, urlencode({"do": button}), FORM)
        assert status in (200, 302, 303), said

    def order(self) -> Any:
        number = self.fields["order_number"]
        return self.sandbox.ask("GET", f"/sandbox/declared/orders/{number}")

    def act(self, do: str, **more: Any) -> Any:
        number = self.fields["order_number"]
        return self.sandbox.ask(
            "POST", f"/sandbox/declared/orders/{number}/act", {"do": do, **more}
        )

    def delivered(self) -> None:
        """The gateway took the shop's answer for what it waits for."""
        for _ in range(100):
            sent = self.order()["notifications"]
            if sent and all(one["delivered"] for one in sent):
                return
            time.sleep(0.05)
        raise AssertionError(sent)

    def confirm(self, notification: Received | None = None) -> kopeck.Payment:
        return self.client.confirm(id=self.id, expect=self.expect, notification=notification)
