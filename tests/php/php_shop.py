"""examples/php/shop under `php -S` with several workers, its database, and a buyer's browser."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from fpm import EXTENSION, until
from sandbox import FORM, ROOT, Eshop, Sandbox

SHOP = ROOT / "examples/php/shop"
DESCRIPTORS = ROOT / "core/src/gateways/declared/descriptors"
LIMITS = {"timeout_ms": 3000, "pause_ms": 100, "init_grace_ms": 300}
_count = itertools.count(1)
PHP = ["php", "-d", f"extension={EXTENSION}", "-d", "error_log="]


def free_port() -> int:
    """One that nobody gets by chance while our server is down: the system hands out others."""
    first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    while True:
        port = random.randrange(10_000, 60_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if not first <= port <= last:
                probe.bind(("127.0.0.1", port))
                return port


# How often the order was marked paid, that is, shipped, whatever the shop itself says of it.
MARKED = """
create table marked_paid (order_id text not null);
create trigger marks_paid after update of state on orders when new.state = 'paid'
begin insert into marked_paid values (new.id); end;
"""


def copied(folder: Path) -> Path:
    """The shop, copied alone, and counting."""
    shutil.copytree(SHOP, folder)
    with (folder / "schema.sql").open("a") as schema:
        schema.write(MARKED)
    return folder


class PhpShop:
    """The shop, copied alone into a folder of its own, at a gateway with these settings."""

    def __init__(self, folder: Path, gateway: dict[str, Any], **config: Any) -> None:
        self.port = free_port()
        self.folder, self.url = copied(folder / "shop"), f"http://127.0.0.1:{self.port}"
        self.database = folder / "orders.db"
        own = {"url": self.url, "database": str(self.database), "patience_ms": 0}
        (folder / "config.json").write_text(json.dumps({**own, "gateway": gateway, **config}))
        self.env = {
            **os.environ,
            "PHP_CLI_SERVER_WORKERS": "6",
            "SHOP_CONFIG": str(folder / "config.json"),
            "KOPECK_LIBRARY": str(ROOT / "bindings/php/library/autoload.php"),
        }
        self.log = folder / "php.log"
        self.server: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        address = f"127.0.0.1:{self.port}"
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [*PHP, "-S", address, "-t", str(self.folder / "public")],
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        server = self.server

        def stands() -> bool:
            assert server.poll() is None, self.log.read_text()
            return self._is_up()

        until(stands, "the shop answers")

    def _is_up(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """SIGKILL for every worker, wherever it stands."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait(10)
            self.server = None
            until(lambda: not self._is_up(), "its workers are gone too")

    def reconcile(self) -> str:
        said = subprocess.run(
            [*PHP, str(self.folder / "reconcile.php")],
            env=self.env,
            capture_output=True,
            timeout=60,
        )
        assert b"Fatal" not in said.stderr, said.stderr
        return said.stdout.decode()

    def reconciling(self) -> subprocess.Popen[bytes]:
        command = [*PHP, str(self.folder / "reconcile.php")]
        return subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL)

    def ask(self, query: str, *values: Any) -> list[Any]:
        with sqlite3.connect(self.database, timeout=10) as rows:
            rows.row_factory = sqlite3.Row
            found = rows.execute(query, values).fetchall()
        rows.close()
        return found

    def order(self, secret: str) -> Any:
        return self.ask("select * from orders where secret = ?", secret)[0]

    def attempts(self, secret: str) -> list[Any]:
        order = self.order(secret)["id"]
        return self.ask("select * from attempts where order_id = ? order by attempt", order)

    def why(self, secret: str) -> str:
        """What a person is told of an order."""
        order = self.order(secret)["id"]
        found = self.ask("select why from attention where order_id = ?", order)
        return "\n".join(row["why"] for row in found)

    def waits_for(self, secret: str, state: str) -> None:
        until(lambda: self.order(secret)["state"] == state, f"{state}: {self.log.read_text()}")

    def paid_times(self, secret: str) -> int:
        """How often it was marked paid."""
        query = "select count(*) from marked_paid where order_id = ?"
        return int(self.ask(query, self.order(secret)["id"])[0][0])


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action, self.fields = "", dict[str, str]()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "form":
            self.action = given.get("action") or ""
        if tag == "input" and given.get("name"):
            self.fields[str(given["name"])] = given.get("value") or ""


class Buyer:
    """A browser with its own cookies that goes to the shop, and stops at what is not the shop's."""

    def __init__(self, shop: PhpShop) -> None:
        self.shop, self.cookies = shop, dict[str, str]()
        self.headers: dict[str, str] = {}

    def asks(
        self, method: str, path: str, fields: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Status, the address that it leads to, and the page; `path` is below the shop's."""
        connection = http.client.HTTPConnection("127.0.0.1", self.shop.port, timeout=40)
        headers = {"cookie": "; ".join(f"{name}={word}" for name, word in self.cookies.items())}
        body = None
        if fields is not None:
            headers["content-type"], body = FORM, urlencode(fields)
        try:
            connection.request(method, urlsplit(self.shop.url).path + path, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
            self.headers = {name.lower(): value for name, value in answer.getheaders()}
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, word = value.split(";")[0].partition("=")
                    self.cookies[key] = word
            return answer.status, answer.getheader("location") or "", page
        finally:
            connection.close()

    def orders(self, **quantities: int) -> str:
        """The secret of a new order."""
        form = self.form("/index.php")
        form["email"] = "buyer@shop.example"
        for good, quantity in (quantities or {"teapot": 1}).items():
            form[f"quantity[{good}]"] = str(quantity)
        status, location, page = self.asks("POST", "/index.php", form)
        assert status == 303, page
        return parse_qs(urlsplit(location).query)["order"][0]

    def form(self, path: str) -> dict[str, str]:
        status, _, page = self.asks("GET", path)
        assert status == 200, page
        form = _Form()
        form.feed(page)
        return form.fields

    def presses_pay(self, secret: str) -> tuple[int, str, str]:
        return self.asks("POST", "/pay.php", self.form(f"/order.php?order={secret}"))

    def pays(self, secret: str) -> str:
        """Presses the button: the address of the gateway's page."""
        status, location, page = self.presses_pay(secret)
        if status == 200:
            form = _Form()
            form.feed(page)
            return f"{form.action}?{urlencode(form.fields)}"
        assert status == 303, page
        assert not location.startswith(self.shop.url), self.shop.log.read_text()
        return location

    def returns(self, address: str) -> str:
        """Is sent back to this address of the shop: what the page says."""
        assert address.startswith(f"{self.shop.url}/"), address
        status, _, page = self.asks("GET", address[len(self.shop.url) :])
        assert status == 200, page
        return page


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """So many threads, which begin in the same moment."""
    gate = threading.Barrier(count)

    def run(place: int) -> Any:
        gate.wait()
        return work(place)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


Open = Callable[..., PhpShop]


@pytest.fixture
def shops(tmp_path: Path) -> Iterator[Open]:
    """Makes shops, and ends them."""
    made: list[PhpShop] = []

    def make(gateway: dict[str, Any], **config: Any) -> PhpShop:
        folder = tmp_path / f"{len(made)}"
        folder.mkdir()
        made.append(PhpShop(folder, gateway, **config))
        return made[-1]

    yield make
    for shop in made:
        shop.kill()
        assert "PHP Fatal" not in shop.log.read_text(), shop.log.read_text()
        assert "PHP Warning" not in shop.log.read_text(), shop.log.read_text()


@pytest.fixture
def shop(shops: Open, sandbox: Sandbox) -> PhpShop:
    """At a bank with the RBS interface."""
    return shops(sandbox.merchant())


@pytest.fixture
def buyer(shop: PhpShop) -> Buyer:
    return Buyer(shop)


def in_instalments(shops: Open, eshop: Eshop, **settings: Any) -> PhpShop:
    """At IntellectMoney, paid in parts."""
    gateway = eshop.settings(**settings)
    return shops(gateway, payment={"method": "instalments"}, instalments=LIMITS)


def at_described(
    shops: Open, sandbox: Sandbox, name: str = "examplepay", **switches: Any
) -> PhpShop:
    """At a gateway that a file describes, with keys of its own."""
    own = f"{os.getpid()}-{next(_count)}"
    sample = json.loads((ROOT / "tests/descriptors/settings.json").read_text())[name]
    secrets = {key: f"{key}-{own}" for key in sample["secrets"]}
    config = {key: f"{word}{own}" for key, word in sample.get("config", {}).items()}
    gateway = {"gateway": "declared", "descriptor": name, "secrets": secrets, "config": config}
    gateway["base_url"] = f"{sandbox.origin}/declared"
    # ExamplePay's descriptor has no place for these two.
    more = {"notification_url": None, "fail_url": None} if name == "examplepay" else {}
    currency = sample.get("currency", "RUB")
    shop = shops(gateway, payment=more, currency=currency)
    text = (DESCRIPTORS / f"{name}.toml").read_text()
    described = {"id": own, "descriptor": text, "secrets": secrets, "config": config}
    described["notification_url"] = f"{shop.url}/notify.php"
    described["currency"] = currency
    described["switches"] = {"retry_pause_ms": 50, **switches}
    sandbox.ask("POST", "/sandbox/declared/shops", described)
    return shop
