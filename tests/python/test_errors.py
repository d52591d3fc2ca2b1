from __future__ import annotations

import copy
import pickle
import re
from typing import Any

import pytest

import kopeck
from kopeck import _kopeck
from kopeck.errors import KINDS
from sandbox import ROOT

PHP = ROOT / "bindings/php"

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


def defined(header: str) -> dict[str, int]:
    """The numbers that a header of C defines."""
    found = re.findall(r"^#define (KOPECK_\w+) (\d+)$", (ROOT / header).read_text(), re.MULTILINE)
    return {name: int(number) for name, number in found}


def test_c_has_the_same_kinds() -> None:
    words = {name: re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper() for name in _kopeck.KINDS.values()}
    statuses = {f"KOPECK_{words[name]}": number for number, name in _kopeck.KINDS.items()}
    others = ("KOPECK_ABI_", "KOPECK_LOG_")
    header = defined("include/kopeck.h").items()
    found = {name: number for name, number in header if not name.startswith(others)}
    assert found == {"KOPECK_OK": 0, **statuses}


def test_php_has_the_same_kinds() -> None:
    folder = PHP / "library/src/Exception"
    base = (folder / "PaymentException.php").read_text()
    listed = re.findall(r"^\s+(\d+) => (\w+)::class,$", base, re.MULTILINE)
    classes = {number: f"{name}Exception" for number, name in _kopeck.KINDS.items()}
    assert {int(number): name for number, name in listed} == classes
    assert len(listed) == len(classes)
    files = {file.stem for file in folder.iterdir()}
    assert files == {"PaymentException", *classes.values()}
    for name in classes.values():
        declared = f"\nfinal class {name} extends PaymentException\n"
        assert declared in (folder / f"{name}.php").read_text()


def test_php_reads_the_extension_and_its_log_by_the_numbers_of_c() -> None:
    door = (PHP / "library/src/Internal/Door.php").read_text()
    (abi,) = re.findall(r"private const ABI = (\d+);", door)
    assert defined("bindings/php/extension/php_kopeck.h")["KOPECK_EXTENSION_ABI"] == int(abi)
    (info,) = re.findall(r"\$level === (\d+) \? LogLevel::INFO : LogLevel::WARNING", door)
    assert defined("include/kopeck.h")["KOPECK_LOG_INFO"] == int(info)


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
