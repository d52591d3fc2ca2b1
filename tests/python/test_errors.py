from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import kopeck
from kopeck import _kopeck
from kopeck.errors import KINDS

FIELDS: dict[str, Any] = {
    "kind": "Mismatch",
    "reason": "amount",
    "advice": "review",
    "may_have_happened": True,
    "message": "amount: not the one expected",
    "field": None,
    "operation": "confirm",
    "gateway": "rbs",
    "code": "7",
    "text": "System error",
    "request_id": None,
    "http_status": 200,
    "retry_after_ms": 2000,
    "retry": "later",
    "buyer_text": {"en": "Please try again later.", "ru": "Попробуйте позже."},
    "body": None,
    "payment": {"id": "x", "amount": "100.00", "action": {"url": "https://pay.example/secret"}},
    "answer": {"ok": {"status": 200, "content_type": "text/plain", "body": "OK"}},
}


def test_the_kinds_are_those_of_the_core() -> None:
    assert {number: error.__name__ for number, error in KINDS.items()} == {
        number: f"{name}Error" for number, name in _kopeck.KINDS.items()
    }
    assert {number: error.kind for number, error in KINDS.items()} == _kopeck.KINDS


@pytest.mark.parametrize("error", KINDS.values())
def test_one_base_catches_them_all(error: type[kopeck.PaymentError]) -> None:
    assert issubclass(error, kopeck.PaymentError)
    assert issubclass(error, Exception)
    assert getattr(kopeck, error.__name__) is error
    assert error("a message").kind == error.kind


def test_every_field_is_an_attribute() -> None:
    error = kopeck.MismatchError(FIELDS["message"], FIELDS)
    for name, value in FIELDS.items():
        if name not in ("payment", "answer"):
            assert getattr(error, name) == value, name
    assert error.payment is not None
    assert str(error.payment.amount) == "100.00"
    assert error.answer is not None
    assert error.answer.ok.status == 200
    assert error.to_dict() == FIELDS
    assert str(error) == FIELDS["message"]


def test_to_dict_gives_a_copy() -> None:
    error = kopeck.MismatchError(FIELDS["message"], FIELDS)
    error.to_dict()["payment"]["action"]["url"] = "https://elsewhere.example"
    assert error.to_dict() == FIELDS
    assert FIELDS["payment"]["action"]["url"] == "https://pay.example/secret"


def test_an_error_shows_no_payment_page() -> None:
    error = kopeck.MismatchError(FIELDS["message"], FIELDS)
    assert "secret" not in f"{error} {error!r} {error.payment!r} {error.args}"


@pytest.mark.parametrize("error", KINDS.values())
def test_errors_are_picklable(error: type[kopeck.PaymentError]) -> None:
    made = error("a message", FIELDS)
    for again in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
        assert type(again) is error
        assert str(again) == "a message"
        assert again.to_dict() == FIELDS
        assert again.reason == "amount"


def test_an_error_of_the_core_is_picklable() -> None:
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        kopeck.Client({"gateway": "nobody"})
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.field, again.advice) == ("gateway", "fix_request")
