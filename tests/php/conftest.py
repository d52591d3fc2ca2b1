from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "python"))

from fpm_line import Line
from sandbox import Sandbox

# The sandbox and the shop's listener, as in tests/python; the shop of examples/php.
pytest_plugins = ["shared", "php_shop"]


def pytest_configure() -> None:
    """Who is told to go takes servers and folders along, as after Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture
def line(sandbox: Sandbox) -> Iterator[Line]:
    line = Line(sandbox.origin)
    yield line
    line.stop()
