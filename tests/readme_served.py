"""What readme_php.py has its pages served by, and asks them with."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

AUTOLOAD = Path(__file__).resolve().parent.parent / "bindings/php/library/autoload.php"


class Places:
    """Where the sandbox is, and the extension."""

    def __init__(self, origin: str, extension: Path) -> None:
        self.origin = origin
        self.php = ["php", "-d", f"extension={extension}", "-d", "error_reporting=-1"]
        self.count = 0

    def ask(self, path: str, fields: object = None) -> Any:
        data = None if fields is None else json.dumps(fields).encode()
        with urllib.request.urlopen(self.origin + path, data, timeout=20) as reply:
            return json.load(reply)

    def merchant(self) -> dict[str, Any]:
        """Settings of a client for a merchant of its own."""
        self.count += 1
        name = f"docs_php_{self.count}"
        change = {"user_name": name, "password": f"{name}_password", "callback_signature": "hmac"}
        self.ask("/sandbox/merchants", {**change, "retry_pause_ms": 50})
        return {
            "gateway": "rbs",
            "base_url": f"{self.origin}/payment",
            "user_name": name,
            "password": f"{name}_password",
            "callback_key": f"{name}_callback_key",
        }

    def password(self, settings: dict[str, Any], password: str) -> None:
        self.ask("/sandbox/merchants", {"user_name": settings["user_name"], "password": password})

    def lose_an_answer(self) -> None:
        fields = {"match": "register.do", "fault": "drop_after", "times": 1}
        self.ask("/sandbox/faults", fields)


@contextlib.contextmanager
def served(places: Places, folder: Path, router: Path | None, settings: Any) -> Iterator[str]:
    """The built-in server, with as many workers as a small shop has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        origin = f"127.0.0.1:{probe.getsockname()[1]}"
    for file in folder.glob("platforms/*.php"):
        text = file.read_text().replace("https://shop.example/kopeck", f"http://{origin}/kopeck")
        file.write_text(text)
    added = {"KOPECK_SETTINGS": json.dumps(settings), "KOPECK_FOLDER": str(folder)}
    added |= {"KOPECK_AUTOLOAD": str(AUTOLOAD), "PHP_CLI_SERVER_WORKERS": "3"}
    command = [*places.php, "-d", "display_errors=1", "-S", origin, "-t", str(folder)]
    command += [str(router)] if router else []
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, env={**os.environ, **added}, stdout=log, stderr=log, start_new_session=True
        )
        try:
            until(lambda: answers(origin))
            yield f"http://{origin}"
        except BaseException:
            sys.stderr.write((folder / "server.log").read_text())
            raise
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(10)


def answers(origin: str) -> bool:
    host, port = origin.split(":")
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
        return True
    return False


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        if time.monotonic() > end:
            raise SystemExit(f"this did not come true: {true}")
        time.sleep(0.05)


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=30) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def page(url: str) -> Any:
    status, body = get(url)
    if status != 200:
        raise SystemExit(f"{url}: {status} {body}")
    return json.loads(body)


def sql(origin: str, change: str | None) -> None:
    """Changes the fake's database."""
    if change is not None:
        page(f"{origin}/sql?sql={quote(change)}")


def same(left: object, right: object) -> None:
    if left != right:
        raise SystemExit(f"{left!r} is not {right!r}")
