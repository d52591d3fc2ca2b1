//! seToken: card data encrypted for the gateway (the gateway's documents).

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::refusals::Refusal;
use super::world::World;
use crate::base64;

/// How far a token's clock may be from the gateway's.
const TOLERANCE_MS: i64 = 30 * 60 * 1000;

/// What a token carries; an unused field is empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SeToken {
    /// Unix milliseconds.
    pub made_at: i64,
    /// A token works once.
    pub uuid: String,
    /// Digits; empty for a stored card.
    pub pan: String,
    /// Security code.
    pub cvc: String,
    /// `YYYYMM`.
    pub expiry: String,
    /// The order that it was made for.
    pub md_order: String,
    /// The stored card.
    pub binding_id: String,
    /// Name on the card.
    pub holder: String,
}

/// Reads the plaintext: two to nine fields between slashes, trailing empty ones may be dropped.
pub fn parse(plain: &str) -> Option<SeToken> {
    let parts: Vec<&str> = plain.split('/').collect();
    if parts.len() > 9 {
        return None;
    }
    let part = |place: usize| parts.get(place).copied().unwrap_or_default().to_owned();
    let moment = OffsetDateTime::parse(parts.first()?, &Rfc3339).ok()?;
    let uuid = uuid::Uuid::try_parse(parts.get(1)?).ok()?;
    let token = SeToken {
        made_at: moment.unix_timestamp().checked_mul(1000)?,
        uuid: uuid.to_string(),
        pan: part(2),
        cvc: part(3),
        expiry: part(4),
        md_order: part(5),
        binding_id: part(6),
        holder: part(7),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let expiry = token.expiry.is_empty() || token.expiry.len() == 6;
    (digits(&token.pan) && digits(&token.cvc) && digits(&token.expiry) && expiry).then_some(token)
}

/// Decrypts a token, once and in time.
pub fn opened(world: &mut World, text: &str, now: i64) -> Result<SeToken, Refusal> {
    let wrong = || Refusal::bad_value("seToken");
    let encrypted = base64::decode(text).ok_or_else(wrong)?;
    let plain = world.keys().decrypted(&encrypted).ok_or_else(wrong)?;
    let plain = String::from_utf8(plain).map_err(|_| wrong())?;
    let token = parse(&plain).ok_or_else(wrong)?;
    if (now - token.made_at).abs() > TOLERANCE_MS || !world.tokens_seen.insert(token.uuid.clone()) {
        return Err(wrong());
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "2020-07-06T07:26:20+03:00/fd4b1011-727a-41e8-95b4-d7092d729022";
    const ORDER: &str = "7f472085-399e-414e-b51c-a7b538aee497";
    const BINDING: &str = "47eb0336-5ad9-4e03-8a1e-b9f3656ec768";

    /// Card number, code, expiry, order, binding, name.
    type Fields = [&'static str; 6];

    fn read(tail: &str) -> Fields {
        let token = parse(&format!("{HEAD}/{tail}")).unwrap();
        assert_eq!(token.made_at, 1_594_009_580_000);
        let SeToken { pan, cvc, expiry, md_order, binding_id, holder, .. } = token;
        [pan, cvc, expiry, md_order, binding_id, holder].map(|text| &*text.leak())
    }

    #[test]
    fn the_published_layouts_are_read() {
        let pan = "4532896701439077";
        let rows: [(String, Fields); 8] = [
            (format!("{pan}/444/202012/{ORDER}"), [pan, "444", "202012", ORDER, "", ""]),
            (format!("{pan}//202012/{ORDER}"), [pan, "", "202012", ORDER, "", ""]),
            (format!("{pan}/444//{ORDER}"), [pan, "444", "", ORDER, "", ""]),
            (format!("{pan}///{ORDER}"), [pan, "", "", ORDER, "", ""]),
            (format!("/444/202012/{ORDER}/{BINDING}"), ["", "444", "202012", ORDER, BINDING, ""]),
            (format!("///{ORDER}/{BINDING}"), ["", "", "", ORDER, BINDING, ""]),
            (
                format!("{pan}//202012/{ORDER}//CardHolderName/MSDK_CORE"),
                [pan, "", "202012", ORDER, "", "CardHolderName"],
            ),
            (format!("////{BINDING}"), ["", "", "", "", BINDING, ""]),
        ];
        for (tail, expected) in rows {
            assert_eq!(read(&tail), expected, "{tail}");
        }
        assert!(parse("2020-09-15T10:00:33+03:00/9bb1501a-1547-425a-a022-1db5ff8f72c4/5555555555555599/123/202412/b94eac90-e487-796a-8ed2-cf5a00096352").is_some());
    }

    #[test]
    fn nothing_else_is_read() {
        // The last is the year and month without its zero that an official SDK writes.
        for tail in ["4x", "4/12a", "4/123/2020", "4/123/202012/o/b/n/f/more", "4/123/20261"] {
            assert_eq!(parse(&format!("{HEAD}/{tail}")), None, "{tail}");
        }
        assert_eq!(parse("2020-07-06T07:26:20/fd4b1011-727a-41e8-95b4-d7092d729022/4"), None);
        assert_eq!(parse("2020-07-06T07:26:20+03:00/1/4"), None);
    }
}
