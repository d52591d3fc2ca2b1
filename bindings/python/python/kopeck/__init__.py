"""Kopeck: payments from inside your program, honest about what became of the money.

    client = kopeck.Client({"gateway": "rbs", "base_url": ..., "user_name": ..., "password": ...})
    payment = client.create_payment(order_number="A-1", amount="100.00", currency="RUB", ...)

Start with `Client`, and with `Bitrix24` where a deal is to be paid; what can go wrong stands in
`kopeck.errors`.
"""

from __future__ import annotations

from ._kopeck import VERSION
from .bitrix24 import Bitrix24
from .client import Client
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
from .errors import (
    DeclinedError,
    InternalError,
    InvalidRequestError,
    MismatchError,
    NotDoneError,
    OutcomeUnknownError,
    PaymentError,
    RefusedError,
    UntrustedError,
)
from .reports import DescriptorReport, SettingsReport
from .results import (
    ForgottenCard,
    Notification,
    Payment,
    PaymentsPage,
    SavedCard,
    SavedCards,
    Verdict,
)

__version__ = VERSION

__all__ = [
    "BatchReply",
    "Bitrix24",
    "Checkout",
    "Client",
    "DeclinedError",
    "DescriptorReport",
    "ForgottenCard",
    "InternalError",
    "InvalidRequestError",
    "LinkedPayment",
    "MismatchError",
    "NotDoneError",
    "Notification",
    "OutcomeUnknownError",
    "Payment",
    "PaymentError",
    "PaymentsPage",
    "PortalEvent",
    "PortalReply",
    "PortalRows",
    "RefusedError",
    "SavedCard",
    "SavedCards",
    "SettingsReport",
    "SettledCheckout",
    "SettledDeal",
    "TokenPair",
    "UntrustedError",
    "Verdict",
    "__version__",
]
