from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

import kopeck
from kopeck.fields import Create, Expect
from sandbox import PROGRAM, Eshop, Listener, Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    if not PROGRAM.exists():
        pytest.fail(f"{PROGRAM} is missing: cargo build --release -p kopeck-sandbox")
    sandbox = Sandbox()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def faults(sandbox: Sandbox) -> Iterator[Sandbox]:
    yield sandbox
    sandbox.clear_faults()


@pytest.fixture
def client(sandbox: Sandbox) -> kopeck.Client:
    return kopeck.Client(sandbox.settings())


@pytest.fixture
def eshop(sandbox: Sandbox) -> Eshop:
    return Eshop(sandbox)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.stop()


_count = itertools.count(1)


@pytest.fixture
def order() -> Callable[..., Create]:
    """The fields of a payment under a number that was never used."""

    def make(**change: Any) -> Create:
        fields: dict[str, Any] = {
            "order_number": f"py-{os.getpid()}-{next(_count)}",
            "amount": "100.00",
            "currency": "RUB",
            "return_url": "https://shop.example/return",
        }
        return cast(Create, {**fields, **change})

    return make


@pytest.fixture
def expect() -> Callable[[Create], Expect]:
    """What a shop stored of an order that it registered."""

    def stored(fields: Create) -> Expect:
        return {
            "order_number": fields["order_number"],
            "amount": fields["amount"],
            "currency": fields["currency"],
        }

    return stored
