//! Payments without card data: instalments, the SBP, wallets. They share fields and template.

use serde_json::{Map, json};
use uuid::Uuid;

use super::by_id;
use crate::intellectmoney::eshops::Eshop;
use crate::intellectmoney::fields::{Field, Fields, Kind};
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::invoices::{Means, Payment, Step};
use crate::intellectmoney::reply::{Refusal, Reply};

/// Their fields.
pub const TABLE: &[Field] = &[
    Field::needed("EshopId", Kind::Number, 6),
    Field::needed("InvoiceId", Kind::Number, 10),
    Field::needed("SuccessUrl", Kind::Url, 512),
    Field::optional("FailUrl", Kind::Url, 512),
    Field::optional("AdditionalParams", Kind::Text, 512),
    Field::needed("IpAddress", Kind::Ip, 39),
    Field::needed("Hash", Kind::Text, 32),
];

/// bnplPayment: instalments of PayLate.
pub fn bnpl(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    start(installation, eshop, fields, Means::Bnpl)
}

/// sbpPayment.
pub fn sbp(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    start(installation, eshop, fields, Means::Sbp)
}

/// gazpromPayPayment.
pub fn gazprom_pay(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    start(installation, eshop, fields, Means::GazpromPay)
}

/// sberPayPayment.
pub fn sber_pay(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    start(installation, eshop, fields, Means::SberPay)
}

/// mirpay/getlink: answers its links at once.
pub fn mir_pay(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    start(installation, eshop, fields, Means::MirPay)?;
    let invoice = by_id(installation, eshop, fields)?;
    let token = invoice.payment.map(|payment| payment.token).unwrap_or_default();
    let mut reply = Map::new();
    let page = format!("{}/mirpay/{token}", installation.base_url);
    reply.insert("UniversalLink".into(), json!(page));
    reply.insert("DeepLink".into(), json!(format!("mirpay://pay/{token}")));
    Ok(reply)
}

fn start(installation: &mut Installation, eshop: &Eshop, fields: &Fields, means: Means) -> Reply {
    let invoice = by_id(installation, eshop, fields)?;
    if !invoice.offers(means) {
        return Err(Refusal::wrong_state());
    }
    let mut payment = begun(means, fields.text("IpAddress"));
    payment.success_url = fields.owned("SuccessUrl");
    payment.fail_url = fields.owned("FailUrl");
    let what = format!("payment begun: {}", means.preference());
    installation.change(&invoice.id, &what, |invoice, _| invoice.begin(payment))?;
    let mut reply = Map::new();
    reply.insert("PaymentStep".into(), super::state::written(Step::Created, &eshop.settings));
    Ok(reply)
}

/// A payment that waits for its buyer; early looks do not show that yet.
pub fn begun(means: Means, ip: &str) -> Payment {
    Payment {
        means,
        token: Uuid::new_v4().simple().to_string(),
        step: Step::SendTo3ds,
        looks: 0,
        success_url: None,
        fail_url: None,
        masked_pan: None,
        activation: None,
        message: None,
        rc_code: None,
        rrn: None,
        ip: ip.to_owned(),
    }
}
