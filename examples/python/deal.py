"""A deal of Bitrix24 that is paid: it gets a payment, the buyer pays, the deal is won.

    python deal.py --portal https://portal.bitrix24.ru/rest/1/SECRET/ --deal 662 --type 1220 \\
        --gateway '{"gateway": "declared", "descriptor": "examplepay", "secrets": {...}}' \\
        --listen 9090 --store deals.db

--gateway is the settings of any gateway's client, and nothing else differs between gateways; its
cabinet is told where notifications go: /notify on your own host. This listens on this machine
alone: put your web server with https in front. Give what is secret in the environment
(KOPECK_PORTAL, KOPECK_GATEWAY): a command line is everybody's to read. What must not be lost is
committed before each call (examples/orders.sql says why), so run again after any crash it goes on,
with no second payment and no second item. Ends with 0 once the deal is won, else with 1 and a
sentence."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import sqlite3
import sys
import uuid
from datetime import datetime, timezone
from decimal import Decimal
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import kopeck
from kopeck.fields import Create, Expect, Received
from kopeck.results import Answer

say = partial(print, flush=True)


def now() -> str:
    return datetime.now(timezone.utc).isoformat()


class Deal:
    """One deal, and what the shop stores of its payment."""

    def __init__(self, portal: kopeck.Bitrix24, client: kopeck.Client, given: argparse.Namespace):
        self.portal, self.client = portal, client
        self.gateway = client.describe()["gateway"]  # as its payments name it
        self.where = {"deal_id": given.deal, "entity_type_id": given.type}
        self.id = f"deal-{given.deal}"  # in our own tables
        # A gateway that notifies waits for its answer; what takes longer it brings again.
        self.patience_ms = given.patience_ms
        self.back = given.back or f"http://127.0.0.1:{given.listen}/thanks"
        self.wrong: str | None = None  # why the portal will not take what is told to it
        self.lock = given.store.open("ab")
        try:  # one program at a time for a store
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(f"{given.store}: another program uses it") from None
        self.rows = sqlite3.connect(given.store, isolation_level=None)  # a statement is committed
        self.rows.row_factory = sqlite3.Row
        if not self.rows.execute("select 1 from sqlite_master").fetchone():
            schema = Path(__file__).resolve().parents[1] / "orders.sql"
            self.rows.executescript(f"begin; {schema.read_text()} commit;")

    def ask(self) -> dict[str, Any]:
        """The deal as the portal has it."""
        which = {"entityTypeId": 2, "id": self.where["deal_id"]}
        item: dict[str, Any] = self.portal.call("bitrix24.crm.item.get", which)["result"]["item"]
        return item

    def begin(self) -> None:
        """1. The deal says what is to be paid."""
        asked = self.ask()
        amount, currency = f"{Decimal(str(asked['opportunity'])):.2f}", asked["currencyId"]
        say(f"the deal asks for {amount} {currency}, at {asked['stageId']}")
        insert = "insert into orders values (?, ?, ?, 'open') on conflict (id) do nothing"
        self.rows.execute(insert, (self.id, amount, currency))
        if self.row() is None:
            self.attempt(1)
        if self.row()["payment_id"] is None:
            self.create()
        else:
            self.look()
        if self.state() != "open" or self.wrong:
            return  # it was paid while this program was away
        try:
            self.link()
        except (kopeck.RefusedError, kopeck.MismatchError) as error:
            self.withdraw(error)
        say(f"pay at: {self.row()['page_url']}")  # 3. where the buyer goes

    def attempt(self, attempt: int) -> None:
        """Commits all that create_payment will be given: a number is never used again."""
        query = "select amount, currency from orders where id = ?"
        amount, currency = self.rows.execute(query, (self.id,)).fetchone()
        number = f"{self.id}-{attempt}-{uuid.uuid4().hex[:8]}"
        fields = Create(order_number=number, amount=amount, currency=currency, return_url=self.back)
        values = (number, self.id, attempt, self.gateway, amount, currency, json.dumps(fields))
        columns = "number, order_id, attempt, gateway, amount, currency, request, sent_at, status"
        insert = f"insert into attempts ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?, 'new')"
        self.rows.execute(insert, (*values, now()))

    def create(self) -> None:
        """2. The payment is linked to the deal before it is made, and made once: what may have left
        before is not sent again, `settle` finds out what became of it."""
        row = self.row()
        fields: Create = json.loads(row["request"])
        if row["status"] == "new":
            self.link()
            self.keep(status="sent", sent_at=now())
            try:
                return self.made(self.client.create_payment(**fields))
            except kopeck.OutcomeUnknownError as error:
                say(f"no clear answer from the gateway: {error}")
        verdict = self.client.settle(
            operation="create_payment",
            create=fields,
            sent_at=self.row()["sent_at"],
            timeout_ms=self.patience_ms,
        )
        if verdict.verdict == "done":
            return self.made(verdict.payment)
        if verdict.verdict == "not_done":
            self.keep(status="new")
            return self.create()
        if verdict.verdict != "need_new_number":  # pending: later; review: a person must look
            raise SystemExit(f"{row['number']}: {verdict.verdict}: {verdict.why}")
        # Nobody can pay the lost one any more, so its item makes room for the next.
        dead = self.told()
        dead["status"] = "cancelled"
        dead["id"] = verdict.payment.id or row["number"]
        dead["state_id"] = verdict.payment.state_id or row["number"].replace("-", "")
        self.portal.settle_deal(**self.where, payment=dead, on_failure="keep")
        self.attempt(row["attempt"] + 1)
        return self.create()

    def made(self, payment: kopeck.Payment) -> None:
        action = payment.action
        page = action and (action.link or (action.url if action.type != "form" else None))
        if not page:  # a form would want a page of the shop's own
            raise SystemExit(f"{payment} has no link to a page: a person must look")
        with self.rows:  # commits at the end, or rolls back
            self.rows.execute("begin immediate")
            self.keep(payment_id=payment.id, page_url=page, page_shown=1)
            insert = "insert into applied_states values (?, ?, ?)"
            self.rows.execute(insert, (payment.state_id, self.row()["number"], payment.status))

    def told(self) -> dict[str, Any]:
        """What is stored of the newest attempt, in the words of a reply."""
        row = self.row()
        told = {name: row[name] for name in ("gateway", "amount", "currency")}
        told.update(order_number=row["number"], id=row["payment_id"])
        told["action"] = {"type": "redirect", "url": row["page_url"]}
        query = "select state_id, status from applied_states where number = ?"
        return {**told, **(self.rows.execute(query, (row["number"],)).fetchone() or {})}

    def link(self) -> None:
        """An item of the smart process stands for the payment. Repeating it changes nothing."""
        linked = self.portal.link_payment(
            **self.where, payment=self.told(), timeout_ms=self.patience_ms
        )
        say(f"item {linked.item_id} of the deal stands for {self.row()['number']}")

    def withdraw(self, why: kopeck.PaymentError) -> None:
        """The deal changed meanwhile: nobody is to pay for it as it was."""
        row, done = self.row(), "cancel the payment by hand"
        if "cancel" in self.client.operations:
            self.client.cancel(id=row["payment_id"], order_number=row["number"])
            self.look()
            done = "the payment was cancelled"
        raise SystemExit(f"link_payment: {why}; {done}")

    def row(self, number: str | None = None) -> Any:
        """An attempt of this deal: the one with this number, or the newest."""
        query = "select * from attempts where order_id = ? and number = coalesce(?, number)"
        newest = f"{query} order by attempt desc limit 1"
        return self.rows.execute(newest, (self.id, number)).fetchone()

    def keep(self, **facts: Any) -> None:
        columns = ", ".join(f"{name} = :{name}" for name in facts)
        update = f"update attempts set {columns} where number = :number"
        self.rows.execute(update, {"number": self.row()["number"], **facts})

    def notified(self, received: Received) -> Answer:
        """4. Takes a notification and says what to answer: `ok` leaves once the deal knows."""
        try:
            hint = self.client.parse_notification(**received)
        except kopeck.UntrustedError as error:
            say(f"not the gateway's notification: {error}")
            if error.answer is None:
                raise
            return error.answer.reject
        say(f"notification: {hint.event}")
        row = self.row(hint.payment.order_number or "")
        if row is None or row["payment_id"] is None:
            return hint.answer.retry  # it may have come before our own answer was stored
        return hint.answer.ok if self.settled(row, received) else hint.answer.retry

    def look(self) -> None:
        """Asks without a notification: gateways give up notifying after a few tries."""
        row = self.row()
        if row["payment_id"] is not None and "payment_status" in self.client.operations:
            self.settled(row)

    def settled(self, row: Any, received: Received | None = None) -> bool:
        """Whether the deal knows what became of its payment. If not, all of it may be repeated: the
        money is as safe as before."""
        expect = Expect(order_number=row["number"], amount=row["amount"], currency=row["currency"])
        try:
            payment = self.client.confirm(
                id=row["payment_id"], expect=expect, notification=received
            )
            if not payment.final:
                return True
            say(f"confirmed: {payment.status}, captured {payment.captured} {payment.currency}")
            self.keep(number=row["number"], status=payment.status)
        except kopeck.MismatchError as error:
            self.mark("needs_attention", str(error))
            return True
        except (kopeck.PaymentError, sqlite3.Error) as error:
            say(f"not now: {error}")
            return False
        return self.tell(payment)

    def tell(self, payment: kopeck.Payment) -> bool:
        """What was only not done is repeated; what the portal refuses is for a person. Whoever
        cancelled a payment did not lose the deal by it."""
        try:
            told = self.portal.settle_deal(
                **self.where,
                payment=payment,
                on_failure="keep" if payment.status == "cancelled" else "lose",
                locked=True,
                timeout_ms=self.patience_ms,
            )
        except (kopeck.NotDoneError, kopeck.OutcomeUnknownError) as error:
            say(f"not now: {error}")
            return False
        except kopeck.PaymentError as error:
            self.wrong = f"settle_deal: {error}: a person must look, then run this again"
            return False
        if told.needs_attention:
            self.mark("needs_attention", ", ".join(told.attention))
        else:
            self.mark("paid" if payment.status == "paid" else "closed", payment.status)
        return True

    def mark(self, state: str, why: str) -> None:
        self.rows.execute("update orders set state = ? where id = ?", (state, self.id))
        if state != "paid":
            say(f"{state}: {why}")

    def state(self) -> str | None:
        """None before the deal was ever asked."""
        query = "select state from orders where id = ?"
        row = self.rows.execute(query, (self.id,)).fetchone()
        return None if row is None else str(row["state"])

    def end(self) -> int:
        """5. The deal says how it ended, and its timeline why."""
        asked = self.ask()
        won = asked["stageSemanticId"] == "S"
        say(f"the deal is {'won' if won else 'not won'}: {asked['stageId']}")
        which = {"ENTITY_TYPE": "deal", "ENTITY_ID": self.where["deal_id"]}
        fields = {"filter": which, "order": {"ID": "ASC"}, "select": ["ID", "COMMENT"]}
        for comment in self.portal.call("bitrix24.crm.timeline.comment.list", fields)["result"]:
            say(f"timeline: {comment['COMMENT']}")
        return 0 if won else 1


class Server(HTTPServer):
    """Where the gateway's notifications arrive, one after the other."""

    deal: Deal

    def handle_timeout(self) -> None:
        self.deal.look()


class Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = 5

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        target, headers = urlsplit(self.path), self.headers
        status, kind, text = 200, "text/plain", "Thank you.\n"  # the buyer, which proves nothing
        if target.path == "/notify":
            came = Received(method=self.command, query=target.query, headers=headers, body=body)
            answer = self.server.deal.notified(came)
            status, kind, text = answer.status, answer.content_type, answer.body
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None: ...


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    for option in ("--portal", "--gateway"):
        usual = os.environ.get(f"KOPECK_{option[2:].upper()}")
        parser.add_argument(option, default=usual, required=usual is None)
    for option in ("--deal", "--type", "--listen"):
        parser.add_argument(option, type=int, required=True)
    parser.add_argument("--store", type=Path, default=Path("deals.db"))
    parser.add_argument("--back", help="where the gateway sends the buyer back to")
    parser.add_argument("--patience-ms", type=int, default=10_000)
    parser.add_argument("--pause-ms", type=int, default=60_000, help="between two looks")
    given = parser.parse_args()
    server = Server(("127.0.0.1", given.listen), Handler)
    server.timeout = given.pause_ms / 1000
    portal = kopeck.Bitrix24({"webhook_url": given.portal})
    deal = server.deal = Deal(portal, kopeck.Client(json.loads(given.gateway)), given)
    if deal.state() in (None, "open"):
        deal.begin()
    while deal.state() == "open" and not deal.wrong:
        server.handle_request()
    if deal.wrong:
        raise SystemExit(deal.wrong)
    return deal.end()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except kopeck.PaymentError as error:  # what was stored stands: run it again
        raise SystemExit(f"{error.operation}: {error} ({error.advice})") from error
