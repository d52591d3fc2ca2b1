"""A shop at a gateway that is described by a file: a payment, its notification, and the answer that
the gateway waits for. What a shop stores on the way stands in shop.py; here the file counts.

    python declared.py --descriptor examplepay --secret api_key=... --secret webhook_secret=... \\
        --listen 8000
"""

from __future__ import annotations

import argparse
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import kopeck
from kopeck.fields import Expect, Received


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--descriptor", default="examplepay", help="a built-in one, or a path")
    parser.add_argument("--base-url", help="a stand-in; without it the gateway itself")
    parser.add_argument("--secret", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--config", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--listen", type=int, required=True, help="for notifications")
    return parser.parse_args()


def named(pairs: list[str]) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in pairs)


def main() -> None:
    given = arguments()
    report = kopeck.Client({}).descriptor_check(descriptor=given.descriptor)
    print(
        f"{report.title}: {len(report.vectors)} vectors, {len(report.problems)} problems",
        flush=True,
    )
    settings = {"gateway": "declared", "descriptor": given.descriptor}
    settings["config"] = named(given.config)
    settings["secrets"] = named(given.secret)
    if given.base_url:
        settings["base_url"] = given.base_url
    client = kopeck.Client(settings)

    order = Expect(order_number=f"D-{uuid.uuid4().hex[:12]}", amount="100.00", currency="RUB")
    payment = client.create_payment(
        order_number=order["order_number"],
        amount=order["amount"],
        currency=order["currency"],
        return_url="https://shop.example/thanks",
        description="A described order",
    )
    assert payment.id is not None
    assert payment.action is not None
    # A form's fields would be posted by the buyer's browser; a link is simply opened.
    serve(client, payment.id, order, given.listen, f"pay at: {payment.action.url}")


def serve(client: kopeck.Client, id: str, order: Expect, port: int, ready: str) -> None:
    """Takes notifications until the order is paid."""
    paid: list[kopeck.Payment] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            notification: Received = {
                "method": self.command,
                "query": urlsplit(self.path).query,
                "headers": self.headers,
                "body": self.rfile.read(length),
            }
            try:
                payment = client.confirm(id=id, expect=order, notification=notification)
            except (kopeck.UntrustedError, kopeck.MismatchError) as error:
                print(f"refused: {error}", flush=True)
                answer = error.answer.reject if error.answer else None
            else:
                print(f"{payment.status}: {payment.captured} {payment.currency}", flush=True)
                answer = payment.notification.answer.ok if payment.notification else None
                if payment.status == "paid":
                    paid.append(payment)  # once per state_id, in one transaction, in a real shop
            body = answer.body.encode() if answer else b""
            self.send_response(answer.status if answer else 500)
            self.send_header("content-type", answer.content_type if answer else "text/plain")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", port), Handler) as server:
        print(ready, flush=True)
        while not paid:
            server.handle_request()


if __name__ == "__main__":
    main()
