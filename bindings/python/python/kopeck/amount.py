"""How sums are given, for type checkers and for the reader."""

from __future__ import annotations

from decimal import Decimal
from typing import Union

Amount = Union[str, Decimal]
"""Major units with exactly the currency's digits: "100.00". Never a float."""
