//! `create_payment`: an invoice (createInvoice), paid on its own page or begun by a further call:
//! instalments, SBP, wallets (docs/gateways/intellectmoney.md, "What is served").

mod begin;
mod invoice;

use std::sync::Arc;

pub use self::begin::instalments;
pub use self::invoice::accepted;
use super::merchant::Merchant;
use super::tables::{GAZPROM_PAY_PAYMENT, MIR_PAY_GET_LINK, Method, SBER_PAY_PAYMENT, SBP_PAYMENT};
use super::{Context, NO_SUCH_ID, Step};
use crate::error::Error;
use crate::form::component;
use crate::http::HttpRequest;
use crate::operation::{self, CreatePayment};
use crate::payment::{Action, Payment};

/// The table's names beside the common ones, for errors.
const NAMES: &[(&str, &str)] = &[
    ("OrderId", "order_number"),
    ("ServiceName", "description"),
    ("RecipientAmount", "amount"),
    ("RecipientCurrency", "currency"),
    ("UserName", "customer.name"),
    ("Email", "customer.email"),
    ("SuccessUrl", "return_url"),
    ("BackUrl", "fail_url"),
    ("FailUrl", "fail_url"),
    ("ResultUrl", "notification_url"),
    ("Language", "language"),
    ("InvoiceId", "id"),
    ("IpAddress", "site_ip"),
    ("MerchantReceipt", "receipt"),
];

/// A way to pay.
struct Way {
    /// What its invoice is limited to; none leaves all that the shop has.
    preference: Option<&'static str>,
    /// The method that begins it at once; none where the invoice alone is what is asked for.
    begin: Option<&'static Method>,
}

pub fn start(
    merchant: Arc<Merchant>,
    request: CreatePayment,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let way = way(&request)?;
    check(&request)?;
    let (http, registered) = invoice::request(&merchant, &request, way.preference, context)?;
    if let Some(method) = way.begin {
        // What is wrong with the second call is told before the first leaves.
        let urls = (request.return_url.as_str(), request.fail_url.as_deref());
        begin::request(&merchant, method, NO_SUCH_ID, urls)?;
    }
    let next = move |response| {
        let id = invoice::accepted(&response)?;
        match way.begin {
            Some(method) => begin::start(&merchant, method, id, &request, registered),
            None => {
                let payment = on_page(&merchant, id, registered);
                Ok(Step::Done(merchant.reply(payment, request.hold)))
            }
        }
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// The invoice of that request as it leaves, and the payment as it will stand: for one whose answer was
/// lost.
pub fn registration(
    merchant: &Merchant,
    request: &CreatePayment,
    context: &Context<'_>,
) -> Result<(HttpRequest, Payment), Error> {
    check(request)?;
    invoice::request(merchant, request, way(request)?.preference, context)
}

fn way(request: &CreatePayment) -> Result<Way, Error> {
    use operation::Method;
    let way = |preference, begin| Ok(Way { preference, begin });
    match request.method {
        Method::Page => way(None, None),
        Method::Instalments => way(Some("BNPL"), None),
        Method::Sbp => way(Some("Sbp"), Some(&SBP_PAYMENT)),
        Method::GazpromPay => way(Some("GazpromPay"), Some(&GAZPROM_PAY_PAYMENT)),
        // No name for it is known.
        Method::SberPay => way(None, Some(&SBER_PAY_PAYMENT)),
        Method::MirPay => way(Some("MirPay"), Some(&MIR_PAY_GET_LINK)),
        _ => Err(Error::invalid(
            "method",
            "expected page, instalments, sbp, gazprom_pay, sber_pay or mir_pay with this gateway",
        )),
    }
}

/// What this gateway has no place for, and what would get lost.
fn check(request: &CreatePayment) -> Result<(), Error> {
    use operation::Method;
    let refused = |field, says| Err(Error::invalid(field, says));
    if request.card_id.is_some() {
        return refused("card_id", "expected none: this gateway keeps no cards for a shop");
    }
    if request.wallet_token.is_some() {
        return refused(
            "wallet_token",
            "expected none: wallets are paid on a page of their own here",
        );
    }
    if request.purpose.is_some() {
        return refused("purpose", "expected none: this gateway cannot check a card for zero");
    }
    if !matches!(request.language.as_deref(), None | Some("ru" | "en")) {
        return refused("language", "expected ru or en");
    }
    match request.method {
        Method::Sbp if request.hold => refused("hold", "expected none: SBP cannot hold money"),
        Method::Instalments if request.hold => {
            refused("hold", "expected none: nobody says that a lender can hold money")
        }
        _ => Ok(()),
    }
}

/// The payment with the gateway's own page, which offers what the invoice is limited to.
pub fn on_page(merchant: &Merchant, id: String, mut payment: Payment) -> Payment {
    payment.action = Some(Action {
        r#type: "redirect",
        url: Some(format!("{}/?InvoiceId={}", merchant.settings.page_url, component(&id))),
        expires_at: payment.expires_at.clone(),
        ..Action::default()
    });
    payment.id = Some(id);
    payment
}
