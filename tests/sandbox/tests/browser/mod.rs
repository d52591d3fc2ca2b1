//! A small browser: opens a page, presses its buttons, follows no script.

#![allow(dead_code, reason = "each test program uses its part of it")]

use crate::started::Sandbox;

/// A page that was opened.
pub struct Page<'a> {
    sandbox: &'a Sandbox,
    url: String,
    pub html: String,
}

impl<'a> Page<'a> {
    /// Opens an address and what it redirects to.
    pub fn open(sandbox: &'a Sandbox, url: &str) -> Self {
        let told = sandbox.curl(&["-L", "-w", "\n%{url_effective}", url]);
        let (html, url) = told.rsplit_once('\n').unwrap();
        Self { sandbox, url: url.to_owned(), html: html.to_owned() }
    }

    /// A page that came as text, as `Form3DS` of a card does.
    pub fn of(sandbox: &'a Sandbox, html: &str) -> Self {
        Self { sandbox, url: String::new(), html: html.to_owned() }
    }

    /// What is typed into the fields, and the button; hidden fields go along. Tells the status and
    /// the address that it leads to.
    pub fn press(&self, typed: &[&str], button: &str) -> String {
        let form = self.filled(typed, button);
        let form: Vec<&str> = form.iter().map(String::as_str).collect();
        self.sandbox.post_page(&self.action(), &form)
    }

    /// The page that the pressed button answers with, without a redirect.
    pub fn next(&self, typed: &[&str], button: &str) -> Page<'a> {
        let form = self.filled(typed, button);
        let mut arguments = Vec::new();
        for field in &form {
            arguments.extend(["--data-urlencode", field.as_str()]);
        }
        let url = self.action();
        arguments.push(&url);
        Page { sandbox: self.sandbox, html: self.sandbox.curl(&arguments), url }
    }

    fn filled(&self, typed: &[&str], button: &str) -> Vec<String> {
        let mut fields: Vec<String> = typed.iter().map(|field| (*field).to_owned()).collect();
        for input in self.tags("input").filter(|tag| attribute(tag, "type") == Some("hidden")) {
            let value = attribute(input, "value").unwrap_or_default();
            fields.push(format!("{}={value}", attribute(input, "name").unwrap()));
        }
        if button.is_empty() {
            return fields;
        }
        let mut buttons = self.tags("button");
        let found = buttons
            .find(|tag| attribute(tag, "id") == Some(button))
            .unwrap_or_else(|| panic!("no button {button} in {}", self.html));
        if let Some(name) = attribute(found, "name") {
            fields.push(format!("{name}={}", attribute(found, "value").unwrap_or_default()));
        }
        fields
    }

    fn action(&self) -> String {
        let form = self.tags("form").next().unwrap_or_else(|| panic!("no form in {}", self.html));
        match attribute(form, "action") {
            Some("") | None => self.url.clone(),
            Some(action) => action.replace("&#x2f;", "/"),
        }
    }

    fn tags(&self, name: &str) -> impl Iterator<Item = &str> {
        let start = format!("<{name} ");
        self.html
            .match_indices(&start)
            .map(|(place, _)| {
                let tag = &self.html[place..];
                &tag[..tag.find('>').unwrap()]
            })
            .collect::<Vec<_>>()
            .into_iter()
    }
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}
