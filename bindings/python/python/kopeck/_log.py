"""Lines of the core, on their way into the caller's log."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging

# The core's level numbers as those of `logging`, which need not be imported for them.
_LEVELS = {1: 20, 2: 30}


def hand_on(log: logging.Logger, lines: list[tuple[int, str]]) -> None:
    """Gives the lines to `log`, whatever it does with them."""
    for level, line in lines:
        # A handler that fails must not cost the caller what became of the money.
        try:
            log.log(_LEVELS.get(level, 30), "%s", line)
        except Exception:
            return
