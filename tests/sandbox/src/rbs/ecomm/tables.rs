//! Which fields each method takes. The order of a method's own fields is that of the documents.

use super::fields::Kind::{
    Currency, Description, Digits, Email, Flag, Id, Login, Object, Params, Password, Phone,
    Printable, RussianPhone, Text, Texts, Url, WebUrl, Whole,
};
use super::fields::{Field, may, must};

const MOST: i64 = 999_999_999_999;
const SECONDS: i64 = 999_999_999;

/// Credentials and language of every call.
pub const CALLER: &[Field] = &[
    must("userName", Login),
    must("password", Password),
    may("merchantLogin", Login),
    may("language", Text(2)),
];

/// v1/register.do.
pub const REGISTER: &[Field] = &[
    must("orderNumber", Text(36)),
    must("amount", Whole(MOST)),
    may("currency", Currency),
    must("returnUrl", Url),
    may("failUrl", Url),
    may("description", Description),
    may("ip", Text(39)),
    may("pageView", Text(20)),
    may("clientId", Printable),
    may("jsonParams", Params),
    may("sessionTimeoutSecs", Whole(SECONDS)),
    may("expirationDate", Text(19)),
    may("bindingId", Id),
    may("features", Printable),
    may("email", Email),
    may("phone", Phone),
    may("postAddress", Text(255)),
    may("orderBundle", Object),
];

/// What v1/registerPreAuth.do adds.
pub const TWO_PHASE: &[Field] = &[may("autocompletionDate", Text(19))];

/// v1/deposit.do, v1/refund.do.
pub const MOVEMENT: &[Field] = &[
    must("orderId", Id),
    must("amount", Whole(MOST)),
    may("jsonParams", Params),
    may("orderBundle", Object),
];

/// v1/reverse.do.
pub const REVERSE: &[Field] = &[
    must("orderId", Id),
    may("amount", Whole(MOST)),
    may("jsonParams", Params),
    may("orderBundle", Object),
];

/// An order by its id or its number.
pub const ORDER: &[Field] = &[may("orderId", Id), may("orderNumber", Text(36))];

/// v1/paymentOrder.do.
pub const PAYMENT: &[Field] = &[
    must("MDORDER", Id),
    must("$PAN", Digits(19)),
    must("$CVC", Digits(4)),
    must("YYYY", Digits(4)),
    must("MM", Digits(2)),
    must("TEXT", Text(200)),
    may("ip", Text(39)),
    may("email", Email),
    may("bindingNotNeeded", Flag),
    may("jsonParams", Params),
    may("threeDSServerTransId", Id),
    may("threeDSVer2FinishUrl", WebUrl),
    may("threeDSMethodNotificationUrl", WebUrl),
    may("termUrl", WebUrl),
];

/// v1/paymentOrderBinding.do.
pub const BINDING_PAYMENT: &[Field] = &[
    must("mdOrder", Id),
    must("bindingId", Id),
    may("cvc", Digits(4)),
    may("ip", Text(39)),
    may("email", Email),
    may("tii", Text(3)),
    may("jsonParams", Params),
    may("threeDSServerTransId", Id),
    may("threeDSVer2FinishUrl", WebUrl),
    may("threeDSMethodNotificationUrl", WebUrl),
    may("termUrl", WebUrl),
];

/// v1/paymentSberPay.do.
pub const SBER_PAY: &[Field] = &[must("orderId", Id), must("phone", RussianPhone)];

/// v1/paymentOrderBySubscription.do.
pub const SUBSCRIPTION_PAYMENT: &[Field] =
    &[must("orderId", Id), must("subscriptionId", Text(255)), must("memberId", Text(255))];

/// v1/finish3dsPayment.do.
pub const FINISH: &[Field] =
    &[must("mdOrder", Id), may("paRes", Text(65_536)), may("cRes", Text(65_536))];

/// v1/finish3dsMethod.do.
pub const FINISH_METHOD: &[Field] =
    &[must("mdOrder", Id), must("threeDSServerTransId", Id), must("threeDSCompInd", Text(1))];

/// v1/recurrentPayment.do.
pub const RECURRENT: &[Field] = &[
    must("orderNumber", Text(36)),
    must("bindingId", Id),
    must("amount", Whole(MOST)),
    may("currency", Currency),
    may("description", Description),
    may("preAuth", Flag),
    may("features", Printable),
    may("additionalParameters", Params),
    may("autocompletionDate", Text(19)),
    may("orderBundle", Object),
];

/// v1/getBindings.do.
pub const BINDINGS: &[Field] =
    &[must("clientId", Printable), may("showExpired", Flag), may("showInactive", Flag)];

/// v1/getBindingsByCardOrId.do.
pub const BINDINGS_OF_CARD: &[Field] =
    &[may("pan", Digits(19)), may("bindingId", Id), may("showExpired", Flag)];

/// v1/bindCard.do and v1/unbindCard.do.
pub const BINDING: &[Field] = &[must("bindingId", Id)];

/// ofd/v1/doReceipt.
pub const RECEIPT: &[Field] = &[must("orderId", Id), must("orderBundle", Object)];

/// ofd/v1/retryReceipt.
pub const RETRY: &[Field] = &[must("receiptIds", Texts)];

/// accounts/v1/apikey/generate.
pub const API_KEY: &[Field] = &[may("description", Description)];

/// accounts/v1/set-permanent-password, which knows no credentials but these.
pub const NEW_PASSWORD: &[Field] =
    &[must("login", Login), must("tmpPassword", Password), may("password", Password)];
