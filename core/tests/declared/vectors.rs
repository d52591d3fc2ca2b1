//! Signatures of gateways that no descriptor is shipped for go through the engine too, from
//! tests/vectors/descriptors; and none of those that a built-in descriptor holds is lost.

use std::path::PathBuf;

use kopeck::{Client, Fields};
use serde_json::{Value, json};

/// What `descriptor_check` says.
fn checked(descriptor: &str) -> Fields {
    let client = Client::new(&Fields::new()).unwrap();
    let given = json!({ "descriptor": descriptor });
    client.call("descriptor_check", given.as_object().unwrap()).unwrap()
}

/// The vectors of a descriptor by their names. Each is right.
fn proved(descriptor: &str) -> Vec<String> {
    let reply = checked(descriptor);
    let name = |row: &Value| {
        assert_eq!(row["ok"], true, "{descriptor}: {row:#}");
        row["id"].as_str().unwrap().to_owned()
    };
    reply["vectors"].as_array().unwrap().iter().map(name).collect()
}

fn file(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/descriptors");
    root.join(name).to_str().unwrap().to_owned()
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn published_signatures_of_other_gateways_come_out() {
    let all = "L3 L4 L2-json EP1 DP1 EK1 EK2 U1 U3 WP1 WP2 PF1 A1 MP1 IP1 PI1 PR1 QP1 PD1";
    assert_eq!(proved(&file("published.toml")), words(all));
    // The published one of PayFast has no passphrase: as a recipe it would be refused.
    let problems = checked(&file("published.toml"))["problems"].clone();
    assert_eq!(problems.as_array().unwrap().len(), 1, "{problems:#}");
    assert_eq!(problems[0]["path"], "recipe.payfast");
}

#[test]
fn recipes_of_other_gateways_come_out_as_computed_beside_the_engine() {
    let all = "S8 S16 S17 S18 S19 S22 QI-1 RK-md5 RK-sha512 MP-notify RX-1 W1-1 CB-1 PG-1 AA-1 AP-1 \
               PK-1 BT-1 PF-pass EN-1 RM-1 RSA-1";
    assert_eq!(proved(&file("computed.toml")), words(all));
    assert_eq!(checked(&file("computed.toml"))["ok"], true);
}

#[test]
fn the_built_in_descriptors_hold_every_signature_that_is_known() {
    for (descriptor, all) in [
        ("cloudpayments", "S11 S11-decoded"),
        ("enot", "E1 E1-body enot-body enot-canonical"),
        ("examplepay", "S23"),
        ("fondy", "FO1 FO2 FO3"),
        ("freekassa", "F1 F2 S7 S8"),
        ("interkassa", "IK-success IK-fail IK1 IK2 IK3"),
        ("liqpay", "L2"),
        ("liqpay-v3", "L1 L1-unwrapped"),
        ("moneta", "M1 M2 S20 moneta-form"),
        ("payeer", "S3 S4"),
        ("paykeeper", "S9 S9-sum S10"),
        ("paymaster", "S15"),
        ("prodamus", "PR-link PR-notify PR-demo"),
        ("robokassa", "S1 robokassa-result robokassa-state"),
        ("tbank", "T1 T2 S21 tbank-confirmed"),
        ("unitpay", "S5 unitpay-pay"),
        ("wayforpay", "WF1 S13 WF2 WF3"),
        ("webmoney", "W1 W2 webmoney-hash2"),
        ("yoomoney", "Y1 Y2 Y3 yoomoney-sign-without-hash yoomoney-sign"),
    ] {
        assert_eq!(proved(descriptor), words(all), "{descriptor}");
    }
}
