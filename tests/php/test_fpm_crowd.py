"""Two hundred buyers at once behind nginx and PHP-FPM, and one who comes with another's order."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from fpm_shop import FpmShop
from php_shop import Buyer, at_once
from sandbox import CARD, FORM, Sandbox, pay_on_page, request

BUYERS = 200
# Of ten buyers: what each does.
WAYS = ("orders", "looks at the page", "is declined for good", "tries a bad card", "presses twice")
UNPAID, TWO_ATTEMPTS = WAYS[:2], WAYS[2:3]
BAD_CARD = {**CARD, "$PAN": "4999000001160000"}


@pytest.fixture
def settings(sandbox: Sandbox) -> dict[str, Any]:
    return sandbox.merchant()


@pytest.fixture
def shop(settings: dict[str, Any], tmp_path: Path) -> Iterator[FpmShop]:
    shop = FpmShop(tmp_path, settings)
    yield shop
    log = shop.log.read_text()
    shop.kill()
    assert "PHP Fatal" not in log, log
    assert "PHP Warning" not in log, log


def of_merchant(sandbox: Sandbox, settings: dict[str, Any]) -> list[Any]:
    orders = sandbox.ask("GET", "/sandbox/orders")["orders"]
    return [order for order in orders if order["merchant"] == settings["user_name"]]


def payment_of(page: str) -> str:
    return parse_qs(urlsplit(page).query)["mdOrder"][0]


def pays(sandbox: Sandbox, buyer: Buyer, secret: str, way: str) -> None:
    page = buyer.pays(secret)
    if way == "presses twice":
        assert set(at_once(2, lambda _: buyer.pays(secret))) == {page}
    if way == "looks at the page":
        return
    if way == "is declined for good":
        sandbox.act(payment_of(page), "decline")
        assert "Thank you" not in buyer.returns(f"{buyer.shop.url}/return.php?order={secret}")
        old, page = page, buyer.pays(secret)
        assert page != old
    if way == "tries a bad card":
        _, headers, _ = request("POST", page, urlencode(BAD_CARD), FORM)
        assert page.endswith(headers["location"]), "the same page comes again"
    back = pay_on_page(page)
    # The return, and everything that the bank has said so far, twice and in reverse order, with
    # what it says by itself: at once.
    again = threading.Thread(
        target=lambda: sandbox.act(payment_of(page), "redeliver", times=2, reverse_order=True)
    )
    again.start()
    assert "Paid. Thank you!" in buyer.returns(back)
    again.join()


def test_two_hundred_buyers_at_once(
    sandbox: Sandbox, settings: dict[str, Any], shop: FpmShop
) -> None:
    def buys(place: int) -> tuple[str, str]:
        way = dict(enumerate(WAYS)).get(place % 10, "pays")
        buyer = Buyer(shop)
        secret = buyer.orders(cup=1 + place % 3, teapot=place % 2)
        if way != "orders":
            pays(sandbox, buyer, secret, way)
        return way, secret

    done = at_once(BUYERS, buys)
    assert all(done), shop.fpm.logs()
    assert len({secret for _, secret in done}) == BUYERS
    for way, secret in done:
        assert shop.order(secret)["state"] == ("open" if way in UNPAID else "paid"), way
        assert shop.paid_times(secret) == (0 if way in UNPAID else 1), way
        attempts = 0 if way == "orders" else 2 if way in TWO_ATTEMPTS else 1
        assert len(shop.attempts(secret)) == attempts, way
    assert shop.ask("select * from attention") == []

    # What the bank has taken, beside what the shop believes.
    orders = of_merchant(sandbox, settings)
    query = "select a.*, o.state, o.paid_by from attempts a join orders o on o.id = a.order_id"
    stored = {row["number"]: row for row in shop.ask(query)}
    assert Counter(order["order_number"] for order in orders) == Counter(list(stored))
    for order in orders:
        row = stored[order["order_number"]]
        assert row["payment_id"] == order["order_id"]
        assert Decimal(row["amount"]) * 100 == order["amount"]
        paid = row["paid_by"] == row["number"]
        assert order["captured"] == (order["amount"] if paid else 0)
        assert order["refunded"] == 0
    assert sum(order["captured"] > 0 for order in orders) == BUYERS * 8 // 10


def patient(step: Callable[[], str]) -> str:
    """A buyer who tries again when the shop's server says that it is away."""
    end = time.monotonic() + 30
    while True:
        try:
            return step()
        except (AssertionError, OSError, http.client.HTTPException):
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def test_buyers_whose_workers_die(
    sandbox: Sandbox, settings: dict[str, Any], shop: FpmShop
) -> None:
    """Wherever SIGKILL meets them: each order is paid once, and nobody has a second page."""
    over, killed = threading.Event(), 0

    def kills() -> None:
        nonlocal killed
        while not over.wait(0.06):
            workers = shop.fpm.workers()
            killed += bool(workers) and shop.fpm.kill(random.choice(workers))

    def buys(place: int) -> str:
        buyer = Buyer(shop)
        secret = patient(buyer.orders)
        back = pay_on_page(patient(lambda: buyer.pays(secret)))
        patient(lambda: buyer.returns(back))
        return secret

    killer = threading.Thread(target=kills)
    killer.start()
    secrets = at_once(40, buys)
    over.set()
    killer.join()
    assert all(secrets), shop.fpm.logs()
    assert killed > 3
    shop.reconcile()
    found = of_merchant(sandbox, settings)
    for secret in secrets:
        assert shop.order(secret)["state"] == "paid", shop.why(secret)
        assert shop.paid_times(secret) == 1
        own = [o for o in found if o["order_number"].startswith(shop.order(secret)["id"])]
        assert sum(order["captured"] > 0 for order in own) == 1
        assert not any(order["status"] == 0 for order in own), "a second page that can be paid"
    assert sum(order["captured"] > 0 for order in found) == len(secrets)


def test_another_buyers_paid_order_in_the_return(sandbox: Sandbox, shop: FpmShop) -> None:
    """Nothing ships by an id that comes with the buyer, nor by a notification that names his."""
    honest, thief = Buyer(shop), Buyer(shop)
    bought, wanted = honest.orders(), thief.orders()
    back = pay_on_page(honest.pays(bought))
    assert "Paid. Thank you!" in honest.returns(back)
    thief.pays(wanted)
    paid, own = shop.attempts(bought)[0], shop.attempts(wanted)[0]
    for named in (
        f"orderId={paid['payment_id']}",
        f"orderId={paid['payment_id']}&mdOrder={paid['payment_id']}&orderNumber={own['number']}",
        f"order_number={own['number']}&id={paid['payment_id']}&status=1&operation=deposited",
    ):
        page = thief.returns(f"{shop.url}/return.php?order={wanted}&{named}")
        assert "Thank you" not in page
        assert shop.order(wanted)["state"] == "open"
    for tamper in ("order", "checksum", "unsigned"):
        sandbox.act(paid["payment_id"], "redeliver", tamper=tamper)
    # By hand: the bank's own words of the honest order, with the thief's number.
    sent = sandbox.order(paid["payment_id"])["notifications"][-1]
    query = urlsplit(sent["url"]).query or sent.get("body", "")
    forged = query.replace(paid["number"], own["number"])
    assert own["number"] in forged
    status, _, _ = thief.asks("GET", f"/notify.php?{forged}")
    assert status != 200
    assert shop.order(wanted)["state"] == "open"
    assert shop.paid_times(wanted) == 0
    assert shop.paid_times(bought) == 1
