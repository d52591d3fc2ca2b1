"""The shop of examples/php/shop when people step in: a merchant changes, closes or decides an
order, a buyer disputes, the bank or the machine's clock is changed."""

from __future__ import annotations

import json
import subprocess
import time

import pytest
from test_shop_outage import CARD, two_attempts

from php_shop import LIMITS, PHP, Buyer, Open, PhpShop, in_instalments
from sandbox import Eshop, Sandbox, pay_on_page

SILENT = {"notification_url": None}


def decides(shop: PhpShop, state: str) -> None:
    shop.ask(f"update orders set state = '{state}'")


def packs(shop: PhpShop) -> None:
    """Keeps what the mark in Applied.php would have shipped."""
    shop.ask("create table packed (id text)")
    shop.ask(
        """create trigger packs after update of state on orders when new.state = 'paid'
        begin insert into packed values (new.id); end"""
    )


def test_a_persons_decision_stands(shop: PhpShop, buyer: Buyer) -> None:
    """The same news, seen again by every run of cron, does not undo what was decided upon it."""
    secret = buyer.orders()
    page = buyer.pays(secret)
    shop.ask("update attempts set amount = '1500.01'")
    back = pay_on_page(page)
    shop.waits_for(secret, "needs_attention")
    decides(shop, "closed")
    shop.reconcile()
    buyer.returns(back)
    assert shop.order(secret)["state"] == "closed"
    # Open to buyers again, it is for a person again.
    decides(shop, "open")
    assert "NEEDS ATTENTION" in shop.reconcile()
    assert len(shop.ask("select * from attention")) == 1


def test_what_a_person_must_see_is_stored_whole(
    sandbox: Sandbox, shop: PhpShop, buyer: Buyer
) -> None:
    """Its reason alone would be listed nowhere."""
    secret = buyer.orders()
    buyer.pays(secret)
    (attempt,) = shop.attempts(secret)
    shop.ask("update attempts set amount = '1500.01'")
    shop.ask(
        """create trigger full before update of state on orders
        begin select raise(abort, 'disk full'); end"""
    )
    sandbox.act(attempt["payment_id"], "pay", pan=CARD)
    sent = sandbox.act(attempt["payment_id"], "redeliver")["sent"]
    assert "503" in str(sent[0]["result"]), sent
    assert shop.why(secret) == ""
    shop.ask("drop trigger full")
    sandbox.act(attempt["payment_id"], "redeliver")
    shop.waits_for(secret, "needs_attention")
    assert "amount" in shop.why(secret)


APPLIED = """
require $argv[1] . '/bootstrap.php';
$payment = ['captured' => '1500.00', 'currency' => 'RUB', 'disputed' => $argv[4] === 'disputed'];
$payment += ['status' => $argv[3], 'state_id' => $argv[3], 'final' => true];
$store = new Shop\\Store(Shop\\Config::read()->database);
Shop\\Applied::state($store, $argv[2], Kopeck\\Payment::of($payment));
"""


def applies(shop: PhpShop, number: str, status: str, more: str = "") -> None:
    """A worker that knows this of a payment, perhaps since long, comes to store it."""
    told = [*PHP, "-r", APPLIED, str(shop.folder), number, status, more]
    subprocess.run(told, env=shop.env, check=True, timeout=30)


def test_money_that_is_disputed_ships_nothing(shop: PhpShop, buyer: Buyer) -> None:
    """The first that the shop hears of it is that the buyer wants it back."""
    secret = buyer.orders()
    buyer.pays(secret)
    packs(shop)
    (attempt,) = shop.attempts(secret)
    applies(shop, attempt["number"], "paid", "disputed")
    assert f"(paid by {attempt['number']})" in shop.reconcile()
    assert "disputed" in shop.why(secret)
    assert shop.order(secret)["state"] == "needs_attention"
    assert shop.order(secret)["paid_by"] == attempt["number"]
    assert shop.ask("select * from packed") == []


def test_money_that_was_given_back_ships_nothing_later(shop: PhpShop, buyer: Buyer) -> None:
    """News of the payment come after those of its refund; the order is open for another payment."""
    secret = buyer.orders()
    buyer.pays(secret)
    packs(shop)
    (attempt,) = shop.attempts(secret)
    applies(shop, attempt["number"], "refunded")
    assert shop.order(secret)["state"] == "needs_attention"
    decides(shop, "open")
    applies(shop, attempt["number"], "paid")
    assert (shop.order(secret)["state"], shop.order(secret)["paid_by"]) == ("open", None)
    assert shop.attempts(secret)[0]["status"] == "refunded"
    assert shop.ask("select * from packed") == []


def test_which_was_first_a_payment_or_its_end_is_for_a_person(shop: PhpShop, buyer: Buyer) -> None:
    """Paid and reversed, or cancelled while the buyer paid."""
    secret = buyer.orders()
    buyer.pays(secret)
    packs(shop)
    (attempt,) = shop.attempts(secret)
    applies(shop, attempt["number"], "cancelled")
    applies(shop, attempt["number"], "paid")
    assert shop.order(secret)["state"] == "needs_attention"
    assert "cancelled" in shop.why(secret)
    assert shop.order(secret)["paid_by"] == attempt["number"]
    assert shop.ask("select * from packed") == []


def test_the_money_of_a_changed_order_ships_nothing(shop: PhpShop, buyer: Buyer) -> None:
    """The merchant put something into it after the buyer got the page for less."""
    secret = buyer.orders()
    page = buyer.pays(secret)
    packs(shop)
    shop.ask("update orders set amount = '31500.00'")
    back = pay_on_page(page)
    shop.waits_for(secret, "needs_attention")
    (attempt,) = shop.attempts(secret)
    assert shop.order(secret)["paid_by"] == attempt["number"]
    assert "1500.00 RUB" in shop.why(secret)
    assert "31500.00 RUB" in shop.why(secret)
    assert "We are looking" in buyer.returns(back)
    assert shop.ask("select * from packed") == []


def test_a_changed_order_is_not_sent_to_the_page_of_its_old_sum(
    sandbox: Sandbox, shop: PhpShop, buyer: Buyer
) -> None:
    secret = buyer.orders()
    buyer.pays(secret)
    (attempt,) = shop.attempts(secret)
    shop.ask("update orders set amount = '31500.00'")
    status, location, _ = buyer.asks("POST", "/pay.php", form_of(buyer, secret))
    assert (status, location.startswith(shop.url)) == (303, True)
    assert "31500.00" in shop.why(secret)
    # It is closed in the cabinet, and the order opened again: the next page is of the new sum.
    sandbox.act(attempt["payment_id"], "expire")
    decides(shop, "open")
    pay_on_page(buyer.pays(secret))
    shop.waits_for(secret, "paid")
    assert shop.attempts(secret)[1]["amount"] == "31500.00"


def form_of(buyer: Buyer, secret: str) -> dict[str, str]:
    return buyer.form(f"/order.php?order={secret}")


def test_nothing_is_begun_for_a_closed_order(shops: Open, faults: Sandbox, eshop: Eshop) -> None:
    shop = in_instalments(shops, eshop)
    buyer = Buyer(shop)
    secret = buyer.orders(sofa=1)
    faults.fault("bnplPayment", "refuse", times=50)
    buyer.presses_pay(secret)
    faults.clear_faults()
    decides(shop, "closed")
    (attempt,) = shop.attempts(secret)
    assert (attempt["stage"], attempt["page"]) == ("beginning", None)
    time.sleep(LIMITS["init_grace_ms"] / 1000)
    shop.reconcile()
    assert eshop.begun(attempt["payment_id"]) == 0


def test_one_attempt_does_not_keep_another_from_cron(sandbox: Sandbox, shops: Open) -> None:
    """The older one waits for its buyer, for ever; the newer one is paid, and nobody notifies."""
    shop = shops(sandbox.merchant(), payment=SILENT)
    secret, attempts = two_attempts(sandbox, shop, Buyer(shop))
    early, number = "strftime('%Y-%m-%dT00:00:00Z', 'now', '-1 day')", attempts[0]["number"]
    shop.ask(
        f"update attempts set stage = 'invoice', final = 0, sent_at = {early} where number = ?",
        number,
    )
    sandbox.act(attempts[1]["payment_id"], "pay", pan=CARD)
    shop.reconcile()
    assert shop.order(secret)["state"] == "paid"


def test_what_never_left_for_the_old_gateway_goes_to_the_new_one(
    shop: PhpShop, buyer: Buyer
) -> None:
    secret = buyer.orders()
    buyer.pays(secret)
    unsent = "status = 'not_sent', payment_id = null, page = null, page_shown = 0"
    shop.ask(f"update attempts set {unsent}, gateway = 'the old one'")
    pay_on_page(buyer.pays(secret))
    shop.waits_for(secret, "paid")
    first, second = shop.attempts(secret)
    assert (first["status"], first["final"]) == ("failed", 1)
    assert shop.order(secret)["paid_by"] == second["number"]


def test_another_bank_with_the_same_interface_is_asked_for_its_own(
    sandbox: Sandbox, shop: PhpShop, buyer: Buyer
) -> None:
    """Asked for the first bank's payment, the second would say that there is none."""
    secret = buyer.orders()
    page = buyer.pays(secret)
    file = shop.database.with_name("config.json")
    old = file.read_text()
    file.write_text(
        json.dumps({**json.loads(old), "gateway": sandbox.merchant(), "name": "bank-2"})
    )
    assert buyer.pays(secret) == page
    assert shop.reconcile() == ""
    assert [row["status"] for row in shop.attempts(secret)] == ["created"]
    other = buyer.orders()
    pay_on_page(buyer.pays(other))
    shop.waits_for(other, "paid")
    assert shop.attempts(other)[0]["gateway"] == "bank-2"
    file.write_text(old)
    pay_on_page(page)
    shop.waits_for(secret, "paid")


def test_a_clock_that_was_wrong_hides_no_payment(sandbox: Sandbox, shops: Open) -> None:
    shop = shops(sandbox.merchant(), payment=SILENT)
    buyer = Buyer(shop)
    secret = buyer.orders()
    back = pay_on_page(buyer.pays(secret))
    shop.ask("update attempts set asked_at = 4000000000")
    assert "Paid. Thank you!" in buyer.returns(back)


@pytest.mark.parametrize("old", [True, False])
def test_money_that_is_held_and_not_taken_is_told(shops: Open, sandbox: Sandbox, old: bool) -> None:
    """A terminal that holds, or news that never came: the hold would lapse, and nobody know."""
    shop = shops(sandbox.merchant(), payment={**SILENT, "hold": True})
    config = shop.folder / "src/Config.php"
    config.write_text(config.read_text().replace("!empty($this->payment['hold'])", "false"))
    buyer = Buyer(shop)
    secret = buyer.orders()
    pay_on_page(buyer.pays(secret))
    if old:
        shop.ask("update attempts set sent_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-25 hours')")
    said = shop.reconcile()
    assert "authorized" in said
    assert ("NEEDS ATTENTION" in said, "authorized" in shop.why(secret)) == (old, old)
    assert shop.order(secret)["paid_by"] is None


def test_what_was_refused_and_is_sent_again_is_asked_for(sandbox: Sandbox, shops: Open) -> None:
    """A notification had it settled after it was taken for failed; nobody notifies of its money."""
    shop = shops(sandbox.merchant(), payment=SILENT)
    buyer = Buyer(shop)
    secret = buyer.orders()
    page = buyer.pays(secret)
    request = shop.attempts(secret)[0]["request"]
    shop.ask("delete from attempts")
    shop.ask(
        """insert into attempts
        (number, order_id, attempt, gateway, amount, currency, request, sent_at, final)
        select id || '-2', id, 2, 'rbs', amount, currency, replace(?, '-1"', '-2"'), created_at, 1
        from orders""",
        request,
    )
    assert buyer.pays(secret) != page
    assert "created" in shop.reconcile()


def test_a_page_that_is_left_open_asks_seldom(shop: PhpShop, buyer: Buyer) -> None:
    secret = buyer.orders()
    buyer.pays(secret)
    for pause in ("3", "60"):
        buyer.returns(f"{shop.url}/return.php?order={secret}")
        assert buyer.headers["refresh"] == pause
        shop.ask("update attempts set sent_at = '2020-01-01T00:00:00Z'")


def test_the_database_is_for_the_shop_alone(shop: PhpShop, buyer: Buyer) -> None:
    """Pages that can pay, and buyers' addresses, stand in it."""
    buyer.pays(buyer.orders())
    for file in shop.database.parent.glob("orders.db*"):
        assert file.stat().st_mode & 0o077 == 0, file
