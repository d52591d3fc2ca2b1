from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any

import pytest

from kopeck import Notification, Payment, PaymentsPage, SavedCard, SavedCards, Verdict
from kopeck.results import Action, IssuedReceipt, Receipts, Refund

FIELDS: dict[str, Any] = {
    "gateway": "rbs",
    "id": "x",
    "order_number": "A-1",
    "status": "paid",
    "final": True,
    "amount": "100.10",
    "captured": None,
    "currency": "RUB",
    "action": {"type": "redirect", "url": "https://pay.example/page?id=secret"},
    "card": {"number": "411111**1111", "expiry": "2034-12", "brand": "VISA"},
    "refunds": [{"id": "r-1", "amount": "1.00", "status": "done"}],
    "checked": ["amount"],
    "raw": {"orderStatus": 2},
    "of_a_later_version": 7,
}


def test_a_payment_is_read_by_attribute() -> None:
    payment = Payment(FIELDS)
    assert payment.status == "paid"
    assert payment.amount == Decimal("100.10")
    assert str(payment.amount) == "100.10"
    assert payment.captured is None
    assert payment.action == Action(FIELDS["action"])
    assert payment.refunds == (Refund({"id": "r-1", "amount": "1.00", "status": "done"}),)
    assert payment.refunds[0].amount == Decimal("1.00")
    assert payment.checked == ("amount",)
    assert payment.raw == {"orderStatus": 2}
    assert payment.to_dict() == FIELDS


def test_to_dict_gives_a_copy() -> None:
    payment = Payment(FIELDS)
    mine = payment.to_dict()
    mine["card"]["number"] = "4111111111111111"
    mine["raw"].clear()
    mine["refunds"].append({})
    assert payment.to_dict() == FIELDS
    assert FIELDS["raw"] == {"orderStatus": 2}


def test_unknown_fields_are_kept_and_missing_ones_are_none() -> None:
    payment = Payment(FIELDS)
    assert payment.of_a_later_version == 7  # type: ignore[attr-defined]
    assert payment.rrn is None
    with pytest.raises(AttributeError, match="no 'statsu'"):
        payment.statsu  # type: ignore[attr-defined]  # noqa: B018


def test_a_result_cannot_be_changed() -> None:
    payment = Payment(FIELDS)
    with pytest.raises(AttributeError):
        payment.status = "refunded"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        payment.anything = 1  # type: ignore[attr-defined]


def test_a_log_of_a_result_shows_no_payment_page() -> None:
    payment = Payment(FIELDS)
    assert "secret" not in repr(payment) + repr(payment.action)
    assert "A-1" in repr(payment)


def test_results_are_picklable_and_comparable() -> None:
    payment = Payment(FIELDS)
    assert pickle.loads(pickle.dumps(payment)) == payment
    assert payment != Payment({**FIELDS, "status": "refunded"})
    assert payment != FIELDS


def test_results_hold_results() -> None:
    answer = {"status": 200, "content_type": "text/plain", "body": "OK"}
    notification = Notification({"payment": FIELDS, "answer": {"ok": answer}})
    assert notification.payment.order_number == "A-1"
    assert notification.answer.ok.body == "OK"
    verdict = Verdict({"verdict": "done", "why": "seen", "payment": FIELDS})
    assert verdict.payment.amount == Decimal("100.10")
    assert repr(verdict) == "Verdict(verdict='done', why='seen')"


CARDS: dict[str, Any] = {
    "cards": [
        {"id": "can-pay-1", "number": "411111**1111", "expiry": "2034-12", "brand": "VISA"},
        {"id": "can-pay-2", "number": None, "brand": "MIR"},
    ],
    "raw": {"errorCode": "0"},
}


def test_saved_cards_are_iterated() -> None:
    cards = SavedCards(CARDS)
    assert [card.id for card in cards] == ["can-pay-1", "can-pay-2"]
    assert (len(cards), cards.cards) == (2, tuple(cards))
    assert cards.cards[0] == SavedCard(CARDS["cards"][0])
    assert cards.cards[1].number is None
    assert not SavedCards({"cards": [], "raw": {}})
    assert pickle.loads(pickle.dumps(cards)) == cards


def test_a_log_shows_no_card_that_can_pay() -> None:
    cards = SavedCards(CARDS)
    page = PaymentsPage({"payments": [FIELDS], "total": 1, "page": 0, "page_size": 100})
    assert "can-pay" not in repr(cards) + repr(list(cards))
    assert "411111**1111" in repr(cards)
    assert "secret" not in repr(page) + repr(list(page))


def test_a_notification_of_a_card_holds_the_card() -> None:
    card = {"id": "x", "customer_id": "buyer-7", "number": "411111**1111", "active": False}
    stored = Notification({"event": "card_removed", "card": card}).card
    assert stored is not None
    assert (stored.customer_id, stored.active, stored.expiry) == ("buyer-7", False, None)
    assert Notification({"event": "paid", "card": None}).card is None


def test_receipts_are_read_by_attribute() -> None:
    receipts = [{"status": "failed", "kind": "payment", "remedy": "retry"}]
    payment = Payment({**FIELDS, "receipt": {"status": "failed", "receipts": receipts}})
    assert isinstance(payment.receipt, Receipts)
    assert payment.receipt.receipts == (IssuedReceipt(receipts[0]),)
    assert payment.receipt.receipts[0].remedy == "retry"
    assert payment.receipt.requested is None
