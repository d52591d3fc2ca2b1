"""The buyer of the demo: opens a payment page over HTTP, fills it in, and pays."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.request
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

CARD = {
    "$PAN": "4111111111111111",
    "MM": "12",
    "YYYY": "2026",
    "$CVC": "123",
    "TEXT": "IVAN IVANOV",
}


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
