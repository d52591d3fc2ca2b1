"""Gateways that a file describes: a page that a call made, and forms and links that the browser
brings, signed, in whatever letters."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import kopeck
from chromium import Buyer, Driver
from described import Described
from sandbox import Listener, Sandbox
from shop import THANKS, Shop

NAME = "Книга «Ёж» & <b>\"тетрадь\"</b> + 100% 'я'"
NOTE = 'мёд & "соль"; a=b + 1% <я>'


@pytest.fixture(scope="module")
def buyer(driver: Driver) -> Iterator[Buyer]:
    """One for all: these pages leave nothing behind in a browser, and opening it takes longest."""
    with driver.buyer() as buyer:
        yield buyer


def pays(buyer: Buyer, gateway: Described, button: str) -> None:
    """What he reads on the gateway's page is what the shop sent."""
    money = f"{gateway.fields['amount']} {gateway.currency}"
    buyer.reads(gateway.fields["order_number"], money)
    buyer.presses(button)


def is_paid(gateway: Described) -> None:
    """The notification came with the buyer, is the gateway's, and was answered as it wants."""
    paid = gateway.confirm(gateway.listener.wait_for(1))
    assert (paid.status, paid.captured) == ("paid", Decimal("100.50"))
    gateway.delivered()


def goes(buyer: Buyer, shop: Shop, made: kopeck.Payment) -> None:
    """As the guide tells shops: the fields stand in a form, escaped and nothing more."""
    assert made.action is not None
    assert made.action.type == "form"
    buyer.opens(shop.form("/pay", made.action.url, made.action.fields))
    buyer.presses("Оплатить заказ")


def test_the_page_of_a_call(sandbox: Sandbox, listener: Listener, buyer: Buyer, shop: Shop) -> None:
    gateway = Described(sandbox, "examplepay", listener)
    gateway.fields["return_url"] = f"{shop.returned}?a=1&b=2"
    made = gateway.client.create_payment(**gateway.fields)
    assert made.action is not None
    assert (made.status, made.action.type) == ("created", "redirect")
    gateway.id = str(made.id)
    buyer.opens(made.action.url)
    pays(buyer, gateway, "Pay")
    buyer.arrives(f"{shop.returned}?a=1&b=2")
    buyer.reads(THANKS)
    is_paid(gateway)

    # Who comes back to the page is told so; nothing happens twice.
    buyer.opens(made.action.url)
    buyer.reads("The order is paid.")
    assert len(gateway.order()["notifications"]) == 1


@pytest.mark.parametrize("way", ["form", "link"])
def test_a_signed_form_and_the_same_link(
    sandbox: Sandbox, listener: Listener, buyer: Buyer, shop: Shop, way: str
) -> None:
    """The shop's own pair is under the signature: one letter that changes on the way refuses it."""
    gateway = Described(sandbox, "robokassa", listener)
    fields: dict[str, Any] = {"description": NAME, "language": "ru", "extra": {"Shp_note": NOTE}}
    made = gateway.client.create_payment(**{**gateway.fields, **fields})
    gateway.id = str(made.id)
    assert gateway.id == gateway.fields["order_number"]
    if way == "form":
        goes(buyer, shop, made)
    else:
        assert made.action is not None
        buyer.opens(made.action.link)
    buyer.reads(NAME)
    assert gateway.order()["extra"]["Shp_note"] == NOTE
    pays(buyer, gateway, "Оплатить")
    buyer.reads("The order is paid.")
    is_paid(gateway)


def test_fields_that_leave_in_base64(
    sandbox: Sandbox, listener: Listener, buyer: Buyer, shop: Shop
) -> None:
    gateway = Described(sandbox, "liqpay", listener)
    fields: dict[str, Any] = {"description": NAME, "return_url": shop.returned}
    made = gateway.client.create_payment(**{**gateway.fields, **fields})
    gateway.id = str(made.id)
    assert made.action is not None
    assert set(made.action.fields or {}) == {"data", "signature"}
    goes(buyer, shop, made)
    buyer.reads(NAME)
    pays(buyer, gateway, "Pay")
    buyer.arrives(shop.returned)
    buyer.reads(THANKS)
    is_paid(gateway)
