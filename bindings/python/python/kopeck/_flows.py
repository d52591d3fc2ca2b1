"""What waits and what finds out: the part of the client that is more than one exchange."""

from __future__ import annotations

from ._door import Door
from ._given import as_dict, moment, received
from .reports import SettingsReport
from .results import Notification, Payment, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Literal

    from .fields import Amount, Before, Charge, Create, Expect, Headers, Received


class Flows(Door):
    """The flows of a gateway."""

    __slots__ = ()

    def instalments(
        self,
        *,
        id: str,
        expect: Expect,
        timeout_ms: int,
        stage: Literal["invoice", "beginning", "begun"] = "beginning",
        until: Literal["link", "decision"] = "link",
        return_url: str | None = None,
        fail_url: str | None = None,
        pause_ms: int | None = None,
        init_grace_ms: int | None = None,
    ) -> Payment:
        """Pays what `create_payment` with the method `instalments` registered: begins it at the
        lender and waits for the lender's page, in `action`; then, `until` `decision`, for the
        lender's word. At the deadline the last payment, with `final` False.

        Store `stage` before the call: `invoice` says that nobody ever called this, `beginning` that
        somebody may have. Store the reply's `stage` after it: `begun` never begins it again.
        """
        fields = {
            "id": id,
            "stage": stage,
            "until": until,
            "return_url": return_url,
            "fail_url": fail_url,
            "expect": as_dict(expect),
            "timeout_ms": timeout_ms,
            "pause_ms": pause_ms,
            "init_grace_ms": init_grace_ms,
        }
        return Payment(self.call("instalments", fields))

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
        came = {"method": method, "query": query, "headers": headers, "body": body}
        fields = {**received(came), "expect": as_dict(expect)}
        return Notification(self.call("parse_notification", fields))

    def wait(
        self,
        *,
        id: str,
        expect: Expect,
        timeout_ms: int,
        until: Literal["settled", "authorized"] = "settled",
        pause_ms: int | None = None,
    ) -> Payment:
        """Polls until the payment is settled; at the deadline the last one, with `final` False.

        Ctrl-C ends it: the exception of a signal handler comes out as it is.
        """
        fields = {
            "id": id,
            "expect": as_dict(expect),
            "timeout_ms": timeout_ms,
            "until": until,
            "pause_ms": pause_ms,
        }
        return Payment(self.call("wait", fields))

    def confirm(self, *, id: str, expect: Expect, notification: Received | None = None) -> Payment:
        """The one thing to call when a notification or a buyer arrives.

        Checks the notification, asks for the stored `id` (never an id from the buyer's return), and
        holds the answer against what was registered.
        """
        fields = {
            "id": id,
            "expect": as_dict(expect),
            "notification": received(notification),
        }
        return Payment(self.call("confirm", fields))

    def settle(
        self,
        *,
        operation: Literal["create_payment", "charge_saved_card", "capture", "cancel", "refund"],
        sent_at: str | datetime,
        create: Create | None = None,
        charge: Charge | None = None,
        page_shown: bool = False,
        id: str | None = None,
        order_number: str | None = None,
        amount: Amount | None = None,
        currency: str | None = None,
        refund_id: str | None = None,
        partial: bool = False,
        before: Before | None = None,
        notification: Received | None = None,
        timeout_ms: int = 0,
    ) -> Verdict:
        """Finds out what became of a write that ended in `OutcomeUnknownError`.

        Give what was given to that write, and when it was sent; with some gateways a `notification`
        that came meanwhile is the only proof.
        """
        fields = {
            "operation": operation,
            "sent_at": moment(sent_at, "settle", "sent_at"),
            "create": as_dict(create),
            "charge": as_dict(charge),
            "page_shown": page_shown,
            "id": id,
            "order_number": order_number,
            "amount": amount,
            "currency": currency,
            "refund_id": refund_id,
            "partial": partial,
            "before": as_dict(before),
            "notification": received(notification),
            "timeout_ms": timeout_ms,
        }
        return Verdict(self.call("settle", fields))

    def check_settings(self) -> SettingsReport:
        """Tries credentials and connection, changing nothing, and says what it found."""
        return SettingsReport(self.call("check_settings", {}))
