"""Payments of a period: a page, all pages, and the moments between which they lie."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

import kopeck
from kopeck.fields import Create
from sandbox import Sandbox

MOSCOW = timezone(timedelta(hours=3))
Asked = list[dict[str, list[str]]]


def page_of(numbers: list[str], total: int | None) -> dict[str, Any]:
    orders = [{"orderNumber": number, "orderStatus": 2} for number in numbers]
    return {"errorCode": "0", "orderStatuses": orders, "totalCount": total}


@contextmanager
def listing(*pages: dict[str, Any]) -> Iterator[tuple[kopeck.Client, Asked]]:
    """A client of a gateway that has these pages, and what it was asked."""
    asked: Asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            asked.append(form)
            body = json.dumps(pages[int(form["page"][0])]).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings = {
            "gateway": "rbs",
            "base_url": f"http://127.0.0.1:{server.server_port}/payment",
            "user_name": "u",
            "password": "p",
            "gateway_time_zone": "+03:00",
            # The server is gone before its connections are.
            "keep_alive": False,
        }
        yield kopeck.Client(settings), asked
        server.shutdown()


YEAR: dict[str, Any] = {"from_": "2025-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}


def numbers(payments: Any) -> list[str | None]:
    return [payment.order_number for payment in payments]


def test_a_page_is_iterated() -> None:
    with listing({}, page_of(["A-3", "A-4"], 5)) as (client, asked):
        page = client.list_payments(**YEAR, by="paid", statuses=("paid",), page=1, page_size=2)
    assert numbers(page) == numbers(page.payments) == ["A-3", "A-4"]
    assert (len(page), page.total, page.page, page.page_size, page.more) == (2, 5, 1, 2, True)
    assert all(isinstance(payment, kopeck.Payment) for payment in page)
    [form] = asked
    assert (form["size"], form["page"], form["transactionStates"]) == (["2"], ["1"], ["DEPOSITED"])
    assert form["searchByCreatedDate"] == ["false"]


@pytest.mark.parametrize(
    "pages",
    [
        [page_of(["A-1", "A-2"], 5), page_of(["A-3", "A-4"], 5), page_of(["A-5"], 5)],
        [page_of(["A-1", "A-2"], 4), page_of(["A-3", "A-4"], 4)],
        # Where the gateway does not count, a page that is not full is the last one.
        [page_of(["A-1", "A-2"], None), page_of(["A-3"], None)],
        [page_of(["A-1", "A-2"], None), page_of([], None)],
        # One that counts wrongly is not asked for ever.
        [page_of(["A-1", "A-2"], 9), page_of([], 9)],
        [page_of([], 0)],
    ],
)
def test_every_payment_comes_once_and_no_page_is_asked_in_vain(pages: list[Any]) -> None:
    with listing(*pages) as (client, asked):
        seen = numbers(client.every_payment(**YEAR, page_size=2))
    assert seen == [order["orderNumber"] for page in pages for order in page["orderStatuses"]]
    assert [form["page"] for form in asked] == [[str(page)] for page in range(len(pages))]


def test_a_page_is_asked_for_when_its_turn_comes() -> None:
    pages = [page_of(["A-1", "A-2"], 3), page_of(["A-3"], 3)]
    with listing(*pages) as (client, asked):
        payments = client.every_payment(**YEAR, page_size=2)
        assert asked == []
        assert numbers([next(payments), next(payments)]) == ["A-1", "A-2"]
        assert len(asked) == 1
        assert numbers(payments) == ["A-3"]


def test_a_moment_is_text_or_a_datetime_with_its_zone() -> None:
    start = datetime(2026, 1, 31, 12, tzinfo=MOSCOW)
    with listing(page_of([], 0)) as (client, asked):
        client.list_payments(from_=start, to="2026-01-31T10:00:00Z")
    assert (asked[0]["from"], asked[0]["to"]) == (["20260131120000"], ["20260131130000"])


List = Callable[[kopeck.Client, Any, Any], Any]


@pytest.mark.parametrize(
    "ask",
    [
        lambda client, start, end: client.list_payments(from_=start, to=end),
        lambda client, start, end: next(client.every_payment(from_=start, to=end)),
    ],
)
@pytest.mark.parametrize("wrong", [datetime(2026, 1, 31), date(2026, 1, 31), 0, None, "yesterday"])
def test_a_wrong_moment_is_named(ask: List, wrong: Any) -> None:
    right = "2026-01-31T10:00:00Z"
    with listing() as (client, asked):
        for field, start, end in [("from", wrong, right), ("to", right, wrong)]:
            with pytest.raises(kopeck.InvalidRequestError) as caught:
                ask(client, start, end)
            assert (caught.value.field, caught.value.operation) == (field, "list_payments")
    assert asked == []


def test_a_shops_own_payments_come_page_by_page(
    sandbox: Sandbox, order: Callable[..., Create]
) -> None:
    """The sandbox's books: every order once, by its status, and none of another shop's."""
    client = kopeck.Client({**sandbox.merchant(time_zone_hours=3), "gateway_time_zone": "+03:00"})
    from_ = datetime.now(timezone.utc) - timedelta(minutes=1)
    made = [str(client.create_payment(**order()).id) for _ in range(5)]
    for payment_id in made[:3]:
        sandbox.act(payment_id, "pay")
    sandbox.act(made[0], "refund", amount=3000)
    kopeck.Client(sandbox.merchant()).create_payment(**order())
    to = datetime.now(timezone.utc) + timedelta(minutes=1)

    first = client.list_payments(from_=from_, to=to, page_size=2)
    assert (first.total, len(first), first.more) == (5, 2, True)
    listed = list(client.every_payment(from_=from_, to=to, page_size=2))
    assert [payment.id for payment in listed] == made
    assert [payment.status for payment in listed] == [
        "partially_refunded", "paid", "paid", "created", "created",
    ]  # fmt: skip
    assert listed[0].refunded == Decimal("30.00")
    paid = client.every_payment(from_=from_, to=to, statuses=["paid"], by="paid")
    assert [payment.id for payment in paid] == made[1:3]
    long_before = from_ - timedelta(days=1)
    assert list(client.every_payment(from_=long_before, to=from_)) == []
