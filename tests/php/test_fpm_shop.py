"""The shop behind nginx and PHP-FPM: bought through, its workers killed, many buyers at once."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fpm import until
from fpm_shop import FpmShop
from php_shop import Buyer, PhpShop, at_described, in_instalments
from sandbox import Eshop, Sandbox, pay_on_page, press

Opens = Callable[..., FpmShop]


@pytest.fixture
def shops(tmp_path: Path) -> Iterator[Opens]:
    """Makes shops, and ends them."""
    made: list[FpmShop] = []

    def opens(gateway: dict[str, Any], **more: Any) -> FpmShop:
        folder = tmp_path / f"{len(made)}"
        folder.mkdir()
        made.append(FpmShop(folder, gateway, **more))
        return made[-1]

    yield opens
    logs = [shop.log.read_text() for shop in made]
    for shop in made:
        shop.kill()
    for log in logs:
        assert "PHP Fatal" not in log, log
        assert "PHP Warning" not in log, log


@pytest.fixture
def shop(shops: Opens, sandbox: Sandbox) -> FpmShop:
    """At a bank with the RBS interface."""
    return shops(sandbox.merchant())


def bought(shop: PhpShop, buyer: Buyer, secret: str, back: str) -> Any:
    """The buyer has paid and comes back: the one attempt, as the shop stored it."""
    shop.waits_for(secret, "paid")
    assert "Paid. Thank you!" in buyer.returns(back)
    (attempt,) = shop.attempts(secret)
    assert attempt["status"] == "paid"
    assert shop.paid_times(secret) == 1
    return attempt


def test_bought_through_at_a_bank(shop: FpmShop) -> None:
    buyer = Buyer(shop)
    secret = buyer.orders(teapot=1, cup=2)
    attempt = bought(shop, buyer, secret, pay_on_page(buyer.pays(secret)))
    assert attempt["amount"] == "2401.00"


def test_bought_through_below_a_folder(shops: Opens, sandbox: Sandbox) -> None:
    """By the location that its README shows; nothing else of the shop is there."""
    shop = shops(sandbox.merchant(), below="/tea")
    buyer = Buyer(shop)
    assert buyer.asks("GET", "/")[:2] == (302, f"{shop.url}/index.php")
    secret = buyer.orders()
    bought(shop, buyer, secret, pay_on_page(buyer.pays(secret)))
    (shop.folder / "public/left.php").write_text("<?php echo 'run';")
    for path in ("/left.php", "/notify.php/left.php", "/../reconcile.php", "/..%2fschema.sql"):
        assert buyer.asks("GET", path)[0] in (400, 404), path
    assert shop.fpm.get("teapot")[0] == 404


def test_bought_through_in_instalments(shops: Opens, eshop: Eshop) -> None:
    shop = in_instalments(shops, eshop)
    buyer = Buyer(shop)
    secret = buyer.orders(sofa=1)
    attempt = bought(shop, buyer, secret, press(buyer.pays(secret), "approve"))
    assert attempt["stage"] == "begun"
    assert eshop.begun(attempt["payment_id"]) == 1


def test_bought_through_at_a_described_gateway(shops: Opens, sandbox: Sandbox) -> None:
    shop = at_described(shops, sandbox)
    buyer = Buyer(shop)
    secret = buyer.orders()
    bought(shop, buyer, secret, press(buyer.pays(secret), "pay"))


def at_the_bank(sandbox: Sandbox, shop: FpmShop, secret: str) -> list[Any]:
    """What the bank has of an order of the shop."""
    number = shop.order(secret)["id"]
    orders = sandbox.ask("GET", "/sandbox/orders")["orders"]
    return [order for order in orders if order["order_number"].startswith(f"{number}-")]


def payable(sandbox: Sandbox, shop: FpmShop, secret: str) -> list[Any]:
    return [order for order in at_the_bank(sandbox, shop, secret) if order["status"] == 0]


@pytest.mark.parametrize("then", ["reconcile", "press again"])
def test_a_worker_killed_during_create(
    sandbox: Sandbox, faults: Sandbox, shop: FpmShop, then: str
) -> None:
    """The bank has registered it and answers late; nobody gets the answer."""
    buyer = Buyer(shop)
    secret = buyer.orders()
    number = f"{shop.order(secret)['id']}-1"
    faults.fault("register.do", "hang", hang_ms=15_000, body=f"orderNumber={number}")
    status: list[int] = []
    page = threading.Thread(target=lambda: status.append(buyer.presses_pay(secret)[0]))
    page.start()
    until(lambda: faults.ask("GET", "/sandbox/faults")["armed"] == 0, "it is under way")
    (worker,) = shop.fpm.serving("pay.php")
    assert shop.fpm.kill(worker)
    page.join()
    assert status == [502]
    (attempt,) = shop.attempts(secret)
    assert (attempt["status"], attempt["payment_id"]) == ("sent", None)
    assert len(payable(sandbox, shop, secret)) == 1

    if then == "reconcile":
        shop.reconcile()
        assert payable(sandbox, shop, secret) == [], "a page that nobody was shown"
        (attempt,) = shop.attempts(secret)
        assert (attempt["status"], attempt["final"]) == ("superseded", 1)
    address = buyer.pays(secret)
    (open_one,) = payable(sandbox, shop, secret)
    back = pay_on_page(address)
    shop.waits_for(secret, "paid")
    assert "Paid. Thank you!" in buyer.returns(back)
    assert sandbox.order(open_one["order_id"])["captured"] == 150_000
    assert len(shop.attempts(secret)) == 2
    assert shop.paid_times(secret) == 1


@pytest.mark.parametrize("delivered", ["again", "never"])
def test_a_worker_killed_between_confirm_and_commit(
    sandbox: Sandbox, shop: FpmShop, delivered: str
) -> None:
    """The notification is brought again, or the bank has given up and reconcile.php asks."""
    buyer = Buyer(shop)
    secret = buyer.orders()
    address = buyer.pays(secret)
    (attempt,) = shop.attempts(secret)
    asked = f"orderId={attempt['payment_id']}"
    sandbox.ask("DELETE", "/sandbox/requests")
    with sqlite3.connect(shop.database, timeout=10) as rows:
        # Another transaction: the worker has confirmed, and waits for its turn to commit.
        rows.execute("begin immediate")
        paid = threading.Thread(target=pay_on_page, args=(address,))
        paid.start()

        def kill_one() -> bool:
            said = str(sandbox.ask("GET", "/sandbox/requests"))
            workers = shop.fpm.serving("notify.php")
            return asked in said and sum(map(shop.fpm.kill, workers)) > 0

        until(kill_one, "the notification was confirmed")
        if delivered == "never":
            while tried(sandbox, attempt["payment_id"]) < 3:
                for worker in shop.fpm.serving("notify.php"):
                    shop.fpm.kill(worker)
                time.sleep(0.02)
        rows.rollback()
    rows.close()
    paid.join()
    if delivered == "never":
        assert shop.order(secret)["state"] == "open"
        shop.reconcile()
    shop.waits_for(secret, "paid")
    assert shop.paid_times(secret) == 1
    assert sandbox.order(attempt["payment_id"])["captured"] == 150_000
    sandbox.act(attempt["payment_id"], "redeliver", times=3, reverse_order=True)
    assert shop.order(secret)["state"] == "paid"
    assert shop.paid_times(secret) == 1


def tried(sandbox: Sandbox, payment_id: str) -> int:
    sent = sandbox.order(payment_id)["notifications"]
    return sum(len(one.get("attempts", [])) for one in sent)
