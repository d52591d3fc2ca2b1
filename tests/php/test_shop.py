"""The shop of examples/php/shop, bought through at three gateways."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest

from php_shop import Buyer, Open, PhpShop, at_described, at_once, in_instalments
from sandbox import FORM, Eshop, Sandbox, pay_on_page, press, request


def test_bought_through_at_a_bank(shop: PhpShop, buyer: Buyer) -> None:
    secret = buyer.orders(teapot=1, cup=2)
    back = pay_on_page(buyer.pays(secret))
    shop.waits_for(secret, "paid")
    assert "Paid. Thank you!" in buyer.returns(back)
    (attempt,) = shop.attempts(secret)
    assert (attempt["status"], attempt["amount"], attempt["final"]) == ("paid", "2401.00", 1)
    assert shop.paid_times(secret) == 1


def test_bought_through_in_instalments(shops: Open, eshop: Eshop) -> None:
    shop = in_instalments(shops, eshop)
    buyer = Buyer(shop)
    secret = buyer.orders(sofa=1)
    back = press(buyer.pays(secret), "approve")
    shop.waits_for(secret, "paid")
    assert "Paid. Thank you!" in buyer.returns(back)
    (attempt,) = shop.attempts(secret)
    assert (attempt["status"], attempt["stage"]) == ("paid", "begun")
    assert eshop.begun(attempt["payment_id"]) == 1


def test_bought_through_at_a_described_gateway(shops: Open, sandbox: Sandbox) -> None:
    shop = at_described(shops, sandbox)
    buyer = Buyer(shop)
    secret = buyer.orders()
    back = press(buyer.pays(secret), "pay")
    shop.waits_for(secret, "paid")
    assert "Paid. Thank you!" in buyer.returns(back)
    assert shop.paid_times(secret) == 1


def test_bought_through_by_a_form(shops: Open, sandbox: Sandbox) -> None:
    """The buyer's browser posts itself to the gateway, by a page that sends itself off."""
    shop = at_described(shops, sandbox, name="liqpay")
    buyer = Buyer(shop)
    secret = buyer.orders()
    status, _, page = buyer.presses_pay(secret)
    assert (status, "submit.call(document.forms[0])" in page) == (200, True)
    nonce = page.split('<script nonce="')[1].split('"')[0]
    assert f"script-src 'nonce-{nonce}'" in buyer.headers["content-security-policy"]
    action, _, fields = buyer.pays(secret).partition("?")
    assert "data" in fields
    status, headers, said = request("POST", action, fields, FORM)
    assert status in (302, 303), said
    press(headers["location"], "pay")
    shop.waits_for(secret, "paid")
    assert len(shop.attempts(secret)) == 1


def of_shop(sandbox: Sandbox, shop: PhpShop, secret: str) -> list[Any]:
    """What the bank knows of an order."""
    numbers = {row["number"] for row in shop.attempts(secret)}
    orders = sandbox.ask("GET", "/sandbox/orders")["orders"]
    return [order for order in orders if order["order_number"] in numbers]


def test_a_double_click_opens_one_page(sandbox: Sandbox, shop: PhpShop, buyer: Buyer) -> None:
    secret = buyer.orders()
    form = buyer.form(f"/order.php?order={secret}")
    pressed = at_once(6, lambda _: Buyer.asks(buyer, "POST", "/pay.php", form))
    pages = {location for _, location, _ in pressed}
    assert len(pages) == 1
    assert buyer.pays(secret) in pages  # a reload, much later
    assert len(shop.attempts(secret)) == 1
    assert len(of_shop(sandbox, shop, secret)) == 1


def test_an_order_that_is_sent_twice_is_one(shop: PhpShop, buyer: Buyer) -> None:
    form = buyer.form("/index.php")
    form.update({"email": "buyer@shop.example", "quantity[cup]": "1"})
    made = at_once(4, lambda _: Buyer.asks(buyer, "POST", "/index.php", form)[1])
    assert len(set(made)) == 1
    assert len(shop.ask("select id from orders")) == 1
    # The same form in another's hands leads to no order of this buyer's.
    other = Buyer(shop)
    other.form("/index.php")
    status, location, _ = other.asks("POST", "/index.php", {**form, "csrf": other.cookies["shop"]})
    assert (status, location in made) == (303, False)


def test_the_first_order_waits_for_a_database_that_is_busy(shop: PhpShop, buyer: Buyer) -> None:
    busy = sqlite3.connect(shop.database, isolation_level=None)
    busy.execute("begin immediate")
    with ThreadPoolExecutor(1) as pool:
        order = pool.submit(buyer.orders)
        time.sleep(0.3)
        assert not order.done(), order.exception()
        busy.execute("rollback")
        busy.close()
        assert shop.order(order.result())["state"] == "open"


def test_pages_keep_their_secrets(shop: PhpShop, buyer: Buyer) -> None:
    secret = buyer.orders()
    form = buyer.form(f"/order.php?order={secret}")
    assert buyer.headers["cache-control"] == "no-store"
    assert buyer.headers["referrer-policy"] == "strict-origin"
    assert "frame-ancestors 'none'" in buyer.headers["content-security-policy"]
    stranger = Buyer(shop)
    assert stranger.asks("POST", "/pay.php", form)[0] == 403  # another site's form
    assert stranger.asks("GET", "/pay.php")[0] == 403
    for given in ("nothing", "", secret.upper(), "'%20or%201=1--", "%00", "%ff"):
        assert stranger.asks("GET", f"/order.php?order={given}")[0] == 404
    assert stranger.asks("GET", f"/order.php?order[]={secret}")[0] == 404
    assert shop.attempts(secret) == []
    for path in ("/../reconcile.php", "/src/Store.php", "/../config.json", "/../schema.sql"):
        assert "Shop" not in stranger.asks("GET", path)[2]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"email": "<b>x"}, "e-mail"),
        ({"quantity[teapot]": "-1"}, "choose"),
        ({"quantity[teapot]": "1e3"}, "choose"),
        ({"quantity[teapot]": "0"}, "choose"),
        ({"quantity": "7"}, "choose"),
        ({"csrf": "0" * 32}, "not ours"),
        ({"form": "x"}, "not ours"),
    ],
)
def test_a_wrong_form_makes_no_order(
    shop: PhpShop, buyer: Buyer, change: dict[str, str], says: str
) -> None:
    form = buyer.form("/index.php")
    form.update({"email": "buyer@shop.example"}, **{"quantity[teapot]": "1"})
    if "quantity" in change:
        form = {name: word for name, word in form.items() if not name.startswith("quantity")}
    status, _, page = buyer.asks("POST", "/index.php", {**form, **change})
    assert (status, says in page, "<b>x" in page) == (422, True, False)


def test_another_buyers_paid_order_ships_nothing(shop: PhpShop, buyer: Buyer) -> None:
    """Ids, numbers and words of success in the return's address are not read."""
    theirs = buyer.orders()
    back = pay_on_page(buyer.pays(theirs))
    shop.waits_for(theirs, "paid")
    paid = shop.attempts(theirs)[0]
    thief = Buyer(shop)
    mine = thief.orders()
    thief.pays(mine)
    told = {"orderId": paid["payment_id"], "mdOrder": paid["payment_id"], "status": "paid"}
    told.update(orderNumber=paid["number"], order_number=paid["number"], id=paid["payment_id"])
    page = thief.returns(f"{shop.url}/return.php?order={mine}&{urlencode(told)}")
    assert "Not paid yet" in page
    page = thief.returns(f"{shop.url}/return.php?{urlencode(told)}&order={mine}")
    assert "Not paid yet" in page
    # Posted as well, and in cookies.
    thief.cookies.update(order=theirs)
    assert "Not paid yet" in thief.asks("POST", f"/return.php?order={mine}", told)[2]
    assert shop.order(mine)["state"] == "open"
    assert back.split("order=")[1].startswith(theirs)  # the bank sends each buyer to his own


def test_an_unsigned_notification_with_another_number_ships_nothing(
    shops: Open, sandbox: Sandbox
) -> None:
    settings = sandbox.merchant()
    shop = shops({name: value for name, value in settings.items() if name != "callback_key"})
    buyer = Buyer(shop)
    theirs, mine = buyer.orders(), buyer.orders()
    buyer.pays(mine)
    pay_on_page(buyer.pays(theirs))
    shop.waits_for(theirs, "paid")
    paid, own = shop.attempts(theirs)[0], shop.attempts(mine)[0]
    told = {"operation": "deposited", "status": "1"}
    for named in (paid, own):
        for number in (paid, own):
            query = {**told, "mdOrder": named["payment_id"], "orderNumber": number["number"]}
            assert buyer.asks("GET", f"/notify.php?{urlencode(query)}")[0] == 200
    assert shop.order(mine)["state"] == "open"
    assert shop.order(theirs)["state"] == "paid"
    assert shop.paid_times(theirs) == 1


@pytest.mark.parametrize("tamper", [True, "status", "order", "checksum", "unsigned", "repeated"])
def test_a_forged_notification_is_rejected(
    sandbox: Sandbox, shop: PhpShop, buyer: Buyer, tamper: Any
) -> None:
    secret = buyer.orders()
    buyer.pays(secret)
    (attempt,) = shop.attempts(secret)
    sandbox.act(attempt["payment_id"], "pay", pan="4111111111111111")
    shop.waits_for(secret, "paid")
    with_none = shop.ask("select count(*) from applied_states")[0][0]
    sent = sandbox.act(attempt["payment_id"], "redeliver", tamper=tamper)["sent"]
    assert "403" in str(sent[0]["result"]), sent
    assert shop.ask("select count(*) from applied_states")[0][0] == with_none
    assert shop.why(secret) == ""


def test_a_notification_of_nobodys_attempt_comes_again(
    sandbox: Sandbox, shops: Open, shop: PhpShop, buyer: Buyer
) -> None:
    """Genuine, but the row is not there: perhaps not there yet."""
    secret = buyer.orders()
    buyer.pays(secret)
    (attempt,) = shop.attempts(secret)
    shop.ask("delete from attempts")
    sandbox.act(attempt["payment_id"], "pay", pan="4111111111111111")
    sent = sandbox.act(attempt["payment_id"], "redeliver")["sent"]
    assert "503" in str(sent[0]["result"]), sent
    assert shop.order(secret)["state"] == "open"


@pytest.mark.parametrize("body", ["", "x" * 2_000_000, "\0\1", "a=1&a=2", '{"a":'])
def test_what_is_no_notification_is_never_taken_for_stored(
    shop: PhpShop, buyer: Buyer, body: str
) -> None:
    status, _, said = request("POST", f"{shop.url}/notify.php", body, FORM)
    assert status in (400, 403, 413, 500, 503), said
    assert buyer.asks("GET", "/notify.php?mdOrder[]=1&orderNumber=%ff")[0] in (400, 403)
    assert not shop.database.exists()


def test_without_notifications_the_return_is_enough(shops: Open, sandbox: Sandbox) -> None:
    shop = shops(sandbox.merchant(), payment={"notification_url": None})
    buyer = Buyer(shop)
    secret = buyer.orders()
    back = pay_on_page(buyer.pays(secret))
    assert shop.order(secret)["state"] == "open"
    assert "Paid. Thank you!" in buyer.returns(back)
    assert shop.paid_times(secret) == 1
