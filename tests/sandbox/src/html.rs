//! Pages from templates, escaped.

use std::sync::LazyLock;

use minijinja::Environment;
use serde_json::Value;

use crate::exchange::Answer;

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    for (name, source) in [
        ("layout.html", include_str!("pages/layout.html")),
        ("payment.html", include_str!("pages/payment.html")),
        ("acs.html", include_str!("pages/acs.html")),
        ("choice.html", include_str!("pages/choice.html")),
        ("post_on.html", include_str!("pages/post_on.html")),
        ("other_way.html", include_str!("pages/other_way.html")),
        ("closed.html", include_str!("pages/closed.html")),
        ("invoices.html", include_str!("pages/invoices.html")),
        ("orders.html", include_str!("pages/orders.html")),
    ] {
        // A template that does not parse is answered as status 500 when it is asked for.
        let _ = environment.add_template(name, source);
    }
    environment
});

/// A page with status 200, or 500 with the template's fault.
pub fn render(name: &str, context: &Value) -> Answer {
    match TEMPLATES.get_template(name).and_then(|template| template.render(plain(context))) {
        Ok(html) => Answer::page(200, html),
        Err(error) => Answer::text(500, format!("{name}: {error:#}")),
    }
}

/// The context as template values, by hand: in a workspace build serde_json keeps numbers as texts,
/// which a serde bridge would turn into maps.
fn plain(value: &Value) -> minijinja::Value {
    match value {
        Value::Null => minijinja::Value::from(()),
        Value::Bool(flag) => minijinja::Value::from(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => minijinja::Value::from(whole),
            None => minijinja::Value::from(number.to_string()),
        },
        Value::String(text) => minijinja::Value::from(text.as_str()),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(fields) => minijinja::Value::from_pairs(
            fields.iter().map(|(name, value)| (name.as_str(), plain(value))),
        ),
    }
}
