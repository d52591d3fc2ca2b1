//! Published, captured and own vectors: docs/gateways/intellectmoney.md, "Signatures".

use super::*;
use crate::gateways::intellectmoney::tables::{self, CREATE_INVOICE_OF_PORTAL};

fn given(fields: &[(&str, &str)]) -> Parameters {
    let mut parameters = Parameters::default();
    fields.iter().for_each(|(name, value)| parameters.insert(name, (*value).to_owned()));
    parameters
}

fn signed(template: &str, fields: &[(&str, &str)]) -> String {
    text(template, &given(fields)).unwrap().to_string()
}

fn template(name: &str) -> &'static str {
    tables::methods().find(|method| method.native.name == name).unwrap().template
}

fn key(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// What the official client was seen to sign with.
fn hash_and_sign(text: &str) -> (String, String) {
    (md5(text, &key("mySecret")), sha256(text, &key("signKey")))
}

fn book(amount: &str) -> [(&str, &str); 5] {
    [
        ("EshopId", "17354"),
        ("OrderId", "1"),
        ("ServiceName", "покупка книги Хочу все знать"),
        ("RecipientAmount", amount),
        ("RecipientCurrency", "RUB"),
    ]
}

#[test]
fn the_form_of_the_new_manual() {
    let text = signed(PURCHASE, &book("10.10"));
    assert_eq!(md5(&text, &key("test")), "139de04be8c37061f99218353f4e13e0");
}

/// It wrote a comma and hashed windows-1251, which no form of today does: the text is the same.
#[test]
fn the_form_of_the_old_manual() {
    let text = format!("{}::test", signed(PURCHASE, &book("10,10")));
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_1251.encode(&text);
    assert!(!unmappable);
    assert_eq!(hex::encode(Md5::digest(&bytes)), "4590a539674c6b74d3032e004d1f8192");
}

#[test]
fn the_hold_action_of_the_manual() {
    let text =
        signed(template("purchaseToPaid"), &[("EshopId", "17354"), ("OrderId", "order_0000001")]);
    assert_eq!(text, "17354::order_0000001::ToPaid");
    assert_eq!(md5(&text, &key("myKey")), "8873d8442f5a9e1ad884114c15f11706");
}

#[test]
fn what_the_official_client_signs() {
    let create = [
        ("EshopId", "465932"),
        ("OrderId", "o1"),
        ("RecipientAmount", "10.00"),
        ("RecipientCurrency", "TST"),
        ("Email", "a@b.ru"),
    ];
    let text = signed(template("createInvoice"), &create);
    assert_eq!(text, "465932::o1::::10.00::TST::::a@b.ru::::::::::::::");
    let (hash, sign) = hash_and_sign(&text);
    assert_eq!(hash, "a8efc7b89fe7738122791ae191bb468e");
    assert_eq!(sign, "1c36d6dbf4c9a341a4ae0f63e8c414701e5596a72c37976b874de191ca584895");
    let (purchase, _) = hash_and_sign(&signed(PURCHASE, &create));
    assert_eq!(purchase, "383e35a450296f3d4e2ce39730ce792f");

    let state = [("EshopId", "465932"), ("InvoiceId", "3000000001")];
    let (hash, sign) = hash_and_sign(&signed(template("getBankCardPaymentState"), &state));
    assert_eq!(hash, "8a8270c1cdc1cf9cbfeff1b9a1c7add8");
    assert_eq!(sign, "e29ab8e7036aa0da579c28650b495a518b2f99bf54d63d9c27e868f84177d65c");
}

#[test]
fn what_begins_a_payment_and_what_takes_it() {
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
    for name in
        ["bnplPayment", "sbpPayment", "gazpromPayPayment", "sberPayPayment", "mirPayGetLink"]
    {
        let (hash, sign) = hash_and_sign(&signed(template(name), &start));
        assert_eq!(hash, "7571af35da8372f8c8114bba4feb6ef4", "{name}");
        assert_eq!(sign, "186c8d9c0772fcba002e949373b1b96d6850b158b76b1a6dba72fe1b025097d3");
        let (hash, sign) = hash_and_sign(&signed(template(name), &sample));
        assert_eq!(hash, "265f6ecb9864bc7e22c1b82c29f4c472", "{name}");
        assert_eq!(sign, "04487bf0e9c595d3f2435b0817a5978d81c0f3edec89e499c33386d2b2b9b5b9");
    }
    let held = [("EshopId", "465932"), ("OrderId", "o1"), ("InvoiceId", "3000000001")];
    let (hash, sign) = hash_and_sign(&signed(template("purchaseToPaid"), &held));
    assert_eq!(hash, "b30a68887dc74c6b23af8c3fb2604766");
    assert_eq!(sign, "249cb4eea8f5582bb248776ed0678f2a48d53002a088ad7fffbce2ddf0cdbcee");
    assert_eq!(signed(template("purchaseToRefund"), &held), "465932::o1::Refund");
    // Without the order number its slot is empty.
    assert_eq!(signed(template("purchaseToRefund"), &held[..1]), "465932::::Refund");
}

#[test]
fn the_personal_api_and_p2p() {
    let login = [("Login", "myLogin"), ("Password", "myPassword")];
    let text = signed(template("getUserToken"), &login);
    assert_eq!(text, "::myLogin::myPassword::");
    let (_, sign) = hash_and_sign(&text);
    assert_eq!(sign, "e070db7f35154384bf1f5241cbbef3dfbe018746a5b628c49f733f485af081ae");
    let form = [
        ("orderId", "1"),
        ("amount", "100"),
        ("formId", "700000"),
        ("comment", "test"),
        ("backUrl", "https://s.ru/b"),
        ("language", "ru"),
    ];
    let text = signed(template("GetFormUrl"), &form);
    assert_eq!(sha1(&text, &key("formKey")), "fa37f862b5b38cf790666b590074a729fdd0cafb");
    let (_, sign) = hash_and_sign(&text);
    assert_eq!(sign, "2549e396cac6b384bd4c40e53f21976c733c0a54d1c9b753101c6c9328514c42");
}

/// What the page of bnplPayment shows in place of signatures.
#[test]
fn the_sample_of_the_documents_signs_nothing() {
    assert_eq!(hex::encode(Md5::digest("")), "d41d8cd98f00b204e9800998ecf8427e");
    assert_eq!(
        hex::encode(Sha256::digest("")),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn a_recurring_source_signs_what_it_is() {
    let mut fields = book("10.10").to_vec();
    fields.push(("RecurringType", "Activate"));
    assert_eq!(
        signed(PURCHASE_RECURRING, &fields),
        format!("{}::Activate", signed(PURCHASE, &fields))
    );
}

#[test]
fn the_portal_leaves_the_slot_of_fail_url_empty() {
    let with = [("EshopId", "1"), ("FailUrl", "https://s.ru/f"), ("BackUrl", "https://s.ru/b")];
    let without = [with[0], with[2]];
    let usual = template("createInvoice");
    assert_eq!(signed(CREATE_INVOICE_OF_PORTAL, &with), signed(usual, &without));
    assert_ne!(signed(usual, &with), signed(usual, &without));
    assert_eq!(usual.replace("FailUrl", ""), CREATE_INVOICE_OF_PORTAL);
}

#[test]
fn what_would_read_as_another_field_is_refused() {
    for wrong in ["a::b", ":a", "a:", "::", ":"] {
        let fields = [("EshopId", "1"), ("ServiceName", wrong)];
        let error = text(PURCHASE, &given(&fields)).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("ServiceName"), "{wrong}");
    }
    assert_eq!(signed("A::B", &[("A", "a:b"), ("B", "")]), "a:b::");
}

#[test]
fn a_key_is_used_as_given() {
    assert_ne!(md5("1", &key(" key ")), md5("1", &key("key")));
    assert_eq!(md5("1", &key(" key ")), hex::encode(Md5::digest("1:: key ")));
}

#[test]
fn every_slot_of_every_template_is_a_parameter() {
    for method in tables::methods() {
        for slot in method.template.split("::").filter(|slot| !slot.is_empty()) {
            let known = method.native.fields.iter().any(|field| field.name == slot);
            assert!(known || slot.starts_with('\''), "{}: {slot}", method.native.name);
        }
    }
}
