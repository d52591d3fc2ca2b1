"""The client: settings in, then operations by name."""

from __future__ import annotations

from binascii import b2a_base64

from ._kopeck import NativeClient
from .errors import invalid
from .results import Notification, Payment, SettingsReport, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping
    from datetime import datetime
    from types import TracebackType
    from typing import Any, Literal

    from .fields import Amount, Before, Create, Customer, Expect, Headers, Received

# The core's level numbers as those of `logging`, which need not be imported for them.
_LEVELS = {1: 20, 2: 30}


class Client:
    """Talks to one gateway with one set of settings, and never changes.

    Make one and keep it: threads may share it, a forked child may go on using its parent's.
    `log` gets its lines after each call: one for what is sent, one for how it ended, never secrets
    or card data.
    """

    __slots__ = ("__weakref__", "_gateway", "_log", "_native")

    def __init__(self, settings: Mapping[str, Any], *, log: logging.Logger | None = None) -> None:
        fields = _dict(settings)
        self._native: NativeClient | None = NativeClient(fields)
        self._gateway = fields.get("gateway")
        if log is not None and not hasattr(log, "isEnabledFor"):
            raise invalid(None, "log", f"expected a logging.Logger, got {type(log).__name__}")
        self._log = log

    def create_payment(
        self,
        *,
        order_number: str,
        amount: Amount,
        currency: str,
        return_url: str,
        description: str | None = None,
        fail_url: str | None = None,
        notification_url: str | None = None,
        language: str | None = None,
        customer: Customer | None = None,
        expires_in: int | None = None,
        hold: bool = False,
        method: str | None = None,
        purpose: Literal["verification"] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Payment:
        """Registers a payment; send the buyer to `payment.action`.

        Store order_number and amount before the call: a number is one attempt, unique for ever.
        `expires_in` is seconds; `hold` takes the money only when you `capture`.
        """
        fields = {
            "order_number": order_number,
            "amount": amount,
            "currency": currency,
            "return_url": return_url,
            "description": description,
            "fail_url": fail_url,
            "notification_url": notification_url,
            "language": language,
            "customer": _dict(customer),
            "expires_in": expires_in,
            "hold": hold,
            "method": method,
            "purpose": purpose,
            "extra": _dict(extra),
        }
        return Payment(self.call("create_payment", fields))

    def payment_status(
        self,
        *,
        id: str | None = None,
        order_number: str | None = None,
        expect: Expect | None = None,
    ) -> Payment:
        """Asks where a payment stands, by the stored id or by your number."""
        fields = {"id": id, "order_number": order_number, "expect": _dict(expect)}
        return Payment(self.call("payment_status", fields))

    def capture(
        self,
        *,
        id: str,
        amount: Amount,
        currency: str,
        partial: bool = False,
        extra: Mapping[str, Any] | None = None,
    ) -> Payment:
        """Takes a held payment, or a part of it; `partial` if more captures will follow."""
        fields = {
            "id": id,
            "amount": amount,
            "currency": currency,
            "partial": partial,
            "extra": _dict(extra),
        }
        return Payment(self.call("capture", fields))

    def cancel(
        self,
        *,
        id: str,
        order_number: str | None = None,
        may_refund: bool = False,
        extra: Mapping[str, Any] | None = None,
    ) -> Payment:
        """Closes an unpaid payment or releases a hold. Never moves captured money, unless the
        gateway's only cancel can and you say `may_refund`."""
        fields = {
            "id": id,
            "order_number": order_number,
            "may_refund": may_refund,
            "extra": _dict(extra),
        }
        return Payment(self.call("cancel", fields))

    def refund(
        self,
        *,
        id: str,
        amount: Amount,
        currency: str,
        refund_id: str,
        before: Before | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Payment:
        """Gives money back. Store `refund_id` and `before` first: they keep it from going twice."""
        fields = {
            "id": id,
            "amount": amount,
            "currency": currency,
            "refund_id": refund_id,
            "before": _dict(before),
            "extra": _dict(extra),
        }
        return Payment(self.call("refund", fields))

    def parse_notification(
        self,
        *,
        method: str,
        query: bytes | str = "",
        headers: Headers | None = None,
        body: bytes | str = b"",
        expect: Expect | None = None,
    ) -> Notification:
        """Checks and reads a notification as it came. No network: usually `confirm` is wanted."""
        received = {"method": method, "query": query, "headers": headers, "body": body}
        fields = {**_received(received), "expect": _dict(expect)}
        return Notification(self.call("parse_notification", fields))

    def wait(
        self,
        *,
        id: str,
        expect: Expect,
        timeout_ms: int,
        until: Literal["settled", "authorized"] = "settled",
    ) -> Payment:
        """Polls until the payment is settled; at the deadline the last one, with `final` False.

        Ctrl-C ends it: the exception of a signal handler comes out as it is.
        """
        fields = {"id": id, "expect": _dict(expect), "timeout_ms": timeout_ms, "until": until}
        return Payment(self.call("wait", fields))

    def confirm(self, *, id: str, expect: Expect, notification: Received | None = None) -> Payment:
        """The one thing to call when a notification or a buyer arrives.

        Checks the notification, asks for the stored `id` (never an id from the buyer's return), and
        holds the answer against what was registered.
        """
        fields = {
            "id": id,
            "expect": _dict(expect),
            "notification": _received(notification),
        }
        return Payment(self.call("confirm", fields))

    def settle(
        self,
        *,
        operation: Literal["create_payment", "capture", "cancel", "refund"],
        sent_at: str | datetime,
        create: Create | None = None,
        page_shown: bool = False,
        id: str | None = None,
        amount: Amount | None = None,
        currency: str | None = None,
        refund_id: str | None = None,
        partial: bool = False,
        before: Before | None = None,
        timeout_ms: int = 0,
    ) -> Verdict:
        """Finds out what became of a write that ended in `OutcomeUnknownError`.

        Give what was given to that write, and when it was sent.
        """
        fields = {
            "operation": operation,
            "sent_at": _time(sent_at),
            "create": _dict(create),
            "page_shown": page_shown,
            "id": id,
            "amount": amount,
            "currency": currency,
            "refund_id": refund_id,
            "partial": partial,
            "before": _dict(before),
            "timeout_ms": timeout_ms,
        }
        return Verdict(self.call("settle", fields))

    def check_settings(self) -> SettingsReport:
        """Tries credentials and connection, changing nothing, and says what it found."""
        return SettingsReport(self.call("check_settings", {}))

    @property
    def operations(self) -> tuple[str, ...]:
        """The names of what this gateway can do, common operations first."""
        return tuple(row["name"] for row in self.call("operations", {})["operations"])

    def describe(self) -> dict[str, Any]:
        """Every operation with its fields, and the assumptions that the settings may correct."""
        return self.call("describe", {})

    def call(self, operation: str, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Any operation by name, above all the gateway's own ones: `rbs.getBindings`."""
        native = self._native
        if native is None:
            raise invalid(operation, None, "the client is closed")
        given = {} if fields is None else _dict(fields)
        log = self._log
        if log is None or not log.isEnabledFor(30):
            return native.call(operation, given)
        lines: list[tuple[int, str]] = []
        try:
            return native.call(operation, given, lines)
        finally:
            _hand_on(log, lines)

    def close(self) -> None:
        """Lets the connections go, once the calls under way are done."""
        self._native = None

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<kopeck.Client {self._gateway}>"  # the settings hold secrets


def _hand_on(log: logging.Logger, lines: list[tuple[int, str]]) -> None:
    for level, line in lines:
        # A handler that fails must not cost the caller what became of the money.
        try:
            log.log(_LEVELS.get(level, 30), "%s", line)
        except Exception:
            return


def _dict(given: Any) -> Any:
    """Any mapping as a dict. What is none goes on as it is: the core says what was expected."""
    return dict(given) if hasattr(given, "keys") else given


def _received(given: Any) -> Any:
    """A notification as the core takes it. A stranger chose its bytes, so none of them may be a
    mistake of the caller's: what no text can carry goes on as base64, odd headers stay behind."""
    fields = _dict(given)
    if not isinstance(fields, dict):
        return fields
    for name in ("query", "body"):
        raw = _bytes(fields.get(name))
        if raw is not None:
            del fields[name]
            fields[f"{name}_base64"] = b2a_base64(raw, newline=False).decode("ascii")
    headers = _dict(fields.get("headers"))
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


def _time(given: Any) -> str:
    if isinstance(given, str):
        return given
    from datetime import datetime

    if not isinstance(given, datetime):
        says = f"expected RFC 3339 text or a datetime with its zone, got {type(given).__name__}"
        raise invalid("settle", "sent_at", says)
    if given.utcoffset() is None:
        raise invalid("settle", "sent_at", "expected a time with its zone, got a naive datetime")
    return given.isoformat()
