from __future__ import annotations

# tests/browser uses them as well.
pytest_plugins = ["shared"]
