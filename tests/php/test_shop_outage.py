"""The shop of examples/php/shop when something breaks: an answer, a database, a worker."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from functools import partial
from typing import Any

import pytest

from php_shop import Buyer, Open, PhpShop, at_described, at_once, in_instalments, until
from sandbox import FORM, Eshop, Sandbox, pay_on_page, press, request

CARD = "4111111111111111"


def test_a_lost_answer_leads_to_one_payable_page(
    faults: Sandbox, shop: PhpShop, buyer: Buyer
) -> None:
    """The lost page is closed, the next number is registered, in the same press."""
    secret = buyer.orders()
    faults.fault("register.do", "drop_after")
    page = buyer.pays(secret)
    first, second = shop.attempts(secret)
    assert (first["status"], first["final"]) == ("superseded", 1)
    assert faults.order(first["payment_id"])["payment_state"] == "DECLINED"
    pay_on_page(page)
    shop.waits_for(secret, "paid")
    assert shop.order(secret)["paid_by"] == second["number"]


def test_a_notification_before_the_lost_answer_pays_once(
    faults: Sandbox, shop: PhpShop, buyer: Buyer
) -> None:
    """Create's answer is lost, nothing can be asked, and somebody pays before the id is known."""
    secret = buyer.orders()
    faults.fault("register.do", "drop_after")
    faults.fault("register.do", "status_503", times=2)
    status, location, _ = buyer.presses_pay(secret)
    assert (status, location.startswith(shop.url)) == (303, True)
    (attempt,) = shop.attempts(secret)
    assert (attempt["status"], attempt["payment_id"]) == ("sent", None)
    orders = faults.ask("GET", "/sandbox/orders")["orders"]
    (known,) = [one for one in orders if one["order_number"] == attempt["number"]]
    faults.act(known["order_id"], "pay", pan=CARD)
    shop.waits_for(secret, "paid")
    faults.clear_faults()
    faults.act(known["order_id"], "redeliver", times=2)
    assert shop.paid_times(secret) == 1
    assert shop.attempts(secret)[0]["payment_id"] == known["order_id"]
    assert shop.why(secret) == ""
    assert len(shop.attempts(secret)) == 1


def asked_again(sandbox: Sandbox, payment: str) -> None:
    """The shop's answer is that it must come again."""
    told = partial(sandbox.order, payment)
    until(lambda: "503" in str(told()["notifications"]), "the shop asks for it again")


@pytest.mark.parametrize("how", ["gone", "locked"])
def test_the_database_is_down_when_the_notification_comes(
    sandbox: Sandbox, shop: PhpShop, buyer: Buyer, how: str
) -> None:
    secret = buyer.orders()
    buyer.pays(secret)
    (attempt,) = shop.attempts(secret)
    away = shop.database.with_suffix(".away")
    writer = sqlite3.connect(shop.database, isolation_level=None)
    if how == "gone":
        shop.database.rename(away)
        shop.database.mkdir()
    else:
        writer.execute("begin immediate")
    sandbox.act(attempt["payment_id"], "pay", pan=CARD)
    asked_again(sandbox, attempt["payment_id"])
    if how == "gone":
        shop.database.rmdir()
        away.rename(shop.database)
    else:
        writer.execute("rollback")
    writer.close()
    assert shop.order(secret)["state"] == "open"
    sandbox.act(attempt["payment_id"], "redeliver", times=2)
    shop.waits_for(secret, "paid")
    assert shop.paid_times(secret) == 1


def test_the_gateway_is_away_when_the_notification_comes(
    faults: Sandbox, shop: PhpShop, buyer: Buyer
) -> None:
    secret = buyer.orders()
    buyer.pays(secret)
    (attempt,) = shop.attempts(secret)
    faults.fault("getOrderStatusExtended.do", "status_503", times=100)
    faults.act(attempt["payment_id"], "pay", pan=CARD)
    asked_again(faults, attempt["payment_id"])
    back = f"{shop.url}/return.php?order={secret}"
    assert "Paid" not in buyer.returns(back)
    faults.clear_faults()
    faults.act(attempt["payment_id"], "redeliver")
    shop.waits_for(secret, "paid")


def test_notifications_and_returns_at_once_apply_it_once(
    sandbox: Sandbox, shop: PhpShop, buyer: Buyer
) -> None:
    for _ in range(8):
        secret = buyer.orders()
        buyer.pays(secret)
        (attempt,) = shop.attempts(secret)
        payment = attempt["payment_id"]

        def come(place: int, secret: str = secret, payment: str = payment) -> None:
            if place < 2:
                sandbox.act(payment, "redeliver")
            else:
                Buyer(shop).returns(f"{shop.url}/return.php?order={secret}")

        sandbox.act(payment, "pay", pan=CARD)  # and its own notification leaves
        at_once(5, come)
        sandbox.act(payment, "redeliver", times=2)
        shop.waits_for(secret, "paid")
        assert shop.paid_times(secret) == 1
        assert shop.why(secret) == ""


def two_attempts(sandbox: Sandbox, shop: PhpShop, buyer: Buyer) -> tuple[str, list[Any]]:
    """The first was taken for dead while its page lived on."""
    secret = buyer.orders()
    buyer.pays(secret)
    shop.ask("update attempts set status = 'expired', final = 1")
    buyer.pays(secret)
    attempts = shop.attempts(secret)
    assert len(attempts) == 2
    return secret, attempts


def test_an_order_paid_twice_is_for_a_person(sandbox: Sandbox, shop: PhpShop, buyer: Buyer) -> None:
    secret, attempts = two_attempts(sandbox, shop, buyer)
    for attempt, state in zip(reversed(attempts), ("paid", "needs_attention")):
        sandbox.act(attempt["payment_id"], "pay", pan=CARD)
        shop.waits_for(secret, state)
    first, second = (attempt["number"] for attempt in attempts)
    assert shop.order(secret)["paid_by"] == second
    assert (
        shop.why(secret)
        == f"paid twice, by {second} and by {first}: give the money of {first} back"
    )
    assert [row["status"] for row in shop.attempts(secret)] == ["paid", "paid"]
    assert "NEEDS ATTENTION" in shop.reconcile()
    assert "We are looking" in buyer.returns(f"{shop.url}/order.php?order={secret}")


def test_money_for_a_closed_order_is_not_hidden(
    sandbox: Sandbox, shop: PhpShop, buyer: Buyer
) -> None:
    secret = buyer.orders()
    page = buyer.pays(secret)
    shop.ask("update orders set state = 'closed'")
    pay_on_page(page)
    shop.waits_for(secret, "needs_attention")
    assert "was closed" in shop.why(secret)
    assert shop.order(secret)["paid_by"] == shop.attempts(secret)[0]["number"]


def test_a_refund_in_the_cabinet_is_seen(sandbox: Sandbox, shop: PhpShop, buyer: Buyer) -> None:
    secret = buyer.orders()
    pay_on_page(buyer.pays(secret))
    shop.waits_for(secret, "paid")
    payment = shop.attempts(secret)[0]["payment_id"]
    sandbox.act(payment, "refund", amount=50000)
    shop.waits_for(secret, "needs_attention")
    assert "partially_refunded" in shop.why(secret)
    # An old notification, come late, takes nothing back.
    sandbox.act(payment, "redeliver", operation="deposited")
    assert shop.attempts(secret)[0]["status"] == "partially_refunded"
    assert shop.order(secret)["state"] == "needs_attention"


def test_short_money_ships_nothing(sandbox: Sandbox, shop: PhpShop, buyer: Buyer) -> None:
    secret = buyer.orders()
    buyer.pays(secret)
    payment = shop.attempts(secret)[0]["payment_id"]
    sandbox.act(payment, "pay", pan=CARD, amount=149999)
    shop.waits_for(secret, "needs_attention")
    assert shop.order(secret)["paid_by"] is None
    assert "partially_paid" in shop.why(secret)


@pytest.mark.parametrize("other", ["currency = 'USD'", "amount = '1500.01'", "amount = '15.00'"])
def test_another_sum_or_currency_than_stored_ships_nothing(
    shop: PhpShop, buyer: Buyer, other: str
) -> None:
    """The gateway tells of something else than what we stored before the call."""
    secret = buyer.orders()
    page = buyer.pays(secret)
    shop.ask(f"update attempts set {other}")
    back = pay_on_page(page)
    shop.waits_for(secret, "needs_attention")
    assert "Paid" not in buyer.returns(back)
    assert shop.order(secret)["paid_by"] is None
    assert shop.paid_times(secret) == 0


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_described_gateways_lost_answer_is_asked_again(
    shops: Open, faults: Sandbox, fault: str
) -> None:
    shop = at_described(shops, faults)
    buyer = Buyer(shop)
    secret = buyer.orders()
    faults.fault("create-smart-process", fault)
    press(buyer.pays(secret), "pay")
    shop.waits_for(secret, "paid")
    assert len(shop.attempts(secret)) == 1


def killed(shop: PhpShop, buyer: Buyer, secret: str, faults: Sandbox, step: str) -> None:
    """The shop dies in a call that the gateway carries out; then it is there again."""
    faults.fault(step, "hang", hang_ms=10_000)

    def press_pay() -> None:
        with contextlib.suppress(OSError):
            buyer.presses_pay(secret)

    press_first = threading.Thread(target=press_pay)
    press_first.start()
    until(lambda: faults.ask("GET", "/sandbox/faults")["armed"] == 0, f"{step} is reached")
    shop.kill()
    press_first.join()
    faults.clear_faults()
    shop.start()


def test_killed_in_a_registration(faults: Sandbox, shop: PhpShop, buyer: Buyer) -> None:
    secret = buyer.orders()
    killed(shop, buyer, secret, faults, "register.do")
    assert shop.attempts(secret)[0]["status"] == "sent"
    runs = at_once(2, lambda _: shop.reconcile())
    assert "superseded" in "".join(runs)
    page = buyer.pays(secret)
    assert len(shop.attempts(secret)) == 2
    pay_on_page(page)
    shop.waits_for(secret, "paid")
    assert shop.reconcile() == ""


@pytest.mark.parametrize("step", ["createInvoice", "bnplPayment", "getBankCardPaymentState"])
def test_killed_in_a_stage_of_instalments(
    shops: Open, faults: Sandbox, eshop: Eshop, step: str
) -> None:
    shop = in_instalments(shops, eshop)
    buyer = Buyer(shop)
    secret = buyer.orders(sofa=1)
    killed(shop, buyer, secret, faults, step)
    shop.reconcile()
    press(buyer.pays(secret), "approve")
    shop.waits_for(secret, "paid")
    (invoice,) = [one for one in eshop.invoices() if one["state"] != "Refund"]
    assert eshop.begun(invoice["invoice_id"]) == 1
    assert len(shop.attempts(secret)) == 1


def test_nobody_notifies_and_reconcile_finds_it(shops: Open, sandbox: Sandbox) -> None:
    shop = at_described(shops, sandbox, notify="never")
    buyer = Buyer(shop)
    secret = buyer.orders()
    press(buyer.pays(secret), "pay")
    assert shop.order(secret)["state"] == "open"
    assert "paid" in shop.reconcile()
    assert shop.order(secret)["state"] == "paid"


def test_the_lender_refuses_and_the_buyer_asks_again(shops: Open, eshop: Eshop) -> None:
    shop = in_instalments(shops, eshop)
    buyer = Buyer(shop)
    secret = buyer.orders(sofa=1)
    back = press(buyer.pays(secret), "refuse")
    assert "Not paid yet" in buyer.returns(back)
    assert shop.attempts(secret)[0]["status"] == "refused"
    press(buyer.pays(secret), "approve")
    shop.waits_for(secret, "paid")
    assert len(shop.attempts(secret)) == 2


def test_an_older_webhook_takes_nothing_back(shops: Open, eshop: Eshop) -> None:
    """What it brings reads as less than paid, since the state alone never says it."""
    shop = in_instalments(shops, eshop)
    buyer = Buyer(shop)
    secret = buyer.orders(sofa=1)
    press(buyer.pays(secret), "approve")
    shop.waits_for(secret, "paid")
    (attempt,) = shop.attempts(secret)
    eshop.act(attempt["payment_id"], "redeliver", status=3)
    applied = "select status from applied_states"
    until(lambda: "authorized" in {row["status"] for row in shop.ask(applied)}, "it is looked at")
    assert (shop.order(secret)["state"], shop.attempts(secret)[0]["status"]) == ("paid", "paid")


def test_a_replayed_webhook_with_another_unsigned_id_ships_nothing(
    shops: Open, eshop: Eshop
) -> None:
    """IntellectMoney signs the order's number, not the payment's id."""
    shop = in_instalments(shops, eshop)
    buyer = Buyer(shop)
    theirs, mine = buyer.orders(sofa=1), buyer.orders(sofa=1)
    buyer.pays(mine)
    press(buyer.pays(theirs), "approve")
    shop.waits_for(theirs, "paid")
    paid, own = shop.attempts(theirs)[0], shop.attempts(mine)[0]
    sent = eshop.act(paid["payment_id"], "redeliver", status=5)["sent"]
    for body in (sent[0]["body"], sent[0]["body"].replace(paid["payment_id"], own["payment_id"])):
        request("POST", f"{shop.url}/notify.php", body, FORM)
    assert shop.order(mine)["state"] == "open"
    assert shop.order(mine)["paid_by"] is None
    assert shop.paid_times(theirs) == 1


def test_what_never_left_is_sent_again_under_its_number(
    faults: Sandbox, shop: PhpShop, buyer: Buyer
) -> None:
    secret = buyer.orders()
    faults.fault("register.do", "refuse", times=2)
    faults.fault("getOrderStatusExtended.do", "status_503")
    for _ in range(3):
        _, location, _ = buyer.presses_pay(secret)
        if not location.startswith(shop.url):
            break
    pay_on_page(location)
    shop.waits_for(secret, "paid")
    (attempt,) = shop.attempts(secret)
    orders = faults.ask("GET", "/sandbox/orders")["orders"]
    assert [one["order_number"] for one in orders].count(attempt["number"]) == 1


def test_four_clicks_and_a_lost_answer_leave_one_payable_page(
    faults: Sandbox, shop: PhpShop, buyer: Buyer
) -> None:
    secret = buyer.orders()
    form = buyer.form(f"/order.php?order={secret}")
    faults.fault("register.do", "drop_after")
    at_once(4, lambda _: Buyer.asks(buyer, "POST", "/pay.php", form))
    page = buyer.pays(secret)
    numbers = {row["number"] for row in shop.attempts(secret)}
    orders = faults.ask("GET", "/sandbox/orders")["orders"]
    mine = [one for one in orders if one["order_number"] in numbers]
    assert sorted(one["payment_state"] for one in mine) == ["CREATED", "DECLINED"]
    pay_on_page(page)
    shop.waits_for(secret, "paid")


def test_reconcile_may_be_killed_anywhere(faults: Sandbox, shop: PhpShop, buyer: Buyer) -> None:
    secret = buyer.orders()
    killed(shop, buyer, secret, faults, "register.do")
    for step in ("register.do", "getOrderStatusExtended.do", "decline.do"):
        faults.fault(step, "hang", hang_ms=10_000)
        with shop.reconciling() as run:
            until(lambda: faults.ask("GET", "/sandbox/faults")["armed"] == 0, f"{step} is reached")
            run.kill()
        faults.clear_faults()
    pay_on_page(buyer.pays(secret))
    shop.waits_for(secret, "paid")
    assert shop.paid_times(secret) == 1


def test_without_notifications_the_return_is_enough(shops: Open, sandbox: Sandbox) -> None:
    shop = shops(sandbox.merchant(), payment={"notification_url": None})
    buyer = Buyer(shop)
    secret = buyer.orders()
    back = pay_on_page(buyer.pays(secret))
    assert shop.order(secret)["state"] == "open"
    assert "Paid. Thank you!" in buyer.returns(back)
    assert shop.paid_times(secret) == 1
