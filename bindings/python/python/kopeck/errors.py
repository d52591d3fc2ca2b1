"""What can go wrong, named after what you may do next.

Every error is a `PaymentError`. Look at `may_have_happened` before anything else: where it is true,
money or an order may have moved, and `Client.settle` finds out.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .results import Answer, Answers, Payment


class PaymentError(Exception):
    """The base of all errors. `str(error)` is the message; it holds no secrets."""

    kind = ""
    """The name of the kind, the same in every language."""

    def __init__(self, message: str = "", fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        known = dict(fields or {})
        self._fields = known
        self.message = message
        self.reason: str = known.get("reason") or ""
        """A stable word for why; branch on this, never on `text`."""
        self.advice: str = known.get("advice") or ""
        """fix_request, fix_settings, repeat, wait, ask_status, show_to_buyer, ignore, review or
        report."""
        self.may_have_happened: bool = bool(known.get("may_have_happened", False))
        """Whether money or an order may have moved."""
        self.field: str | None = known.get("field")
        """The dotted path of the wrong field or setting."""
        self.operation: str | None = known.get("operation")
        self.gateway: str | None = known.get("gateway")
        self.code: str | None = known.get("code")
        """The gateway's own code."""
        self.text: str | None = known.get("text")
        """The gateway's own words."""
        self.request_id: str | None = known.get("request_id")
        self.http_status: int | None = known.get("http_status")
        self.retry_after_ms: int | None = known.get("retry_after_ms")
        """How long the gateway asked to be left alone."""
        self.retry: str | None = known.get("retry")
        """For a decline: never, later or other_means."""
        self.buyer_text: dict[str, str] | None = known.get("buyer_text")
        """For a decline: what the buyer may be told, by language: `en`, `ru`."""
        self.body: str | None = known.get("body")
        """An excerpt of the reply, without personal data."""

    @property
    def payment(self) -> Payment | None:
        """The payment, where it is known."""
        from .results import Payment

        fields = self._fields.get("payment")
        return None if fields is None else Payment(fields)

    @property
    def answer(self) -> Answers | None:
        """What to answer the notification that led here."""
        from .results import Answers

        fields = self._fields.get("answer")
        return None if fields is None or "status" in fields else Answers(fields)

    @property
    def checkout_answer(self) -> Answer | None:
        """What to answer the portal whose CHECKOUT request led here."""
        from .results import Answer

        fields = self._fields.get("answer")
        return Answer(fields) if fields is not None and "status" in fields else None

    def to_dict(self) -> dict[str, Any]:
        """The fields of the error, as every language sees them."""
        from copy import deepcopy

        return deepcopy(self._fields)

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, reason={self.reason!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Task queues send errors between processes.
        return type(self), (self.message, self._fields)


class InvalidRequestError(PaymentError):
    """Refused before anything was sent; `field` names the place."""

    kind = "InvalidRequest"


class NotDoneError(PaymentError):
    """Certainly not carried out: not delivered, or a read that failed. May be called again."""

    kind = "NotDone"


class OutcomeUnknownError(PaymentError):
    """A write that may have been carried out. Call `Client.settle` before anything else."""

    kind = "OutcomeUnknown"


class DeclinedError(PaymentError):
    """The bank, the lender or the buyer said no to this payment."""

    kind = "Declined"


class UntrustedError(PaymentError):
    """A notification, or the reply to a write, is not from the gateway. Answer `answer.reject`."""

    kind = "Untrusted"


class RefusedError(PaymentError):
    """The gateway refused this call (not the payment)."""

    kind = "Refused"


class MismatchError(PaymentError):
    """Authentic, but not what was expected. A person must look; ship nothing."""

    kind = "Mismatch"


class InternalError(PaymentError):
    """A defect of the library; `may_have_happened` says how far it got."""

    kind = "Internal"


KINDS: dict[int, type[PaymentError]] = {
    1: InvalidRequestError,
    2: NotDoneError,
    3: OutcomeUnknownError,
    4: DeclinedError,
    5: UntrustedError,
    6: RefusedError,
    7: MismatchError,
    99: InternalError,
}
"""Each kind by its number in the C ABI."""


def invalid(operation: str | None, field: str | None, expected: str) -> InvalidRequestError:
    """An error of a request that this package itself refuses, shaped like the core's."""
    message = expected if field is None else f"{field}: {expected}"
    fields = {
        "kind": "InvalidRequest",
        "reason": "invalid_field",
        "advice": "fix_request",
        "may_have_happened": False,
        "message": message,
        "field": field,
        "operation": operation,
    }
    return InvalidRequestError(message, fields)
