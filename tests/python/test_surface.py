"""What stands several times says the same: the core's fields, the typed methods, the shapes of
dicts, and the README's table of operations."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

import kopeck
from kopeck.fields import Before, Create, Customer, Expect, Received
from sandbox import ROOT

CLIENT = kopeck.Client(
    {
        "gateway": "rbs",
        "base_url": "https://gateway.example/payment",
        "user_name": "u",
        "password": "p",
    }
)
DESCRIBED = {row["name"]: row["fields"] for row in CLIENT.describe()["operations"]}
COMMON = [name for name in DESCRIBED if "." not in name]
README = (ROOT / "README.md").read_text()

SHAPES: list[tuple[Any, str, str]] = [
    # the shape, an operation that takes it, and the field there
    (Create, "settle", "create"),
    (Customer, "create_payment", "customer"),
    (Expect, "confirm", "expect"),
    (Before, "refund", "before"),
    (Received, "confirm", "notification"),
]


def in_python(names: list[str]) -> set[str]:
    """Bytes are bytes here: a field and its base64 are one parameter."""
    return {name.removesuffix("_base64") for name in names}


def row(operation: str) -> str:
    """The fields of an operation in the README's table."""
    cells = re.search(rf"^\| `{operation}` \|([^|]*)\|", README, re.MULTILINE)
    assert cells is not None, f"README.md: no row for {operation}"
    return cells[1]


def named(text: str) -> set[str]:
    return set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]*)`", text))))


def parameters(operation: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(getattr(CLIENT, operation)).parameters)


def test_every_common_operation_lists_its_fields() -> None:
    assert len(COMMON) == 10
    without = [name for name in COMMON if not DESCRIBED[name]]
    assert without == ["check_settings"]


@pytest.mark.parametrize("operation", COMMON)
def test_a_method_takes_the_fields_of_its_operation(operation: str) -> None:
    assert set(parameters(operation)) == in_python(DESCRIBED[operation])


@pytest.mark.parametrize("operation", COMMON)
def test_the_readme_names_the_fields_of_an_operation(operation: str) -> None:
    cell, fields = row(operation), set(DESCRIBED[operation])
    assert fields <= named(cell)
    # Words in parentheses and braces are values and shapes.
    outside = named(re.sub(r"\([^)]*\)|\{[^}]*\}", "", cell))
    assert outside <= fields | set(COMMON)
    required = {
        name for name, value in parameters(operation).items() if value.default is value.empty
    }
    assert required <= named(cell.split(";")[0])


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
    required = {
        name for name, value in parameters("create_payment").items() if value.default is value.empty
    }
    assert Create.__required_keys__ == required
    assert Received.__required_keys__ == {"method"}


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
