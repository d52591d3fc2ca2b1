"""What every reply of the core has in common."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Any


class Result:
    """A reply of the core, read by attribute. Fields that a later version adds are there too."""

    __slots__ = ("_fields",)

    _shown: tuple[str, ...] = ()
    """What may stand in a log."""

    def __init__(self, fields: dict[str, Any]) -> None:
        object.__setattr__(self, "_fields", fields)

    if not TYPE_CHECKING:  # a checker knows the attributes from the annotations

        def __getattr__(self, name):
            fields = object.__getattribute__(self, "_fields")
            if name in fields:
                value = fields[name]
                return value if value is None else self._read(name, value)
            if not name.startswith("_") and name in type(self).__annotations__:
                return None
            raise AttributeError(f"{type(self).__name__} has no {name!r}")

        def __setattr__(self, name, value):
            raise AttributeError(f"{type(self).__name__} cannot be changed")

    def _read(self, name: str, value: Any) -> Any:
        return value

    def to_dict(self) -> dict[str, Any]:
        """The fields as they came, amounts as text: what to store, or to send as JSON."""
        from copy import deepcopy  # here, as in `decimal`

        fields: dict[str, Any] = deepcopy(object.__getattribute__(self, "_fields"))
        return fields

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.to_dict()]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result) or type(self) is not type(other):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.to_dict(),)

    def __repr__(self) -> str:
        fields = self.to_dict()
        shown = ", ".join(f"{name}={fields.get(name)!r}" for name in self._shown)
        return f"{type(self).__name__}({shown})"


def decimal(text: str) -> Decimal:
    from decimal import Decimal  # here, since a program may never ask for an amount

    return Decimal(text)
