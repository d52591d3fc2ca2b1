"""Workers that come, serve pages, are renewed and go: each with connections of its own, kept."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fpm import LIBRARY, Fpm, until
from fpm_line import Line
from fpm_site import Site, now, number, registered
from sandbox import Sandbox


def test_the_servers_start_reload_and_end() -> None:
    with Fpm(workers=3) as fpm:
        fpm.page("pid.php", "echo getmypid(), ' ', KOPECK_EXTENSION_ABI;")
        status, _, body = fpm.get("pid.php")
        assert (status, body.split()[1]) == (200, "1")
        before = fpm.workers()
        assert int(body.split()[0]) in before
        assert len(before) == 3
        fpm.reload()
        assert not set(before) & set(fpm.workers())
        assert fpm.get("pid.php")[0] == 200
    assert not fpm.workers()
    assert not fpm.folder.exists()


def test_the_next_page_on_a_worker_finds_the_connection_open(sandbox: Sandbox, line: Line) -> None:
    with Site(line.merchant(sandbox)) as site:
        payment_id = site.create()["id"]
        for _ in range(3):
            assert site.status(payment_id)["status"] == "created"
            site.create()
        assert (line.made, line.open) == (1, 1)


def test_each_worker_has_a_connection_of_its_own(sandbox: Sandbox, line: Line) -> None:
    with Site(line.merchant(sandbox), workers=3) as site, ThreadPoolExecutor(3) as pool:
        payment_id = site.create()["id"]
        served: set[int] = set()
        for _ in range(4):
            served |= {
                told["pid"] for told in pool.map(site.asked, [f"slow.php?id={payment_id}"] * 3)
            }
        assert served == set(site.workers())
        assert line.made == 3


def test_a_recycled_worker_leaves_nothing_behind(sandbox: Sandbox, line: Line) -> None:
    with Site(line.merchant(sandbox), pool={"pm.max_requests": 3}) as site:
        payment_id = site.create()["id"]
        served = [site.status(payment_id)["pid"] for _ in range(9)]
        assert len(set(served)) >= 3
        assert all(served.count(pid) <= 3 for pid in served)
        until(lambda: line.open <= 1, "the connections of former workers are closed")
        # The worker of the first page may have served no other.
        assert line.made in (len(set(served)), len(set(served)) + 1)


def test_a_client_of_the_preload_script_is_used_by_no_worker(
    sandbox: Sandbox, line: Line, tmp_path: Path
) -> None:
    """It runs before the workers are there: in the master or, as PHP 8.2 does it, in a child."""
    settings = line.merchant(sandbox)
    script = tmp_path / "preload.php"
    given = json.dumps(settings).replace("'", "")
    script.write_text(
        f"<?php require '{LIBRARY}/autoload.php';\n"
        f"foreach (glob('{LIBRARY}/src/*.php') as $file) {{ opcache_compile_file($file); }}\n"
        f"$client = new Kopeck\\Client(json_decode('{given}', true));\n"
        "$client->call('create_payment', ['order_number' => 'fpm-master', 'amount' => '1.00',"
        "'currency' => 'RUB', 'return_url' => 'https://shop.example/return']);\n"
    )
    ini: dict[str, object] = {"opcache.enable": 1, "opcache.preload": script}
    if os.geteuid() == 0:
        ini["opcache.preload_user"] = "root"
    with Site(settings, workers=2, ini=ini) as site, ThreadPoolExecutor(2) as pool:
        assert line.made == 1, "the preload script did not call"
        payment_id = site.create()["id"]
        for _ in range(4):
            list(pool.map(site.asked, [f"slow.php?id={payment_id}"] * 2))
        assert line.made == 3, "one of the preload script, one of each worker"
        assert line.open >= 2


@pytest.mark.parametrize("patience", [5, 0])
def test_a_reload_in_the_middle_of_a_payment(
    sandbox: Sandbox, faults: Sandbox, line: Line, patience: int
) -> None:
    """With `process_control_timeout` the page ends well; by default PHP-FPM kills it, and `settle`
    in a new worker finds out what became of the payment."""
    with Site(line.merchant(sandbox), globals={"process_control_timeout": patience}) as site:
        attempt, sent_at = number(), now()
        faults.fault("register.do", "hang", hang_ms=1500, body=f"orderNumber={attempt}")
        with ThreadPoolExecutor(1) as pool:
            page = pool.submit(site.get, f"create.php?number={attempt}")
            until(lambda: sandbox.ask("GET", "/sandbox/faults")["armed"] == 0, "it is under way")
            site.reload()
            status, _, body = page.result()
        (order,) = registered(sandbox, attempt)
        if patience:
            assert status == 200, body
            assert order["order_id"] in body
        else:
            assert status == 502, body
            assert site.settle(attempt, sent_at)["verdict"] == "need_new_number"
            assert sandbox.order(order["order_id"])["status"] == 6, "its page can still be paid"
        assert site.create()["status"] == "created"
