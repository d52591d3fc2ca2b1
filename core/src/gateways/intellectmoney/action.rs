//! What the buyer must do next, from `Form3DS`: a link, JSON with a QR code, or a page that posts
//! itself. Nobody is sent to a place that is not the gateway's or listed, and HTML never comes out
//! (docs/gateways/intellectmoney.md, "Actions").

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::html;
use super::settings::Settings;
use crate::fields::{self, Fields};
use crate::hosts;
use crate::native::is_url;
use crate::payment::{ACTION_PENDING, Action};

/// The gateway said something of which no action can be read.
pub const UNREADABLE: &str = "action_unreadable";
/// The gateway named a place that is neither its own nor listed.
pub const UNTRUSTED: &str = "action_untrusted";

/// Reads `Form3DS`; the error is the payment's reason for having no action.
pub fn read(settings: &Settings, form: Option<&Value>) -> Result<Action, &'static str> {
    let text = match form {
        None => return Err(ACTION_PENDING),
        Some(Value::Object(code)) => return qr(settings, code),
        Some(value) => fields::text(value).ok_or(ACTION_PENDING)?,
    };
    let text = text.trim();
    match text.chars().next() {
        None => Err(ACTION_PENDING),
        Some('<') => {
            let form = html::form(text).ok_or(UNREADABLE)?;
            let url = trusted(settings, &form.action)?;
            Ok(Action {
                r#type: "form",
                url: Some(url),
                fields: Some(form.fields),
                ..Action::default()
            })
        }
        Some('{') => match serde_json::from_str(text) {
            Ok(Value::Object(code)) => qr(settings, &code),
            _ => Err(UNREADABLE),
        },
        Some(_) if text.to_ascii_lowercase().starts_with("http") => {
            let url = trusted(settings, text)?;
            Ok(Action { r#type: "redirect", url: Some(url), ..Action::default() })
        }
        Some(_) => Err(UNREADABLE),
    }
}

/// The links of mirpay/getlink, which come with its answer.
pub fn app(
    settings: &Settings,
    link: &str,
    deep_link: Option<&str>,
) -> Result<Action, &'static str> {
    let url = trusted(settings, link)?;
    let deep_link = deep_link.filter(|link| is_wallets(link, "mirpay"));
    let fields = deep_link.map(|link| Fields::from_iter([("deep_link".to_owned(), link.into())]));
    Ok(Action { r#type: "app", url: Some(url), fields, ..Action::default() })
}

/// A QR code: of SBP, or of SberPay, whose link opens the bank's app.
fn qr(settings: &Settings, code: &Fields) -> Result<Action, &'static str> {
    let text = |name| fields::find(code, name).and_then(fields::text);
    let (link, picture) = match (text("SbpQrCodeUrl"), text("SberPayQrCodeUrl")) {
        (Some(link), None) => (trusted(settings, &link)?, text("SbpQrCodeImage")),
        (None, Some(link)) if is_wallets(&link, "sberpay") => (link, text("SberPayQrCodeImage")),
        (None, Some(link)) => (trusted(settings, &link)?, text("SberPayQrCodeImage")),
        _ => return Err(UNREADABLE),
    };
    let image = picture.and_then(|picture| png(&picture));
    Ok(Action { r#type: "qr", url: Some(link), image, ..Action::default() })
}

/// The picture as a data URL, if it is a PNG in Base64, with that prefix or without.
fn png(picture: &str) -> Option<String> {
    let plain = picture.strip_prefix("data:image/png;base64,").unwrap_or(picture);
    let bytes = STANDARD.decode(plain).ok()?;
    bytes.starts_with(b"\x89PNG\r\n\x1a\n").then(|| format!("data:image/png;base64,{plain}"))
}

/// A link that a wallet's own app opens.
fn is_wallets(link: &str, scheme: &str) -> bool {
    let fine = link.bytes().all(|b| b.is_ascii_graphic() && !b"\\\"'<>".contains(&b));
    fine && link.strip_prefix(scheme).is_some_and(|rest| rest.starts_with("://"))
}

/// The URL, if a buyer may be sent there: https, on the gateway's own site or on a listed host. A
/// gateway that is itself reached plainly is a sandbox on this machine.
fn trusted(settings: &Settings, url: &str) -> Result<String, &'static str> {
    if settings.base_url.starts_with("http://") && is_url(url) {
        return Ok(url.to_owned());
    }
    let page = hosts::https(url).ok_or(UNTRUSTED)?;
    let own = [&settings.base_url, &settings.page_url];
    let listed = settings.assumptions.link_hosts.iter();
    let known = own.into_iter().any(|base| hosts::same_site(&page, base))
        || listed.map(String::as_str).any(|host| hosts::is_below(&page, host));
    if known { Ok(url.to_owned()) } else { Err(UNTRUSTED) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+M8AAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

    fn settings(base_url: &str) -> Settings {
        let given = json!({
            "gateway": "intellectmoney", "base_url": base_url, "eshop_id": "450001",
            "secret_key": "k", "bearer_token": "t", "sign_secret_key": "s",
        });
        let given = given.as_object().unwrap();
        let (common, own) = crate::settings::Common::split(given).unwrap();
        Settings::read(&common, &own).unwrap()
    }

    fn live(form: Value) -> Result<Action, &'static str> {
        read(&settings("https://api.intellectmoney.ru"), Some(&form))
    }

    #[test]
    fn a_link_leads_to_known_places_only() {
        for link in [
            "https://merchant.intellectmoney.ru/v2/ru/process/3000000000/acquiring",
            "https://paylate.ru/apply?id=1",
            "https://online.paylate.ru/apply",
            "https://gpay.online.gpb.ru/x",
        ] {
            let action = live(json!(link)).unwrap();
            assert_eq!((action.r#type, action.url.as_deref()), ("redirect", Some(link)));
        }
        for link in [
            "http://paylate.ru/apply",
            "https://notpaylate.ru/",
            "https://paylate.ru.evil.example/",
            "https://intellectmoney.ru@evil.example/",
            "https://evil.example\\@paylate.ru/",
            "https://intellectmoney.ru.evil.example/",
            "httpsx://paylate.ru",
        ] {
            assert_eq!(live(json!(link)).unwrap_err(), UNTRUSTED, "{link}");
        }
        for odd in ["javascript:alert(1)", "paylate.ru", "[1]", "{", "<html></html>"] {
            assert_eq!(live(json!(odd)).unwrap_err(), UNREADABLE, "{odd}");
        }
        for nothing in [json!(""), json!("  "), json!(null), json!([])] {
            assert_eq!(live(nothing).unwrap_err(), ACTION_PENDING);
        }
    }

    #[test]
    fn a_code_comes_as_text_or_as_an_object() {
        let code = json!({ "sbpqrcodeurl": "https://qr.nspk.ru/AS1", "SBPQRCODEIMAGE": PIXEL });
        for form in [code.clone(), json!(code.to_string())] {
            let action = live(form).unwrap();
            assert_eq!(action.url.as_deref(), Some("https://qr.nspk.ru/AS1"));
            assert_eq!(action.image, Some(format!("data:image/png;base64,{PIXEL}")));
        }
        let prefixed = format!("data:image/png;base64,{PIXEL}");
        let sber = |link: &str, image: &str| {
            live(json!({ "SberPayQrCodeUrl": link, "SberPayQrCodeImage": image }))
        };
        let action = sber("sberpay://invoicing/v2?id=1", &prefixed).unwrap();
        assert_eq!((action.r#type, action.image), ("qr", Some(prefixed)));
        for picture in ["", "PHN2Zz4=", "data:image/svg+xml;base64,PHN2Zz4=", "not base64"] {
            assert_eq!(sber("sberpay://x", picture).unwrap().image, None, "{picture}");
        }
        assert_eq!(sber("sberpay:x", PIXEL).unwrap_err(), UNTRUSTED);
        assert_eq!(sber("sberpay://x\" onload=\"", PIXEL).unwrap_err(), UNTRUSTED);
        assert_eq!(live(json!({ "SbpQrCodeUrl": "sberpay://x" })).unwrap_err(), UNTRUSTED);
        assert_eq!(live(json!({ "OtherUrl": "https://qr.nspk.ru/A" })).unwrap_err(), UNREADABLE);
    }

    #[test]
    fn a_page_is_a_form_and_no_html() {
        let page = |action: &str| {
            json!(format!(
                "<form action='{action}' method='post'><input name='data' value='x'></form>"
            ))
        };
        let action = live(page("https://merchant.intellectmoney.ru/3ds")).unwrap();
        assert_eq!((action.r#type, action.fields.unwrap()["data"].as_str()), ("form", Some("x")));
        assert_eq!(live(page("https://evil.example/3ds")).unwrap_err(), UNTRUSTED);
        assert_eq!(live(page("/3ds")).unwrap_err(), UNTRUSTED);
    }

    #[test]
    fn a_wallets_links() {
        let settings = settings("https://api.intellectmoney.ru");
        let link = "https://pay.mironline.ru/inapp/x";
        let action = app(&settings, link, Some("mirpay://pay/x")).unwrap();
        assert_eq!(action.fields.unwrap()["deep_link"], "mirpay://pay/x");
        assert!(app(&settings, link, Some("javascript:x")).unwrap().fields.is_none());
        assert_eq!(app(&settings, "https://evil.example", None).unwrap_err(), UNTRUSTED);
    }

    #[test]
    fn a_sandbox_may_lead_anywhere() {
        let settings = settings("http://127.0.0.1:9/intellectmoney");
        assert!(read(&settings, Some(&json!("http://127.0.0.1:9/paylate/x"))).is_ok());
        assert!(read(&settings, Some(&json!("httpx://127.0.0.1"))).is_err());
    }
}
