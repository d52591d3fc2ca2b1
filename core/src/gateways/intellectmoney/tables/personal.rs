//! The Personal API: what the owner of the shop sees. Source: docs/gateways/intellectmoney.md,
//! "Personal API".

use super::{ESHOP_ID, INVOICE_ID, Method, PERSONAL, PERSONAL_READ, SKIP, TAKE, USER_TOKEN_FIELD};
use crate::native::Shape::{Bit, Code, Digits, Moment, Text};
use crate::native::{Native, field, told};

pub const METHODS: &[&Method] = &[&USER_TOKEN, &INVOICES_HISTORY, &PAYMENTS_HISTORY, &ACCOUNT_DATA];

/// A read: an older token lives on.
pub const USER_TOKEN: Method = Method {
    native: Native {
        name: "getUserToken",
        path: "personal/user/getUserToken",
        source: "PYP, TSA",
        fields: &[
            field("Login", Text, 255, "of the cabinet").settings(),
            field("Password", Text, 255, "of the cabinet").settings(),
        ],
        reply: &[told("UserToken", "opens the Personal API for a while").always()],
        doc: "Gives the token of the Personal API for login and password",
        ..PERSONAL_READ.native
    },
    template: "::Login::Password::",
    ..PERSONAL
};

pub const INVOICES_HISTORY: Method = Method {
    native: Native {
        name: "getInvoicesHistory",
        path: "personal/payment/getInvoicesHistory",
        serves: "payment_status",
        source: "D-pers, PYP, TSA",
        fields: &[
            USER_TOKEN_FIELD,
            SKIP,
            TAKE,
            ESHOP_ID,
            INVOICE_ID,
            field("DateFrom", Moment, 19, "made then or later"),
            field("DateTo", Moment, 19, "made then or before"),
            field("ChangeDateFrom", Moment, 19, "changed then or later"),
            field("ChangeDateTo", Moment, 19, "changed then or before"),
            field("IncludePaymentTransactions", Bit, 1, "1 lists the movements of each").inferred(),
            field("IsHoldingSearch", Bit, 1, "1 finds held ones alone"),
            field("OrganizationId", Digits, 19, "of the cabinet").inferred(),
            field("OwnerEmail", Text, 100, "who pays"),
            field("WithRefunds", Bit, 1, "0 leaves out what was given back").inferred(),
            field("State", Text, 10, "Created, PartPaid, Paid, ToPaid, Refund or Held; not signed"),
            field("SortOrder", Digits, 1, "1 made, 2 changed, 3 state, 4 amount; not signed"),
        ],
        reply: &[
            told("InvoicesHistoryList", "newest first; XML may leave an empty one out"),
            told("InvoicesHistoryList.Id", "the invoice's number"),
            told("InvoicesHistoryList.State", "Created, PartPaid, Paid, ToPaid, Refund or Held"),
            told("InvoicesHistoryList.CreationDate", "without a zone"),
            told("InvoicesHistoryList.ChangeDate", "without a zone"),
            told("InvoicesHistoryList.Amount", "{Amount, Currency}: what was asked"),
            told("InvoicesHistoryList.CurrentAmount", "{Amount, Currency}: what is there now"),
            told("InvoicesHistoryList.SurchargeAmount", "{Amount, Currency}: what is lacking"),
            told("InvoicesHistoryList.Comment", "what is paid for"),
            told("InvoicesHistoryList.EShopId", "the shop's number"),
            told("InvoicesHistoryList.PurchaseOrderId", "the merchant's own number"),
            told(
                "InvoicesHistoryList.HistoryList",
                "movements: Id, PaymentNumber, State (Created, Confirm, Canceled), CreationDate, \
                 PaymentAmount, RecipientAmount, PaymentAccount, RecipientAccount, Description, \
                 InvoicePaymentType (Entry, Purchase, Refund)",
            ),
        ],
        doc: "Invoices of the shop with their state, sums and movements",
        ..PERSONAL_READ.native
    },
    template: "UserToken::Skip::Take::EshopId::InvoiceId::DateFrom::DateTo::ChangeDateFrom::\
               ChangeDateTo::IncludePaymentTransactions::IsHoldingSearch::OrganizationId::\
               OwnerEmail::WithRefunds",
    ..PERSONAL
};

pub const PAYMENTS_HISTORY: Method = Method {
    native: Native {
        name: "getPaymentsHistory",
        path: "personal/payment/getPaymentsHistory",
        source: "D-pers",
        fields: &[
            USER_TOKEN_FIELD,
            SKIP,
            TAKE,
            ESHOP_ID,
            field("DateFrom", Moment, 19, "then or later"),
            field("DateTo", Moment, 19, "then or before"),
            field("PaymentTransactionId", Code, 19, "one movement").inferred(),
        ],
        reply: &[told("PaymentsHistoryList", "movements, as in getInvoicesHistory").inferred()],
        doc: "Movements of money of the shop",
        ..PERSONAL_READ.native
    },
    template: "UserToken::Skip::Take::EshopId::DateFrom::DateTo::PaymentTransactionId",
    ..PERSONAL
};

pub const ACCOUNT_DATA: Method = Method {
    native: Native {
        name: "getAccountData",
        path: "personal/payment/getAccountData",
        source: "D-pers",
        fields: &[
            USER_TOKEN_FIELD,
            field("AccountId", Digits, 10, "the account's number").required(),
            field("BalanceOnDate", Moment, 19, "now if not given"),
        ],
        reply: &[told("AccountInfoData", "the account with its balance")],
        doc: "An account's balance at a moment",
        ..PERSONAL_READ.native
    },
    template: "UserToken::AccountId::BalanceOnDate::",
    ..PERSONAL
};
