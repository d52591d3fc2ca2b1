"""A buyer on the lender's page, and what the shop then knows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

import kopeck
from chromium import Buyer
from kopeck.fields import Create, Expect
from sandbox import Eshop, Listener
from shop import SORRY, THANKS, Shop

Order = Callable[..., Create]


class Application:
    """An order in instalments, with the buyer on the lender's page."""

    def __init__(
        self, eshop: Eshop, fields: Create, expect: Expect, shop: Shop, buyer: Buyer
    ) -> None:
        self.eshop, self.expect = eshop, expect
        self.client = kopeck.Client(eshop.settings())
        made = self.client.create_payment(**fields)
        self.id = str(made.id)
        payment = self.client.instalments(
            id=self.id, expect=expect, stage="invoice", return_url=shop.returned,
            fail_url=shop.failed, timeout_ms=20_000, pause_ms=100,
        )  # fmt: skip
        assert (payment.status, payment.stage) == ("action_required", "begun")
        assert payment.action is not None
        self.page = str(payment.action.url)
        buyer.opens(self.page)
        buyer.reads("Рассрочка PayLate", "100.00 RUB", f"Заказ {fields['order_number']}")

    def decision(self, timeout_ms: int = 20_000) -> kopeck.Payment:
        return self.client.instalments(
            id=self.id, expect=self.expect, stage="begun", until="decision",
            timeout_ms=timeout_ms, pause_ms=100,
        )  # fmt: skip


@pytest.fixture
def application(
    eshop: Eshop, order: Order, expect: Callable[[Create], Expect], shop: Shop, buyer: Buyer,
    listener: Listener,
) -> Application:  # fmt: skip
    fields = order(
        method="instalments", notification_url=listener.url,
        customer={"email": "buyer@shop.example"},
    )  # fmt: skip
    return Application(eshop, fields, expect(fields), shop, buyer)


def test_the_lender_says_yes(
    application: Application, buyer: Buyer, shop: Shop, listener: Listener
) -> None:
    first = buyer.another_tab(application.page)
    buyer.presses("Одобрить")
    buyer.arrives(shop.returned)
    buyer.reads(THANKS)
    webhook = listener.wait_for(2)
    decided = application.decision()
    assert (decided.status, decided.final) == ("authorized", False)
    paid = application.client.confirm(
        id=application.id, expect=application.expect, notification=webhook
    )
    assert (paid.status, paid.final, paid.captured) == ("paid", True, Decimal("100.00"))

    # Who presses again, where the page is still shown, is told so; nothing happens twice.
    buyer.in_tab(first)
    buyer.presses("Одобрить")
    buyer.reads("Заказ уже обработан.")
    assert application.eshop.begun(application.id) == 1
    assert application.eshop.invoice(application.id)["paid"] == "100.00"


def test_the_lender_says_no(application: Application, buyer: Buyer, shop: Shop) -> None:
    buyer.presses("Отказаться")
    buyer.arrives(shop.failed)
    buyer.reads(SORRY)
    refused = application.decision()
    assert (refused.status, refused.final, refused.payable) == ("created", False, True)
    assert refused.last_attempt is not None
    assert refused.last_attempt.status == "declined"


def test_the_buyer_leaves_and_comes_back(
    application: Application, buyer: Buyer, shop: Shop
) -> None:
    buyer.presses("Уйти")
    buyer.arrives(shop.failed)
    waits = application.decision(timeout_ms=700)
    assert (waits.status, waits.final, waits.stage) == ("action_required", False, "begun")
    # The browser's own button leads back to a page that still works.
    buyer.goes_back()
    buyer.reads("Рассрочка PayLate")
    buyer.presses("Одобрить")
    buyer.arrives(shop.returned)
    assert application.decision().status == "authorized"
    assert application.eshop.begun(application.id) == 1
