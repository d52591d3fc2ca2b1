"""Cards: typed into the pages of either gateway, with 3-D Secure, refused and tried again."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

import kopeck
from chromium import Buyer
from kopeck.fields import Create, Expect
from sandbox import Eshop, Listener, Sandbox
from shop import SORRY, THANKS, Shop

Order = Callable[..., Create]
Stored = Callable[[Create], Expect]

GOOD, ASKED, BAD = "4444555511113333", "5555555555555599", "4999000001160000"
CODE, WRONG = "12345678", "11111111"
CUSTOMER = {"email": "buyer@shop.example"}
RUSSIAN = ("Номер карты", "Месяц", "Год", "Код безопасности (CVC)", "Имя на карте")
ENGLISH = ("Card number", "Month", "Year", "Security code (CVC)", "Name on the card")
PAY = "Оплатить 100.00 RUB"


def fill_in(buyer: Buyer, pan: str, labels: tuple[str, ...] = RUSSIAN) -> None:
    for label, text in zip(labels, (pan, "12", "2034", "123", "IVAN PETROV")):
        buyer.types(label, text)


def answer_the_bank(buyer: Buyer, code: str = CODE) -> None:
    buyer.reads("Подтверждение вашим банком", "100.00 RUB")
    buyer.types("Код из сообщения", code)
    buyer.presses("Подтвердить")


def test_a_redirect_to_the_page(
    eshop: Eshop, order: Order, expect: Stored, buyer: Buyer, shop: Shop, listener: Listener
) -> None:
    """A refused card, a second with a wrong code, a third with the right one."""
    client = kopeck.Client(eshop.settings())
    name = "Книга «Хочу всё знать» & ещё"
    fields = order(notification_url=listener.url, customer=CUSTOMER, description=name)
    made = client.create_payment(**fields)
    assert made.action is not None
    assert f"/?InvoiceId={made.id}" in str(made.action.url)
    buyer.opens(made.action.url)
    buyer.reads("Оплата заказа", fields["order_number"], name)
    fill_in(buyer, BAD)
    buyer.presses(PAY)
    buyer.reads("Платёж отклонён: Not enough funds")
    fill_in(buyer, ASKED)
    buyer.presses(PAY)
    answer_the_bank(buyer, WRONG)
    buyer.arrives(shop.failed)
    buyer.reads(SORRY)
    assert client.payment_status(id=str(made.id)).status != "paid"

    buyer.opens(made.action.url)
    fill_in(buyer, ASKED)
    buyer.presses(PAY)
    answer_the_bank(buyer)
    buyer.arrives(shop.returned)
    buyer.reads(THANKS)
    webhook = listener.wait_for(2)
    paid = client.confirm(id=str(made.id), expect=expect(fields), notification=webhook)
    assert (paid.status, paid.captured) == ("paid", Decimal("100.00"))


@pytest.mark.parametrize("passes", [True, False])
def test_the_banks_form_on_the_shops_own_page(
    eshop: Eshop, order: Order, expect: Stored, buyer: Buyer, shop: Shop, listener: Listener,
    passes: bool,
) -> None:  # fmt: skip
    """A shop that takes cards itself shows the action as a form, which leads to the bank."""
    client = kopeck.Client(eshop.settings(card_data="allowed"))
    fields = order(notification_url=listener.url, customer=CUSTOMER)
    made = client.create_payment(**fields)
    card = {"Pan": ASKED, "CardHolder": "IVAN PETROV", "ExpiredMonth": "12", "ExpiredYear": "2034"}
    given = {"InvoiceId": made.id, "Cvv": "123", "IpAddress": "192.0.2.10"}
    client.call("intellectmoney.bankCardPayment", {**given, **card, "ReturnUrl": shop.returned})
    looks = (client.payment_status(id=str(made.id)) for _ in range(20))
    asked = next(payment for payment in looks if payment.status == "action_required")
    assert asked.action is not None
    assert asked.action.type == "form"
    buyer.opens(shop.form("/pay", asked.action.url, asked.action.fields))
    buyer.presses("Оплатить заказ")
    if passes:
        answer_the_bank(buyer)
    else:
        buyer.presses("Отменить")
    buyer.arrives(shop.returned)
    # Either way he comes back to the same page: what he did, the gateway alone can tell.
    if passes:
        webhook = listener.wait_for(2)
        paid = client.confirm(id=str(made.id), expect=expect(fields), notification=webhook)
        assert (paid.status, paid.captured) == ("paid", Decimal("100.00"))
    else:
        refused = client.payment_status(id=str(made.id))
        assert refused.last_attempt is not None
        assert (refused.status, refused.last_attempt.status) == ("created", "declined")


@pytest.mark.parametrize("way", ["form", "link"])
def test_an_order_that_the_page_itself_makes(
    eshop: Eshop, order: Order, buyer: Buyer, shop: Shop, listener: Listener, way: str
) -> None:
    """`paymentForm` sends nothing: the browser brings the order, in whatever letters."""
    client = kopeck.Client(eshop.settings())
    number, name = order()["order_number"], "Книга «Ёж» & <b>\"тетрадь\"</b> + 100% 'я'"
    reply = client.call(
        "intellectmoney.paymentForm",
        {
            "OrderId": number, "ServiceName": name, "RecipientAmount": "100.00",
            "RecipientCurrency": "RUB", "Email": CUSTOMER["email"],
            "SuccessUrl": f"{shop.returned}?a=1&b=2", "ResultUrl": listener.url,
        },
    )  # fmt: skip
    if way == "form":
        action = reply["action"]
        buyer.opens(shop.form("/pay", action["url"], action["fields"]))
        buyer.presses("Оплатить заказ")
    else:
        buyer.opens(reply["link"])
    buyer.reads(f"Заказ {number}", name)
    fill_in(buyer, GOOD)
    buyer.presses(PAY)
    buyer.arrives(f"{shop.returned}?a=1&b=2")
    (invoice,) = eshop.invoices()
    expect: Expect = {"order_number": number, "amount": "100.00", "currency": "RUB"}
    webhook = listener.wait_for(2)
    paid = client.confirm(id=invoice["invoice_id"], expect=expect, notification=webhook)
    assert (paid.status, paid.captured) == ("paid", Decimal("100.00"))


def test_the_page_of_an_invoice_that_is_there(
    eshop: Eshop, order: Order, buyer: Buyer, shop: Shop
) -> None:
    client = kopeck.Client(eshop.settings())
    made = client.create_payment(**order(customer=CUSTOMER))
    reply = client.call("intellectmoney.paymentForm", {"InvoiceId": made.id, "Language": "en"})
    buyer.opens(reply["link"])
    buyer.reads("Номер карты")
    buyer.presses("Уйти")
    buyer.arrives(shop.failed)
    # The form's address has the language that was asked for.
    action = reply["action"]
    buyer.opens(shop.form("/pay", action["url"], action["fields"]))
    buyer.presses("Оплатить заказ")
    fill_in(buyer, GOOD, ENGLISH)
    buyer.presses("Pay 100.00 RUB")
    buyer.arrives(shop.returned)
    assert eshop.invoice(str(made.id))["state"] == "Paid"


def test_rbs_with_3d_secure(
    client: kopeck.Client, order: Order, expect: Stored, buyer: Buyer, shop: Shop
) -> None:
    fields = order(description="Книга «Ёж» & ещё")
    made = client.create_payment(**fields)
    assert made.action is not None
    buyer.opens(made.action.url)
    buyer.reads("Оплата заказа", "Книга «Ёж» & ещё")
    fill_in(buyer, ASKED)
    buyer.presses(PAY)
    answer_the_bank(buyer)
    buyer.arrives(shop.returned)
    buyer.reads(THANKS)
    paid = client.confirm(id=str(made.id), expect=expect(fields))
    assert (paid.status, paid.captured) == ("paid", Decimal("100.00"))
    buyer.opens(made.action.url)
    buyer.reads("Заказ уже обработан.")


def test_rbs_declines_and_takes_a_second_card(
    sandbox: Sandbox, order: Order, expect: Stored, buyer: Buyer, shop: Shop
) -> None:
    client = kopeck.Client(sandbox.merchant())
    fields = order(language="en")
    made = client.create_payment(**fields)
    assert made.action is not None
    buyer.opens(made.action.url)
    # A card number that is none never leaves the page.
    fill_in(buyer, "1234", ENGLISH)
    buyer.presses("Pay 100.00 RUB")
    buyer.reads("Check the card number")
    fill_in(buyer, BAD, ENGLISH)
    buyer.presses("Pay 100.00 RUB")
    buyer.reads("The payment was declined", "(116)", "Attempts left")
    tried = client.payment_status(id=str(made.id))
    assert tried.last_attempt is not None
    assert (tried.status, tried.last_attempt.status) == ("created", "declined")
    fill_in(buyer, GOOD, ENGLISH)
    buyer.presses("Pay 100.00 RUB")
    buyer.arrives(shop.returned)
    paid = client.confirm(id=str(made.id), expect=expect(fields))
    assert (paid.status, paid.captured) == ("paid", Decimal("100.00"))
