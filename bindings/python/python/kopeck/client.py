"""The client of a gateway: what is one exchange with it."""

from __future__ import annotations

from ._flows import Flows
from ._given import as_dict, moment
from .reports import DescriptorReport
from .results import ForgottenCard, Payment, PaymentsPage, SavedCards

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import Any, Literal

    from typing_extensions import Unpack

    from .fields import Amount, Before, Customer, Expect, Listed, Listing, Method
    from .receipt import Receipt


class Client(Flows):
    """Talks to one gateway with one set of settings, and never changes.

    Make one and keep it: threads may share it, a forked child may go on using its parent's.
    `log` gets its lines after each call: one for what is sent, one for how it ended, never secrets
    or card data.
    """

    __slots__ = ("_gateway",)

    def __init__(self, settings: Mapping[str, Any], *, log: logging.Logger | None = None) -> None:
        fields = as_dict(settings)
        super().__init__(fields, log)
        self._gateway = fields.get("gateway") or fields.get("service")

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
        method: Method | None = None,
        card_id: str | None = None,
        wallet_token: str | None = None,
        purpose: Literal["verification"] | None = None,
        receipt: Receipt | None = None,
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
            "customer": as_dict(customer),
            "expires_in": expires_in,
            "hold": hold,
            "method": method,
            "card_id": card_id,
            "wallet_token": wallet_token,
            "purpose": purpose,
            "receipt": as_dict(receipt),
            "extra": as_dict(extra),
        }
        return Payment(self.call("create_payment", fields))

    def payment_status(
        self,
        *,
        id: str | None = None,
        order_number: str | None = None,
        expect: Expect | None = None,
        receipt: bool = False,
    ) -> Payment:
        """Asks where a payment stands, by the stored id or by your number; `receipt`: also what
        became of its fiscal receipt."""
        fields = {
            "id": id,
            "order_number": order_number,
            "expect": as_dict(expect),
            "receipt": receipt,
        }
        return Payment(self.call("payment_status", fields))

    def capture(
        self,
        *,
        id: str,
        amount: Amount,
        currency: str,
        order_number: str | None = None,
        authorized: Amount | None = None,
        partial: bool = False,
        receipt: Receipt | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Payment:
        """Takes a held payment, or a part of it; `partial` if more captures will follow.

        Some gateways want your `order_number` too, and what is held, as stored: `authorized`.
        """
        fields = {
            "id": id,
            "amount": amount,
            "currency": currency,
            "order_number": order_number,
            "authorized": authorized,
            "partial": partial,
            "receipt": as_dict(receipt),
            "extra": as_dict(extra),
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
            "extra": as_dict(extra),
        }
        return Payment(self.call("cancel", fields))

    def refund(
        self,
        *,
        id: str,
        amount: Amount,
        currency: str,
        refund_id: str,
        order_number: str | None = None,
        before: Before | None = None,
        receipt: Receipt | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Payment:
        """Gives money back. Store `refund_id` and `before` first: they keep it from going twice.

        Some gateways want your `order_number` too.
        """
        fields = {
            "id": id,
            "amount": amount,
            "currency": currency,
            "order_number": order_number,
            "refund_id": refund_id,
            "before": as_dict(before),
            "receipt": as_dict(receipt),
            "extra": as_dict(extra),
        }
        return Payment(self.call("refund", fields))

    def saved_cards(
        self, *, customer_id: str, extra: Mapping[str, Any] | None = None
    ) -> SavedCards:
        """The cards that the gateway keeps for a customer of yours; iterate over it."""
        fields = {"customer_id": customer_id, "extra": as_dict(extra)}
        return SavedCards(self.call("saved_cards", fields))

    def charge_saved_card(
        self,
        *,
        order_number: str,
        amount: Amount,
        currency: str,
        card_id: str,
        description: str | None = None,
        notification_url: str | None = None,
        language: str | None = None,
        customer: Customer | None = None,
        hold: bool = False,
        receipt: Receipt | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Payment:
        """Takes money from a stored card without the buyer, who agreed to it when it was stored.

        Store order_number and amount before the call: they keep the card from being charged twice.
        """
        fields = {
            "order_number": order_number,
            "amount": amount,
            "currency": currency,
            "card_id": card_id,
            "description": description,
            "notification_url": notification_url,
            "language": language,
            "customer": as_dict(customer),
            "hold": hold,
            "receipt": as_dict(receipt),
            "extra": as_dict(extra),
        }
        return Payment(self.call("charge_saved_card", fields))

    def forget_card(self, *, card_id: str, extra: Mapping[str, Any] | None = None) -> ForgottenCard:
        """Makes the gateway forget a card. Forgetting it again is no mistake."""
        fields = {"card_id": card_id, "extra": as_dict(extra)}
        return ForgottenCard(self.call("forget_card", fields))

    def list_payments(
        self,
        *,
        from_: str | datetime,
        to: str | datetime,
        by: Literal["created", "paid"] = "created",
        statuses: Sequence[Listed] = (),
        page: int = 0,
        page_size: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> PaymentsPage:
        """A page of the payments of a period, counted from 0; no statuses are all of them.

        `from_` is the core's field `from`, which is a word of Python.
        """
        fields = {
            "from": moment(from_, "list_payments", "from"),
            "to": moment(to, "list_payments", "to"),
            "by": by,
            "statuses": statuses,
            "page": page,
            "page_size": page_size,
            "extra": as_dict(extra),
        }
        return PaymentsPage(self.call("list_payments", fields))

    def every_payment(self, **which: Unpack[Listing]) -> Iterator[Payment]:
        """The payments of all pages of `list_payments`, each page asked for when its turn comes.

        Let the period be over: what changes meanwhile may be left out or come twice.
        """
        page = self.list_payments(**which)
        yield from page
        while page.more:
            page = self.list_payments(**which, page=page.page + 1)
            yield from page

    def descriptor_check(self, *, descriptor: str | Mapping[str, Any]) -> DescriptorReport:
        """Reads a descriptor (the name of a built-in one, a path, its text, or a dict), says all
        that is wrong with it, and proves its recipes by its vectors. `Client({})` can do it."""
        return DescriptorReport(self.call("descriptor_check", {"descriptor": as_dict(descriptor)}))

    def __repr__(self) -> str:
        return f"<kopeck.Client {self._gateway}>"  # the settings hold secrets
