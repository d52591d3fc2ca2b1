//! What every step of an operation needs to know: the settings, and how a signed request is made.

use serde_json::Value;

use super::NAME;
use super::settings::Settings;
use super::signature::{self, Hash};
use super::tables::{CREATE_INVOICE, Method, USER_TOKEN};
use super::user_token::KeptToken;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::HttpRequest;
use crate::money::Currency;
use crate::native::{Parameters, Wire};
use crate::payment::Payment;

/// The shop, as one client knows it.
pub struct Merchant {
    pub settings: Settings,
    pub user_token: KeptToken,
    /// Whether test money is expected; compared where a currency is told.
    pub test_mode: Option<bool>,
    /// How long a write may take.
    pub write_limit: std::time::Duration,
}

impl Merchant {
    /// A request of that method, checked by its table and signed: what is signed is what leaves.
    pub fn request(&self, method: &'static Method, given: &Fields) -> Result<HttpRequest, Error> {
        let settings = &self.settings;
        let native = &method.native;
        if native.name == USER_TOKEN.native.name {
            settings.personal()?;
        }
        let cards = settings.cards_allowed;
        let mut checked =
            native.check_as(settings.wire, given, cards, &|name| settings.parameter(name))?;
        no_second_spelling(method, given)?;
        let headers = self.sign(method, &mut checked)?;
        let wire = settings.wire;
        let mut request =
            native.request_as(wire, &settings.base_url, &settings.origin, native.path, checked)?;
        request.headers.push(("accept".into(), "application/json".into()));
        request.headers.extend(headers.into_iter().map(|(name, value)| (name.into(), value)));
        Ok(request)
    }

    /// The fields of a page's form, checked by a table and signed.
    pub fn form(&self, method: &Method, given: &Fields) -> Result<Fields, Error> {
        let settings = &self.settings;
        let parameter = |name: &str| settings.parameter(name);
        let mut checked = method.native.check_as(Wire::Form, given, false, &parameter)?;
        no_second_spelling(method, given)?;
        let text = signature::text(purchase(&checked), &checked)?;
        checked.insert("Hash", signature::md5(&text, &settings.secret_key));
        Ok(checked.into_fields())
    }

    /// Adds the signatures to the body; gives those of the header.
    fn sign(
        &self,
        method: &Method,
        checked: &mut Parameters,
    ) -> Result<Vec<(&'static str, String)>, Error> {
        let settings = &self.settings;
        let text = signature::text(self.template(method), checked)?;
        if method.native.fields.iter().any(|field| field.name == "PurchaseHash") {
            let purchase = signature::text(purchase(checked), checked)?;
            checked.insert("PurchaseHash", signature::md5(&purchase, &settings.secret_key));
        }
        match method.hash {
            Hash::Md5 => checked.insert("Hash", signature::md5(&text, &settings.secret_key)),
            Hash::Sha1 => checked.insert("hash", signature::sha1(&text, settings.p2p_form_key()?)),
            Hash::None => {}
        }
        let currency = checked.get("RecipientCurrency").and_then(fields::scalar);
        let keys = match (&settings.api, currency.as_deref()) {
            // Test money needs neither.
            (_, Some(code)) if method.in_test && code == Currency::TEST.code => {
                return Ok(Vec::new());
            }
            (None, None) if method.in_test => return Ok(Vec::new()),
            _ => settings.api_keys()?,
        };
        Ok(vec![
            ("authorization", format!("Bearer {}", keys.bearer_token.expose())),
            ("sign", signature::sha256(&text, &keys.sign_secret_key)),
        ])
    }

    /// The portal's page of createInvoice leaves the slot of `FailUrl` empty.
    fn template(&self, method: &Method) -> &'static str {
        match method.native.name == CREATE_INVOICE.native.name
            && !self.settings.assumptions.fail_url_signed
        {
            true => super::tables::CREATE_INVOICE_OF_PORTAL,
            false => method.template,
        }
    }

    /// A payment with what this shop's replies have in common.
    pub fn payment(&self, status: crate::payment::Status, id: &str) -> Payment {
        let mut payment = Payment::new(NAME, status);
        payment.id = Some(id.to_owned());
        payment
    }

    /// A payment as the message that crosses the boundary.
    pub fn reply(&self, payment: Payment, hold: bool) -> Fields {
        payment.into_fields(&self.settings.eshop_id, hold)
    }
}

/// The gateway reads names in any case: another spelling in `extra` would be a second field, beside
/// the one that is signed.
fn no_second_spelling(method: &Method, given: &Fields) -> Result<(), Error> {
    let extra = given.get("extra").and_then(Value::as_object);
    let given = extra.into_iter().flatten().filter(|(_, value)| !value.is_null());
    for (name, _) in given {
        let mut known = method.native.fields.iter().map(|field| field.name);
        if let Some(known) = known.find(|known| known.eq_ignore_ascii_case(name)) {
            let says = format!("the gateway reads names in any case, and this one as {known}");
            return Err(Error::invalid(format!("extra.{name}"), says));
        }
    }
    Ok(())
}

fn purchase(checked: &Parameters) -> &'static str {
    match checked.get("RecurringType") {
        Some(_) => signature::PURCHASE_RECURRING,
        None => signature::PURCHASE,
    }
}
