"""Connections and full handshakes over TLS, counted by the gateway, across page requests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from fpm import LIBRARY, until
from fpm_site import Site
from sandbox import Sandbox

# The library's limits: a write uses a connection that was idle for less than 4 s, a read 60 s.
IDLE_FOR_WRITES = 4


class Tls(Sandbox):
    """A sandbox that counts, with a root certificate of its own in a file."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root.pem"
        super().__init__("--tls", "127.0.0.1:0", "--tls-root", str(self.root))
        assert self.process.stdout is not None
        self.secure = self.process.stdout.readline().split()[-1]
        assert self.secure.startswith("https://localhost:")

    def client(self) -> dict[str, Any]:
        given = self.merchant()
        base = given["base_url"].replace(self.origin, self.secure)
        return {**given, "base_url": base, "tls": {"ca_file": str(self.root)}}

    def counted(self) -> tuple[int, int, int]:
        """Connections, full handshakes, resumed ones, when none is under way."""

        def settled() -> tuple[int, int, int] | None:
            told = self.ask("GET", "/sandbox/tls")
            shook = told["handshakes"]
            assert shook["failed"] == 0, told
            done = shook["full"] + shook["resumed"] == told["connections"]
            return (told["connections"], shook["full"], shook["resumed"]) if done else None

        counted: tuple[int, int, int] = until(settled, "every handshake is over")
        return counted

    def closes_idle(self, after_ms: int) -> None:
        self.ask("POST", "/sandbox/tls", {"idle_ms": after_ms})


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Tls]:
    gateway = Tls(tmp_path)
    yield gateway
    gateway.stop()


def test_pages_share_a_connection_and_beyond_its_limit_the_session(gateway: Tls) -> None:
    with Site(gateway.client()) as site:
        first = site.create()
        for _ in range(5):
            assert site.create()["pid"] == first["pid"]
            assert site.status(first["id"])["pid"] == first["pid"]
        assert gateway.counted() == (1, 1, 0)

        time.sleep(IDLE_FOR_WRITES + 0.2)
        # Too old for a write, good for a read.
        assert site.status(first["id"])["status"] == "created"
        assert gateway.counted() == (1, 1, 0)
        time.sleep(IDLE_FOR_WRITES + 0.2)
        site.create()
        assert gateway.counted() == (2, 1, 1), "the session was not resumed"
        site.create()
        assert gateway.counted() == (2, 1, 1)


def test_a_connection_that_the_gateway_closed_is_made_again_by_the_session(gateway: Tls) -> None:
    gateway.closes_idle(100)
    with Site(gateway.client()) as site:
        first = site.create()
        for again in (1, 2, 3):
            time.sleep(0.4)
            told = site.status(first["id"]) if again == 2 else site.create()
            assert told["pid"] == first["pid"]
            assert gateway.counted() == (1 + again, 1, again)


def test_each_worker_makes_one_full_handshake(gateway: Tls) -> None:
    with Site(gateway.client(), workers=3) as site, ThreadPoolExecutor(3) as pool:
        payment_id = site.create()["id"]
        served: set[int] = set()
        for _ in range(4):
            pages = pool.map(site.asked, [f"slow.php?id={payment_id}"] * 3)
            served |= {told["pid"] for told in pages}
        assert served == set(site.workers())
        assert gateway.counted() == (3, 3, 0)
        site.reload()
        after = site.status(payment_id)["pid"]
        assert after not in served
        assert gateway.counted() == (4, 4, 0)


def test_a_recycled_worker_makes_one_full_handshake(gateway: Tls) -> None:
    with Site(gateway.client(), pool={"pm.max_requests": 3}) as site:
        served = [site.create()["pid"] for _ in range(8)]
        assert len(set(served)) >= 3
        assert all(served.count(pid) <= 3 for pid in served)
        count = len(set(served))
        assert gateway.counted() == (count, count, 0)


def test_open_basedir_binds_php_and_not_the_certificates(gateway: Tls) -> None:
    """The library works inside it. `tls.ca_file` is read by native code, which PHP's restriction
    does not reach: the file may lie outside."""
    with Site(gateway.client()) as site:
        bound = f"ini_set('open_basedir', '{LIBRARY}:{site.folder}');\n"
        site.page("php.php", f"{bound} var_dump(@file_get_contents('{gateway.root}'));")
        assert site.get("php.php")[2] == "bool(false)\n"
        site.page("bound.php", f"{bound} say(client()->call('check_settings'));")
        assert site.asked("bound.php")["ok"] is True
        assert gateway.counted()[1] == 1
        gateway.root.unlink()
        # A kept client does not read the file again; a new worker's client does.
        assert site.asked("bound.php")["ok"] is True
        assert site.kill(site.asked("bound.php")["pid"])
        until(site.workers, "a new worker is there")
        status, _, _ = site.get("bound.php")
        assert status == 500
        assert "tls.ca_file" in site.logs()
