"""A shop in one file: a payment, its notification, and a refund of a part. What must not be lost is
stored before each call (examples/orders.sql says why), a lost answer is settled, a state is applied
once, and the gateway is answered after the commit."""

from __future__ import annotations

import argparse
import json
import sqlite3
import uuid
from datetime import datetime, timezone
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import kopeck
from kopeck.fields import Before, Create, Expect, Received
from kopeck.results import Answer

# What is pending then has not failed: its row stays `sent`, and a regular job settles it again.
PATIENCE_MS = 5_000

say = partial(print, flush=True)
rows = sqlite3.connect(":memory:", isolation_level=None)  # a statement alone is committed at once
rows.executescript((Path(__file__).resolve().parents[1] / "orders.sql").read_text())


def create(client: kopeck.Client, order_id: str, attempt: int, notify: str) -> str:
    """Registers an attempt and gives the page to pay on."""
    number, sent_at = f"{order_id}-{attempt}", datetime.now(timezone.utc).isoformat()
    back = "https://shop.example/thanks"
    fields = Create(order_number=number, amount="100.00", currency="RUB", return_url=back)
    fields["notification_url"] = notify
    columns = "number, order_id, attempt, gateway, amount, currency, request, sent_at"
    insert = f"insert into attempts ({columns}) values (?, ?, ?, 'rbs', '100.00', 'RUB', ?, ?)"
    rows.execute(insert, (number, order_id, attempt, json.dumps(fields), sent_at))
    try:
        payment = client.create_payment(**fields)
    except kopeck.OutcomeUnknownError as error:
        say(f"{error}: finding out what became of it")
        verdict = client.settle(
            operation="create_payment", create=fields, sent_at=sent_at, timeout_ms=PATIENCE_MS
        )
        if verdict.verdict == "need_new_number":
            update = "update attempts set status = ? where number = ?"
            rows.execute(update, (verdict.payment.status, number))
            return create(client, order_id, attempt + 1, notify)
        payment = done(verdict, number)
    if payment.action is None or payment.action.url is None:
        raise SystemExit(f"{payment} has no page: a person must look")
    update = "update attempts set payment_id = ?, page_url = ?, page_shown = 1 where number = ?"
    rows.execute(update, (payment.id, payment.action.url, number))
    return payment.action.url


def done(verdict: kopeck.Verdict, what: str) -> kopeck.Payment:
    """The payment of a write that was carried out; on nothing else the shop may go on: `not_done`
    may be called again, `pending` is settled later, `review` is for a person."""
    if verdict.verdict != "done":
        raise SystemExit(f"{what}: {verdict.verdict}: {verdict.why}")
    return verdict.payment


def notified(client: kopeck.Client, received: Received) -> Answer:
    """Takes a notification and says what to answer the gateway."""
    try:
        hint = client.parse_notification(**received)
    except kopeck.UntrustedError as error:
        say(f"not the gateway's notification: {error}")
        if error.answer is None:
            raise
        return error.answer.reject
    number = hint.payment.order_number or ""
    say(f"notification: {hint.event}, verified: {hint.verified}")
    query = "select payment_id, amount, currency, order_id from attempts where number = ?"
    payment_id, amount, currency, order_id = rows.execute(query, (number,)).fetchone() or [None] * 4
    if payment_id is None:
        return hint.answer.retry  # it may have come before our own answer was stored
    expect = Expect(order_number=number, amount=amount, currency=currency)
    try:
        payment = client.confirm(id=payment_id, expect=expect, notification=received)
        apply(payment, number, order_id)
    except kopeck.MismatchError as error:
        say(f"a person must look: {error}")
        rows.execute("update orders set state = 'needs_attention' where id = ?", (order_id,))
    except (kopeck.PaymentError, sqlite3.Error) as error:
        say(f"not now: {error}")
        return hint.answer.retry
    return hint.answer.ok


def apply(payment: kopeck.Payment, number: str, order_id: str) -> None:
    """THE transaction of orders.sql: each state once, whoever brings it and how often."""
    with rows:  # commits at the end, or rolls back
        rows.execute("begin immediate")
        insert = "insert into applied_states values (?, ?, ?) on conflict (state_id) do nothing"
        new = rows.execute(insert, (payment.state_id, number, payment.status)).rowcount
        if not new:
            return
        rows.execute("update attempts set status = ? where number = ?", (payment.status, number))
        if payment.status == "paid":
            then = "case state when 'open' then 'paid' else 'needs_attention' end"
            rows.execute(f"update orders set state = {then} where id = ?", (order_id,))
    say(f"confirmed: {payment.status}, captured {payment.captured} {payment.currency}")


def refund(client: kopeck.Client, order_id: str, amount: str) -> None:
    """Gives a part back, once, under an id of its own."""
    query = "select number, payment_id from attempts where order_id = ? and status = 'paid'"
    row = rows.execute(query, (order_id,)).fetchone()
    if row is None:
        raise SystemExit(f"order {order_id} is not paid")
    number, payment_id = row
    paid = client.payment_status(id=payment_id).to_dict()
    before = Before(captured=paid["captured"], refunded=paid["refunded"])
    refund_id, sent_at = uuid.uuid4().hex, datetime.now(timezone.utc).isoformat()
    insert = "insert into refunds values (?, ?, ?, ?, ?, ?, 'sent')"
    rows.execute(insert, (refund_id, number, amount, *before.values(), sent_at))
    write: dict[str, Any] = {"id": payment_id, "amount": amount, "currency": "RUB"}
    write.update(refund_id=refund_id, before=before)
    try:
        payment = client.refund(**write)
    except kopeck.OutcomeUnknownError as error:
        say(f"{error}: finding out what became of it")
        verdict = client.settle(
            operation="refund", **write, sent_at=sent_at, timeout_ms=PATIENCE_MS
        )
        payment = done(verdict, f"refund {refund_id}")
    rows.execute("update refunds set status = 'done' where refund_id = ?", (refund_id,))
    say(f"refunded {amount}: {payment.status}, {payment.refunded} of {payment.captured}")


class Handler(BaseHTTPRequestHandler):
    client: kopeck.Client

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        query, headers = urlsplit(self.path).query, self.headers
        received = Received(method=self.command, query=query, headers=headers, body=body)
        answer = notified(self.client, received)
        self.send_response(answer.status)
        self.end_headers()
        self.wfile.write(answer.body.encode())

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None: ...


def main() -> None:
    parser = argparse.ArgumentParser()
    for option in ("--base-url", "--password", "--callback-key", "--listen"):
        parser.add_argument(option, required=True)
    parser.add_argument("--user", required=True, dest="user_name")
    settings = vars(parser.parse_args())
    server = HTTPServer(("127.0.0.1", int(settings.pop("listen"))), Handler)
    client = Handler.client = kopeck.Client({"gateway": "rbs", **settings})
    order_id = f"teapot-{uuid.uuid4().hex[:8]}"
    rows.execute("insert into orders values (?, '100.00', 'RUB', 'open')", (order_id,))
    notify = f"http://127.0.0.1:{server.server_port}/notify"
    say(f"pay at: {create(client, order_id, 1, notify)}")
    query = "select state from orders where id = ?"
    while rows.execute(query, (order_id,)).fetchone() == ("open",):
        server.handle_request()
    refund(client, order_id, "30.00")


if __name__ == "__main__":
    try:
        main()
    except kopeck.PaymentError as error:  # what was stored stands: a worker goes on from there
        raise SystemExit(f"{error.operation}: {error} ({error.advice})") from error
