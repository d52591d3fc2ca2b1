"""What the programs of the demo are told: their settings, after the sandbox was told of them."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

EXAMPLEPAY = (
    Path(__file__).resolve().parents[1] / "core/src/gateways/declared/descriptors/examplepay.toml"
)
SMART_PROCESS = 1220


def fetch(url: str, fields: dict | None = None) -> dict:
    """JSON from the sandbox, past any proxy; with fields it is told something."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    body = None if fields is None else json.dumps(fields).encode()
    return json.load(direct.open(url, body, timeout=10))


def notify_url(port: int) -> str:
    return f"http://127.0.0.1:{port}/notify"


def by_card(origin: str, config: dict) -> list[str]:
    """What a shop is told of its merchant."""
    merchant = next(m for m in config["merchants"] if m["user_name"] == "hmac_user")
    arguments = ["--base-url", f"{origin}/payment", "--user", merchant["user_name"]]
    arguments += ["--password", merchant["password"]]
    return [*arguments, "--callback-key", merchant["callback_key"]]


def in_instalments(config: dict) -> list[str]:
    """The same at IntellectMoney."""
    shop = config["intellectmoney"]["eshops"][0]
    arguments = ["--base-url", config["intellectmoney"]["base_url"], "--pause-ms", "500"]
    for key in ("eshop_id", "secret_key", "bearer_token", "sign_secret_key"):
        arguments += [f"--{key.replace('_', '-')}", shop[key]]
    return arguments


def by_descriptor(origin: str, port: int) -> list[str]:
    """The same at ExamplePay."""
    arguments = ["--base-url", f"{origin}/declared"]
    for name, value in examplepay(origin, port)["secrets"].items():
        arguments += ["--secret", f"{name}={value}"]
    return arguments


def examplepay(origin: str, port: int) -> dict:
    """The settings of a client at ExamplePay."""
    secrets = {"api_key": f"key of {port}", "webhook_secret": f"secret of {port}"}
    shop = {"id": f"demo-{port}", "descriptor": EXAMPLEPAY.read_text(), "secrets": secrets}
    fetch(f"{origin}/sandbox/declared/shops", {**shop, "notification_url": notify_url(port)})
    settings = {"gateway": "declared", "descriptor": "examplepay", "secrets": secrets}
    return {**settings, "base_url": f"{origin}/declared"}


def rbs(origin: str, port: int) -> dict:
    """The settings of a client at a bank."""
    login = {"user_name": f"demo_{port}", "password": f"password of {port}"}
    login["callback_key"] = f"callback key of {port}"
    merchant = {"callback_signature": "hmac", "callback_url": notify_url(port)}
    fetch(f"{origin}/sandbox/merchants", {**login, **merchant, "retry_pause_ms": 500})
    return {"gateway": "rbs", "base_url": f"{origin}/payment", **login}


class Portal:
    """A portal of Bitrix24: a smart process for payments, and deals that are to be paid."""

    def __init__(self, origin: str) -> None:
        payments = {"entityTypeId": SMART_PROCESS, "title": "Payments"}
        self.url = f"{origin}/sandbox/bitrix24/portals/demo"
        portal = {"name": "demo", "types": [payments]}
        made = fetch(f"{origin}/sandbox/bitrix24/portals", portal)
        self.webhook_url = made["webhook_url"]

    def deal(self, gateway: dict, port: int) -> list[str]:
        """What a program is told of a new deal, which is paid at this gateway."""
        fields = {"title": "A teapot", "opportunity": 1500, "currencyId": "RUB"}
        deal = fetch(f"{self.url}/deals", fields)
        arguments = ["--portal", self.webhook_url, "--deal", str(deal["id"])]
        arguments += ["--type", str(SMART_PROCESS), "--gateway", json.dumps(gateway)]
        return arguments

    def closing(self) -> tuple[list[str], int]:
        """Each deal's stage and timeline, and how many are won."""
        seen = fetch(self.url)
        lines = []
        for deal in seen["deals"]:
            lines.append(f"deal {deal['id']}: {deal['stageId']}")
            own = [one for one in seen["comments"] if str(one["ENTITY_ID"]) == str(deal["id"])]
            lines += [f"  {one['COMMENT'].splitlines()[0]}" for one in own]
        return lines, sum(deal["stageSemanticId"] == "S" for deal in seen["deals"])
