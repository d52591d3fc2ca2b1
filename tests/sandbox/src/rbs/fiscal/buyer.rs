//! Who the receipt goes to: `customerDetails` of the cart and `additionalOfdParams`.

use serde_json::Value;

use super::super::refusals::Refusal;

/// Longest value of each further parameter, in characters (the gateway's documents).
const LIMITS: &[(&str, usize)] = &[
    ("agent_info.paying.operation", 24),
    ("agent_info.MTOperator.address", 256),
    ("agent_info.MTOperator.name", 256),
    ("cashier", 256),
    ("additional_check_props", 16),
    ("additional_user_props.name", 24),
    ("additional_user_props.value", 24),
    ("client.document_code", 2),
    ("client.citizenship", 3),
    ("client.passport_number", 11),
    ("client.email", 64),
    ("client.phone", 19),
    ("client.name", 256),
    ("operatingcheckprops.value", 64),
    ("sectoralcheckprops.number", 32),
    ("sectoralcheckprops.value", 256),
];

/// Checks both blocks together, since either may name the buyer.
pub fn check(bundle: Option<&Value>, further: Option<&Value>) -> Result<(), Refusal> {
    let wrong = |name: &str| Err(Refusal::bad_value(name));
    let details = bundle.and_then(|bundle| bundle.get("customerDetails"));
    if details.is_some_and(|details| !details.is_object()) {
        return wrong("orderBundle.customerDetails");
    }
    if further.is_some_and(|further| !further.is_object()) {
        return wrong("additionalOfdParams");
    }
    let detail = |name: &str| text(details, name);
    let extra = |name: &str| text(further, name);
    if let Some(details) = details {
        let (email, phone) = (detail("email"), detail("phone"));
        if email.is_none() && phone.is_none() {
            return wrong("orderBundle.customerDetails.email");
        }
        if email.is_some_and(|email| email.split(',').any(|one| !is_email(one))) {
            return wrong("orderBundle.customerDetails.email");
        }
        if phone.is_some_and(|phone| !is_phone(phone)) {
            return wrong("orderBundle.customerDetails.phone");
        }
        delivery(details.get("deliveryInfo"))?;
    }
    if extra("client.email").is_some() && extra("client.phone").is_some() {
        return wrong("additionalOfdParams.client.phone");
    }
    for (name, limit) in LIMITS {
        if extra(name).is_some_and(|value| value.chars().count() > *limit) {
            return wrong(&format!("additionalOfdParams.{name}"));
        }
    }
    for inn in [detail("inn"), extra("client.inn")].into_iter().flatten() {
        if !matches!(inn.len(), 10 | 12) || !inn.bytes().all(|sign| sign.is_ascii_digit()) {
            return wrong("inn");
        }
    }
    identity(&detail, &extra)
}

/// A buyer who is named at all must be named well enough: by tax number, or by birth date,
/// document code and document.
fn identity<'a>(
    detail: &dyn Fn(&str) -> Option<&'a str>,
    extra: &dyn Fn(&str) -> Option<&'a str>,
) -> Result<(), Refusal> {
    let either = |one: &str, other: &str| detail(one).or_else(|| extra(other));
    let inn = either("inn", "client.inn");
    let passport = either("passport", "client.passport_number");
    let birth_date = either("birth_date", "client.birth_date");
    let document_code = either("document_code", "client.document_code");
    let named = [
        detail("fullName"),
        passport,
        birth_date,
        document_code,
        either("citizenship", "client.citizenship"),
    ];
    let by_document = birth_date.is_some() && document_code.is_some() && passport.is_some();
    if named.iter().any(Option::is_some) && inn.is_none() && !by_document {
        return Err(Refusal::bad_value("orderBundle.customerDetails.inn"));
    }
    Ok(())
}

fn delivery(given: Option<&Value>) -> Result<(), Refusal> {
    let Some(info) = given else {
        return Ok(());
    };
    for (name, limit) in [("country", 2), ("city", 40), ("postAddress", 255)] {
        if text(Some(info), name).is_none_or(|value| value.chars().count() > limit) {
            return Err(Refusal::bad_value(&format!("deliveryInfo.{name}")));
        }
    }
    Ok(())
}

fn text<'a>(block: Option<&'a Value>, name: &str) -> Option<&'a str> {
    block?.get(name)?.as_str().filter(|text| !text.is_empty())
}

fn is_email(text: &str) -> bool {
    let sides = text.split_once('@');
    let good = sides.is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    good && !text.contains(' ') && text.len() <= 40
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (7..=15).contains(&digits.len()) && digits.bytes().all(|sign| sign.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn details(details: Value) -> Result<(), Refusal> {
        check(Some(&json!({"customerDetails": details})), None)
    }

    #[test]
    fn a_buyer_can_be_reached() {
        assert!(details(json!({"email": "a@b.test,c@d.test"})).is_ok());
        assert!(details(json!({"phone": "+79991234567"})).is_ok());
        for bad in [
            json!({}),
            json!({"contact": "x"}),
            json!({"email": "a@b.test, c@d.test"}),
            json!({"phone": "123"}),
            json!({"email": "a@b.test", "inn": "123"}),
            json!({"email": "a@b.test", "deliveryInfo": {"country": "RU", "city": "M"}}),
        ] {
            assert!(details(bad.clone()).is_err(), "{bad}");
        }
        let both = json!({"client.email": "a@b.test", "client.phone": "79991234567"});
        assert!(check(None, Some(&both)).is_err());
    }

    #[test]
    fn a_named_buyer_is_identified() {
        let named = json!({"email": "a@b.test", "fullName": "Ivan Ivanov"});
        assert!(details(named.clone()).is_err());
        let mut with_inn = named.clone();
        with_inn["inn"] = json!("770708389301");
        assert!(details(with_inn).is_ok());
        let further = json!({"client.birth_date": "01.02.1990", "client.document_code": "21",
            "client.passport_number": "4507 443564"});
        let bundle = json!({"customerDetails": named});
        assert!(check(Some(&bundle), Some(&further)).is_ok());
        let half = json!({"client.birth_date": "01.02.1990"});
        assert!(check(Some(&bundle), Some(&half)).is_err());
    }
}
