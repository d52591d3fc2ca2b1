"""Plays the whole story on this machine: a gateway (the sandbox), shops, and a buyer.

    python3 examples/demo.py --sandbox PROGRAM --shop TITLE COMMAND [--shop TITLE COMMAND ...]
        [--instalments TITLE COMMAND ...] [--declared TITLE COMMAND ...]

Each shop creates a payment and prints `pay at: URL`; the buyer opens that page over HTTP, types a
test card and pays; the gateway notifies the shop, which confirms, stores, answers and refunds
a part. In instalments that page is the lender's, and the buyer agrees to pay there. A declared
gateway is ExamplePay, which the sandbox plays from its descriptor.
"""

from __future__ import annotations

import http.cookiejar
import json
import shlex
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urljoin

CARD = {
    "$PAN": "4111111111111111",
    "MM": "12",
    "YYYY": "2026",
    "$CVC": "123",
    "TEXT": "IVAN IVANOV",
}
EXAMPLEPAY = (
    Path(__file__).resolve().parents[1] / "core/src/gateways/declared/descriptors/examplepay.toml"
)
PATIENCE = 60  # seconds for each program; then something hangs


class Form(HTMLParser):
    """The first form of a page: where it goes and what it already holds."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attributes: list) -> None:
        given = dict(attributes)
        if tag == "form" and self.action is None:
            self.action = given.get("action", "")
        if tag == "input" and given.get("name"):
            self.fields[given["name"]] = given.get("value") or ""


class StopAtShop(urllib.request.HTTPRedirectHandler):
    """The buyer's browser would follow the way back to the shop; here it is enough to see it."""

    def __init__(self, gateway: str) -> None:
        self.gateway = gateway

    def redirect_request(self, request, fp, code, msg, headers, url):
        if not url.startswith(self.gateway):
            return None
        return super().redirect_request(request, fp, code, msg, headers, url)


def buy(page: str, gateway: str, button: str | None = None) -> str:
    """Opens the payment page, pays, and gives the address that the buyer is sent back to. `button`
    is what is pressed instead on a page that asks for no card."""
    browser = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        StopAtShop(gateway),
    )
    html = browser.open(page, timeout=10).read().decode()
    for _ in range(4):  # the card, then perhaps the bank's own question
        form = Form()
        form.feed(html)
        if form.action is None:
            raise SystemExit(f"the payment page holds no form:\n{html}")
        fields = {name: CARD.get(name, value) for name, value in form.fields.items()}
        if button is not None:
            fields["do"] = button
        target = urljoin(page, form.action)
        try:
            html = browser.open(target, urlencode(fields).encode(), timeout=10).read().decode()
        except urllib.error.HTTPError as answer:
            if answer.code in (302, 303):
                return answer.headers["location"]
            raise
    raise SystemExit("the payment page asks without end")


def fetch(url: str, fields: dict | None = None) -> dict:
    """JSON from the sandbox, past any proxy; with fields it is told something."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    body = None if fields is None else json.dumps(fields).encode()
    return json.load(direct.open(url, body, timeout=10))


def say(who: str, line: str) -> None:
    print(f"  {who:<8} {line}", flush=True)


def start_sandbox(program: str) -> tuple[subprocess.Popen, str]:
    sandbox = subprocess.Popen(
        [program, "--listen", "127.0.0.1:0", "--until-stdin-closes", "--retry-pause-ms", "500"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    line = sandbox.stdout.readline()
    if "listening on " not in line:
        raise SystemExit(f"the sandbox did not start: {line!r}")
    return sandbox, line.split("listening on ")[1].strip()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def by_card(origin: str, config: dict) -> list[str]:
    """What a shop is told of its merchant."""
    merchant = next(m for m in config["merchants"] if m["user_name"] == "hmac_user")
    arguments = ["--base-url", f"{origin}/payment", "--user", merchant["user_name"]]
    arguments += ["--password", merchant["password"]]
    return [*arguments, "--callback-key", merchant["callback_key"]]


def in_instalments(config: dict) -> list[str]:
    """The same at IntellectMoney."""
    shop = config["intellectmoney"]["eshops"][0]
    arguments = ["--base-url", config["intellectmoney"]["base_url"], "--pause-ms", "500"]
    for key in ("eshop_id", "secret_key", "bearer_token", "sign_secret_key"):
        arguments += [f"--{key.replace('_', '-')}", shop[key]]
    return arguments


def by_descriptor(origin: str, port: int) -> list[str]:
    """The sandbox is told of a shop at ExamplePay, and the shop of its settings."""
    secrets = {"api_key": "key of the demo", "webhook_secret": "secret of the demo"}
    shop = {"id": "demo", "descriptor": EXAMPLEPAY.read_text(), "secrets": secrets}
    shop["notification_url"] = f"http://127.0.0.1:{port}/notify"
    fetch(f"{origin}/sandbox/declared/shops", shop)
    arguments = ["--base-url", f"{origin}/declared"]
    for name, value in secrets.items():
        arguments += ["--secret", f"{name}={value}"]
    return arguments


def run_shop(name: str, command: list[str], origin: str, button: str | None, port: int) -> None:
    print(f"\n{name}", flush=True)
    command = [*command, "--listen", str(port)]
    shop = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(PATIENCE, shop.kill)
    watchdog.start()
    try:
        for line in shop.stdout:
            say("shop", line.rstrip())
            if line.startswith("pay at: "):
                page = line.split("pay at: ")[1].strip()
                does = f"types the test card {CARD['$PAN']}, presses Pay"
                say("buyer", f"opens the page, {f'presses {button}' if button else does}")
                say("buyer", f"is sent back to {buy(page, origin, button)}")
        if shop.wait() != 0:
            raise SystemExit(f"{name} ended with {shop.returncode}")
    finally:
        watchdog.cancel()
        if shop.poll() is None:
            shop.kill()


def commands(option: str) -> list[tuple[str, list[str]]]:
    """The titles and commands that stand behind an option."""
    words = sys.argv[1:]
    places = [place for place, word in enumerate(words) if word == option]
    return [(words[place + 1], shlex.split(words[place + 2])) for place in places]


def main() -> None:
    program = sys.argv[sys.argv.index("--sandbox") + 1]
    shops, lenders = commands("--shop"), commands("--instalments")
    described = commands("--declared")
    sandbox, origin = start_sandbox(program)
    try:
        config = fetch(f"{origin}/sandbox/config")
        print(f"a gateway listens on {origin} (its orders: {origin}/sandbox/orders.html)")
        for name, command in shops:
            run_shop(name, command + by_card(origin, config), origin, None, free_port())
        for name, command in lenders:
            run_shop(name, command + in_instalments(config), origin, "approve", free_port())
        for name, command in described:
            port = free_port()
            run_shop(name, command + by_descriptor(origin, port), origin, "pay", port)
        orders = fetch(f"{origin}/sandbox/orders")
        print("\nWhat the gateway saw")
        for order in orders["orders"]:
            events = " -> ".join(entry["event"] for entry in order["history"])
            say("gateway", f"{order['order_number']}: {events}")
        for invoice in fetch(f"{origin}/sandbox/invoices")["invoices"]:
            events = " -> ".join(entry["event"] for entry in invoice["history"])
            say("gateway", f"{invoice['order_id']}: {events}")
        for order in fetch(f"{origin}/sandbox/declared/orders")["orders"]:
            events = " -> ".join(entry["event"] for entry in order["history"])
            say("gateway", f"{order['number']}: {events}")
        print(
            f"\ndemo ok: {len(shops)} shops took a payment, verified its notification, "
            f"and refunded a part; {len(lenders)} were paid in instalments, "
            f"{len(described)} at a gateway that a file describes"
        )
    finally:
        sandbox.stdin.close()
        sandbox.wait(10)


if __name__ == "__main__":
    main()
