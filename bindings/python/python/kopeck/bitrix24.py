"""A Bitrix24 portal: the payment and its deal. The deal gets a payment, the buyer pays at any
gateway, and the deal moves on."""

from __future__ import annotations

from ._door import Door
from ._given import as_dict, received, reply
from .deals import (
    BatchReply,
    Checkout,
    LinkedPayment,
    PortalEvent,
    PortalReply,
    PortalRows,
    SettledCheckout,
    SettledDeal,
    TokenPair,
)
from .errors import invalid
from .reports import SettingsReport
from .results import Answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping
    from typing import Any, Literal

    from .errors import PaymentError
    from .fields import Command, Headers, Id, Register, Stages, Stored, Told
    from .results import Notification, Payment


class Bitrix24(Door):
    """Talks to one portal with one set of settings, and never changes.

    Make one and keep it: threads may share it, a forked child may go on using its parent's.
    `log` gets its lines after each call; the webhook's secret stands in none of them.
    """

    __slots__ = ()

    def __init__(self, settings: Mapping[str, Any], *, log: logging.Logger | None = None) -> None:
        fields = as_dict(settings)
        if isinstance(fields, dict):
            if fields.get("gateway") is not None:
                raise invalid(None, "gateway", "expected none: a portal is not a gateway")
            if fields.setdefault("service", "bitrix24") != "bitrix24":
                raise invalid(None, "service", 'expected "bitrix24", or none')
        super().__init__(fields, log)

    def link_payment(
        self,
        *,
        deal_id: Id,
        entity_type_id: Id,
        payment: Payment | Told | Mapping[str, Any],
        xml_id: str | None = None,
        title: str | None = None,
        category_id: Id | None = None,
        fields: Stored | None = None,
        partial: bool = False,
        timeout_ms: int | None = None,
    ) -> LinkedPayment:
        """Links a payment to a deal before any money: an item of a smart process stands for it.

        Call it before `create_payment`, with the gateway's name, order_number, amount and currency
        as `payment`, and again with its reply. It may be repeated after anything.
        """
        given = {
            "deal_id": deal_id,
            "entity_type_id": entity_type_id,
            "payment": reply(payment),
            "xml_id": xml_id,
            "title": title,
            "category_id": category_id,
            "fields": as_dict(fields),
            "partial": partial,
            "timeout_ms": timeout_ms,
        }
        return LinkedPayment(self.call("link_payment", given))

    def settle_deal(
        self,
        *,
        deal_id: Id,
        entity_type_id: Id,
        payment: Payment | Told | Mapping[str, Any] | None = None,
        notification: Notification | Mapping[str, Any] | None = None,
        xml_id: str | None = None,
        title: str | None = None,
        category_id: Id | None = None,
        fields: Stored | None = None,
        partial: bool = False,
        on_failure: Literal["lose", "keep"] = "lose",
        accept_test: bool = False,
        stages: Stages | None = None,
        register: Register | None = None,
        locked: bool = False,
        timeout_ms: int | None = None,
    ) -> SettledDeal:
        """Tells a deal what became of its payment: item and deal move on when the money is in.

        `payment` is a reply of `confirm`, `payment_status` or `wait`, whatever the gateway;
        `notification` one that needs no status. Answer the gateway after it; a repeat changes
        nothing. `locked` says that you hold your lock on the order.
        """
        given = {
            "deal_id": deal_id,
            "entity_type_id": entity_type_id,
            "payment": reply(payment),
            "notification": reply(notification),
            "xml_id": xml_id,
            "title": title,
            "category_id": category_id,
            "fields": as_dict(fields),
            "partial": partial,
            "on_failure": on_failure,
            "accept_test": accept_test,
            "stages": as_dict(stages),
            "register": as_dict(register),
            "locked": locked,
            "timeout_ms": timeout_ms,
        }
        return SettledDeal(self.call("settle_deal", given))

    def read_checkout(
        self,
        *,
        method: str,
        query: bytes | str = "",
        headers: Headers | None = None,
        body: bytes | str = b"",
        language: Literal["ru", "en"] = "ru",
    ) -> Checkout:
        """Reads what the portal asks its pay system for, as it came, and asks the portal for sum
        and currency. Create a payment of it at any gateway, then answer.

        An error has a `checkout_answer`, with a text for the buyer in this language.
        """
        came = {"method": method, "query": query, "headers": headers, "body": body}
        fields = {**received(came), "language": language}
        return Checkout(self.call("read_checkout", fields))

    def answer_checkout(
        self,
        *,
        payment: Payment | Mapping[str, Any] | None = None,
        error: PaymentError | Mapping[str, Any] | None = None,
        page_url: str | None = None,
        language: Literal["ru", "en"] = "ru",
    ) -> Answer:
        """What the portal is answered: where the buyer goes, by the reply of `create_payment`, or
        what he is told, by its error. Sends nothing.

        `page_url` is a page of your own, where the gateway's page wants a form to be posted.
        """
        fields = {
            "payment": reply(payment),
            "error": reply(error),
            "page_url": page_url,
            "language": language,
        }
        return Answer(self.call("answer_checkout", fields)["answer"])

    def settle_checkout(
        self,
        *,
        payment_id: Id,
        pay_system_id: Id,
        order_number: str | None = None,
        payment: Payment | Told | Mapping[str, Any] | None = None,
        notification: Notification | Mapping[str, Any] | None = None,
        locked: bool = False,
        timeout_ms: int | None = None,
    ) -> SettledCheckout:
        """Has the portal mark its own payment paid, once all of the money is in; a repeat changes
        nothing. The two ids are those of `read_checkout`, from your own table, and so is
        `order_number`: a payment with another one is a `Mismatch`."""
        fields = {
            "payment_id": payment_id,
            "pay_system_id": pay_system_id,
            "order_number": order_number,
            "payment": reply(payment),
            "notification": reply(notification),
            "locked": locked,
            "timeout_ms": timeout_ms,
        }
        return SettledCheckout(self.call("settle_checkout", fields))

    def parse_event(
        self,
        *,
        method: str,
        query: bytes | str = "",
        headers: Headers | None = None,
        body: bytes | str = b"",
    ) -> PortalEvent:
        """Checks and reads an event of the portal as it came. No network: only its id is believed,
        fetch what it is about."""
        came = {"method": method, "query": query, "headers": headers, "body": body}
        return PortalEvent(self.call("parse_event", received(came)))

    def check_settings(self) -> SettingsReport:
        """Tries credentials, rights and connection, changing nothing, and says what it found."""
        return SettingsReport(self.call("check_settings", {}))

    def method(
        self,
        name: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        effect: Literal["read", "write"] = "write",
    ) -> PortalReply:
        """Any method of the portal. One that changes nothing may be called a `read`: then a lost
        answer is a `NotDoneError`, of a write it is an `OutcomeUnknownError`."""
        fields = {"method": name, "parameters": as_dict(parameters), "effect": effect}
        return PortalReply(self.call("bitrix24.call", fields))

    def batch(
        self,
        commands: Mapping[str, Command | Mapping[str, Any]],
        *,
        halt: bool = True,
        effect: Literal["read", "write"] | None = None,
    ) -> BatchReply:
        """Up to 50 methods as one request, by name and in this order. A parameter may refer to a
        command above: `$result[find][items][0][id]`. A failure in it is part of the reply."""
        named = as_dict(commands)
        if isinstance(named, dict):
            named = {name: as_dict(command) for name, command in named.items()}
        fields = {"commands": named, "halt": halt, "effect": effect}
        return BatchReply(self.call("bitrix24.batch", fields))

    def list_rows(
        self,
        method: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        mode: Literal["pages", "fast"] = "pages",
        max_rows: int | None = None,
        id_field: str | None = None,
        timeout_ms: int | None = None,
    ) -> PortalRows:
        """The rows of a list method, page after page; iterate over it. `fast` goes by id, without
        counting. 5000 rows at the most unless `max_rows` says otherwise: look at `complete`."""
        fields = {
            "method": method,
            "parameters": as_dict(parameters),
            "mode": mode,
            "max_rows": max_rows,
            "id_field": id_field,
            "timeout_ms": timeout_ms,
        }
        return PortalRows(self.call("bitrix24.list", fields))

    def refresh_token(self) -> TokenPair:
        """The next pair of an application's tokens, in exchange for the old one. Only after a
        `RefusedError` with the reason `token_expired`, and one at a time: store the pair, then make
        a new client."""
        return TokenPair(self.call("bitrix24.refresh_token", {}))
