"""What PHP-FPM and PHP show of a page whose client holds a password: never the password."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fpm import until
from fpm_site import Site, number
from sandbox import Sandbox

TELLTALE = {"display_errors": 1, "html_errors": 0, "zend.exception_ignore_args": 0}
TELLTALE["zend.exception_string_param_max_len"] = 1_000_000
SLOW = {"request_slowlog_timeout": "1s"}


@pytest.fixture
def settings(sandbox: Sandbox) -> dict[str, Any]:
    return sandbox.merchant()


@pytest.fixture
def site(settings: dict[str, Any]) -> Iterator[Site]:
    with Site(settings, ini=TELLTALE, workers=2) as site:
        yield site


def hidden(settings: dict[str, Any], text: str) -> bool:
    return not any(settings[name] in text for name in ("password", "callback_key"))


def test_phpinfo_tells_versions_and_no_settings(site: Site, settings: dict[str, Any]) -> None:
    site.page("info.php", "$client = client(); $client->call('check_settings'); phpinfo();")
    status, _, body = site.get("info.php")
    assert status == 200
    assert "kopeck.max_clients" in body
    assert hidden(settings, body)


@pytest.mark.parametrize(
    ("php", "named"),
    [
        # The library's own errors, with every argument of the stack trace in full.
        ("$given['password'] = 'x' . $given['password']; REPLACE", "RefusedException"),
        ("$given['no_such'] = 1; REPLACE", "InvalidRequestException"),
        ("$given['timeouts'] = ['total_ms' => 1.5]; REPLACE", "InvalidRequestException"),
        ("$given['password'] = \"\\xff\" . $given['password']; REPLACE", "InvalidRequestException"),
        ("$client->call('create_payment', ['amount' => 1.5]);", "InvalidRequestException"),
        # Mistakes of the shop around it.
        ("new Kopeck\\Client($given, 'no logger');", "TypeError"),
        ("serialize($client);", "LogicException"),
        ("echo $client;", "Error"),
        ("var_dump($client); print_r($client); var_export($client); no_such();", "Error"),
        ("echo json_encode($client); var_dump((array) $client); no_such();", "Error"),
        ("(function ($client) { throw new Exception('mine'); })($client);", "Exception"),
    ],
)
def test_an_error_page_shows_no_settings(
    site: Site, settings: dict[str, Any], php: str, named: str
) -> None:
    call = "(new Kopeck\\Client($given))->call('payment_status', ['id' => 'x']);"
    given = "$client = client(); $given = json_decode(file_get_contents(" + (
        "__DIR__ . '/../settings.json'), true);\n"
    )
    site.page("error.php", given + php.replace("REPLACE", call))
    status, _, body = site.get("error.php")
    assert named in body, (status, body)
    assert "Stack trace" in body or "Error" in body, body
    assert hidden(settings, body), body
    assert hidden(settings, site.logs())


def test_the_error_page_would_show_an_argument(site: Site, settings: dict[str, Any]) -> None:
    """The other tests are worth something only while it does."""
    secret = settings["password"]
    site.page("shows.php", f"(function ($x) {{ throw new Exception('mine'); }})('{secret}');")
    assert not hidden(settings, site.get("shows.php")[2])


def test_the_status_page_and_the_slow_log_show_no_settings(
    faults: Sandbox, settings: dict[str, Any]
) -> None:
    with Site(settings, ini=TELLTALE, workers=2, pool=SLOW) as site, ThreadPoolExecutor(1) as pool:
        attempt = number()
        faults.fault("register.do", "hang", hang_ms=15_000, body=f"orderNumber={attempt}")
        page = pool.submit(site.get, f"create.php?number={attempt}")
        until(lambda: "kopeck_call()" in site.logs(), "the slow log has the call")
        status, _, told = site.get("fpm-status?full")
        assert f"create.php?number={attempt}" in told, (status, told)
        assert hidden(settings, told + site.logs())
        (worker,) = site.serving("create.php")
        assert site.kill(worker)
        assert page.result()[0] == 502
