"""A small site for tests of PHP-FPM: pages that create, ask and settle payments at RBS."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from fpm import LIBRARY, Fpm
from sandbox import Sandbox

COMMON = """<?php declare(strict_types=1);
require_once '%s/autoload.php';
function client(): Kopeck\\Client
{
    return new Kopeck\\Client(json_decode(file_get_contents(__DIR__ . '/../settings.json'), true));
}
/** What the shop stored of this attempt before the call. */
function create_fields(string $number): array
{
    return ['order_number' => $number, 'amount' => '100.00', 'currency' => 'RUB',
        'return_url' => 'https://shop.example/return'];
}
function say(array $told): void
{
    header('content-type: application/json');
    echo json_encode(['pid' => getmypid()] + $told);
}
"""

PAGES = {
    "create.php": "say(client()->call('create_payment', create_fields($_GET['number'])));",
    "status.php": "say(client()->call('payment_status', ['id' => $_GET['id']]));",
    # Reads more than it needs, so that the pages of several workers overlap.
    "slow.php": "$told = client()->call('payment_status', ['id' => $_GET['id']]);"
    "usleep(200000); say($told);",
    "settle.php": "say(client()->call('settle', ['operation' => 'create_payment',"
    "'create' => create_fields($_GET['number']), 'sent_at' => $_GET['sent_at'],"
    "'timeout_ms' => 5000]));",
}

_count = itertools.count(1)


def number() -> str:
    """An order number that was never used."""
    return f"fpm-{os.getpid()}-{next(_count)}"


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def registered(sandbox: Sandbox, attempt: str) -> list[dict[str, Any]]:
    """The gateway's orders under this number."""
    orders = sandbox.ask("GET", "/sandbox/orders")["orders"]
    return [order for order in orders if order["order_number"] == attempt]


class Site(Fpm):
    """The pages, with these settings of the client."""

    def __init__(self, settings: Mapping[str, Any], workers: int = 1, **more: Any) -> None:
        super().__init__(workers, **more)
        (self.folder / "settings.json").write_text(json.dumps(settings))
        (self.root / "common.php").write_text(COMMON % LIBRARY)
        for name, php in PAGES.items():
            self.page(name, php)

    def page(self, name: str, php: str) -> str:
        return super().page(name, f"require __DIR__ . '/common.php';\n{php}\n")

    def asked(self, path: str) -> dict[str, Any]:
        """What a page that ends well says."""
        status, _, body = self.get(path)
        assert status == 200, (status, body, self.logs())
        told: dict[str, Any] = json.loads(body)
        return told

    def create(self) -> dict[str, Any]:
        return self.asked(f"create.php?number={number()}")

    def settle(self, attempt: str, sent_at: str) -> dict[str, Any]:
        return self.asked(f"settle.php?number={attempt}&sent_at={sent_at}")

    def status(self, id: str) -> dict[str, Any]:
        return self.asked(f"status.php?id={id}")
