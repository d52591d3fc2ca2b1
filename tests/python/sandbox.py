"""The stand-in gateway, and a buyer and a shop's listener beside it."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from kopeck.fields import Received
from kopeck.results import Answer

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("KOPECK_SANDBOX", ROOT / "target/release/kopeck-sandbox"))
VECTORS = ROOT / "tests/vectors"
CARD = {"$PAN": "4111111111111111", "MM": "12", "YYYY": "2026", "$CVC": "123", "TEXT": "A BUYER"}
FORM = "application/x-www-form-urlencoded"
_count = itertools.count(1)


class Sandbox:
    """The running sandbox: `origin` is its address."""

    def __init__(self, *options: str) -> None:
        folders = sorted(folder for folder in VECTORS.iterdir() if folder.is_dir())
        replay = [word for folder in folders for word in ("--replay", str(folder))]
        self.process = subprocess.Popen(
            [PROGRAM, "--listen", "127.0.0.1:0", "--until-stdin-closes", *options, *replay],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line.startswith("listening on "), line
        self.origin = line.split()[-1]

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)

    def settings(self, user: str = "hmac_user", **more: Any) -> dict[str, Any]:
        """Settings of a client for one of its merchants."""
        return {
            "gateway": "rbs",
            "base_url": f"{self.origin}/payment",
            "user_name": user,
            "password": f"{user}_password",
            "callback_key": f"{user}_callback_key",
            **more,
        }

    def merchant(self, **switches: Any) -> dict[str, Any]:
        """Settings of a client for a merchant of its own, whose bank has these switches."""
        name = f"shop_{os.getpid()}_{next(_count)}"
        change = {"user_name": name, "password": f"{name}_password", "callback_signature": "hmac"}
        bank = {"retry_pause_ms": 10, "settings": switches}
        self.ask("POST", "/sandbox/merchants", {**change, **bank})
        return self.settings(name)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """A request to its control interface."""
        text = None if body is None else json.dumps(body)
        status, _, answer = request(method, self.origin + path, text)
        assert status == 200, answer
        return json.loads(answer)

    def fault(self, path: str, fault: str, **more: Any) -> None:
        self.ask("POST", "/sandbox/faults", {"match": path, "fault": fault, **more})

    def clear_faults(self) -> None:
        self.ask("DELETE", "/sandbox/faults")

    def order(self, id: str) -> Any:
        return self.ask("GET", f"/sandbox/orders/{id}")

    def act(self, id: str, do: str, **more: Any) -> Any:
        return self.ask("POST", f"/sandbox/orders/{id}/act", {"do": do, **more})


class Eshop:
    """A shop of IntellectMoney's, of a test's own, with these switches of the sandbox."""

    def __init__(self, sandbox: Sandbox, **switches: Any) -> None:
        self.sandbox = sandbox
        change = {"eshop_id": str(460_000 + next(_count)), "retry_pause_ms": 50}
        self.keys = sandbox.ask("POST", "/sandbox/eshops", {**change, "settings": switches})

    def settings(self, **more: Any) -> dict[str, Any]:
        """Settings of a client for it."""
        keys = ("eshop_id", "secret_key", "bearer_token", "sign_secret_key")
        return {
            "gateway": "intellectmoney",
            "base_url": f"{self.sandbox.origin}/intellectmoney",
            **{name: self.keys[name] for name in keys},
            "site_ip": "192.0.2.10",
            **more,
        }

    def personal(self) -> dict[str, Any]:
        """The settings of the Personal API, which tells sums."""
        return {"login": self.keys["login"], "personal_password": self.keys["password"]}

    def invoice(self, id: str) -> Any:
        return self.sandbox.ask("GET", f"/sandbox/invoices/{id}")

    def invoices(self) -> list[Any]:
        found = self.sandbox.ask("GET", "/sandbox/invoices")["invoices"]
        return [invoice for invoice in found if invoice["eshop_id"] == self.keys["eshop_id"]]

    def act(self, id: str, do: str, **more: Any) -> Any:
        return self.sandbox.ask("POST", f"/sandbox/invoices/{id}/act", {"do": do, **more})

    def begun(self, id: str) -> int:
        """How often its payment was begun."""
        history = self.invoice(id)["history"]
        return sum(entry["event"].startswith("payment begun") for entry in history)


def press(page: str, button: str) -> str:
    """What a buyer presses on the page of a lender or a bank, and where he is sent then."""
    status, headers, html = request("POST", page, urlencode({"do": button}), FORM)
    assert status in (302, 303), html
    return headers["location"]


def request(
    method: str, url: str, body: str | None = None, kind: str = "application/json"
) -> tuple[int, dict[str, str], str]:
    """One HTTP exchange, past any proxy and without following redirects."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, target, body, {"content-type": kind} if body else {})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, headers, answer.read().decode()
    finally:
        connection.close()


def pay_on_page(page: str) -> str:
    """Does what a buyer does, and gives the address to which the buyer is sent back."""
    status, _, html = request("GET", page)
    assert status == 200, html
    assert 'name="$PAN"' in html
    status, headers, html = request("POST", page, urlencode(CARD), FORM)
    assert status in (302, 303), html
    return headers["location"]


class Listener:
    """Where a shop's notifications arrive. It keeps them as they came and answers what `shop` says,
    or 200 and OK, after what `answers` says first."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: list[int] = []
        self.shop: Callable[[Received], Answer] | None = None
        self.arrived = threading.Condition()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("content-length", 0))
                notification: Received = {
                    "method": self.command,
                    "query": urlsplit(self.path).query,
                    "headers": self.headers,
                    "body": self.rfile.read(length),
                }
                with listener.arrived:
                    listener.received.append(notification)
                    answer = listener.answers.pop(0) if listener.answers else 200
                    listener.arrived.notify_all()
                body = b"OK" if answer == 200 else b""
                if answer == 200 and listener.shop is not None:
                    said = listener.shop(notification)
                    answer, body = said.status, said.body.encode()
                    self.send_response(answer)
                    self.send_header("content-type", said.content_type)
                else:
                    self.send_response(answer)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/notify"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def wait_for(self, count: int) -> Received:
        """The notification with this number, counted from one."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.received) >= count, 20), "none came"
            return self.received[count - 1]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
