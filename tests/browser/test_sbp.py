"""A QR code that the browser paints, and the bank's page behind it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from html import escape

import kopeck
from chromium import Buyer
from kopeck.fields import Create, Expect
from sandbox import Eshop, Listener, Sandbox
from shop import SORRY, THANKS, Shop

Order = Callable[..., Create]
Stored = Callable[[Create], Expect]


def scan(made: kopeck.Payment, buyer: Buyer, shop: Shop, page: str) -> None:
    """The shop shows the code. Who reads it is on the bank's page."""
    assert made.action is not None
    assert made.action.type == "qr"
    picture = f'<h1>СБП</h1><img alt="no picture" src="{escape(str(made.action.image))}">'
    buyer.opens(shop.shows("/qr", picture))
    width, height = buyer.picture()
    assert width == height > 20
    code = str(made.action.url)
    assert code.startswith("https://qr.nspk.ru/")
    buyer.opens(page.replace("<qrId>", code.rpartition("/")[2]))
    buyer.reads("Оплата через СБП", "100.00 RUB")


def test_rbs(
    sandbox: Sandbox, client: kopeck.Client, order: Order, expect: Stored, buyer: Buyer, shop: Shop
) -> None:
    fields = order(method="sbp")
    made = client.create_payment(**fields)
    scan(made, buyer, shop, sandbox.ask("GET", "/sandbox/config")["sbp_page"])
    buyer.presses("Оплатить")
    buyer.arrives(shop.returned)
    buyer.reads(THANKS)
    paid = client.confirm(id=str(made.id), expect=expect(fields))
    assert (paid.status, paid.captured) == ("paid", Decimal("100.00"))


def test_intellectmoney(
    sandbox: Sandbox, eshop: Eshop, order: Order, expect: Stored, buyer: Buyer, shop: Shop,
    listener: Listener,
) -> None:  # fmt: skip
    """Given up, asked for anew, and paid."""
    client = kopeck.Client(eshop.settings())
    page = sandbox.ask("GET", "/sandbox/config")["intellectmoney"]["sbp_page"]
    fields = order(
        method="sbp", notification_url=listener.url, customer={"email": "buyer@shop.example"}
    )
    made = client.create_payment(**fields)
    scan(made, buyer, shop, page)
    buyer.presses("Уйти")
    buyer.arrives(shop.failed)
    buyer.reads(SORRY)
    waits = client.payment_status(id=str(made.id))
    assert (waits.status, waits.final) == ("action_required", False)
    scan(waits, buyer, shop, page)
    buyer.presses("Оплатить")
    buyer.arrives(shop.returned)
    webhook = listener.wait_for(2)
    paid = client.confirm(id=str(made.id), expect=expect(fields), notification=webhook)
    assert (paid.status, paid.captured) == ("paid", Decimal("100.00"))
