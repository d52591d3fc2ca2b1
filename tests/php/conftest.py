from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "python"))

from fpm_line import Line
from sandbox import Sandbox

# The sandbox and the shop's listener, as in tests/python; the shop of examples/php.
pytest_plugins = ["shared", "php_shop"]


@pytest.fixture
def line(sandbox: Sandbox) -> Iterator[Line]:
    line = Line(sandbox.origin)
    yield line
    line.stop()
