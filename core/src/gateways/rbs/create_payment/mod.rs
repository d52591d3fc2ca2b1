//! `create_payment`: on the gateway's page, by SBP, or with a wallet's token.

pub mod page;
pub mod sbp;
pub mod wallet;

use std::sync::Arc;

use serde_json::{Value, json};

use super::merchant::Merchant;
use super::{Context, NAME, Step, iso};
use crate::clock;
use crate::error::Error;
use crate::expect::{Expect, Expected, Purpose};
use crate::fields::{self, Fields};
use crate::money::Amount;
use crate::native::Native;
use crate::operation::{CreatePayment, Customer, Method};
use crate::payment::{Payment, Status};
use crate::receipt::Receipt;

pub fn start(
    merchant: Arc<Merchant>,
    request: &CreatePayment,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let registered = registered(request, context)?;
    match request.method {
        Method::Page | Method::StoredCard | Method::Sbp => {
            page::start(merchant, request, registered)
        }
        _ => wallet::start(merchant, request, registered, context),
    }
}

/// The table's names beside the common ones, for errors.
pub const NAMES: &[(&str, &str)] = &[
    ("orderNumber", "order_number"),
    ("returnUrl", "return_url"),
    ("failUrl", "fail_url"),
    ("dynamicCallbackUrl", "notification_url"),
    ("sessionTimeoutSecs", "expires_in"),
    ("clientId", "customer.id"),
    ("email", "customer.email"),
    ("phone", "customer.phone"),
    ("ip", "customer.ip"),
    ("cardholderName", "customer.name"),
    ("orderPayerData.mobilePhone", "customer.phone"),
    ("bindingId", "card_id"),
    ("paymentToken", "wallet_token"),
    ("orderBundle", "receipt"),
    ("additionalOfdParams", "receipt"),
    ("taxSystem", "receipt.tax_system"),
    ("merchant", "merchant_login"),
    ("preAuth", "hold"),
];

/// Common fields on their way into a method's own.
pub struct Given {
    pub native: &'static Native,
    pub fields: Fields,
}

/// Cards and tokens of wallets pass through here.
impl Drop for Given {
    fn drop(&mut self) {
        fields::wipe(&mut self.fields);
    }
}

impl Given {
    pub fn new(native: &'static Native) -> Given {
        Given { native, fields: Fields::new() }
    }

    /// Whether the method takes a field of that name.
    pub fn knows(&self, name: &str) -> bool {
        self.native.fields.iter().any(|field| field.name == name)
    }

    /// A field that must not get lost: where the method does not take it, it is refused.
    pub fn put(&mut self, name: &str, value: Option<impl Into<Value>>) -> Result<(), Error> {
        let Some(value) = value else { return Ok(()) };
        if !self.knows(name) {
            let common = NAMES.iter().find(|(known, _)| *known == name);
            let common = common.map_or(name, |(_, common)| common);
            return Err(Error::invalid(common, "not taken by the gateway with this method"));
        }
        self.fields.insert(name.to_owned(), value.into());
        Ok(())
    }

    /// A field that helps where it is known, and is left out elsewhere.
    pub fn hint(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value.filter(|_| self.knows(name)) {
            self.fields.insert(name.to_owned(), value.into());
        }
    }

    /// Who pays: the id is what a card is kept by, the rest are hints.
    pub fn customer(&mut self, customer: &Customer) -> Result<(), Error> {
        self.put("clientId", customer.id.as_deref())?;
        self.hint("email", customer.email.as_deref());
        self.hint("ip", customer.ip.as_deref());
        self.hint("cardholderName", customer.name.as_deref());
        let phone = customer.phone.as_deref();
        match self.knows("phone") {
            true => self.hint("phone", phone),
            false => {
                self.hint("orderPayerData", phone.map(|phone| json!({ "mobilePhone": phone })))
            }
        }
        Ok(())
    }

    /// The receipt of a payment that is registered, the buyer's address taken from the payment where
    /// it names none.
    pub fn receipt(
        &mut self,
        merchant: &Merchant,
        receipt: Option<&Receipt>,
        customer: &Customer,
        amount: Amount,
    ) -> Result<(), Error> {
        let Some(receipt) = receipt else { return Ok(()) };
        let (email, phone) = (customer.email.as_deref(), customer.phone.as_deref());
        let checked = receipt.clone().or_contact(email, phone).check(amount)?;
        (merchant.dialect().receipts.registration)(self, &checked, &merchant.settings.receipt)
    }

    /// What every way to pay has in common.
    fn order(&mut self, request: &CreatePayment) -> Result<(), Error> {
        if request.order_number.is_empty() {
            return Err(Error::invalid("order_number", "expected a number, got an empty text"));
        }
        self.put("orderNumber", Some(request.order_number.as_str()))?;
        self.put("failUrl", request.fail_url.as_deref())?;
        self.put("dynamicCallbackUrl", request.notification_url.as_deref())?;
        self.put("description", request.description.as_deref())?;
        self.hint("language", request.language.as_deref());
        self.put("sessionTimeoutSecs", request.expires_in)?;
        self.customer(&request.customer)?;
        self.put("features", request.purpose.map(|Purpose::Verification| "VERIFY"))
    }
}

/// What was given beside a method that has no use for it, or was not.
fn check_method(request: &CreatePayment) -> Result<(), Error> {
    let stored = request.method == Method::StoredCard;
    let wallet = request.method.is_wallet();
    for (field, given, wanted, method) in [
        ("card_id", request.card_id.is_some(), stored, "stored_card"),
        ("wallet_token", request.wallet_token.is_some(), wallet, "that of a wallet"),
    ] {
        match (given, wanted) {
            (false, true) => return Err(Error::invalid(field, "required with this method")),
            (true, false) => {
                return Err(Error::invalid(field, format!("expected only with method {method}")));
            }
            _ => {}
        }
    }
    Ok(())
}

fn sum(request: &CreatePayment) -> Result<Amount, Error> {
    let currency = iso(&request.currency)?;
    let amount =
        Amount::parse(&request.amount, currency).map_err(|says| Error::invalid("amount", says))?;
    match (amount.minor, request.purpose) {
        (0, None) => {
            Err(Error::invalid("amount", "expected more than zero (or purpose verification)"))
        }
        _ => Ok(amount),
    }
}

/// What is known of the payment from the request alone.
pub fn registered(request: &CreatePayment, context: &Context<'_>) -> Result<Payment, Error> {
    check_method(request)?;
    let amount = sum(request)?;
    let mut payment = Payment::new(NAME, Status::Created);
    payment.order_number = Some(request.order_number.clone());
    payment.amount = Some(amount);
    payment.currency = Some(amount.currency);
    payment.created_at = Some(clock::print(context.now));
    let life = request.expires_in.and_then(|seconds| i64::try_from(seconds).ok());
    payment.expires_at = life
        .and_then(|seconds| context.now.checked_add(time::Duration::seconds(seconds)))
        .map(clock::print);
    Ok(payment)
}

/// What the status must say of it.
pub fn expected(request: &CreatePayment) -> Result<Expected, Error> {
    let expect = Expect {
        order_number: Some(request.order_number.clone()),
        amount: Some(request.amount.clone()),
        currency: Some(request.currency.clone()),
        hold: Some(request.hold),
        purpose: request.purpose,
        strict: true,
        ..Expect::default()
    };
    expect.read(None)
}
