"""IntellectMoney's signatures, written from its documents and from no code of the library."""

from __future__ import annotations

import hashlib
from typing import Any

BEARER = "0123456789abcdef0123456789abcdef"

SETTINGS = {
    "eshop_id": "450001",
    "secret_key": "mySecret",
    "bearer_token": BEARER,
    "sign_secret_key": "signKey",
    "login": "myLogin",
    "personal_password": "myPassword",
    "p2p_form_key": "formKey",
}

START = "EshopId InvoiceId SuccessUrl FailUrl AdditionalParams IpAddress"
PURCHASE = "EshopId OrderId ServiceName RecipientAmount RecipientCurrency"
SCHEDULE = (
    "Operation ObjectId ObjectTypeVal ParamsJson RepeatPlan RetryOnFailPlan RetryOnFailCount"
    " IsSingle FireOnSkip State"
)

# Names of fields; "-" is a slot that stays empty, a word after "=" stands for itself.
TEMPLATES = {
    "createInvoice": PURCHASE
    + " UserName Email SuccessUrl FailUrl BackUrl ResultUrl ExpireDate HoldMode Preference",
    "bankCardPayment": "EshopId InvoiceId Pan CardHolder ExpiredMonth ExpiredYear Cvv ReturnUrl"
    " IpAddress",
    "activationPay": "EshopId InvoiceId ActivationAmount Cvv",
    "getBankCardPaymentState": "EshopId InvoiceId",
    "bnplPayment": START,
    "sbpPayment": START,
    "gazpromPayPayment": START,
    "sberPayPayment": START,
    "sberPayPushNotification": "EshopId InvoiceId Phone",
    "mirPayGetLink": START,
    "purchaseToPaid": "EshopId OrderId =ToPaid",
    "purchaseToRefund": "EshopId OrderId =Refund",
    "getPurchaseInfo": "EshopId InvoiceId",
    "getUserToken": "- Login Password -",
    "getInvoicesHistory": "UserToken Skip Take EshopId InvoiceId DateFrom DateTo ChangeDateFrom"
    " ChangeDateTo IncludePaymentTransactions IsHoldingSearch OrganizationId OwnerEmail"
    " WithRefunds",
    "getPaymentsHistory": "UserToken Skip Take EshopId DateFrom DateTo PaymentTransactionId",
    "getAccountData": "UserToken AccountId BalanceOnDate -",
    "setScheduledOperationData": f"UserToken - - {SCHEDULE} - - EndExecDate",
    "getScheduledOperationData": f"UserToken Skip Take {SCHEDULE} DateFrom DateTo -",
    "createOperation": "UserToken PreferenceType Pan Account BankId Amount Currency RecipientName"
    " EshopId",
    "executeOperation": "UserToken PayoutOperationId",
    "getOperationState": "UserToken PayoutOperationId",
    "GetFormUrl": "orderId amount formId cardGuid comment backUrl language",
    "CheckPay": "orderId formId",
}


def digest(algorithm: str, template: str, sent: dict[str, str], key: str) -> str:
    """Of the values as they leave."""

    def slot(name: str) -> str:
        return name[1:] if name.startswith("=") else sent.get(name, "")

    text = "::".join([*map(slot, template.split()), key])
    return hashlib.new(algorithm, text.encode()).hexdigest()


def signed(row: dict[str, Any], sent: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The signatures of a method: what joins the body, and the headers."""
    name = row["name"].split(".")[1]
    template = TEMPLATES[name]
    secret = SETTINGS["secret_key"]
    head = {"accept": "application/json"}
    if not (name == "createInvoice" and sent["RecipientCurrency"] == "TST"):
        sign = digest("sha256", template, sent, SETTINGS["sign_secret_key"])
        head |= {"authorization": f"Bearer {BEARER}", "sign": sign}
    added = {}
    if name == "createInvoice":
        recurring = " RecurringType" * ("RecurringType" in sent)
        added["PurchaseHash"] = digest("md5", PURCHASE + recurring, sent, secret)
    if row["dialect"] == "merchant":
        added["Hash"] = digest("md5", template, sent, secret)
    if row["dialect"] == "p2p":
        added["hash"] = digest("sha1", template, sent, SETTINGS["p2p_form_key"])
    return added, head
