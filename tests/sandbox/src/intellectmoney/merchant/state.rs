//! getBankCardPaymentState: where the newest payment stands, whatever its means.

use serde_json::{Map, Value, json};

use super::by_id;
use crate::intellectmoney::eshops::{Eshop, Settings, StepAs};
use crate::intellectmoney::fields::{Field, Fields, Kind};
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::invoices::{Means, Payment, Step};
use crate::intellectmoney::pages::three_ds;
use crate::intellectmoney::reply::Reply;
use crate::rbs::sbp::rendered;

/// Its fields, and those of getPurchaseInfo.
pub const TABLE: &[Field] = &[
    Field::needed("EshopId", Kind::Number, 6),
    Field::needed("InvoiceId", Kind::Number, 10),
    Field::needed("Hash", Kind::Text, 32),
];

/// getBankCardPaymentState. Each look takes a new payment one step further.
pub fn read(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    let invoice = by_id(installation, eshop, fields)?;
    let settings = &eshop.settings;
    let mut reply = Map::new();
    let Some(payment) = invoice.payment else {
        reply.insert("PaymentStep".into(), written(Step::Created, settings));
        return Ok(reply);
    };
    let step = seen(&payment, settings);
    if let Some(kept) = installation.invoices.get_mut(&invoice.id)
        && let Some(kept) = &mut kept.payment
    {
        kept.looks = kept.looks.saturating_add(1);
    }
    reply.insert("PaymentStep".into(), written(step, settings));
    if step == Step::SendTo3ds {
        let form = form(&payment, &installation.base_url, settings);
        reply.insert("Form3DS".into(), form);
    }
    if step.is_final() {
        for (name, value) in [
            ("Message", json!(payment.message)),
            ("RcCodeId", json!(payment.rc_code)),
            ("Rrn", json!(payment.rrn)),
        ] {
            if !value.is_null() {
                reply.insert(name.into(), value);
            }
        }
    }
    Ok(reply)
}

/// What this look shows of a payment.
fn seen(payment: &Payment, settings: &Settings) -> Step {
    if payment.looks < settings.created_reads {
        Step::Created
    } else if payment.looks < settings.created_reads.saturating_add(settings.in_process_reads) {
        Step::InProcess
    } else {
        payment.step
    }
}

/// The step as the shop's switch writes it.
pub fn written(step: Step, settings: &Settings) -> Value {
    let (word, number) = step.names();
    match settings.step_as {
        StepAs::Documented => json!(word),
        StepAs::Client if step == Step::Ok => json!("Ok"),
        StepAs::Client => json!(word),
        StepAs::Number => json!(number),
    }
}

/// `Form3DS`: an address, a JSON text, or a page that posts itself.
fn form(payment: &Payment, base_url: &str, settings: &Settings) -> Value {
    let token = &payment.token;
    let page = format!("{base_url}/{}/{token}", payment.means.folder());
    let json = match payment.means {
        Means::BankCard => return json!(three_ds::form(base_url, token)),
        Means::Bnpl | Means::GazpromPay | Means::MirPay => return json!(page),
        Means::Sbp => {
            let url = format!("https://qr.nspk.ru/{token}");
            let image = rendered(&url, (200, 200), false);
            json!({"SbpQrCodeUrl": url, "SbpQrCodeImage": image})
        }
        Means::SberPay => {
            let url = format!("sberpay://invoicing/v2?token={token}");
            let image = rendered(&url, (200, 200), false);
            json!({"SberPayQrCodeUrl": url, "SberPayQrCodeImage": image, "PayByPhoneEnabled": true})
        }
    };
    if settings.form3ds_object { json } else { json!(json.to_string()) }
}
