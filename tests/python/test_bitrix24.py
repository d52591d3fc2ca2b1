"""`kopeck.Bitrix24` itself: settings, methods and replies; no portal is asked."""

from __future__ import annotations

import inspect
import logging
import pickle
import re
from decimal import Decimal
from typing import Any

import pytest

import kopeck
from kopeck.bitrix24 import Bitrix24
from kopeck.deals import LinkedItem, PortalRefusal, Registered, SettledStage
from kopeck.fields import Command, Register, Stages, Stored, Told, _Register

SECRET = "8fx2k1nqv3u0d9wz"
SETTINGS: dict[str, Any] = {
    "webhook_url": f"https://shop.bitrix24.ru/rest/1/{SECRET}/",
    "application_token": "application-token-1",
    "checkout_secret": "checkout-secret-1",
}
PORTAL = Bitrix24(SETTINGS)
FIELDS = {
    row["name"]: row["fields"]
    for row in PORTAL.describe()["operations"]
    if "." not in row["name"] and row["name"] != "descriptor_check"
}
# What `describe` tells of our own operations under the portal's name, and the method that takes it.
OURS = {
    "bitrix24.call": "method",
    "bitrix24.batch": "batch",
    "bitrix24.list": "list_rows",
    "bitrix24.refresh_token": "refresh_token",
}
RENAMED = {"method": {"name": "method"}}
"""Where a parameter of Python has another name than the core's field."""


def parameters(method: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(getattr(PORTAL, method)).parameters)


def in_python(names: list[str]) -> set[str]:
    """Bytes are bytes here."""
    return {name.removesuffix("_base64") for name in names}


def refused(**fields: Any) -> str:
    """The expected words of what the core refuses."""
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        PORTAL.call(fields.pop("operation"), fields)
    return str(caught.value)


def test_it_is_for_a_portal_alone() -> None:
    assert Bitrix24({**SETTINGS, "service": "bitrix24"}).operations == PORTAL.operations
    for name, value in {"gateway": "rbs", "service": "amocrm"}.items():
        with pytest.raises(kopeck.InvalidRequestError) as caught:
            Bitrix24({**SETTINGS, name: value})
        assert (caught.value.field, caught.value.reason) == (name, "invalid_field")
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        Bitrix24({})
    assert caught.value.field == "webhook_url"
    with pytest.raises(kopeck.InvalidRequestError):
        Bitrix24("https://shop.bitrix24.ru/rest/1/x/")  # type: ignore[arg-type]
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        Bitrix24(SETTINGS, log="shop")  # type: ignore[arg-type]
    assert caught.value.field == "log"


def test_the_callers_settings_stay_as_they_are() -> None:
    given = dict(SETTINGS)
    Bitrix24(given)
    assert given == SETTINGS


def test_a_client_is_the_same_door() -> None:
    client = kopeck.Client({**SETTINGS, "service": "bitrix24"})
    assert client.operations == PORTAL.operations
    assert repr(client) == "<kopeck.Client bitrix24>"
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        client.call("settle_deal", {"deal_id": 662, "entity_type_id": 1220})
    assert (caught.value.field, caught.value.gateway) == ("payment", "bitrix24")
    with pytest.raises(kopeck.InvalidRequestError):
        client.create_payment(
            order_number="A-1", amount="1.00", currency="RUB", return_url="https://shop.example/"
        )


def test_it_shows_no_secrets() -> None:
    assert repr(PORTAL) == "<kopeck.Bitrix24>"
    with pytest.raises(TypeError):
        pickle.dumps(PORTAL)
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        Bitrix24({**SETTINGS, "webhook_url": f"https://shop.bitrix24.ru/rest/{SECRET}/"})
    assert SECRET not in str(caught.value) + repr(caught.value.to_dict())


def test_a_closed_one_refuses() -> None:
    with Bitrix24(SETTINGS) as portal:
        assert type(portal) is Bitrix24
        assert "link_payment" in portal.operations
    with pytest.raises(kopeck.InvalidRequestError, match="closed"):
        portal.check_settings()


def test_every_operation_has_a_method() -> None:
    assert len(FIELDS) == 7
    assert all(callable(getattr(PORTAL, name)) for name in FIELDS)
    assert set(OURS) <= set(PORTAL.operations)


@pytest.mark.parametrize("operation", FIELDS)
def test_a_method_takes_the_fields_of_its_operation(operation: str) -> None:
    assert set(parameters(operation)) == in_python(FIELDS[operation])
    assert {one.kind for one in parameters(operation).values()} <= {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("operation", OURS)
def test_a_method_takes_the_fields_of_our_own_operation(operation: str) -> None:
    rows = {row["name"]: row["fields"] for row in PORTAL.describe()["operations"]}
    method = OURS[operation]
    names = RENAMED.get(method, {})
    taken = {names.get(name, name) for name in parameters(method)}
    assert taken == {field["name"] for field in rows[operation]}


@pytest.mark.parametrize("method", [*FIELDS, *OURS.values()])
def test_a_method_hands_every_parameter_on(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: dict[str, Any] = {}

    def call(_: Bitrix24, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        handed[name] = fields
        return {"answer": {}}

    monkeypatch.setattr(Bitrix24, "call", call)
    given: dict[str, Any] = {name: f"<{name}>" for name in parameters(method)}
    getattr(PORTAL, method)(**given)
    ((_, fields),) = handed.items()
    names = RENAMED.get(method, {})
    assert fields == {names.get(name, name): value for name, value in given.items()}


@pytest.mark.parametrize(
    ("operation", "field", "shape"),
    [
        ("link_payment", "fields", Stored),
        ("settle_deal", "stages", Stages),
        ("settle_deal", "register", Register),
    ],
)
def test_a_shape_has_the_fields_of_the_core(operation: str, field: str, shape: Any) -> None:
    says = refused(operation=operation, **{field: {"no_such_field": 1}})
    assert says.startswith(f"{field}.no_such_field: ")
    assert set(says.split("expected one of ")[1].split(", ")) == set(shape.__annotations__)


def test_a_shape_requires_what_the_core_requires() -> None:
    assert Register.__required_keys__ == {"way", "pay_system_id"}
    assert Command.__required_keys__ == {"method"}
    assert Told.__required_keys__ == frozenset()


@pytest.mark.parametrize(
    ("operation", "field"),
    [
        ("settle_deal", "on_failure"),
        ("settle_deal", "register.way"),
        ("answer_checkout", "language"),
        ("read_checkout", "language"),
    ],
)
def test_a_parameter_takes_the_words_of_its_field(operation: str, field: str) -> None:
    name, _, inner = field.partition(".")
    wrong: Any = {inner: "no_such_word", "pay_system_id": 1} if inner else "no_such_word"
    known = refused(operation=operation, **{name: wrong}).split("expected one of ")[1].split(", ")
    owner: Any = _Register.__annotations__[inner] if inner else parameters(operation)[name]
    assert set(re.findall(r"'(\w+)'", str(owner))) - {inner} == set(known)


def test_replies_and_errors_of_ours_may_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[dict[str, Any]] = []

    def call(_: Bitrix24, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        handed.append(fields)
        return {"answer": {}}

    monkeypatch.setattr(Bitrix24, "call", call)
    reply = {"gateway": "rbs", "amount": "1500.00", "raw": {"orderStatus": 2}}
    told = {"event": "paid", "verified": True, "payment": reply}
    where = {"deal_id": 662, "entity_type_id": "1220"}
    PORTAL.link_payment(**where, payment=kopeck.Payment(reply))  # type: ignore[arg-type]
    PORTAL.settle_deal(**where, notification=kopeck.Notification(told))  # type: ignore[arg-type]
    PORTAL.settle_checkout(payment_id=15, pay_system_id=9, payment=kopeck.Payment(reply))
    declined = kopeck.DeclinedError("no", {"kind": "Declined", "reason": "insufficient_funds"})
    PORTAL.answer_checkout(error=declined)
    assert [fields.get("payment") for fields in handed] == [reply, None, reply, None]
    assert handed[1]["notification"] == told
    assert handed[3]["error"] == {"kind": "Declined", "reason": "insufficient_funds"}


SETTLED: dict[str, Any] = {
    "deal_id": 662,
    "entity_type_id": 1220,
    "item_id": 24,
    "xml_id": "kopeck:rbs:A-1",
    "outcome": "paid",
    "deal": {"found": True, "stage_id": "LOSE", "moved": False, "meaning": "lost"},
    "item": {"added": False, "stage_id": "DT1220_30:SUCCESS", "moved": True},
    "comment_id": 999,
    "registered": {"way": "order", "payment_id": 1033, "done_now": True},
    "needs_attention": True,
    "attention": ["deal_closed"],
    "repeated": False,
    "duplicates": [25],
    "not_stored": ["payment_url"],
    "refusals": [{"what": "item_stage", "code": "CRM_FIELD_ERROR_REQUIRED", "text": "?"}],
}


def test_replies_are_read_by_attribute() -> None:
    settled = kopeck.SettledDeal(SETTLED)
    assert settled.deal == SettledStage(SETTLED["deal"])
    assert (settled.deal.meaning, settled.item.moved) == ("lost", True)
    assert settled.registered == Registered(SETTLED["registered"])
    assert (settled.attention, settled.duplicates) == (("deal_closed",), (25,))
    assert settled.not_stored == ("payment_url",)
    assert settled.refusals == (PortalRefusal(SETTLED["refusals"][0]),)
    assert kopeck.SettledDeal({**SETTLED, "registered": None}).registered is None
    assert settled.to_dict() == SETTLED
    assert pickle.loads(pickle.dumps(settled)) == settled
    assert "deal_closed" in repr(settled)
    item = {"id": 24, "stage_id": "DT1220_30:NEW", "amount": "1500.00", "currency": "RUB"}
    linked = kopeck.LinkedPayment({"item_id": 24, "item": item, "duplicates": []})
    assert linked.item == LinkedItem(item)
    assert (linked.item.amount, linked.duplicates) == (Decimal("1500.00"), ())
    checkout = kopeck.Checkout({"payment_id": 15, "amount": "1700.00", "currency": "RUB"})
    assert (checkout.amount, checkout.return_url) == (Decimal("1700.00"), None)
    assert kopeck.Checkout({"order_prefix": "b24-0a1b2c-15-"}).order_prefix == "b24-0a1b2c-15-"
    rows = kopeck.PortalRows({"rows": [{"id": 1}, {"id": 2}], "complete": True, "next": None})
    assert ([row["id"] for row in rows], len(rows), rows.next) == ([1, 2], 2, None)


def test_a_log_of_a_reply_shows_no_token() -> None:
    pair = kopeck.TokenPair({"access_token": "secret-a", "refresh_token": "secret-b"})
    reply = kopeck.PortalReply({"result": {"url": "https://p.example/?auth=secret"}, "total": 1})
    batch = kopeck.BatchReply({"results": {"one": "secret"}, "errors": {}, "not_run": []})
    event = kopeck.PortalEvent({"event": "ONCRMDEALUPDATE", "id": 662, "raw": {"a": "secret"}})
    assert "secret" not in repr([pair, reply, batch, event])
    assert pair.refresh_token == "secret-b"


def event(token: str) -> bytes:
    return f"event=ONCRMDEALUPDATE&data[FIELDS][ID]=662&auth[application_token]={token}".encode()


def test_an_event_is_proven_by_its_token() -> None:
    told = PORTAL.parse_event(method="POST", body=event("application-token-1"))
    assert (told.event, told.about, told.id) == ("ONCRMDEALUPDATE", "deal", 662)
    assert (told.needs_status, told.answer.ok.status) == (True, 200)
    assert "application-token-1" not in repr(told.to_dict())
    for body in (event("another-token-12"), event(""), b"\xff\xfe=1"):
        with pytest.raises(kopeck.UntrustedError) as caught:
            PORTAL.parse_event(method="POST", headers={"x": "\udcff"}, body=body)
        assert caught.value.answer is not None
        assert caught.value.answer.reject.status == 403
        assert caught.value.checkout_answer is None


def test_a_checkout_is_proven_by_its_secret() -> None:
    for body in (b"serviceKey=wrong&BX_SYSTEM_PARAMS[PAYMENT_ID]=15", b"", b"\xff"):
        with pytest.raises(kopeck.UntrustedError) as caught:
            PORTAL.read_checkout(method="POST", body=body, language="en")
        assert caught.value.answer is None
        assert caught.value.checkout_answer is not None
        assert "PAYMENT_ERRORS" in caught.value.checkout_answer.body
        assert "cannot be started now" in caught.value.checkout_answer.body


def test_the_portal_is_answered_with_a_page_or_a_text_for_the_buyer() -> None:
    page = {"type": "redirect", "url": "https://pay.example/1"}
    answer = PORTAL.answer_checkout(payment=kopeck.Payment({"id": "7f3a", "action": page}))
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert '"PAYMENT_URL":"https://pay.example/1"' in answer.body
    stolen = kopeck.DeclinedError("no", {"kind": "Declined", "reason": "stolen_card"})
    told = PORTAL.answer_checkout(error=stolen, language="en").body
    assert "PAYMENT_ERRORS" in told
    assert "stolen" not in told


def test_wrong_input_is_refused_by_its_field() -> None:
    for wrong, field in [
        ({"commands": "find"}, "commands"),
        ({"commands": {"1": {"method": "crm.item.get"}}}, "commands"),
    ]:
        with pytest.raises(kopeck.InvalidRequestError) as caught:
            PORTAL.batch(**wrong)  # type: ignore[arg-type]
        assert str(caught.value.field).startswith(field)
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        PORTAL.method("batch")
    assert caught.value.field == "method"
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        PORTAL.method("crm.item.add", {"entityTypeId": 2}, effect="read")
    assert caught.value.field == "effect"
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        PORTAL.link_payment(deal_id=0, entity_type_id=1220, payment={"gateway": "rbs"})
    assert caught.value.field == "deal_id"
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        PORTAL.settle_deal(deal_id=662, entity_type_id=1220)
    assert caught.value.field == "payment"


def test_no_log_without_a_call(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "shop.portal")
    portal = Bitrix24(SETTINGS, log=logging.getLogger("shop.portal"))
    portal.parse_event(method="POST", body=event("application-token-1"))
    assert caplog.records == []
