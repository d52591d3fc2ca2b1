"""A portal's flows against the sandbox: linked, settled, repeated, refused, and what goes wrong."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

import kopeck
from kopeck.fields import Create, Expect, Received
from kopeck.results import Answer
from portal import FIELDS, TYPE, Portal
from sandbox import Listener, Sandbox

Order = Callable[..., Create]
Stored = Callable[[Create], Expect]


@pytest.fixture
def portal(sandbox: Sandbox) -> Portal:
    return Portal(sandbox)


def test_a_payment_is_linked_once(portal: Portal) -> None:
    plan = {name: portal.payment()[name] for name in ("gateway", "order_number", "currency")}
    first = portal.link(payment={**plan, "amount": Decimal("1500.00")}, fields=FIELDS)
    assert (first.deal_id, first.added, first.changed) == (portal.deal_id, True, True)
    assert (first.item.amount, first.item.currency) == (Decimal("1500.00"), "RUB")
    second = portal.link(payment=kopeck.Payment(portal.payment()), fields=FIELDS)
    assert (second.item_id, second.added, second.changed) == (first.item_id, False, True)
    third = portal.link(deal_id=str(portal.deal_id), fields=FIELDS)
    assert (third.changed, third.comment_id) == (False, second.comment_id)
    (item,) = portal.items
    assert (item["id"], item["parentId2"]) == (first.item_id, portal.deal_id)
    assert item[FIELDS["payment_url"]] == portal.payment()["action"]["url"]
    (comment,) = portal.comments
    assert "deal-662-1: 1500.00 RUB" in comment


def test_a_deal_is_won_once(portal: Portal) -> None:
    linked = portal.link(fields=FIELDS)
    settled = portal.settle(payment=kopeck.Payment(portal.paid()), fields=FIELDS)
    assert (settled.outcome, settled.item_id) == ("paid", linked.item_id)
    assert (settled.deal.meaning, settled.deal.stage_id, settled.deal.moved) == ("won", "WON", True)
    assert (settled.item.stage_id, settled.item.moved) == ("DT1220_30:SUCCESS", True)
    assert (settled.needs_attention, settled.attention, settled.repeated) == (False, (), False)
    again = portal.settle(fields=FIELDS)
    assert (again.repeated, again.deal.moved, again.comment_id) == (True, False, settled.comment_id)
    assert len(portal.items) == 1
    assert len(portal.comments) == 2


def test_a_notification_that_needs_no_status_settles(portal: Portal) -> None:
    portal.link()
    payment = {**portal.paid(), "state_id": None}
    told = {"verified": True, "needs_status": False, "succeeded": True, "payment": payment}
    assert portal.settle(notification=kopeck.Notification(told)).deal.stage_id == "WON"
    assert portal.settle(notification=told).repeated
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        portal.settle(notification={**told, "needs_status": True})
    assert caught.value.field == "notification"


def test_a_dead_payment_loses_its_deal_or_keeps_it(portal: Portal, sandbox: Sandbox) -> None:
    dead = {"status": "declined", "state_id": "e3", "action": None}
    portal.link()
    kept = portal.settle(payment=portal.payment(**dead), on_failure="keep")
    assert (kept.outcome, kept.deal.moved, kept.item.stage_id) == (
        "failed",
        False,
        "DT1220_30:FAIL",
    )
    other = Portal(sandbox)
    other.link()
    lost = other.settle(payment=other.payment(**dead))
    assert (lost.deal.meaning, lost.deal.moved) == ("lost", True)


def test_a_refund_is_told_and_moves_nothing(portal: Portal) -> None:
    portal.link()
    portal.settle()
    back = portal.paid(status="refunded", state_id="f4", refunded="1500.00")
    told = portal.settle(payment=back)
    assert (told.outcome, told.deal.stage_id, told.deal.moved) == ("refunded", "WON", False)
    assert len(portal.comments) == 3


def test_money_on_a_deal_that_was_lost_is_not_hidden(portal: Portal) -> None:
    portal.link()
    portal.by_hand(f"deals/{portal.deal_id}", stageId="LOSE")
    told = portal.settle()
    assert told.needs_attention
    assert told.attention == ("deal_closed",)
    assert (told.deal.stage_id, told.deal.moved) == ("LOSE", False)
    assert told.item.stage_id == "DT1220_30:SUCCESS"
    assert portal.settle().repeated


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"deal_id": 9999}, "deal_not_found"),
        ({"entity_type_id": 4242}, "type_not_found"),
        ({"entity_type_id": TYPE + 2}, "no_deal_relation"),
        ({"payment": {"amount": "1499.99"}}, "deal_amount"),
        ({"payment": {"currency": "USD"}}, "deal_currency"),
    ],
)
def test_what_is_in_doubt_before_the_money_is_refused(
    portal: Portal, change: dict[str, Any], reason: str
) -> None:
    if "payment" in change:
        change = {"payment": portal.payment(**change["payment"])}
    with pytest.raises(kopeck.RefusedError) as caught:
        portal.link(**change)
    error = caught.value
    assert (error.reason, error.gateway, error.may_have_happened) == (reason, "bitrix24", False)
    assert portal.items == []
    assert portal.comments == []


def test_a_second_payment_beside_a_live_one_is_refused(portal: Portal) -> None:
    portal.link()
    with pytest.raises(kopeck.RefusedError) as caught:
        portal.link(payment=portal.payment(order_number="deal-662-2"))
    assert caught.value.reason == "deal_has_live_payment"
    assert len(portal.items) == 1


def write(portal: Portal) -> kopeck.PortalReply:
    fields = {"title": "Another", "opportunity": 1, "currencyId": "RUB"}
    return portal.client.method("crm.item.add", {"entityTypeId": 2, "fields": fields})


def read(portal: Portal) -> kopeck.PortalReply:
    which = {"entityTypeId": 2, "id": portal.deal_id}
    return portal.client.method("crm.item.get", which, effect="read")


@pytest.mark.parametrize(
    ("fault", "of_read", "of_write"),
    [
        ("drop_before", kopeck.NotDoneError, kopeck.OutcomeUnknownError),
        ("drop_after", kopeck.NotDoneError, kopeck.OutcomeUnknownError),
        ("garbage", kopeck.NotDoneError, kopeck.OutcomeUnknownError),
        ("status_503", kopeck.NotDoneError, kopeck.OutcomeUnknownError),
        ("internal_error_after", kopeck.NotDoneError, kopeck.OutcomeUnknownError),
        ("query_limit", kopeck.NotDoneError, kopeck.NotDoneError),
        ("operation_limit", kopeck.NotDoneError, kopeck.NotDoneError),
    ],
)
def test_each_failure_is_of_its_class(
    faults: Sandbox,
    portal: Portal,
    fault: str,
    of_read: type[kopeck.PaymentError],
    of_write: type[kopeck.PaymentError],
) -> None:
    for ask, kind in ((read, of_read), (write, of_write)):
        portal.fault("", fault)
        with pytest.raises(kopeck.PaymentError) as caught:
            ask(portal)
        error = caught.value
        assert type(error) is kind
        assert error.may_have_happened == (kind is kopeck.OutcomeUnknownError)
        if fault.endswith("limit"):
            assert error.reason == "rate_limited"
        assert portal.secret not in str(error) + repr(error) + str(error.to_dict())
        assert ask(portal).result


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (401, "NO_AUTH_FOUND", "authentication_failed"),
        (401, "expired_token", "token_expired"),
        (403, "insufficient_scope", "not_permitted"),
        (400, "NOT_FOUND", "not_found"),
        (404, "ERROR_METHOD_NOT_FOUND", "not_supported"),
    ],
)
def test_what_the_portal_refuses_has_its_reason(
    portal: Portal, status: int, code: str, reason: str
) -> None:
    refusal = {"method": "*", "status": status, "error": code, "description": "Нельзя"}
    portal.change(refusals=[refusal])
    with pytest.raises(kopeck.RefusedError) as caught:
        write(portal)
    error = caught.value
    assert (error.reason, error.code, error.http_status) == (reason, code, status)
    assert not error.may_have_happened


def test_a_lost_answer_in_a_flow_is_found_again(faults: Sandbox, portal: Portal) -> None:
    portal.fault("crm.item.add", "drop_after")
    assert portal.link().item_id == portal.items[0]["id"]
    portal.fault("crm.item.update", "internal_error_after")
    portal.fault("crm.timeline.comment.add", "drop_after")
    assert portal.settle().deal.stage_id == "WON"
    assert len(portal.items) == 1
    assert len(portal.comments) == 2


def test_batch_and_lists(portal: Portal) -> None:
    for number in range(60):
        portal.by_hand("deals", title=f"Deal {number}", opportunity=number, currencyId="RUB")
    which = {"entityTypeId": 2, "filter": {"=title": "Deal 7"}}
    reply = portal.client.batch(
        {
            "find": {"method": "crm.item.list", "parameters": which},
            "win": {
                "method": "crm.item.update",
                "parameters": {
                    "entityTypeId": 2,
                    "id": "$result[find][items][0][id]",
                    "fields": {"stageId": "WON"},
                },
            },
            "wrong": {"method": "crm.item.get", "parameters": {"entityTypeId": 2, "id": 99999}},
            "never": {"method": "crm.item.get", "parameters": {"entityTypeId": 2, "id": 662}},
        }
    )
    assert reply.results["win"]["item"]["stageId"] == "WON"
    assert reply.errors["wrong"]["reason"] == "not_found"
    assert (reply.not_run, reply.unknown, reply.totals["find"]) == (("never",), (), 1)
    asked = {"entityTypeId": 2, "select": ["id", "title"]}
    for mode in ("pages", "fast"):
        rows = portal.client.list_rows("crm.item.list", asked, mode=mode)
        assert (len(rows), rows.complete, rows.next) == (61, True, None)
        assert len({row["id"] for row in rows}) == 61
    some = portal.client.list_rows("crm.item.list", asked, max_rows=50)
    assert (len(some), some.complete) == (50, False)
    assert some.next is not None


def test_tokens_are_refreshed_when_told(sandbox: Sandbox) -> None:
    portal = Portal(sandbox, oauth=True)
    names = ("client_id", "client_secret", "access_token", "refresh_token")
    oauth = {name: portal.oauth[name] for name in (*names, "client_endpoint", "server_endpoint")}
    settings = {"oauth": oauth, "portal_hosts": ["127.0.0.1"], "request_limit": "none"}
    old = kopeck.Bitrix24(settings)
    assert portal.link(old).added
    sandbox.ask("POST", f"/sandbox/bitrix24/portals/{portal.name}/oauth", {"expire": True})
    with pytest.raises(kopeck.RefusedError) as caught:
        portal.settle(old)
    assert caught.value.reason == "token_expired"
    pair = old.refresh_token()
    assert pair.refresh_token not in repr(pair)
    with pytest.raises(kopeck.RefusedError):  # it rotates: the old one is dead
        old.refresh_token()
    fresh = {**oauth, "access_token": pair.access_token, "refresh_token": pair.refresh_token}
    assert portal.settle(kopeck.Bitrix24({**settings, "oauth": fresh})).deal.stage_id == "WON"
    with pytest.raises(kopeck.RefusedError) as caught:
        portal.client.refresh_token()
    assert caught.value.reason == "not_supported"


def test_check_settings(portal: Portal) -> None:
    assert portal.client.check_settings().ok
    url = portal.webhook_url.replace(portal.secret, "0" * len(portal.secret))
    wrong = kopeck.Bitrix24(portal.settings(webhook_url=url)).check_settings()
    assert [check.name for check in wrong.checks if check.ok is False] == ["credentials"]


def test_the_log_holds_no_secret(
    faults: Sandbox, portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "shop.portal")
    client = kopeck.Bitrix24(portal.settings(), log=logging.getLogger("shop.portal"))
    portal.link(client)
    portal.fault("", "drop_before", times=2)  # a stale connection is tried once more
    with pytest.raises(kopeck.NotDoneError):
        client.call("bitrix24.crm.item.get", {"entityTypeId": 2, "id": 1})
    assert "crm.item.add" in caplog.text
    assert "WARNING" in [record.levelname for record in caplog.records]
    for secret in (portal.secret, "7f3a", "deal-662-1"):
        assert secret not in caplog.text


def test_forked_children_and_threads_share_a_client(portal: Portal) -> None:
    portal.link()
    begun = threading.Semaphore(0)

    def work(_: int) -> str:
        begun.release()
        return portal.settle().outcome

    with ThreadPoolExecutor(4) as threads:
        results = threads.map(work, range(8))
        assert begun.acquire(timeout=20)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = 0 if portal.settle().outcome == "paid" else 2
            finally:
                os._exit(code)
        assert set(results) == {"paid"}
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (len(portal.items), portal.deal["stageId"]) == (1, "WON")


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("locked", [True, False])
def test_fifty_settlements_of_one_notification(portal: Portal, linked: bool, locked: bool) -> None:
    """With the caller's lock one of each; without it they converge and no money is lost."""
    if linked:
        portal.link()
    lock, start = threading.Lock(), threading.Barrier(50)

    def work(_: int) -> kopeck.SettledDeal:
        start.wait(30)
        if not locked:
            return portal.settle(timeout_ms=60_000)
        with lock:
            return portal.settle(locked=True, timeout_ms=60_000)

    with ThreadPoolExecutor(50) as threads:
        settled = list(threads.map(work, range(50)))
    assert {one.outcome for one in settled} == {"paid"}
    assert not any(one.needs_attention for one in settled)
    assert portal.deal["stageId"] == "WON"
    if locked:
        assert sum(not one.repeated for one in settled) == 1
    portal.settle()  # whoever comes later finds one of each
    (item,) = portal.items
    assert (item["stageId"], item["parentId2"]) == ("DT1220_30:SUCCESS", portal.deal_id)
    assert sum(":paid:]" in text for text in portal.comments) == 1


def told(error: kopeck.PaymentError) -> Answer:
    answer = error.checkout_answer
    assert answer is not None
    return answer


def test_a_payment_of_the_portal_is_paid_by_its_handler(
    sandbox: Sandbox,
    portal: Portal,
    client: kopeck.Client,
    order: Order,
    expect: Stored,
    listener: Listener,
) -> None:
    """The portal asks its pay system, the buyer pays at a bank, the portal's payment is paid."""
    handler = kopeck.Bitrix24(portal.settings(checkout_secret="service-key-1"))
    bought: list[tuple[Create, kopeck.Payment, kopeck.Checkout]] = []

    def shop(received: Received) -> Answer:
        try:
            asked = handler.read_checkout(**received)
        except kopeck.PaymentError as error:
            return told(error)
        fields = order(amount=asked.create["amount"], currency=asked.create["currency"])
        payment = client.create_payment(**fields)
        bought.append((fields, payment, asked))
        return handler.answer_checkout(payment=payment)

    listener.shop = shop
    payment_id, system_id = portal.sell(listener.url)
    wanted = {"portal": portal.name, "payment_id": payment_id}
    seen = sandbox.ask("POST", "/sandbox/bitrix24/checkout", wanted)
    ((fields, payment, asked),) = bought
    assert (asked.amount, asked.currency) == (Decimal("1500.00"), "RUB")
    assert (asked.payment_id, asked.pay_system_id) == (payment_id, system_id)
    assert payment.action is not None
    assert seen["understood"] == {"PAYMENT_URL": payment.action.url, "PAYMENT_ID": payment.id}

    forged = {**wanted, "fields": {"serviceKey": "guessed"}}
    refused = sandbox.ask("POST", "/sandbox/bitrix24/checkout", forged)["understood"]
    assert list(refused) == ["PAYMENT_ERRORS"]

    ids = {"payment_id": payment_id, "pay_system_id": system_id}
    assert not handler.settle_checkout(**ids, payment=payment).paid  # type: ignore[arg-type]
    sandbox.act(str(payment.id), "pay")
    paid = client.confirm(id=str(payment.id), expect=expect(fields))
    settled = handler.settle_checkout(payment_id=payment_id, pay_system_id=system_id, payment=paid)
    assert (settled.paid, settled.repeated, settled.attention) == (True, False, ())
    again = handler.settle_checkout(payment_id=payment_id, pay_system_id=system_id, payment=paid)
    assert (again.paid, again.repeated) == (True, True)
    assert portal.state()["payments"][0]["paid"] == "Y"


def test_an_event_of_the_portal_is_a_hint(portal: Portal, listener: Listener) -> None:
    portal.change(webhook={"url": listener.url, "events": ["ONCRMDEALUPDATE"]})
    portal.by_hand(f"deals/{portal.deal_id}", title="Another title")
    came = listener.wait_for(1)
    reader = kopeck.Bitrix24(portal.settings(application_token=portal.application_token))
    event = reader.parse_event(**came)
    assert (event.about, event.id, event.needs_status) == ("deal", portal.deal_id, True)
    stranger = kopeck.Bitrix24(portal.settings(application_token="another token"))
    with pytest.raises(kopeck.UntrustedError):
        stranger.parse_event(**came)
