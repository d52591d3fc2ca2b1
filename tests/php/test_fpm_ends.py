"""Pages that end badly, right after a call or in it: the worker's next page is none the worse."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from fpm import until
from fpm_line import Line
from fpm_site import Site, now, number, registered
from sandbox import Sandbox

CALL = "$told = client()->call('create_payment', create_fields($_GET['number']));\n"
# Fills the memory until so many kilobytes are left, asks for a long answer (600 KB), and tells at
# the end how far it came. The asking is warmed up first: compiling takes memory too.
MEMORY = """
$stage = 'before';
register_shutdown_function(function () use (&$stage) {
    ini_set('memory_limit', '-1');
    $at = error_get_last();
    $line = is_file($at['file']) ? file($at['file'])[$at['line'] - 1] : '';
    file_put_contents($_GET['out'], strpos($line, 'kopeck_call') ? 'in the call' : $stage);
});
client()->call('describe');
$client = client();
gc_mem_caches();
ini_set('memory_limit', '32M');
$held = [];
while (memory_get_usage() < 32 * 1024 * 1024 - (int) $_GET['left'] * 1024) {
    $held[] = str_repeat('x', 1000);
}
$stage = 'asking';
$told = $client->call('describe');
$stage = 'asked';
while (true) {
    $held[] = str_repeat('x', 1000);
}
"""


@pytest.fixture
def site(sandbox: Sandbox, line: Line) -> Iterator[Site]:
    with Site(line.merchant(sandbox)) as site:
        yield site


def goes_on(site: Site, line: Line, first: dict[str, Any]) -> None:
    """The same worker serves the next page, by the client and the connection that it kept."""
    told = site.status(first["id"])
    assert (told["status"], told["pid"]) == ("created", first["pid"])
    assert (line.made, line.open) == (1, 1)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("no_such_function($told);", 500),
        ("throw new Exception('mine');", 500),
        ("trigger_error('mine', E_USER_ERROR);", 500),
        ("exit($told['id']);", 200),
        ("client()->call('no.such', []);", 500),
        ("set_time_limit(1); while (true) { $told[] = 1; array_pop($told); }", 500),
        ("(function () { exit; })();", 200),
        ("$f = function () use (&$f) { $f(); }; ini_set('memory_limit', '8M'); $f();", 500),
    ],
)
def test_an_end_after_the_call(
    sandbox: Sandbox, line: Line, site: Site, end: str, status: int
) -> None:
    first = site.create()
    site.page("end.php", CALL + end)
    for _ in range(1 if "limit" in end else 3):
        attempt = number()
        found, _, body = site.get(f"end.php?number={attempt}")
        assert found == status, body
        assert len(registered(sandbox, attempt)) == 1
        goes_on(site, line, first)


def test_memory_that_runs_out_around_a_call(line: Line, site: Site) -> None:
    first = site.create()
    site.page("memory.php", MEMORY)
    stages = set()
    for left in (24000, 9000, 3000, 1000, 650, 600, 300, 100, 50, 20, 10, 4, 1):
        out = site.folder / f"stage-{left}"
        status, _, body = site.get(f"memory.php?id={first['id']}&left={left}&out={out}")
        assert status == 500, body
        assert out.exists(), site.logs()
        stages.add(out.read_text())
        goes_on(site, line, first)
    assert {"in the call", "asking", "asked"} <= stages, stages


def test_memory_that_runs_out_in_a_call_leaks_nothing(line: Line, site: Site) -> None:
    first = site.create()
    site.page("memory.php", MEMORY)
    out = site.folder / "stage"

    def resident(pages: int) -> int:
        """Kilobytes of the worker after so many pages whose reply of 600 KB nobody took."""
        for _ in range(pages):
            assert site.get(f"memory.php?id={first['id']}&left=700&out={out}")[0] == 500
            assert out.read_text() == "in the call"
        status = Path(f"/proc/{first['pid']}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0])

    before = resident(8)
    assert resident(20) - before < 4_000
    goes_on(site, line, first)


def test_max_execution_time_counts_no_waiting(faults: Sandbox, line: Line, site: Site) -> None:
    """On Linux it counts the time of the processor: it cuts no call short, and bounds none."""
    first = site.create()
    site.page("waits.php", f"set_time_limit(1); {CALL} say($told);")
    attempt = number()
    faults.fault("register.do", "hang", hang_ms=1500, body=f"orderNumber={attempt}")
    assert site.asked(f"waits.php?number={attempt}")["order_number"] == attempt
    goes_on(site, line, first)


def test_a_buyer_who_goes_away_during_the_call(
    faults: Sandbox, line: Line, site: Site, tmp_path: Path
) -> None:
    first = site.create()
    site.page(
        "left.php",
        f"register_shutdown_function(function () {{"
        f" file_put_contents('{tmp_path}/status', (string) connection_status()); }});"
        + CALL
        + "for (;;) { echo str_repeat('x', 9000); @ob_flush(); flush(); usleep(10000); }",
    )
    attempt = number()
    faults.fault("register.do", "hang", hang_ms=400, body=f"orderNumber={attempt}")
    parts = urlsplit(site.origin)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0))) as buyer:
        buyer.sendall(f"GET /left.php?number={attempt} HTTP/1.0\r\n\r\n".encode())
        until(lambda: faults.ask("GET", "/sandbox/faults")["armed"] == 0, "it is under way")
    told = tmp_path / "status"
    until(lambda: told.exists() and told.read_text(), "the page has ended")
    assert told.read_text() == "1", "PHP did not notice that the buyer had left"
    assert len(registered(faults, attempt)) == 1
    goes_on(site, line, first)


@pytest.mark.parametrize("by", ["request_terminate_timeout", "SIGKILL"])
def test_a_worker_killed_in_the_middle_of_a_payment(faults: Sandbox, line: Line, by: str) -> None:
    """The page is lost with its worker; another worker finds out what became of the payment."""
    limit = {"request_terminate_timeout": "1s"} if by == "request_terminate_timeout" else {}
    with Site(line.merchant(faults), workers=2, pool=limit) as site:
        attempt, sent_at = number(), now()
        faults.fault("register.do", "hang", hang_ms=3000, body=f"orderNumber={attempt}")
        before = set(site.workers())
        with ThreadPoolExecutor(1) as pool:
            page = pool.submit(site.get, f"create.php?number={attempt}")
            until(lambda: faults.ask("GET", "/sandbox/faults")["armed"] == 0, "it is under way")
            if not limit:
                (worker,) = site.serving("create.php")
                assert site.kill(worker)
            began = time.monotonic()
            status, _, body = page.result()
        assert status in (502, 504), body
        assert time.monotonic() - began < 2.5, "the page waited for the gateway"
        until(lambda: len(before & set(site.workers())) == 1, "the worker is gone")
        (order,) = registered(faults, attempt)
        assert site.settle(attempt, sent_at)["verdict"] == "need_new_number"
        assert faults.order(order["order_id"])["status"] == 6, "its page can still be paid"
        assert site.create()["status"] == "created"
