"""What comes back. Amounts are `Decimal`; what is not known is None, never 0, never guessed."""

from __future__ import annotations

from ._result import Result as Result
from ._result import decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal
    from typing import Any, Literal


class Action(Result):
    """What the buyer must do next. Its address can pay: keep it out of logs."""

    __slots__ = ()
    _shown = ("type", "expires_at")

    type: Literal["redirect", "form", "qr", "app"]
    url: str | None
    link: str | None
    """Of a form: the same as a link, where the gateway takes one."""
    fields: dict[str, str] | None
    image: str | None
    expires_at: str | None


class Card(Result):
    """The card, as far as it may be shown."""

    __slots__ = ()
    _shown = ("number", "brand")

    number: str | None
    expiry: str | None
    brand: str | None


class Attempt(Result):
    """One try of the buyer's under the same payment."""

    __slots__ = ()
    _shown = ("id", "status", "reason", "code")

    id: str | None
    status: str | None
    reason: str | None
    retry: Literal["never", "later", "other_means"] | None
    """None where the try is not over: do not open another one."""
    buyer_text: dict[str, str] | None
    """What the buyer may be told, by language: `en`, `ru`. `reason` is for you alone."""
    code: str | None
    text: str | None


class Refund(Result):
    """One refund. `id` is your refund_id, where the gateway gives it back."""

    __slots__ = ()
    _shown = ("id", "amount", "status")

    id: str | None
    amount: Decimal | None
    status: Literal["done", "pending", "failed"] | None

    def _read(self, name: str, value: Any) -> Any:
        return decimal(value) if name == "amount" else value


class IssuedReceipt(Result):
    """One receipt of the cash register. Numbers are text, since gateways differ in their types."""

    __slots__ = ()
    _shown = ("status", "kind", "code", "remedy")

    status: Literal["pending", "done", "failed", "unknown"]
    kind: Literal["payment", "closing", "refund", "correction"] | None
    uuid: str | None
    original_uuid: str | None
    """The receipt that this one repeats or corrects."""
    url: str | None
    """Where the buyer can see it."""
    fiscal_document_number: str | None
    fiscal_document_attribute: str | None
    fiscal_drive_number: str | None
    register_number: str | None
    shift_number: str | None
    number_in_shift: str | None
    issued_at: str | None
    code: str | None
    text: str | None
    remedy: Literal["retry", "fix_receipt", "fix_cash_register"] | None
    """What to do about a failure."""


class Receipts(Result):
    """What became of the fiscal receipts of a payment (54-FZ); `status` is of all together."""

    __slots__ = ()
    _shown = ("status", "requested")

    status: Literal["pending", "done", "failed", "unknown"] | None
    requested: bool | None
    """Whether a cart for receipts stands with the order."""
    receipts: tuple[IssuedReceipt, ...]

    def _read(self, name: str, value: Any) -> Any:
        return tuple(IssuedReceipt(item) for item in value) if name == "receipts" else value


class Payment(Result):
    """Where a payment stands. Times are RFC 3339 in UTC. Apply each `state_id` once."""

    __slots__ = ()
    _shown = ("gateway", "id", "order_number", "status", "amount", "currency", "final")

    gateway: str
    id: str | None
    order_number: str | None
    status: Literal[
        "created",
        "action_required",
        "pending",
        "authorized",
        "partially_captured",
        "paid",
        "partially_paid",
        "partially_refunded",
        "refunded",
        "cancelled",
        "verified",
        "declined",
        "expired",
        "not_found",
        "unknown",
    ]
    reason: str | None
    retry: Literal["never", "later", "other_means"] | None
    """Of a declined payment."""
    buyer_text: dict[str, str] | None
    """Of a declined payment: what the buyer may be told, by language: `en`, `ru`."""
    final: bool
    payable: bool | None
    test: bool | None
    disputed: bool
    complete: bool
    amount: Decimal | None
    currency: str | None
    authorized: Decimal | None
    captured: Decimal | None
    refunded: Decimal | None
    fee: Decimal | None
    method: str | None
    card: Card | None
    rrn: str | None
    approval_code: str | None
    action: Action | None
    last_attempt: Attempt | None
    attempts: tuple[Attempt, ...]
    refunds: tuple[Refund, ...]
    receipt: Receipts | None
    created_at: str | None
    paid_at: str | None
    expires_at: str | None
    hold_until: str | None
    checked: tuple[str, ...]
    state_id: str | None
    """None in a notification's payment, which is a hint and no state."""
    stage: Literal["invoice", "beginning", "begun"] | None
    """From `instalments`: how far it got, to be stored and given to the next call."""
    raw: Any
    notification: Notification | None
    """From `confirm`: the notification that gave occasion."""

    def _read(self, name: str, value: Any) -> Any:
        if name in _SUMS:
            return decimal(value)
        if name in _PARTS:
            return _PARTS[name](value)
        if name in _LISTS:
            return tuple(_LISTS[name](item) for item in value)
        return value


class PaymentsPage(Result):
    """A page of the payments of a period: iterate over it, or take `payments`."""

    __slots__ = ()
    _shown = ("page", "page_size", "total")

    payments: tuple[Payment, ...]
    total: int | None
    """How many there are on all pages."""
    page: int
    """Counted from 0."""
    page_size: int

    @property
    def more(self) -> bool:
        """Whether another page follows, as far as this one can tell."""
        count = len(self)
        if self.total is None:
            return count >= self.page_size
        return count > 0 and (self.page + 1) * self.page_size < self.total

    def __iter__(self) -> Iterator[Payment]:
        return iter(self.payments)

    def __len__(self) -> int:
        return len(self.payments)

    def _read(self, name: str, value: Any) -> Any:
        return tuple(Payment(item) for item in value) if name == "payments" else value


class SavedCard(Result):
    """A card that the gateway keeps for a customer. `id` can pay: keep it out of logs."""

    __slots__ = ()
    _shown = ("number", "brand")

    id: str
    number: str | None
    expiry: str | None
    brand: str | None
    method: str | None
    category: str | None
    customer_id: str | None
    """In a notification: your id of the customer."""
    active: bool | None
    """In a notification: whether the card may be used."""


class SavedCards(Result):
    """The stored cards of a customer: iterate over it, or take `cards`."""

    __slots__ = ()

    cards: tuple[SavedCard, ...]
    raw: Any

    def __iter__(self) -> Iterator[SavedCard]:
        return iter(self.cards)

    def __len__(self) -> int:
        return len(self.cards)

    def __repr__(self) -> str:
        return f"SavedCards({list(self.cards)!r})"  # each shows what may stand in a log

    def _read(self, name: str, value: Any) -> Any:
        return tuple(SavedCard(item) for item in value) if name == "cards" else value


class ForgottenCard(Result):
    """That the gateway keeps a card no longer."""

    __slots__ = ()
    _shown = ("forgotten",)

    forgotten: bool
    raw: Any


class Answer(Result):
    """One answer to the gateway."""

    __slots__ = ()
    _shown = ("status", "content_type", "body")

    status: int
    content_type: str
    body: str


class Answers(Result):
    """The answers to a notification. `ok` leaves only after your commit."""

    __slots__ = ()
    _shown = ()

    ok: Answer
    """Stored and committed: not to be sent again."""
    retry: Answer
    """Not stored: to be sent again later."""
    reject: Answer
    """Not yours, or forged."""

    def _read(self, name: str, value: Any) -> Any:
        return Answer(value)


class Notification(Result):
    """An event, not a state: ask for the state (`Client.confirm`) before anything is shipped."""

    __slots__ = ()
    _shown = ("event", "succeeded", "verified", "needs_status")

    event: Literal[
        "check",
        "created",
        "held",
        "paid",
        "captured",
        "declined",
        "refunded",
        "cancelled",
        "expired",
        "card_stored",
        "card_removed",
        "receipt",
        "disputed",
        "unknown",
    ]
    succeeded: bool | None
    event_id: str | None
    """None where it is not verified, or where two events could not be told apart."""
    delivery_id: str
    verified: bool
    checked: tuple[str, ...]
    payment: Payment
    """What it says about the payment: a hint."""
    card: SavedCard | None
    """The stored card that it is about."""
    needs_status: bool
    test: bool | None
    answer: Answers
    raw: Any

    def _read(self, name: str, value: Any) -> Any:
        if name == "payment":
            return Payment(value)
        if name == "card":
            return SavedCard(value)
        if name == "answer":
            return Answers(value)
        return tuple(value) if name == "checked" else value


class Verdict(Result):
    """What became of a write whose outcome was unknown."""

    __slots__ = ()
    _shown = ("verdict", "why")

    verdict: Literal["done", "not_done", "need_new_number", "pending", "review"]
    why: str
    payment: Payment

    def _read(self, name: str, value: Any) -> Any:
        return Payment(value) if name == "payment" else value


_SUMS = frozenset({"amount", "authorized", "captured", "refunded", "fee"})
_PARTS = {
    "action": Action,
    "card": Card,
    "last_attempt": Attempt,
    "notification": Notification,
    "receipt": Receipts,
}
_LISTS = {"attempts": Attempt, "refunds": Refund, "checked": str}
