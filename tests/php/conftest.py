from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "python"))

# The sandbox and the shop's listener, as in tests/python; the shop of examples/php.
pytest_plugins = ["shared", "php_shop"]
