//! createInvoice, and the same invoice from the payment page's form.

use serde_json::{Value, json};

use super::receipt;
use crate::clock;
use crate::intellectmoney::eshops::{Eshop, Settings};
use crate::intellectmoney::fields::{Field, Fields, Kind, amount, decimal, moment};
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::invoices::{Means, Terms};
use crate::intellectmoney::reply::{Refusal, Reply, number};
use crate::intellectmoney::signature::{md5, signed_text};

/// Signed fields, as the quick start and the official client have them.
pub const TEMPLATE: &str = "EshopId::OrderId::ServiceName::RecipientAmount::RecipientCurrency::\
                            UserName::Email::SuccessUrl::FailUrl::BackUrl::ResultUrl::ExpireDate::\
                            HoldMode::Preference";
/// The portal's page of the method leaves the slot of `FailUrl` empty.
pub const TEMPLATE_OF_PORTAL: &str = "EshopId::OrderId::ServiceName::RecipientAmount::\
                                      RecipientCurrency::UserName::Email::SuccessUrl::::BackUrl::\
                                      ResultUrl::ExpireDate::HoldMode::Preference";

/// `PurchaseHash` and the form's `Hash`.
pub fn form_template(recurring: bool) -> &'static str {
    if recurring {
        "EshopId::OrderId::ServiceName::RecipientAmount::RecipientCurrency::RecurringType"
    } else {
        "EshopId::OrderId::ServiceName::RecipientAmount::RecipientCurrency"
    }
}

/// Its fields.
pub const TABLE: &[Field] = &[
    Field::needed("EshopId", Kind::Number, 6),
    Field::needed("OrderId", Kind::Text, 50),
    Field::optional("ServiceName", Kind::Text, 1024),
    Field::needed("RecipientAmount", Kind::Amount, 13),
    Field::needed("RecipientCurrency", Kind::Text, 3),
    Field::optional("UserName", Kind::Text, 255),
    Field::needed("Email", Kind::Text, 100),
    Field::optional("SuccessUrl", Kind::Url, 512),
    Field::optional("FailUrl", Kind::Url, 512),
    Field::optional("BackUrl", Kind::Url, 512),
    Field::optional("ResultUrl", Kind::Url, 512),
    Field::optional("ExpireDate", Kind::Moment, 19),
    Field::optional("HoldMode", Kind::Flag, 1),
    Field::optional("HoldTime", Kind::Number, 3),
    Field::optional("Preference", Kind::Text, 512),
    Field::optional("RecurringType", Kind::Text, 8),
    Field::optional("UserField_#", Kind::Text, 1024),
    Field::optional("UserFieldName_#", Kind::Text, 1024),
    Field::optional("MerchantReceipt", Kind::Json, 65_536),
    Field::optional("Language", Kind::Text, 2),
    Field::optional("PurchaseHash", Kind::Text, 32),
    Field::needed("Hash", Kind::Text, 32),
];

const CURRENCIES: &[&str] = &["RUB", "RUR", "TST", "USD", "EUR"];
/// Names that the official client knows, and the old ones of the form.
const PREFERENCES: &str = "Inner,BankCard,SberBank,Tinkoff,PremiumBankCard,ForeignBankCard,ApplePay,\
                           BNPL,GooglePay,YandexPay,Sbp,QiwiWallet,MirPay,GazpromPay,SberPay,\
                           terminals,transfers,sms,bank,exchangers";
/// Half a year: the longest life of an invoice, and the usual one.
const LIFE: i64 = 4320 * 3_600_000;
/// What the sandbox can play.
const WAYS: [Means; 6] =
    [Means::BankCard, Means::Bnpl, Means::Sbp, Means::GazpromPay, Means::SberPay, Means::MirPay];

/// createInvoice.
pub fn create(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    let recurring = fields.given("RecurringType").is_some();
    if let Some(hash) = fields.given("PurchaseHash") {
        let signed = signed_text(form_template(recurring), fields, &eshop.secret_key);
        if md5(signed.as_bytes()) != hash {
            return Err(Refusal::field("PurchaseHash", "does not fit"));
        }
    }
    let terms = terms(eshop, fields)?;
    if eshop.settings.unique_order_id
        && installation.by_order(&eshop.eshop_id, &terms.order_id).is_some()
    {
        return Err(Refusal::duplicate());
    }
    let id = installation.create(terms);
    let invoice = installation.invoices.get(&id).ok_or_else(|| Refusal::not_found("InvoiceId"))?;
    let ways = WAYS.iter().filter(|way| invoice.offers(**way)).enumerate();
    let ways: Value = ways.map(|(place, way)| way_to_pay(place, *way, &invoice.terms)).collect();
    let shown = if eshop.settings.invoice_id_as_text { json!(id) } else { number(&id) };
    let reply = json!({"InvoiceId": shown, "PaymentWays": ways, "InvoiceIdSplits": null});
    Ok(reply.as_object().cloned().unwrap_or_default())
}

fn way_to_pay(place: usize, way: Means, terms: &Terms) -> Value {
    json!({
        "Id": place + 1,
        "Amount": {"Amount": number(&decimal(terms.amount)), "Currency": terms.currency},
        "InputType": way.preference(),
        "Preference": way.preference(),
        "PreferenceTypes": [way.preference()],
        "ServiceTimeOfEnrollmentType": "Instantly",
        "Commission": 0,
        "IsVisible": true,
        "IsActive": true,
        "Position": place,
    })
}

/// What the fields fix; they have passed their table.
pub fn terms(eshop: &Eshop, fields: &Fields) -> Result<Terms, Refusal> {
    let settings = &eshop.settings;
    let asked = amount(fields.text("RecipientAmount")).filter(|asked| *asked >= 100);
    let asked = asked.ok_or_else(|| Refusal::field("RecipientAmount", "is less than 1.00"))?;
    let currency = fields.text("RecipientCurrency");
    if !CURRENCIES.contains(&currency) {
        return Err(Refusal::field("RecipientCurrency", "is not known"));
    }
    if !fields.text("Email").contains('@') {
        return Err(Refusal::field("Email", "is malformed"));
    }
    if fields.given("Language").is_some_and(|language| !matches!(language, "ru" | "en")) {
        return Err(Refusal::field("Language", "is not known"));
    }
    let recurring = match fields.text("RecurringType") {
        "" => false,
        "Activate" if settings.recurring => true,
        _ => return Err(Refusal::field("RecurringType", "cannot be used")),
    };
    if let Some(receipt) = fields.given("MerchantReceipt") {
        receipt::check(receipt, asked, receipt::Kind::Sale)?;
    }
    let (hold, hold_hours) = hold(settings, fields)?;
    Ok(Terms {
        eshop_id: eshop.eshop_id.clone(),
        order_id: fields.text("OrderId").to_owned(),
        service_name: fields.text("ServiceName").to_owned(),
        amount: asked,
        currency: currency.to_owned(),
        user_name: fields.text("UserName").to_owned(),
        email: fields.text("Email").to_owned(),
        success_url: fields.owned("SuccessUrl"),
        fail_url: fields.owned("FailUrl"),
        back_url: fields.owned("BackUrl"),
        result_url: fields.owned("ResultUrl"),
        expires_at: expiry(settings, fields)?,
        hold,
        hold_hours,
        preference: preference(fields)?,
        recurring,
        user_fields: user_fields(fields),
        language: fields.given("Language").unwrap_or("en").to_owned(),
        source: None,
    })
}

fn expiry(settings: &Settings, fields: &Fields) -> Result<i64, Refusal> {
    let now = clock::now();
    let Some(text) = fields.given("ExpireDate") else {
        return Ok(now.saturating_add(LIFE));
    };
    let good = |moment: &i64| *moment > now && *moment <= now.saturating_add(LIFE);
    moment(text, settings.time_zone_hours)
        .filter(good)
        .ok_or_else(|| Refusal::field("ExpireDate", "is over, or more than 4320 hours away"))
}

/// A hold that the shop asks for needs a time of its own, an end of the invoice, and unique numbers.
fn hold(settings: &Settings, fields: &Fields) -> Result<(bool, Option<i64>), Refusal> {
    let hours: Option<i64> = fields.given("HoldTime").and_then(|hours| hours.parse().ok());
    if hours.is_some_and(|hours| hours > 119) {
        return Err(Refusal::field("HoldTime", "is more than 119 hours"));
    }
    let wanted = match fields.text("HoldMode") {
        "" => return Ok((settings.hold_by_default, hours)),
        mode => mode == "1",
    };
    if wanted && !settings.unique_order_id {
        return Err(Refusal::field("HoldMode", "needs unique OrderId"));
    }
    if wanted && hours.is_none() {
        return Err(Refusal::field("HoldTime", "is missing"));
    }
    if wanted && fields.given("ExpireDate").is_none() {
        return Err(Refusal::field("ExpireDate", "is missing"));
    }
    Ok((wanted, hours.filter(|_| wanted)))
}

fn preference(fields: &Fields) -> Result<Vec<String>, Refusal> {
    let mut wanted = Vec::new();
    for name in fields.text("Preference").split(',').map(str::trim).filter(|name| !name.is_empty())
    {
        if !PREFERENCES.split(',').any(|known| known.eq_ignore_ascii_case(name)) {
            return Err(Refusal::field("Preference", "is not known"));
        }
        wanted.push(name.to_owned());
    }
    Ok(wanted)
}

fn user_fields(fields: &Fields) -> Vec<(String, String)> {
    let own = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.starts_with("userfield_") || name.starts_with("userfieldname_")
    };
    let own = fields.pairs().filter(|(name, value)| own(name) && !value.is_empty());
    own.map(|(name, value)| (canonical(name), value.to_owned())).collect()
}

/// `UserField_1`, however it was written.
fn canonical(name: &str) -> String {
    let digit = name.rsplit('_').next().unwrap_or_default();
    let stem = if name.len() > "UserField_0".len() { "UserFieldName" } else { "UserField" };
    format!("{stem}_{digit}")
}
