"""What a portal of Bitrix24 replies. Amounts are `Decimal`; what is not known is None."""

from __future__ import annotations

from ._result import Result, decimal
from .results import Answers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal
    from typing import Any, Literal


class LinkedItem(Result):
    """The item that stands for a payment."""

    __slots__ = ()
    _shown = ("id", "stage_id", "amount", "currency")

    id: int
    stage_id: str | None
    category_id: int | None
    amount: Decimal | None
    currency: str | None

    def _read(self, name: str, value: Any) -> Any:
        return decimal(value) if name == "amount" else value


class LinkedPayment(Result):
    """A payment that is tied to its deal, by an item of the smart process."""

    __slots__ = ()
    _shown = ("deal_id", "entity_type_id", "item_id", "xml_id", "added")

    deal_id: int
    entity_type_id: int
    item_id: int
    xml_id: str
    """The item's external key."""
    item: LinkedItem
    added: bool
    """Whether this call added the item."""
    changed: bool
    """Whether this call wrote anything."""
    comment_id: int | None
    """The comment of this state, on the deal's timeline."""
    duplicates: tuple[int, ...]
    """Other items of the same key, with higher ids: nothing is done with them."""
    not_stored: tuple[str, ...]
    """Those of `fields` that the portal keeps otherwise than it was told."""

    def _read(self, name: str, value: Any) -> Any:
        if name == "item":
            return LinkedItem(value)
        return tuple(value) if name in ("duplicates", "not_stored") else value


class SettledStage(Result):
    """Where the deal stands after a settlement."""

    __slots__ = ()
    _shown = ("found", "stage_id", "meaning", "moved")

    found: bool
    stage_id: str | None
    meaning: Literal["open", "won", "lost", "unknown"] | None
    moved: bool
    """By this call."""


class SettledItem(Result):
    """Where the item stands after a settlement."""

    __slots__ = ()
    _shown = ("stage_id", "moved", "added")

    added: bool
    """By this call."""
    stage_id: str | None
    moved: bool
    """By this call."""


class Registered(Result):
    """The portal's own payment."""

    __slots__ = ()
    _shown = ("way", "payment_id", "done_now")

    way: Literal["order", "deal", "pay_system"]
    payment_id: int
    done_now: bool
    """By this call."""


class PortalRefusal(Result):
    """What the portal refused, while the rest went on."""

    __slots__ = ()
    _shown = ("what", "code")

    what: str
    code: str | None
    text: str | None


_LISTS = ("attention", "duplicates", "not_stored")


class SettledDeal(Result):
    """A deal that was told what became of its payment. Money is never hidden: where anything is
    odd, `needs_attention` is true, and `attention` has words for a person."""

    __slots__ = ()
    _shown = ("deal_id", "item_id", "outcome", "attention", "repeated")

    deal_id: int
    entity_type_id: int
    item_id: int | None
    xml_id: str
    outcome: Literal["paid", "held", "failed", "refunded", "waiting"]
    deal: SettledStage
    item: SettledItem
    comment_id: int | None
    """The comment of this state, on the deal's timeline."""
    registered: Registered | None
    needs_attention: bool
    attention: tuple[str, ...]
    repeated: bool
    """Nothing was written: all of it was so before."""
    duplicates: tuple[int, ...]
    """Other items of the same key."""
    not_stored: tuple[str, ...]
    """Those of `fields` that the portal took and keeps otherwise."""
    refusals: tuple[PortalRefusal, ...]

    def _read(self, name: str, value: Any) -> Any:
        if name in _PARTS:
            return _PARTS[name](value)
        if name == "refusals":
            return tuple(PortalRefusal(item) for item in value)
        return tuple(value) if name in _LISTS else value


class Checkout(Result):
    """What the portal asks its pay system for. Sum and currency are the portal's own, asked for by
    the payment's id. Store the two ids: `settle_checkout` wants them."""

    __slots__ = ()
    _shown = ("payment_id", "pay_system_id", "amount", "currency")

    payment_id: int
    pay_system_id: int
    amount: Decimal
    currency: str
    order_prefix: str
    """Begin the order number with it and add your attempt: then the gateway opens no second payment
    for a request that came twice, and `settle_checkout` takes no other payment's money."""
    account_number: str | None
    """`<order>/<n>`"""
    return_url: str | None
    """On the portal's own host, or one of the setting `portal_hosts`."""
    return_url_refused: bool
    external_payment_id: str | None
    """What `answer_checkout` gave for this payment before. A hint: look attempts up by
    `payment_id`."""
    service_id: str | None
    fields: dict[str, Any]
    """What the handler's own settings added, without the secret."""
    create: dict[str, Any]
    """What goes into `create_payment`: amount, currency, return_url."""

    def _read(self, name: str, value: Any) -> Any:
        return decimal(value) if name == "amount" else value


class SettledCheckout(Result):
    """The portal's own payment, after it was told of the money."""

    __slots__ = ()
    _shown = ("payment_id", "pay_system_id", "paid", "repeated", "attention")

    payment_id: int
    pay_system_id: int
    paid: bool
    repeated: bool
    """It was paid before: nothing was done."""
    needs_attention: bool
    attention: tuple[str, ...]
    """`paid_before`: this money came for what was paid already, so it goes back to the buyer."""

    def _read(self, name: str, value: Any) -> Any:
        return tuple(value) if name == "attention" else value


class PortalEvent(Result):
    """An event of the portal: a hint to fetch the object. It comes once, whatever is answered."""

    __slots__ = ()
    _shown = ("event", "about", "id", "entity_type_id")

    event: str
    about: Literal["deal", "item", "payment", "other"]
    id: int | None
    entity_type_id: int | None
    event_handler_id: int | None
    at: str | None
    domain: str | None
    member_id: str | None
    endpoint_allowed: bool
    """Whether the address it names is one that may be called."""
    client_endpoint: str | None
    needs_status: bool
    """Always true: only the id is believed."""
    answer: Answers
    raw: Any

    def _read(self, name: str, value: Any) -> Any:
        return Answers(value) if name == "answer" else value


class PortalReply(Result):
    """What a method of the portal answers."""

    __slots__ = ()
    _shown = ("total", "next")

    result: Any
    total: int | None
    next: int | None
    """Of a list: where its next page starts."""


class PortalRows(Result):
    """Rows of a list: iterate over it, or take `rows`."""

    __slots__ = ()
    _shown = ("complete", "next")

    rows: tuple[dict[str, Any], ...]
    """Each id once."""
    complete: bool
    """Whether these are all."""
    next: int | None
    """Where to go on if not: `start` of pages, the value of `>id` of the fast mode."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def _read(self, name: str, value: Any) -> Any:
        return tuple(value) if name == "rows" else value


class BatchReply(Result):
    """What became of each command, by its name. A failure in it is no exception."""

    __slots__ = ()
    _shown = ("errors", "not_run", "unknown")

    results: dict[str, Any]
    errors: dict[str, dict[str, Any]]
    not_run: tuple[str, ...]
    """After the failure that ended it."""
    unknown: tuple[str, ...]
    """Of which the portal said nothing: they may have run."""
    unassigned: tuple[dict[str, Any], ...]
    """Errors that the portal gave no name for."""
    totals: dict[str, int]
    nexts: dict[str, int]

    def _read(self, name: str, value: Any) -> Any:
        return tuple(value) if name in ("not_run", "unknown", "unassigned") else value


class TokenPair(Result):
    """The next pair of tokens. Store both at once: the old pair is dead. Then make a new client."""

    __slots__ = ()
    _shown = ("expires_at", "member_id")

    access_token: str
    refresh_token: str
    expires_at: str | None
    client_endpoint: str | None
    server_endpoint: str | None
    endpoint_allowed: bool
    """False where one of the two was left out for its host."""
    member_id: str | None
    scope: str | None
    user_id: int | None


_PARTS = {"deal": SettledStage, "item": SettledItem, "registered": Registered}
