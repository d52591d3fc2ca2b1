from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "python"))

# The sandbox and the shop's listener, as in tests/python.
pytest_plugins = ["shared"]
