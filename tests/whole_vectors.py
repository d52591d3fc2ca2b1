"""Writes the vectors that give every parameter of a native operation (`*_whole.json`).

    make wheel && .venv/bin/python tests/whole_vectors.py && make bless

The fields come from `describe`, one sample for each shape; the bytes of the request, signatures
included, are made here and not by the library, so that each proves the other. A vector that exists
keeps its answer; a new one gets an empty success: put what the gateway's documents show there.
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from intellectmoney_signatures import SETTINGS, signed

import kopeck

VECTORS = pathlib.Path(__file__).parent / "vectors"
ORIGIN = "http://127.0.0.1:9"  # never dialled: replays put their own there
LOGIN = {
    "userName": "test_user",
    "username": "test_user",
    "password": "test_user_password",
}
PLAIN = {
    "decimal": "1.50",
    "currency": "643",
    "money": "10.00",
    "date": "2026-02-01T12:00:00",
    "moment": "2026-02-01 12:00:00",
    "dotted_day": "01.02.2026",
    "day": "2026-02-01",
    "stamp": "20260201120000",
    "month": "203401",
    "language": "ru",
    "ip": "192.0.2.10",
    "id": "01491d0b-c848-7dd6-a20d-e96900a7d8c0",
    "yes_no": "Y",
}

# Where any sample of the shape will not do.
NAMED = {
    "Currency": "RUB",
    "InvoiceId": "3000000001",
    "ObjectId": "3000000001",
    "PreferenceType": "OutSbp",
    "RecipientCurrency": "RUB",
    "RecurringType": "Activate",
}

# The same for the portal's methods, by method and place.
PORTAL: dict[str, dict[str, Any]] = {
    "crm.item.payment.add": {"entityTypeId": 2},
    "crm.item.productrow.add": {"fields.ownerType": "D"},
    "crm.item.productrow.getAvailableForPayment": {"ownerType": "T4c4"},
    "crm.item.productrow.list": {"filter": {"=ownerType": "D", "=ownerId": 662, ">id": 17640}},
    "crm.item.productrow.set": {"ownerType": "SI"},
    "crm.type.add": {
        "fields.entityTypeId": 2024,
        "fields.relations.parent.0.isChildrenListEnabled": "true",
        "fields.relations.child.0.isChildrenListEnabled": "false",
    },
    "crm.type.update": {
        "fields.relations.parent.0.isChildrenListEnabled": "true",
        "fields.relations.child.0.isChildrenListEnabled": "false",
    },
    "sale.paysystem.add": {"ENTITY_REGISTRY_TYPE": "ORDER"},
    "sale.paysystem.handler.add": {
        "SETTINGS": {
            "CODES": {"REST_SERVICE_ID": {"NAME": "Номер магазина", "SORT": 100}},
            "CHECKOUT_DATA": {
                "ACTION_URI": "https://shop.example/checkout",
                "FIELDS": {"serviceid": {"CODE": "REST_SERVICE_ID"}},
            },
            "CURRENCY": ["RUB"],
        }
    },
}


def put(holder: Any, place: str, value: Any) -> None:
    """Puts a value where a dotted place leads."""
    *above, last = place.split(".")
    for part in above:
        holder = holder[int(part)] if isinstance(holder, list) else holder[part]
    holder[last] = value


@dataclass
class Plan:
    """What the vectors of one dialect have in common."""

    prefix: str
    root: str
    settings: dict[str, Any]
    filled: dict[str, str]
    """What the settings fill in."""
    sign: Callable[[dict[str, Any], dict[str, str]], tuple[dict[str, str], dict[str, str]]] | None
    """What joins the body, and the headers; of the row and of the values as they leave."""
    success: str = "{}"
    rows: Callable[[dict[str, Any]], bool] = lambda row: bool(row.get("path"))
    """Which rows are the plan's."""

    def folder(self) -> pathlib.Path:
        return VECTORS / str(self.settings.get("gateway", "bitrix24"))


def plans() -> list[Plan]:
    rbs = {"user_name": "test_user", "password": "test_user_password"}
    rbs_more = {"assumptions": {"origin": ORIGIN}, "card_data": "allowed"}
    found = []
    for dialect, prefix, root in (
        ("rbs", "native", "/payment"),
        ("sber_ecomm", "ecomm", "/ecomm/gw/partner/api"),
    ):
        settings = {"gateway": "rbs", "base_url": ORIGIN + root, **rbs, **rbs_more}
        settings |= {} if dialect == "rbs" else {"dialect": dialect}
        found.append(Plan(prefix, root, settings, LOGIN, None))
    root = "/intellectmoney"
    settings = {"gateway": "intellectmoney", "base_url": ORIGIN + root, **SETTINGS}
    settings |= {"card_data": "allowed"}
    filled = {
        "EshopId": SETTINGS["eshop_id"],
        "Login": SETTINGS["login"],
        "Password": SETTINGS["personal_password"],
    }
    success = '{"OperationState":{"Code":0},"Result":{"State":{"Code":0}}}'
    found.append(Plan("im", root, settings, filled, signed, success))
    return found + portals()


def portals() -> list[Plan]:
    """Bitrix24 through a webhook, and through an application what a webhook may not call."""
    root = "/bitrix24/rest/1/abcdef0123456789"
    webhook = {"service": "bitrix24", "webhook_url": f"{ORIGIN}{root}/"}
    oauth = {
        "client_id": "local.65f0a1b2c3d4e5.12345678",
        "client_secret": "appSecretAppSecret",
        "access_token": "accessTokenAccessToken",
        "refresh_token": "refreshTokenRefreshToken",
        "client_endpoint": f"{ORIGIN}/bitrix24/rest/",
        "server_endpoint": f"{ORIGIN}/server/rest/",
    }
    application = {"service": "bitrix24", "oauth": oauth, "portal_hosts": ["127.0.0.1"]}

    def method(row: dict[str, Any]) -> bool:
        return bool(row.get("path")) and not row["path"].startswith("/")

    def event(row: dict[str, Any]) -> bool:
        return method(row) and row["path"].startswith("event")

    def token(_row: dict[str, Any], _sent: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        return {"auth": oauth["access_token"]}, {}

    return [
        Plan("b24", root, webhook, {}, None, rows=lambda row: method(row) and not event(row)),
        Plan("b24", "/bitrix24/rest", application, {}, token, rows=event),
    ]


def answer(row: dict[str, Any], plan: Plan) -> str:
    """A success with what every success has."""
    if plan.folder().name != "bitrix24":
        return plan.success
    envelope: dict[str, Any] = {"result": True}
    for told in row["reply"]:
        name, doc = told["name"], told["doc"]
        if not told["always"]:
            continue
        value: Any = [] if name.endswith("s") or "a list" in doc or "an empty list" in doc else {}
        if doc == "true":
            value = True
        elif name == "result" and "id" in doc.split():
            value = 1033
        inner = name.split(".")[1:]
        if inner:
            envelope["result"] = {inner[0]: value}
        else:
            envelope["result"] = value
    return compact(envelope)


class Exact(float):
    """A number that is printed as it was written."""


def sample(field: dict[str, Any]) -> tuple[Any, Any]:
    """What a caller gives for a field, and what of it stands in JSON."""
    shape, name, most, least = field["shape"], field["name"], field["max"], field["min"]
    if shape == "text":
        text = ("Ж " if most >= 8 else "") + name
        text = text.ljust(least, "x")[:most]
        return text, text
    if shape == "whole":
        return -1, -1
    if shape == "digits":
        return "7777"[:most], int("7777"[:most])
    if shape == "code":
        text = "0417".ljust(least, "0")[: max(min(most, 4), least)]
        return text, text
    if shape == "decimal":
        return PLAIN[shape], Exact(1.5)
    if shape == "flag":
        return True, True
    if shape == "bit":
        return 1, 1
    if shape == "url":
        return (f"https://shop.example/{name}?a=1&b=2",) * 2
    if shape == "json":
        return ({"name": "Ёж & чай", "n": 1},) * 2
    if shape == "json_text":
        given = {"name": "Ёж & чай", "n": 1}
        return given, compact(given)
    if shape == "words":
        joined = field.get("joined")
        words = ["AB", "CD"] if joined else ["FORCE_TDS", "VERIFY"]
        return words, joined.join(words) if joined else words
    if shape in ("object", "list"):
        inner = {row["name"]: sample(row) for row in field["fields"]}
        given, sent = ({name: pair[n] for name, pair in inner.items()} for n in (0, 1))
        return (given, sent) if shape == "object" else ([given], [sent])
    return PLAIN[shape], PLAIN[shape]


def compact(value: Any) -> str:
    if isinstance(value, Exact):
        return "1.50"
    if isinstance(value, dict):
        pairs = (f"{json.dumps(n, ensure_ascii=False)}:{compact(v)}" for n, v in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def text(value: Any) -> str:
    """A value as a form and a signature have it."""
    plain = not isinstance(value, (dict, list, bool, Exact))
    return str(value) if plain else compact(value)


def form(sent: dict[str, Any]) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in sent.items():
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            pairs += [(name, word) for word in value]
        else:
            pairs.append((name, text(value)))
    return "&".join(f"{quote(n, safe='-._~:/')}={quote(v, safe='-._~:/')}" for n, v in pairs)


def request(row: dict[str, Any], plan: Plan) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a caller gives for every parameter, and what leaves."""
    given: dict[str, Any] = {}
    sent: dict[str, Any] = {}
    path = row["path"]
    for field in row["fields"]:
        name = field["name"]
        if field["need"] == "settings":
            sent.update({name: plan.filled[name]} if name in plan.filled else {})
            continue
        given[name], leaves = sample(field)
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", quote(leaves, safe="-._~"))
        else:
            sent[name] = leaves
    for place, value in PORTAL.get(row["path"], {}).items():
        put(given, place, value)
        put(sent, place, value)
    path = path if path.startswith("/") else f"{plan.root}/{path}"
    if row["wire"] == "query":
        query = form(sent)
        return given, {"method": "GET", "path": path + f"?{query}" * bool(query)} | {
            "headers": {},
            "body": "",
        }
    given["extra"] = {"bankParameter": "значение"}
    sent["bankParameter"] = "значение"
    added: dict[str, str] = {}
    head: dict[str, str] = {}
    if plan.sign:
        added, head = plan.sign(row, {name: text(value) for name, value in sent.items()})
    sent |= added
    kind, body = (
        ("application/json", compact(sent))
        if row["wire"] == "json"
        else ("application/x-www-form-urlencoded", form(sent))
    )
    head = {"content-type": kind, **head}
    return given, {"method": "POST", "path": path, "headers": head, "body": body}


def main() -> None:
    for plan in plans():
        for row in filter(plan.rows, kopeck.Client(plan.settings).describe()["operations"]):
            name = row["name"].split(".", 1)[1]
            file = plan.folder() / f"{plan.prefix}_{name}_whole.json"
            vector = json.loads(file.read_text()) if file.exists() else {"exchanges": [{}]}
            given, leaves = request(row, plan)
            success = {"status": 200, "headers": {"content-type": "application/json"}}
            made = {**success, "body": answer(row, plan)}
            fresh = {
                "title": f"every parameter of {name}",
                "source": row["source"],
                "settings": plan.settings,
                "operation": row["name"],
                "fields": given,
                "clock": "2026-01-31T10:00:00Z",
                "exchanges": [
                    {"request": leaves, "response": vector["exchanges"][0].get("response", made)}
                ],
            }
            fresh |= {key: vector[key] for key in ("reply", "error") if key in vector}
            file.write_text(json.dumps(fresh, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
