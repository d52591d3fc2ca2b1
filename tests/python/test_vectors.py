"""Replays tests/vectors through the sandbox: the same bytes leave, the same answers come back."""

from __future__ import annotations

import hashlib
import json
import keyword
from base64 import b64decode
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import kopeck
from sandbox import VECTORS, Sandbox

GATEWAY = "http://127.0.0.1:9"
"""Where every vector's gateway stands: its root, and methods beside it."""

FILES = sorted(VECTORS.glob("*/*.json"))


def read(file: Path) -> Any:
    return json.loads(file.read_text(), parse_float=Decimal)


def text(value: Any) -> str:
    """JSON text: it tells 1 from True, and 1.50 from 1.5."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=lambda number: [str(number)])


def telling(error: kopeck.PaymentError) -> dict[str, Any]:
    """What a vector says of an error: all that is known, but for its wording."""
    fields = error.to_dict().items()
    return {name: value for name, value in fields if value is not None and name != "message"}


def made(settings: dict[str, Any], door: str) -> kopeck.Client | kopeck.Bitrix24:
    """A portal's typed methods stand in a class of their own."""
    typed = door == "method" and "service" in settings
    return kopeck.Bitrix24(settings) if typed else kopeck.Client(settings)


def ask(
    client: kopeck.Client | kopeck.Bitrix24, door: str, operation: str, fields: dict[str, Any]
) -> Any:
    """Through `call`, or through the typed method."""
    if door == "call":
        return client.call(operation, fields)
    for received in (fields, fields.get("notification") or {}):
        for name in ("query", "body"):
            if f"{name}_base64" in received:
                received[name] = b64decode(received.pop(f"{name}_base64"))
    given = {f"{name}_" if keyword.iskeyword(name) else name: fields[name] for name in fields}
    reply = getattr(client, operation)(**given).to_dict()
    return {"answer": reply} if operation == "answer_checkout" else reply


def called(settings: dict[str, Any]) -> list[str]:
    """Where these settings lead; a gateway's name its base_url."""
    places = [] if "service" in settings else [settings["base_url"]]
    oauth = settings.get("oauth", {})
    names = [(settings, "webhook_url"), (oauth, "client_endpoint"), (oauth, "server_endpoint")]
    return places + [given[name] for given, name in names if name in given]


def prefix(origin: str) -> str:
    """How the order numbers of a portal at that place begin."""
    host = origin.split("://")[1].split("/")[0]
    return f"b24-{hashlib.sha256(host.encode()).hexdigest()[:6]}-"


def doors(file: Path) -> list[str]:
    """Only common operations have methods, and a method takes no wrong names."""
    vector = read(file)
    return ["call"] if "." in vector["operation"] or "error" in vector else ["call", "method"]


CASES = [
    pytest.param(file, door, id=f"{file.stem}-{door}") for file in FILES for door in doors(file)
]


@pytest.mark.parametrize(("file", "door"), CASES)
def test_a_vector_gives_its_answer(sandbox: Sandbox, file: Path, door: str) -> None:
    vector = read(file)
    operation, fields = vector["operation"], vector["fields"]
    replay = f"/replay/{file.stem}@python-{door}"
    root = sandbox.origin + replay
    settings = {**vector["settings"], "clock": vector["clock"]}
    settings = json.loads(json.dumps(settings).replace(GATEWAY, root))
    assert all(place.startswith(root) for place in called(settings)), "somebody else's"
    try:
        client = made(settings, door)
        found = {"reply": ask(client, door, operation, fields)}
    except kopeck.PaymentError as error:
        found = {"error": telling(error)}
    result = sandbox.ask("GET", f"{replay}/result")
    assert result["differences"] == []
    assert result["position"] == result["expected"]
    expected = {name: vector[name] for name in ("reply", "error") if name in vector}
    told = text(found).replace(root, GATEWAY)
    assert told.replace(prefix(sandbox.origin), prefix(GATEWAY)) == text(expected)


def test_there_are_vectors() -> None:
    assert len(FILES) > 20
