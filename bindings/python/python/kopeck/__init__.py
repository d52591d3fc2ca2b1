"""Kopeck: payments from inside your program, honest about what became of the money.

    client = kopeck.Client({"gateway": "rbs", "base_url": ..., "user_name": ..., "password": ...})
    payment = client.create_payment(order_number="A-1", amount="100.00", currency="RUB", ...)

Start with `Client`; what can go wrong stands in `kopeck.errors`.
"""

from __future__ import annotations

from ._kopeck import VERSION
from .client import Client
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
    "Client",
    "DeclinedError",
    "DescriptorReport",
    "ForgottenCard",
    "InternalError",
    "InvalidRequestError",
    "MismatchError",
    "NotDoneError",
    "Notification",
    "OutcomeUnknownError",
    "Payment",
    "PaymentError",
    "PaymentsPage",
    "RefusedError",
    "SavedCard",
    "SavedCards",
    "SettingsReport",
    "UntrustedError",
    "Verdict",
    "__version__",
]
