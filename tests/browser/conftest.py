from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "python"))

from chromium import Buyer, Driver
from kopeck.fields import Create
from shop import Shop

# The sandbox and the shop's listener, as in tests/python.
pytest_plugins = ["shared"]


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    driver = Driver()
    yield driver
    driver.stop()


@pytest.fixture
def buyer(driver: Driver) -> Iterator[Buyer]:
    with driver.buyer() as buyer:
        yield buyer


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.stop()


@pytest.fixture
def order(shop: Shop, order: Callable[..., Create]) -> Callable[..., Create]:
    """The fields of a payment whose buyer comes back to the shop."""
    return lambda **change: order(
        **{"return_url": shop.returned, "fail_url": shop.failed, "language": "ru", **change}
    )
