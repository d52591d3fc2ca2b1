"""What stands several times says the same: the core's fields, the typed methods, the shapes of
dicts, and the README's table of operations."""

from __future__ import annotations

import inspect
import keyword
import re
from typing import Any, get_args

import pytest

import kopeck
from kopeck.fields import (
    Before,
    Charge,
    Create,
    Customer,
    Expect,
    Listed,
    Listing,
    Method,
    Received,
)
from kopeck.receipt import Receipt
from sandbox import ROOT

CLIENT = kopeck.Client(
    {
        "gateway": "rbs",
        "base_url": "https://gateway.example/payment",
        "user_name": "u",
        "password": "p",
        "gateway_time_zone": "+03:00",
    }
)
INTELLECTMONEY = kopeck.Client(
    {
        "gateway": "intellectmoney",
        "eshop_id": "450001",
        "secret_key": "s",
        "bearer_token": "b",
        "sign_secret_key": "k",
    }
)
# No gateway has all of the common operations; each of them takes the same fields wherever it is.
OWNERS = {
    row["name"]: (client, row["fields"])
    for client in (INTELLECTMONEY, CLIENT)
    for row in client.describe()["operations"]
    if "." not in row["name"]
}
DESCRIBED = {name: fields for name, (_, fields) in OWNERS.items()}
COMMON = list(DESCRIBED)
README = (ROOT / "README.md").read_text()

SHAPES: list[tuple[Any, str, str]] = [
    # the shape, an operation that takes it, and the field there
    (Create, "settle", "create"),
    (Charge, "settle", "charge"),
    (Customer, "create_payment", "customer"),
    (Expect, "confirm", "expect"),
    (Before, "refund", "before"),
    (Received, "confirm", "notification"),
    (Received, "settle", "notification"),
    # What is inside a receipt is compared by a test of the core.
    (Receipt, "create_payment", "receipt"),
    (Receipt, "capture", "receipt"),
    (Receipt, "refund", "receipt"),
    (Receipt, "charge_saved_card", "receipt"),
]

WORDS: list[tuple[str, str]] = [
    # an operation, and a field there that takes some words
    ("create_payment", "method"),
    ("instalments", "stage"),
    ("instalments", "until"),
    ("wait", "until"),
    ("settle", "operation"),
    ("list_payments", "by"),
]


def in_python(names: list[str]) -> set[str]:
    """Bytes are bytes here: a field and its base64 are one parameter. What Python keeps for itself
    (`from`) gets an underscore."""
    plain = {name.removesuffix("_base64") for name in names}
    return {f"{name}_" if keyword.iskeyword(name) else name for name in plain}


def row(operation: str) -> str:
    """The fields of an operation in the README's table."""
    cells = re.search(rf"^\| `{operation}` \|([^|]*)\|", README, re.MULTILINE)
    assert cells is not None, f"README.md: no row for {operation}"
    return cells[1]


def named(text: str) -> set[str]:
    return set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]*)`", text))))


def parameters(operation: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(getattr(CLIENT, operation)).parameters)


def required(operation: str) -> set[str]:
    given = parameters(operation).items()
    return {name for name, value in given if value.default is value.empty}


def expected_words(operation: str, fields: dict[str, Any]) -> set[str]:
    """What the core would have taken."""
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        OWNERS[operation][0].call(operation, fields)
    return set(str(caught.value).split("expected one of ")[1].split(", "))


def test_every_common_operation_lists_its_fields() -> None:
    assert len(COMMON) == 16
    without = [name for name in COMMON if not DESCRIBED[name]]
    assert without == ["check_settings"]


@pytest.mark.parametrize("operation", COMMON)
def test_a_method_takes_the_fields_of_its_operation(operation: str) -> None:
    assert set(parameters(operation)) == in_python(DESCRIBED[operation])


@pytest.mark.parametrize("operation", COMMON)
def test_a_method_hands_every_parameter_on(operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: dict[str, Any] = {}

    def call(_: kopeck.Client, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        handed[name] = fields
        return {}

    monkeypatch.setattr(kopeck.Client, "call", call)
    given = {name: f"<{name}>" for name in parameters(operation)}
    getattr(CLIENT, operation)(**given)
    assert {in_python([name]).pop(): value for name, value in handed[operation].items()} == given


@pytest.mark.parametrize("operation", COMMON)
def test_the_readme_names_the_fields_of_an_operation(operation: str) -> None:
    cell, fields = row(operation), set(DESCRIBED[operation])
    assert fields <= named(cell)
    # Words in parentheses and braces are values and shapes.
    outside = named(re.sub(r"\([^)]*\)|\{[^}]*\}", "", cell))
    assert outside <= fields | set(COMMON)
    assert required(operation) <= in_python(list(named(cell.split(";")[0])))


@pytest.mark.parametrize(("shape", "operation", "field"), SHAPES)
def test_a_shape_has_the_fields_of_the_core(shape: Any, operation: str, field: str) -> None:
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        CLIENT.call(operation, {field: {"no_such_field": 1}})
    assert caught.value.field == f"{field}.no_such_field"
    known = str(caught.value).split("expected one of ")[1].split(", ")
    # What is expected goes beside a notification, not into it.
    assert set(shape.__annotations__) == in_python(known) - (
        {"expect"} if shape is Received else set()
    )


def test_a_shape_requires_what_its_method_requires() -> None:
    assert Create.__required_keys__ == required("create_payment")
    assert Charge.__required_keys__ == required("charge_saved_card")
    assert Listing.__required_keys__ == required("list_payments")
    assert Received.__required_keys__ == {"method"}


def test_all_pages_are_chosen_as_one_is() -> None:
    assert set(Listing.__annotations__) == set(parameters("list_payments")) - {"page"}


@pytest.mark.parametrize(("operation", "field"), WORDS)
def test_a_parameter_takes_the_words_of_its_field(operation: str, field: str) -> None:
    written = parameters(operation)[field].annotation
    words = get_args(Method) if written.startswith("Method") else re.findall(r"'(\w+)'", written)
    assert set(words) == expected_words(operation, {field: "no_such_word"})


def test_payments_are_listed_by_the_words_of_the_core() -> None:
    period = {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}
    words = expected_words("list_payments", {**period, "statuses": ["no_such_word"]})
    assert set(get_args(Listed)) == words


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        (Customer, r"`customer \{([^}]*)\}`"),
        (Before, r"`before \{([^}]*)\}`"),
        (Expect, r"`expect` is\s+`\{([^}]*)\}`"),
    ],
)
def test_the_readme_shows_the_shapes(shape: Any, shown: str) -> None:
    found = re.search(shown, README)
    assert found is not None, shown
    assert set(re.findall(r"\w+", found[1])) == set(shape.__annotations__)
