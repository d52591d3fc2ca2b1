"""The shop in PHP (examples/php/shop) under PHP's own server, and a buyer who orders there."""

from __future__ import annotations

import http.cookiejar
import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import demo_told as told
from demo_buyer import CARD, Form, StopAtShop, buy

SHOP = Path(__file__).resolve().parent / "php/shop"


class Browser:
    """Opens the shop's pages, and stops where they lead to the gateway."""

    def __init__(self, shop: str) -> None:
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            StopAtShop(shop),
        )
        self.address, self.form, self.page = shop, Form(), ""

    def open(self, url: str, fields: dict | None = None) -> None:
        body = None if fields is None else urlencode(fields).encode()
        with self.opener.open(url, body, timeout=30) as page:
            self.address, self.page = page.url, page.read().decode()
        self.form = Form()
        self.form.feed(self.page)

    def leads_to(self, url: str) -> str:
        """Presses the page's button: where it sends the buyer."""
        try:
            self.open(url, self.form.fields)
        except urllib.error.HTTPError as answer:
            if answer.code in (302, 303):
                return answer.headers["location"]
            raise
        raise SystemExit(f"the shop does not lead to a payment page:\n{self.page}")


def run_shop(
    php: list[str], origin: str, port: int, patience: int, say: Callable[[str, str], None]
) -> None:
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.json"
        gateway = told.rbs(origin, port)
        settings = {"url": url, "database": f"{folder}/orders.db", "gateway": gateway}
        config.write_text(json.dumps(settings))
        server = subprocess.Popen(
            [
                *php,
                "-d",
                f"error_log={folder}/log",
                "-S",
                f"127.0.0.1:{port}",
                "-t",
                SHOP / "public",
            ],
            # The gateway calls while the buyer is on his way back.
            env={**os.environ, "SHOP_CONFIG": str(config), "PHP_CLI_SERVER_WORKERS": "3"},
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            buy_there(url, origin, time.monotonic() + patience, say)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(10)


def buy_there(url: str, origin: str, end: float, say: Callable[[str, str], None]) -> None:
    browser = Browser(url)
    while True:
        try:
            browser.open(f"{url}/index.php")
            break
        except urllib.error.URLError:  # it is not up yet
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
    ordered = {"email": "buyer@shop.example", "quantity[teapot]": "1", "quantity[cup]": "2"}
    browser.open(f"{url}/index.php", {**browser.form.fields, **ordered})
    say("buyer", f"orders a teapot and two cups: {browser.address.split('?')[0]}")
    page = browser.leads_to(f"{url}/pay.php")
    say("buyer", f"opens the page, types the test card {CARD['$PAN']}, presses Pay")
    back = buy(page, origin)
    say("buyer", f"is sent back to {back.split('?')[0]}")
    browser.open(back)
    while "Paid. Thank you!" not in browser.page:
        if time.monotonic() > end:
            raise SystemExit(f"the order was not paid:\n{browser.page}")
        time.sleep(0.2)
        browser.open(back)
    say("shop", "Paid. Thank you! We are packing it.")
