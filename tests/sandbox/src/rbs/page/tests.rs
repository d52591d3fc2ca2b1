//! Where the buyer is sent and what the pages show.

use super::*;
use crate::rbs::orders::Terms;

fn order(description: &str) -> Order {
    let terms = Terms {
        amount: 2000,
        currency: "978".into(),
        description: description.into(),
        language: "en".into(),
        attempts: 3,
        ..Terms::default()
    };
    Order::new("id".into(), terms, 0)
}

#[test]
fn the_return_address_keeps_query_and_fragment() {
    for (url, expected) in [
        ("https://s.test", "https://s.test?orderId=id&lang=en"),
        ("https://s.test/r?a=b", "https://s.test/r?a=b&orderId=id&lang=en"),
        ("https://s.test/r?", "https://s.test/r?orderId=id&lang=en"),
        ("https://s.test/r#top", "https://s.test/r?orderId=id&lang=en#top"),
    ] {
        assert_eq!(return_address(url, &order("")), expected);
    }
}

#[test]
fn the_form_escapes_what_the_merchant_wrote() {
    let answer = form(&order("<b>\"Tom\" & 'Jerry'</b>"), None);
    let html = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(!html.contains("<b>\"Tom\""), "{html}");
    assert!(html.contains("&lt;b&gt;&quot;Tom&quot; &amp;"), "{html}");
    for name in ["$PAN", "MM", "YYYY", "$CVC", "TEXT"] {
        assert!(html.contains(&format!("name=\"{name}\"")), "{name}");
    }
    assert!(html.contains("20.00 EUR"));
}

#[test]
fn money_has_the_currencys_digits() {
    assert_eq!(money(5, "643"), "0.05 RUB");
    assert_eq!(money(2000, "392"), "2000 JPY");
    assert_eq!(money(2000, "788"), "2.000 TND");
}
