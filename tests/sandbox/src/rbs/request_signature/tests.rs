//! The published vectors of a signed request, and what must not pass.

use bytes::Bytes;

use super::*;

/// The documentation's key: its public half.
const KEY_A: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqnJHFC/H+PCH/POZ7rz7
Bh+f47gZvZbLH1Ynv+EnA96Nl9HD+TiXkM2KQRlnjQzpJQxGL2ahNy2eUYX6lGjL
JZOVUYMGPO54ONLmGi3T9at0T2736FLDtksgtc9ydz8eKShoDA6Eb+LX4bWsLBXQ
hLPY2VGnHgVUG+eBDojf6pZpPAlOeWCmi3MlfOwN2oET2gZgM8eOaUh3p15yISOX
MVO2C8HVD6svQG3rjNnPTLLrCUw4F0zaj3XWiZsy8AXVGB1mElzSdm4IoHjbN7Og
UB5vzHBTbo4pdABC3EuHyp2aINHavjkU+RnE+mW/+c7l65wXCRblEaXhYb5U5HYW
YwIDAQAB
-----END PUBLIC KEY-----
";
const BODY: &str = "amount=10000&password=gcjgcW1&returnUrl=http&userName=signature-api";
const HASH: &str = "eYkMUF+xaYJhsETTIGsctl6DBNZha1ITN8muCcWQtZk=";
const SIGNATURE: &str = "pJ/gM4PR1/mKGuIxMvTl5pYDDjJslb0BcXFnIxijFn5qKdPd7W+2ueoctziU7omnkYp01/BlracukH1GOPWMSO+9zKuTDdFueFm1utsS0zaPFU+dmc1niGDRWE0CbCXcti/rGSTDPsnR58mwqgVkbCWxKyCDtuo5LxiKPK9mzgWTUuJ8LX6f6u42MURi5tRG6a9dc8l/+J94g0YOk911R6Lqv2jcluEvZ9ZeMMt8hyxowb0eDaCHlussu2CAyqpE9V+EUAc81Jkwv96MMSsA6UnFwEaCV/k+kwYd0jHCx94m2yWX734p9cWsBW7Fr5F0zox9Yck4GOjqe9nJMMB9jQ==";

/// The certificate of the documents' callback sample.
const C1: &str = "-----BEGIN CERTIFICATE-----
MIICcTCCAdqgAwIBAgIGAWAnZt3aMA0GCSqGSIb3DQEBCwUAMHwxIDAeBgkqhkiG
9w0BCQEWEWt6bnRlc3RAeWFuZGV4LnJ1MQswCQYDVQQGEwJSVTESMBAGA1UECBMJ
VGF0YXJzdGFuMQ4wDAYDVQQHEwVLYXphbjEMMAoGA1UEChMDUkJTMQswCQYDVQQL
EwJRQTEMMAoGA1UEAxMDUkJTMB4XDTE3MTIwNTE2MDEyMFoXDTE4MTIwNTE2MDEx
OVowfDEgMB4GCSqGSIb3DQEJARYRa3pudGVzdEB5YW5kZXgucnUxCzAJBgNVBAYT
AlJVMRIwEAYDVQQIEwlUYXRhcnN0YW4xDjAMBgNVBAcTBUthemFuMQwwCgYDVQQK
EwNSQlMxCzAJBgNVBAsTAlFBMQwwCgYDVQQDEwNSQlMwgZ8wDQYJKoZIhvcNAQEB
BQADgY0AMIGJAoGBAJNgxgtWRFe8zhF6FE1C8s1t/dnnC8qzNN+uuUOQ3hBx1CHK
QTEtZFTiCbNLMNkgWtJ/CRBBiFXQbyza0/Ks7FRgSD52qFYUV05zRjLLoEyzG6LA
fihJwTEPddNxBNvCxqdBeVdDThG81zC0DiAhMeSwvcPCtejaDDSEYcQBLLhDAgMB
AAEwDQYJKoZIhvcNAQELBQADgYEAfRP54xwuGLW/Cg08ar6YqhdFNGq5TgXMBvQG
QfRvL7W6oH67PcvzgvzN8XCL56dcpB7S8ek6NGYfPQ4K2zhgxhxpFEDHPcgU4vsw
nhhWbGVMoVgmTA0hEkwq86CA5ZXJkJm6f3E/J6lYoPQaKatKF24706T6iH2htG4B
kjregUA=
-----END CERTIFICATE-----
";

fn call(body: &'static str, hash: &'static str, signature: &'static str) -> Call {
    let mut headers = hyper::HeaderMap::new();
    headers.insert("x-hash", hyper::header::HeaderValue::from_static(hash));
    headers.insert("x-signature", hyper::header::HeaderValue::from_static(signature));
    Call {
        method: "POST".into(),
        path: "/".into(),
        query: None,
        headers,
        body: Bytes::from_static(body.as_bytes()),
    }
}

#[test]
fn vectors_xs1_and_xs2() {
    assert_eq!(base64::encode(&Sha256::digest(BODY)), HASH);
    check(KEY_A, &call(BODY, HASH, SIGNATURE)).unwrap();
}

#[test]
fn nothing_else_passes() {
    let other = "amount=99999&password=gcjgcW1&returnUrl=http&userName=signature-api";
    assert!(check(KEY_A, &call(other, HASH, SIGNATURE)).is_err());
    assert!(check(KEY_A, &call(BODY, HASH, "")).is_err());
    assert!(check(KEY_A, &call(BODY, SIGNATURE, SIGNATURE)).is_err());
    assert!(check(C1, &call(BODY, HASH, SIGNATURE)).is_err());
    let mut outside = call(BODY, HASH, SIGNATURE);
    outside.query = Some("amount=1".into());
    assert!(check(KEY_A, &outside).is_err());
}

#[test]
fn keys_come_out_of_certificates() {
    use rsa::traits::PublicKeyParts;
    assert_eq!(public_key(C1).unwrap().size(), 128);
    assert_eq!(public_key(KEY_A).unwrap().size(), 256);
    assert!(public_key("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").is_none());
    assert!(public_key("what").is_none());
}
