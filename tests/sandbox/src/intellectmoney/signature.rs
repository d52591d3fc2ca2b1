//! Signatures: fields joined with `::`, the key last, and a plain digest over the text as it was
//! sent (the gateway's documents).

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::fields::Fields;

/// `Hash` of bodies, forms and webhooks: MD5, lower-case hex.
pub fn md5(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

/// `Sign` of headers: SHA-256, lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// `hash` of P2P: SHA-1, lower-case hex.
pub fn sha1(bytes: &[u8]) -> String {
    hex::encode(Sha1::digest(bytes))
}

/// The text that is hashed. A template is written as in the documents, without its key: names of
/// fields between `::`, nothing for an empty slot, a word in quotes for itself.
pub fn signed_text(template: &str, fields: &Fields, key: &str) -> String {
    let slot = |slot: &str| match slot.strip_prefix('\'') {
        Some(word) => word.trim_end_matches('\'').to_owned(),
        None => fields.text(slot).to_owned(),
    };
    let mut parts: Vec<String> = template.split("::").map(slot).collect();
    parts.push(key.to_owned());
    parts.join("::")
}

#[cfg(test)]
mod tests {
    use super::super::gateway::METHODS;
    use super::super::merchant::form_template;
    use super::super::webhooks;
    use super::*;

    fn template(path: &str) -> &'static str {
        METHODS.iter().find(|method| method.path.eq_ignore_ascii_case(path)).unwrap().template
    }

    fn text(template: &str, fields: &[(&str, &str)], key: &str) -> String {
        signed_text(template, &Fields::from_pairs(fields), key)
    }

    const BOOK: &str = "покупка книги Хочу все знать";

    #[test]
    fn the_form_of_the_old_and_the_new_manual() {
        let fields = |amount| {
            [
                ("EshopId", "17354"),
                ("OrderId", "1"),
                ("ServiceName", BOOK),
                ("RecipientAmount", amount),
                ("RecipientCurrency", "RUB"),
            ]
        };
        // V1: the old manual hashed windows-1251 and wrote a comma.
        let old = text(form_template(false), &fields("10,10"), "test");
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(&old);
        assert_eq!(md5(&bytes), "4590a539674c6b74d3032e004d1f8192");
        // V2.
        let new = text(form_template(false), &fields("10.10"), "test");
        assert_eq!(md5(new.as_bytes()), "139de04be8c37061f99218353f4e13e0");
    }

    #[test]
    fn the_webhooks_of_the_manual() {
        // V3.
        let book = [
            ("EshopId", "17354"),
            ("OrderId", "order_0000001"),
            ("ServiceName", "Книга"),
            ("EshopAccount", "4356091274"),
            ("RecipientAmount", "12.30"),
            ("RecipientCurrency", "RUB"),
            ("PaymentStatus", "5"),
            ("UserName", "Артем Дворядкин"),
            ("UserEmail", "tema@intellectmoney.ru"),
            ("PaymentData", "2010-01-17 13:12:03"),
        ];
        let signed = text(webhooks::TEMPLATE, &book, "myKey");
        assert_eq!(md5(signed.as_bytes()), "61620ea240928af649e44aaebb1c15dd");
        // D8 in both charsets, D9.
        let cyrillic = "465932::o2::Книга::4356091274::10.50::RUB::5::Иван::a@b.ru::2030-01-02 03:04:05::mySecret";
        assert_eq!(md5(cyrillic.as_bytes()), "108a6c6867df6bed02b1834a8304801d");
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(cyrillic);
        assert_eq!(md5(&bytes), "bba053b38b8574119f18aa44731880e3");
        let ascii =
            "465932::o1::::4356091274::10.00::TST::3::::a@b.ru::2030-01-02 03:04:05::mySecret";
        assert_eq!(md5(ascii.as_bytes()), "11096f8e2efa5e86842a5e71ce8d46a6");
    }

    #[test]
    fn the_hold_action_of_the_manual() {
        let held = [("EshopId", "17354"), ("OrderId", "order_0000001")];
        let signed = text(template("merchant/purchaseToPaid"), &held, "myKey");
        assert_eq!(signed, "17354::order_0000001::ToPaid::myKey");
        assert_eq!(md5(signed.as_bytes()), "8873d8442f5a9e1ad884114c15f11706");
    }

    #[test]
    fn requests_of_the_official_client_and_of_the_templates() {
        let create = [
            ("EshopId", "465932"),
            ("OrderId", "o1"),
            ("RecipientAmount", "10.00"),
            ("RecipientCurrency", "TST"),
            ("Email", "a@b.ru"),
        ];
        let state = [("EshopId", "465932"), ("InvoiceId", "3000000001")];
        let start = [
            ("EshopId", "465932"),
            ("InvoiceId", "3000000001"),
            ("SuccessUrl", "https://s.ru/ok"),
            ("FailUrl", "https://s.ru/f"),
            ("IpAddress", "127.0.0.1"),
        ];
        let sample = [
            ("EshopId", "450000"),
            ("InvoiceId", "3000000000"),
            ("SuccessUrl", "https://shop.ru"),
            ("IpAddress", "127.0.0.1"),
        ];
        let paid = [("EshopId", "465932"), ("OrderId", "o1")];
        for (path, fields, hash, sign) in [
            (
                "merchant/createInvoice",
                create.as_slice(),
                "a8efc7b89fe7738122791ae191bb468e",
                "1c36d6dbf4c9a341a4ae0f63e8c414701e5596a72c37976b874de191ca584895",
            ),
            (
                "merchant/getBankCardPaymentState",
                &state,
                "8a8270c1cdc1cf9cbfeff1b9a1c7add8",
                "e29ab8e7036aa0da579c28650b495a518b2f99bf54d63d9c27e868f84177d65c",
            ),
            (
                "merchant/bnplPayment",
                &start,
                "7571af35da8372f8c8114bba4feb6ef4",
                "186c8d9c0772fcba002e949373b1b96d6850b158b76b1a6dba72fe1b025097d3",
            ),
            (
                "merchant/sbpPayment",
                &sample,
                "265f6ecb9864bc7e22c1b82c29f4c472",
                "04487bf0e9c595d3f2435b0817a5978d81c0f3edec89e499c33386d2b2b9b5b9",
            ),
            (
                "merchant/purchaseToPaid",
                &paid,
                "b30a68887dc74c6b23af8c3fb2604766",
                "249cb4eea8f5582bb248776ed0678f2a48d53002a088ad7fffbce2ddf0cdbcee",
            ),
        ] {
            let template = template(path);
            assert_eq!(md5(text(template, fields, "mySecret").as_bytes()), hash, "{path}");
            assert_eq!(sha256(text(template, fields, "signKey").as_bytes()), sign, "{path}");
        }
        let purchase = text(form_template(false), &create, "mySecret");
        assert_eq!(md5(purchase.as_bytes()), "383e35a450296f3d4e2ce39730ce792f");
    }

    #[test]
    fn personal_and_p2p_templates() {
        let login = [("Login", "myLogin"), ("Password", "myPassword")];
        let signed = text(template("personal/user/getUserToken"), &login, "signKey");
        assert_eq!(
            sha256(signed.as_bytes()),
            "e070db7f35154384bf1f5241cbbef3dfbe018746a5b628c49f733f485af081ae"
        );
        let form = [
            ("orderId", "1"),
            ("amount", "100"),
            ("formId", "700000"),
            ("comment", "test"),
            ("backUrl", "https://s.ru/b"),
            ("language", "ru"),
        ];
        let template = template("p2p/GetFormUrl");
        let hash = sha1(text(template, &form, "formKey").as_bytes());
        assert_eq!(hash, "fa37f862b5b38cf790666b590074a729fdd0cafb");
        let sign = sha256(text(template, &form, "signKey").as_bytes());
        assert_eq!(sign, "2549e396cac6b384bd4c40e53f21976c733c0a54d1c9b753101c6c9328514c42");
    }

    #[test]
    fn the_sample_of_the_documents_hashes_nothing() {
        assert_eq!(md5(b""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
