"""The shop of examples/php/shop, bought through at three gateways."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from php_shop import Buyer, PhpShop, at_once
from sandbox import FORM, ROOT, Eshop, Sandbox, pay_on_page, press, request

EXAMPLEPAY = ROOT / "core/src/gateways/declared/descriptors/examplepay.toml"
_count = itertools.count(1)
Open = Callable[..., PhpShop]


@pytest.fixture
def shops(tmp_path: Path) -> Iterator[Open]:
    """Makes shops, and ends them."""
    made: list[PhpShop] = []

    def open(gateway: dict[str, Any], **config: Any) -> PhpShop:
        folder = tmp_path / f"{len(made)}"
        folder.mkdir()
        made.append(PhpShop(folder, gateway, **config))
        return made[-1]

    yield open
    for shop in made:
        shop.kill()
        assert "PHP Fatal" not in shop.log.read_text(), shop.log.read_text()
        assert "PHP Warning" not in shop.log.read_text(), shop.log.read_text()


@pytest.fixture
def shop(shops: Open, sandbox: Sandbox) -> PhpShop:
    """At a bank with the RBS interface."""
    return shops(sandbox.merchant())


@pytest.fixture
def buyer(shop: PhpShop) -> Buyer:
    return Buyer(shop)


def test_bought_through_at_a_bank(shop: PhpShop, buyer: Buyer) -> None:
    secret = buyer.orders(teapot=1, cup=2)
    back = pay_on_page(buyer.pays(secret))
    shop.waits_for(secret, "paid")
    assert "Paid. Thank you!" in buyer.returns(back)
    (attempt,) = shop.attempts(secret)
    assert (attempt["status"], attempt["amount"], attempt["final"]) == ("paid", "2401.00", 1)
    assert shop.paid_times(secret) == 1
