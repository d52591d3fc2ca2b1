"""What is found out about settings and descriptors. Nothing here is a payment."""

from __future__ import annotations

from ._result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal


class Check(Result):
    """One thing that `check_settings` looked at; `ok` is None where nobody can say."""

    __slots__ = ()
    _shown = ("name", "ok", "says")

    name: str
    ok: bool | None
    says: str


class SettingsReport(Result):
    """Whether the settings work, in plain words."""

    __slots__ = ()
    _shown = ("ok",)

    ok: bool
    checks: tuple[Check, ...]

    def _read(self, name: str, value: Any) -> Any:
        return tuple(Check(item) for item in value) if name == "checks" else value


class Finding(Result):
    """What `descriptor_check` found; `line` is None in a descriptor that has no lines."""

    __slots__ = ()
    _shown = ("path", "line", "says")

    path: str
    line: int | None
    says: str


class CheckedVector(Result):
    """A vector of a descriptor, and whether its recipe makes what is expected."""

    __slots__ = ()
    _shown = ("id", "recipe", "ok")

    id: str
    what: str
    kind: Literal["published", "self-computed"]
    recipe: str
    ok: bool
    expected: str
    made: str | None
    message: str | None
    """The text that was hashed: what to compare with the gateway's own example."""


class DescriptorReport(Result):
    """Whether a descriptor may be used, with everything that is wrong with it at once."""

    __slots__ = ()
    _shown = ("id", "ok", "problems")

    ok: bool
    id: str | None
    title: str | None
    problems: tuple[Finding, ...]
    """A client with it would be refused."""
    warnings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    """What the file tells its reader: notes, addresses that notifications come from, and when they
    come again."""
    vectors: tuple[CheckedVector, ...]

    def _read(self, name: str, value: Any) -> Any:
        kind = _FOUND.get(name)
        return value if kind is None else tuple(kind(item) for item in value)


_FOUND = {
    "problems": Finding,
    "warnings": Finding,
    "notes": Finding,
    "vectors": CheckedVector,
}
