//! What ties a gateway's payment to the portal's: the order number, which begins with the portal's payment.

use crate::sign;

/// What stands before it all.
const MARK: &str = "b24-";
/// Of the digest of the portal's host: payments of two portals have the same ids.
const HOST_DIGITS: usize = 6;

/// The start of the order numbers of one payment of the portal's, `b24-<portal>-<payment>-`: the caller adds
/// the attempt.
pub fn prefix(origin: &str, payment_id: u64) -> String {
    let host = origin.split_once("://").map_or(origin, |(_, host)| host).to_ascii_lowercase();
    let digest = sign::sha256_hex(host.as_bytes());
    format!("{MARK}{}-{payment_id}-", digest.get(..HOST_DIGITS).unwrap_or_default())
}

/// The portal's payment that an order number was made for; none where the caller has numbers of another
/// kind. The portal's name may have changed since, so its host is not looked at.
pub fn payment_of(order_number: &str) -> Option<u64> {
    let lower = order_number.to_ascii_lowercase();
    let (_, rest) = lower.rsplit_once(MARK)?;
    let mut parts = rest.splitn(3, '-');
    let (host, id, attempt) = (parts.next()?, parts.next()?, parts.next()?);
    let made = host.len() == HOST_DIGITS
        && host.bytes().all(|byte| byte.is_ascii_hexdigit())
        && id.bytes().all(|byte| byte.is_ascii_digit())
        && !attempt.is_empty();
    id.parse().ok().filter(|_| made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_tells_its_payment() {
        let start = prefix("https://p.bitrix24.ru", 15);
        assert_eq!(start.len(), "b24-012345-15-".len());
        assert_ne!(start, prefix("https://q.bitrix24.ru", 15));
        assert_eq!(start, prefix("https://P.bitrix24.ru", 15));
        for number in [format!("{start}1"), format!("shop-{start}2"), format!("{start}1-x")] {
            assert_eq!(payment_of(&number), Some(15), "{number}");
            assert_eq!(payment_of(&number.to_ascii_uppercase()), Some(15), "{number}");
        }
        for other in [
            "",
            "A-1",
            "b24-",
            "b24-15-1",
            "b24-zzzzzz-15-1",
            "b24-012345-+5-1",
            "b24-012345-15-",
            &start,
        ] {
            assert_eq!(payment_of(other), None, "{other}");
        }
    }
}
