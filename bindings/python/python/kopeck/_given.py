"""What the caller gave, in the shape in which the core takes it."""

from __future__ import annotations

from binascii import b2a_base64

from .errors import invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def as_dict(given: Any) -> Any:
    """Any mapping as a dict. What is none goes on as it is: the core says what was expected."""
    return dict(given) if hasattr(given, "keys") else given


def reply(given: Any) -> Any:
    """A reply or an error of this package, or what was stored of one."""
    return given.to_dict() if hasattr(given, "to_dict") else as_dict(given)


def received(given: Any) -> Any:
    """A notification as the core takes it. A stranger chose its bytes, so none of them may be a
    mistake of the caller's: what no text can carry goes on as base64, odd headers stay behind."""
    fields = as_dict(given)
    if not isinstance(fields, dict):
        return fields
    for name in ("query", "body"):
        raw = _bytes(fields.get(name))
        if raw is not None:
            del fields[name]
            fields[f"{name}_base64"] = b2a_base64(raw, newline=False).decode("ascii")
    headers = as_dict(fields.get("headers"))
    if isinstance(headers, dict):
        pairs = headers.items()
        headers = {name: value for name, value in pairs if _is_plain(name) and _is_plain(value)}
    fields["headers"] = headers
    return fields


def _bytes(given: Any) -> bytes | None:
    """What came as bytes, or as text with surrogates in their place (CGI); else None."""
    if isinstance(given, (bytes, bytearray, memoryview)):
        return bytes(given)
    if not isinstance(given, str) or _is_plain(given):
        return None
    try:
        return given.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return None


def _is_plain(given: Any) -> bool:
    if not isinstance(given, str):
        return False
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return True


def moment(given: Any, operation: str, field: str) -> str:
    """A time as RFC 3339 text. One without a zone could be several moments, so it is refused."""
    if isinstance(given, str):
        return given
    from datetime import datetime  # here, since a program may only ever give text

    if not isinstance(given, datetime):
        says = f"expected RFC 3339 text or a datetime with its zone, got {type(given).__name__}"
        raise invalid(operation, field, says)
    if given.utcoffset() is None:
        says = "expected a time with its zone, got a naive datetime"
        raise invalid(operation, field, says)
    return given.isoformat()
