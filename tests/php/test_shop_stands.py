"""The shop of examples/php/shop acts upon order, attempt and gateway as they stand now."""

from __future__ import annotations

import hashlib
import subprocess
from urllib.parse import urlencode

import pytest
from test_shop_people import applies, decides

from php_shop import PHP, Buyer, Open, PhpShop, at_described
from sandbox import Sandbox, pay_on_page, press


def unitpay(shops: Open) -> PhpShop:
    """At a gateway that asks before it takes the money."""
    gateway = {"gateway": "declared", "descriptor": "unitpay", "secrets": {"secret_key": "key"}}
    config = {"public_key": "public", "project_id": "1001"}
    more = {"notification_url": None, "fail_url": None, "return_url": None, "customer": None}
    return shops({**gateway, "config": config}, payment=more)


def may_be_taken(shop: PhpShop, number: str, amount: str = "1500.00") -> bool:
    fields = {"account": number, "orderSum": amount, "orderCurrency": "RUB", "sum": amount}
    fields |= {"unitpayId": "7", "projectId": "1001", "paymentType": "card"}
    signed = "{up}".join(["check", *(fields[name] for name in sorted(fields)), "key"])
    fields["signature"] = hashlib.sha256(signed.encode()).hexdigest()
    query = urlencode({"method": "check", **{f"params[{name}]": fields[name] for name in fields}})
    status, _, said = Buyer(shop).asks("GET", f"/notify.php?{query}")
    assert status == 200, said
    assert ("result" in said) != ("error" in said), said
    return "result" in said


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ("update attempts set asked_at = 1", True),
        ("update orders set state = 'closed'", False),
        ("update orders set amount = '31500.00'", False),
        ("update attempts set status = 'superseded', final = 1", False),
        ("update attempts set status = 'failed', final = 1", False),
    ],
)
def test_money_is_taken_for_the_order_as_it_stands(shops: Open, change: str, taken: bool) -> None:
    shop = unitpay(shops)
    buyer = Buyer(shop)
    secret = buyer.orders()
    buyer.presses_pay(secret)
    (attempt,) = shop.attempts(secret)
    shop.ask(change)
    assert may_be_taken(shop, attempt["number"]) is taken


def test_cron_registers_nothing(shop: PhpShop, buyer: Buyer) -> None:
    """A page has found out that it never left, while cron was busy with another."""
    first, second = buyer.orders(), buyer.orders()
    for secret in (first, second):
        buyer.pays(secret)
    one, other = (shop.attempts(secret)[0]["number"] for secret in (first, second))
    shop.ask("update attempts set status = 'sent', payment_id = null where number = ?", other)
    shop.ask("update attempts set sent_at = '2999-01-01T00:00:00Z' where number = ?", other)
    shop.ask(
        f"""create trigger meanwhile after update on attempts when new.number = '{one}'
        begin update attempts set status = 'not_sent' where number = '{other}'; end"""
    )
    assert other not in shop.reconcile()
    (row,) = shop.attempts(second)
    assert (row["status"], row["payment_id"]) == ("not_sent", None)


@pytest.mark.parametrize("status", ["failed", "superseded"])
def test_a_dead_payment_is_not_in_progress(shop: PhpShop, buyer: Buyer, status: str) -> None:
    secret = buyer.orders()
    buyer.pays(secret)
    shop.ask(f"update attempts set status = '{status}', final = 1")
    page = buyer.asks("GET", f"/order.php?order={secret}")[2]
    assert "Payment 1: not accepted" in page


def test_two_gateways_may_number_alike(shops: Open, sandbox: Sandbox) -> None:
    """An attempt at the gateway of before has the id that the new one gives."""
    shop = at_described(shops, sandbox)
    buyer = Buyer(shop)
    secret = buyer.orders()
    page = buyer.pays(secret)
    shop.ask("update attempts set rowid = 7")
    shop.ask(
        """insert into attempts
        (rowid, number, order_id, attempt, gateway, amount, currency, request, sent_at, payment_id)
        select 1, number || '-old', order_id, 0, 'old', amount, currency, request, sent_at,
        payment_id from attempts"""
    )
    assert may_be_found(shop, secret)
    press(page, "pay")
    shop.waits_for(secret, "paid")


def may_be_found(shop: PhpShop, secret: str) -> bool:
    """By the id alone, as some gateways tell it."""
    (_, row) = shop.attempts(secret)
    find = """require $argv[1] . '/bootstrap.php';
    $config = Shop\\Config::read();
    $client = new Kopeck\\Client($config->gateway);
    $notified = new Shop\\Notified($config, new Shop\\Store($config->database), $client);
    $event = Kopeck\\Event::of(['payment' => ['id' => $argv[2]], 'answer' => []]);
    $find = new ReflectionMethod($notified, 'attempt');
    $find->setAccessible(true);
    echo $find->invoke($notified, $event)['number'] ?? 'none';"""
    command = [*PHP, "-r", find, str(shop.folder), row["payment_id"]]
    said = subprocess.run(command, env=shop.env, check=True, timeout=30, capture_output=True)
    return said.stdout.decode() == str(row["number"])


def test_paid_anew_after_a_refund_is_not_paid_twice(shop: PhpShop, buyer: Buyer) -> None:
    secret = buyer.orders()
    pay_on_page(buyer.pays(secret))
    shop.waits_for(secret, "paid")
    (first,) = shop.attempts(secret)
    applies(shop, first["number"], "refunded")
    shop.ask("update attempts set status = 'superseded', final = 1")
    decides(shop, "open")
    pay_on_page(buyer.pays(secret))
    shop.waits_for(secret, "needs_attention")
    assert "paid twice" not in shop.why(secret)
    assert f"the money of {first['number']} was given back before" in shop.why(secret)


AGED = "update attempts set sent_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-31 days')"


@pytest.mark.parametrize("status", ["sent", "pending", "authorized"])
def test_what_is_not_decided_for_a_month_is_told_once(
    shops: Open, faults: Sandbox, status: str
) -> None:
    """The gateway cannot tell of it; nobody will ask again."""
    shop = shops(faults.merchant(), payment={"notification_url": None})
    buyer = Buyer(shop)
    secret = buyer.orders()
    buyer.pays(secret)
    shop.ask(AGED)
    shop.ask(f"update attempts set status = '{status}'")
    if status == "sent":
        shop.ask("update attempts set payment_id = null, page = null")
    faults.fault("getOrderStatusExtended.do", "status_503", times=100)
    assert "NEEDS ATTENTION" in shop.reconcile()
    assert "for a month" in shop.why(secret)
    # A person has looked, and said so.
    decides(shop, "closed")
    assert shop.reconcile() == ""
    assert shop.order(secret)["state"] == "closed"


def test_a_page_that_nobody_paid_for_a_month_is_forgotten(shops: Open, faults: Sandbox) -> None:
    """Not before the gateway has said so."""
    shop = shops(faults.merchant(), payment={"notification_url": None})
    buyer = Buyer(shop)
    secret = buyer.orders()
    buyer.pays(secret)
    shop.ask(AGED)
    faults.fault("getOrderStatusExtended.do", "status_503", times=100)
    for final in (0, 1):
        shop.reconcile()
        assert (shop.attempts(secret)[0]["final"], shop.why(secret)) == (final, "")
        faults.clear_faults()
    assert shop.reconcile() == ""


def test_where_nobody_can_be_asked_it_is_forgotten(shops: Open) -> None:
    shop = unitpay(shops)
    buyer = Buyer(shop)
    secret = buyer.orders()
    buyer.presses_pay(secret)
    shop.ask(AGED)
    shop.reconcile()
    assert (shop.reconcile(), shop.why(secret)) == ("", "")


def test_cron_that_stood_still_for_a_month_finds_the_money(shops: Open, sandbox: Sandbox) -> None:
    shop = shops(sandbox.merchant(), payment={"notification_url": None})
    buyer = Buyer(shop)
    secret = buyer.orders()
    pay_on_page(buyer.pays(secret))
    shop.ask(AGED)
    shop.reconcile()
    assert shop.order(secret)["state"] == "paid"
