//! The QR code of a registered order (SBP, the Russian Faster Payments System).

use std::sync::Arc;

use serde_json::json;

use super::Given;
use crate::error::Error;
use crate::fields::Fields;
use crate::gateways::rbs::dialect::Sbp;
use crate::gateways::rbs::merchant::Merchant;
use crate::gateways::rbs::reply::Reply;
use crate::gateways::rbs::{Step, refusals};
use crate::operation::CreatePayment;
use crate::payment::{Action, Payment};

/// The size of the picture in pixels: sharp on a phone's screen and on paper.
const PIXELS: u32 = 300;

/// SBP takes money at once.
pub fn check(request: &CreatePayment) -> Result<(), Error> {
    match request.hold {
        true => Err(Error::invalid("hold", "expected none: SBP cannot hold money")),
        false => Ok(()),
    }
}

/// Asks for the code with the registration, where the dialect has it so.
pub fn ask(merchant: &Merchant, given: &mut Given) -> Result<(), Error> {
    match merchant.dialect().sbp {
        Sbp::Method(_) => Ok(()),
        Sbp::AtRegistration => {
            let wish = json!({ "qrType": "DYNAMIC_QR_SBP", "sbp.scenario": "C2B" });
            given.put("jsonParams", Some(wish))
        }
    }
}

/// The code of a registered order: it came along, or is made now. Where it cannot be had, the order is
/// registered all the same and nobody has seen it: the outcome is unknown, and `settle` closes it.
pub fn qr(
    merchant: &Arc<Merchant>,
    request: &CreatePayment,
    reply: &Reply,
    payment: Payment,
    then: impl FnOnce(&Arc<Merchant>, Payment) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    let says = "registered, but its QR code could not be had; nobody has seen the order";
    let known = merchant.reply(Payment { action: None, ..payment.clone() }, false);
    let doubt = Error::outcome_unknown("qr_not_made", says).with_payment(known);
    let native = match merchant.dialect().sbp {
        Sbp::Method(native) => native,
        Sbp::AtRegistration => {
            let link = reply.text_at("externalParams.sbpPayload");
            let payment = with_code(merchant, payment, link, None).ok_or(doubt)?;
            return then(merchant, payment);
        }
    };
    let mut given = Fields::new();
    given.insert("mdOrder".into(), payment.id.clone().into());
    given.insert("qrHeight".into(), PIXELS.into());
    given.insert("qrWidth".into(), PIXELS.into());
    given.insert("qrFormat".into(), "image".into());
    given.insert("redirectUrl".into(), request.return_url.as_str().into());
    let Ok(http) = merchant.request(native, &given) else { return Err(doubt) };
    let (merchant, otherwise) = (Arc::clone(merchant), doubt.clone());
    let next = move |response| {
        let code = Reply::read(&response, native)
            .and_then(|reply| refusals::check(native, &reply).map(|()| reply));
        match code {
            Ok(reply) => {
                let (link, picture) = (reply.text("payload"), reply.text("renderedQr"));
                then(&merchant, with_code(&merchant, payment, link, picture).ok_or(doubt)?)
            }
            Err(error) => {
                Err(doubt.with_code(error.code.clone().unwrap_or_default(), error.text.clone()))
            }
        }
    };
    Ok(Step::Look(http, Box::new(next), Box::new(Err(otherwise))))
}

/// The payment with its code, if the code leads where codes of SBP lead.
fn with_code(
    merchant: &Merchant,
    mut payment: Payment,
    link: Option<String>,
    picture: Option<String>,
) -> Option<Payment> {
    let link = link?;
    let host = url::Url::parse(&link).ok()?.host_str()?.to_owned();
    let known = merchant.settings.assumptions.sbp_hosts.contains(&host);
    // A gateway that is itself reached plainly is a sandbox on this machine.
    let sandbox = merchant.settings.base_url.starts_with("http://");
    let trusted = sandbox || (known && link.starts_with("https://"));
    if !trusted {
        return None;
    }
    let base64 =
        |code: &str| code.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    let picture = picture.and_then(|code| {
        let plain = code.strip_prefix("data:image/png;base64,").unwrap_or(&code);
        base64(plain).then(|| format!("data:image/png;base64,{plain}"))
    });
    payment.action = Some(Action {
        r#type: "qr",
        url: Some(link),
        image: picture,
        expires_at: payment.expires_at.clone(),
        ..Action::default()
    });
    Some(payment)
}
