"""The one way into the core, whatever stands behind it: settings in, then operations by name."""

from __future__ import annotations

from ._given import as_dict
from ._kopeck import NativeClient
from ._log import hand_on
from .errors import invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self


class Door:
    """What the clients have in common. It never changes: threads may share one, a forked child may
    go on using its parent's."""

    __slots__ = ("__weakref__", "_log", "_native")

    def __init__(self, settings: dict[str, Any], log: logging.Logger | None) -> None:
        self._native: NativeClient | None = NativeClient(settings)
        if log is not None and not hasattr(log, "isEnabledFor"):
            raise invalid(None, "log", f"expected a logging.Logger, got {type(log).__name__}")
        self._log = log

    @property
    def operations(self) -> tuple[str, ...]:
        """The names of what it can do, common operations first."""
        return tuple(row["name"] for row in self.call("operations", {})["operations"])

    def describe(self) -> dict[str, Any]:
        """Every operation with its fields, and the assumptions that the settings may correct."""
        return self.call("describe", {})

    def call(self, operation: str, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Any operation by name, above all the service's own ones: `rbs.getBindings`."""
        native = self._native
        if native is None:
            raise invalid(operation, None, "the client is closed")
        given = {} if fields is None else as_dict(fields)
        log = self._log
        if log is None or not log.isEnabledFor(30):
            return native.call(operation, given)
        lines: list[tuple[int, str]] = []
        try:
            return native.call(operation, given, lines)
        finally:
            hand_on(log, lines)

    def close(self) -> None:
        """Lets the connections go, once the calls under way are done."""
        self._native = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<kopeck.{type(self).__name__}>"  # the settings hold secrets
