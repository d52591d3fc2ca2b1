"""An order paid in instalments (IntellectMoney, PayLate): an invoice, the lender's page, the
webhook. What must not be lost is committed before each call, so that `--resume`, with the same
`--store` and `--listen`, goes on after any crash and never begins a second application. Ends with
0 where the order is paid, 3 where the lender refused, 4 where nothing is decided yet. Give a live
shop's keys in the environment (KOPECK_SECRET_KEY ...): a command line is everybody's to read."""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
import time
import uuid
from datetime import datetime, timezone
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import kopeck
from kopeck.fields import Create, Expect, Received
from kopeck.results import Answer

AMOUNT, CURRENCY = "30000.00", "RUB"
REFUSED, UNDECIDED = 3, 4

say = partial(print, flush=True)


class Shop:
    """One order of a shop, in the tables of examples/orders.sql."""

    def __init__(self, client: kopeck.Client, store: Path, own: str, limits: dict[str, Any]):
        self.client = client
        self.own = own  # where this shop is reached: a live one in public, by https
        self.limits = limits  # of one call: timeout_ms, pause_ms, init_grace_ms
        self.may_have_left = True  # whether an earlier run may have sent the newest attempt
        self.rows = sqlite3.connect(store, isolation_level=None)  # a statement alone is committed
        self.rows.row_factory = sqlite3.Row
        if not self.rows.execute("select 1 from sqlite_master").fetchone():
            schema = Path(__file__).resolve().parents[1] / "orders.sql"
            self.rows.executescript(f"begin; {schema.read_text()} commit;")

    def order(self) -> None:
        self.order_id = f"sofa-{uuid.uuid4().hex[:8]}"
        insert = "insert into orders values (?, ?, ?, 'open')"
        self.rows.execute(insert, (self.order_id, AMOUNT, CURRENCY))
        self.attempt(1)

    def resume(self) -> None:
        """The newest open order that a program left behind."""
        query = "select id from orders where state = 'open' order by rowid desc limit 1"
        found = self.rows.execute(query).fetchone()
        if found is None:
            raise SystemExit("there is no open order")
        self.order_id = found["id"]
        if self.row() is None:
            self.attempt(1)

    def attempt(self, attempt: int) -> None:
        """Commits all that create_payment will be given: a number is never used again."""
        number = f"{self.order_id}-{attempt}"
        fields = Create(order_number=number, amount=AMOUNT, currency=CURRENCY, return_url=self.own)
        fields["method"] = "instalments"
        fields["fail_url"] = f"{self.own}/sorry"
        fields["notification_url"] = f"{self.own}/notify"
        fields["description"] = "A sofa"
        fields["customer"] = {"email": "buyer@shop.example"}
        values = (number, self.order_id, attempt, AMOUNT, CURRENCY, json.dumps(fields), now())
        columns = "number, order_id, attempt, gateway, amount, currency, request, sent_at"
        insert = f"insert into attempts ({columns}) values (?, ?, ?, 'intellectmoney', ?, ?, ?, ?)"
        self.rows.execute(insert, values)
        self.may_have_left = False

    def row(self) -> Any:
        """The order's newest attempt."""
        query = "select * from attempts where order_id = ? order by attempt desc limit 1"
        return self.rows.execute(query, (self.order_id,)).fetchone()

    def keep(self, **facts: Any) -> None:
        columns = ", ".join(f"{name} = :{name}" for name in facts)
        update = f"update attempts set {columns} where number = :number"
        self.rows.execute(update, {**facts, "number": self.row()["number"]})

    def mark(self, state: str) -> None:
        self.rows.execute("update orders set state = ? where id = ?", (state, self.order_id))

    def state(self) -> str:
        query = "select state from orders where id = ?"
        return str(self.rows.execute(query, (self.order_id,)).fetchone()["state"])

    def invoice(self, notification: Received | None = None) -> bool:
        """Has the invoice made, or finds out what became of it. Says whether its id is known."""
        row = self.row()
        try:
            if not self.may_have_left:
                self.may_have_left = True
                payment = self.client.create_payment(**json.loads(row["request"]))
                return self.made(payment)
        except kopeck.OutcomeUnknownError as error:
            say(f"no clear answer ({error}): finding out what became of it")
        verdict = self.client.settle(
            operation="create_payment",
            create=json.loads(row["request"]),
            sent_at=row["sent_at"],
            notification=notification,
        )
        if verdict.verdict == "done":
            return self.made(verdict.payment)
        if verdict.verdict == "need_new_number":  # nobody saw the lost one, and it will expire
            self.attempt(row["attempt"] + 1)
            return self.invoice()
        if verdict.verdict == "review":
            raise SystemExit(f"a person must look: {verdict.why}")
        return False

    def made(self, payment: kopeck.Payment) -> bool:
        self.keep(payment_id=payment.id, stage="invoice")
        say(f"order {self.row()['number']}: invoice {payment.id}")
        return True

    def begin(self) -> kopeck.Payment:
        """Gets the lender's page. The stage is committed before the call: who finds `beginning`
        asks before anything is begun again, and who finds `begun` never begins."""
        row = self.row()
        self.keep(stage="begun" if row["stage"] == "begun" else "beginning")
        ask = partial(
            self.client.instalments,
            id=row["payment_id"],
            expect=self.expect(),
            return_url=self.own,
            fail_url=f"{self.own}/sorry",
            **self.limits,
        )
        try:
            payment = ask(stage=row["stage"])
        except kopeck.OutcomeUnknownError as error:
            say(f"no clear answer ({error}): asking whether it was begun")
            payment = ask(stage="beginning")
        self.keep(stage=payment.stage)
        if payment.action is not None and payment.action.url is not None:
            self.keep(page_url=payment.action.url, page_shown=1)
            say(f"pay at: {payment.action.url}")
        return payment

    def decision(self) -> kopeck.Payment:
        """Polls for the lender's word. A yes alone does not say that the money came: that is told
        by the webhook, or by the gateway's history where the settings have a login."""
        payment_id, expect = self.row()["payment_id"], self.expect()
        return self.client.instalments(
            id=payment_id, expect=expect, stage="begun", until="decision", **self.limits
        )

    def expect(self) -> Expect:
        row = self.row()
        return Expect(order_number=row["number"], amount=row["amount"], currency=row["currency"])

    def look(self) -> kopeck.Payment:
        """Asks by the stored id, never by one that comes from outside."""
        return self.client.confirm(id=self.row()["payment_id"], expect=self.expect())

    def notified(self, received: Received) -> Answer:
        """Takes a webhook and says what to answer: `ok` leaves after the commit."""
        try:
            hint = self.client.parse_notification(**received)
        except kopeck.UntrustedError as error:
            say(f"not the gateway's webhook: {error}")
            if error.answer is None:
                raise
            return error.answer.reject
        say(f"webhook: {hint.event}")
        query = "select order_id, attempt from attempts where number = ?"
        known = self.rows.execute(query, (hint.payment.order_number,)).fetchone()
        try:
            if known is None or known["order_id"] != self.order_id:
                return hint.answer.retry  # of this program there is one for each order
            if known["attempt"] != self.row()["attempt"]:  # given up: its money is not hidden
                if hint.event in ("paid", "held"):
                    self.mark("needs_attention")
                return hint.answer.ok
            if self.row()["payment_id"] is None and not self.invoice(received):
                return hint.answer.retry
            payment_id, expect = self.row()["payment_id"], self.expect()
            self.apply(self.client.confirm(id=payment_id, expect=expect, notification=received))
        except kopeck.MismatchError as error:
            say(f"a person must look: {error}")
            self.mark("needs_attention")
        except (kopeck.PaymentError, sqlite3.Error) as error:
            say(f"not now: {error}")
            return hint.answer.retry
        return hint.answer.ok

    def apply(self, payment: kopeck.Payment) -> None:
        """THE transaction of orders.sql: each state once, whoever brings it and how often."""
        with self.rows:  # commits at the end, or rolls back
            self.rows.execute("begin immediate")
            newly = payment.status == "paid" and self.row()["status"] != "paid"
            insert = "insert into applied_states values (?, ?, ?) on conflict (state_id) do nothing"
            state = (payment.state_id, self.row()["number"], payment.status)
            if not self.rows.execute(insert, state).rowcount:
                return
            self.keep(status=payment.status)
            if newly:  # ship here
                self.mark("paid" if self.state() == "open" else "needs_attention")
        if newly:
            say(f"paid: {payment.captured} {payment.currency} for order {self.order_id}")


class Server(HTTPServer):
    """Webhooks, and buyers who come back."""

    shop: Shop
    refused = False

    def look(self) -> None:
        """A no comes by no webhook, so it is asked for."""
        if self.shop.row()["payment_id"] is None:
            return
        try:
            self.take(self.shop.look())
        except kopeck.PaymentError as error:
            say(f"not now: {error}")

    handle_timeout = look

    def take(self, payment: kopeck.Payment) -> None:
        self.shop.apply(payment)
        self.refused = payment.status == "created" and payment.last_attempt is not None


class Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = 5

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if url.path != "/notify":  # the buyer, whose address proves nothing
            self.server.look()
            self.respond(200, "text/plain", "Thank you. We will write to you.\n")
            return
        received = Received(method=self.command, query=url.query, headers=self.headers, body=body)
        answer = self.server.shop.notified(received)
        self.respond(answer.status, answer.content_type, answer.body)

    do_POST = do_GET  # noqa: N815

    def respond(self, status: int, kind: str, body: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None: ...


def now() -> str:
    return datetime.now(timezone.utc).isoformat()


def run(shop: Shop, server: Server, poll: bool) -> int:
    """Goes on from wherever the stored row stands."""
    end = time.monotonic() + shop.limits["timeout_ms"] / 1000
    if shop.row()["payment_id"] is None and not shop.invoice():
        say("the invoice's number is not known yet: a webhook tells it, or the next run")
        while shop.row()["payment_id"] is None and time.monotonic() < end:
            server.handle_request()
        if shop.row()["payment_id"] is None:
            return UNDECIDED
    payment = shop.begin()
    if poll and payment.status == "action_required":
        payment = shop.decision()
    server.take(payment)
    while shop.state() == "open" and not server.refused:
        server.handle_request()
        if shop.state() == "open" and time.monotonic() > end:
            say("not decided yet, which may take days: --resume goes on")
            return UNDECIDED
    if server.refused:
        say("the lender refused. The order stays open: offer the buyer another way to pay")
        return REFUSED
    return 0 if shop.state() == "paid" else 1


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("eshop_id", "secret_key", "bearer_token", "sign_secret_key"):
        known = os.environ.get(f"KOPECK_{name.upper()}")
        parser.add_argument(f"--{name.replace('_', '-')}", default=known, required=known is None)
    parser.add_argument("--site-ip", default=os.environ.get("KOPECK_SITE_IP", "127.0.0.1"))
    for name in ("base_url", "login", "personal_password"):
        known = os.environ.get(f"KOPECK_{name.upper()}")
        parser.add_argument(f"--{name.replace('_', '-')}", default=known)
    for option in ("--resume", "--poll"):
        parser.add_argument(option, action="store_true")
    parser.add_argument("--listen", type=int, required=True)
    parser.add_argument("--store", type=Path, default="instalments.db")
    for option, usual in {"timeout": 600_000, "pause": 2_000, "init-grace": 30_000}.items():
        parser.add_argument(f"--{option}-ms", type=int, default=usual)
    given = vars(parser.parse_args())
    resume, poll, store = given.pop("resume"), given.pop("poll"), given.pop("store")
    limits = {name: given.pop(name) for name in ("timeout_ms", "pause_ms", "init_grace_ms")}
    server = Server(("127.0.0.1", given.pop("listen")), Handler)
    server.timeout = limits["pause_ms"] / 1000
    keys = {name: value for name, value in given.items() if value is not None}
    client = kopeck.Client({"gateway": "intellectmoney", **keys})
    shop = server.shop = Shop(client, store, f"http://127.0.0.1:{server.server_port}", limits)
    if resume:
        shop.resume()
    else:
        shop.order()
    return run(shop, server, poll)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except kopeck.PaymentError as error:  # what was stored stands: --resume goes on from there
        raise SystemExit(f"{error.operation}: {error} ({error.advice})") from error
