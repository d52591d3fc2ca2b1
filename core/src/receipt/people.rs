//! The texts of a receipt within their limits: who buys, who sells, for whom. The limits are those
//! of the fiscal data format; narrower ones of a gateway are checked in its folder.

use super::{Agent, Company, Customer, Position, Receipt, Supplier};
use crate::error::Error;

/// The receipt has to be sent somewhere.
pub fn check_contact(customer: &Customer) -> Result<(), Error> {
    match (&customer.email, &customer.phone) {
        (None, None) => Err(Error::invalid("receipt.customer.email", "required, or phone")),
        _ => Ok(()),
    }
}

/// Everything but the positions.
pub fn check(receipt: &Receipt) -> Result<(), Error> {
    check_customer(&receipt.customer)?;
    if let Some(company) = &receipt.company {
        check_company("receipt.company", company)?;
    }
    if let Some(cashier) = &receipt.cashier {
        limit("receipt.cashier.name", &cashier.name, 256)?;
        check_inn("receipt.cashier.inn", &cashier.inn)?;
    }
    check_text("receipt.check_attribute", &receipt.check_attribute, 16)?;
    if let Some(user) = &receipt.user_attribute {
        limit("receipt.user_attribute.name", &user.name, 64)?;
        limit("receipt.user_attribute.value", &user.value, 256)?;
    }
    Ok(())
}

fn check_customer(customer: &Customer) -> Result<(), Error> {
    let at = |name: &str| format!("receipt.customer.{name}");
    check_email(&at("email"), &customer.email)?;
    if let Some(phone) = &customer.phone
        && !digits(phone.strip_prefix('+').unwrap_or(phone), 7, 15)
    {
        let says = "expected 7 to 15 digits with country code like \"+79991234567\"";
        return Err(Error::invalid(at("phone"), says));
    }
    check_text(&at("name"), &customer.name, 256)?;
    check_text(&at("address"), &customer.address, 256)?;
    check_text(&at("document_number"), &customer.document_number, 64)?;
    check_inn(&at("inn"), &customer.inn)?;
    check_digits(&at("citizenship"), &customer.citizenship, 3)?;
    check_digits(&at("document_code"), &customer.document_code, 2)?;
    if customer.birth_date.is_some() && customer.birth_day().is_none() {
        return Err(Error::invalid(at("birth_date"), "expected a date like \"1990-12-31\""));
    }
    check_identity(customer)
}

/// Whoever is named at all must be identified: by INN, or by birth date and document.
fn check_identity(customer: &Customer) -> Result<(), Error> {
    let Customer { name, inn, birth_date, citizenship, document_code, document_number, .. } =
        customer;
    let named = [name, birth_date, citizenship, document_code, document_number]
        .into_iter()
        .any(Option::is_some);
    let document = [birth_date, document_code, document_number].into_iter().all(Option::is_some);
    if named && inn.is_none() && !document {
        let says = "required for a buyer who is named, or birth_date, document_code and \
                    document_number";
        return Err(Error::invalid("receipt.customer.inn", says));
    }
    Ok(())
}

impl Customer {
    /// The birth date, day first: `31.12.1990`.
    pub fn birth_day(&self) -> Option<String> {
        use time::macros::format_description;
        let given = format_description!("[year]-[month]-[day]");
        let date = time::Date::parse(self.birth_date.as_deref()?, given).ok()?;
        date.format(format_description!("[day].[month].[year]")).ok()
    }
}

/// The seller; `at` is where it was given.
pub fn check_company(at: &str, company: &Company) -> Result<(), Error> {
    check_inn(&format!("{at}.inn"), &company.inn)?;
    check_email(&format!("{at}.email"), &company.email)?;
    check_text(&format!("{at}.payment_address"), &company.payment_address, 256)
}

/// The texts of a position; `path` completes a field's name to its path.
pub fn check_position(position: &Position, path: &dyn Fn(&str) -> String) -> Result<(), Error> {
    limit(&path("name"), &position.name, 128)?;
    check_text(&path("unit"), &position.unit, 16)?;
    check_text(&path("code"), &position.code, 100)?;
    check_text(&path("customs_declaration"), &position.customs_declaration, 32)?;
    check_text(&path("user_data"), &position.user_data, 64)?;
    check_digits(&path("country"), &position.country, 3)?;
    if let Some(agent) = &position.agent {
        check_agent(agent, path)?;
    }
    if let Some(supplier) = &position.supplier {
        check_supplier(supplier, path)?;
    }
    Ok(())
}

fn check_agent(agent: &Agent, path: &dyn Fn(&str) -> String) -> Result<(), Error> {
    check_text(&path("agent.operation"), &agent.operation, 24)?;
    check_phones(&path("agent.phones"), &agent.phones)?;
    check_phones(&path("agent.operator_phones"), &agent.operator_phones)?;
    let Some(operator) = &agent.transfer_operator else { return Ok(()) };
    let at = |name: &str| path(&format!("agent.transfer_operator.{name}"));
    check_text(&at("name"), &operator.name, 256)?;
    check_text(&at("address"), &operator.address, 256)?;
    check_inn(&at("inn"), &operator.inn)?;
    check_phones(&at("phones"), &operator.phones)
}

fn check_supplier(supplier: &Supplier, path: &dyn Fn(&str) -> String) -> Result<(), Error> {
    check_text(&path("supplier.name"), &supplier.name, 256)?;
    check_inn(&path("supplier.inn"), &supplier.inn)?;
    check_phones(&path("supplier.phones"), &supplier.phones)
}

/// A text that is given is not empty, one line, and of that many characters at most.
pub fn limit(field: &str, text: &str, most: usize) -> Result<(), Error> {
    let length = text.chars().count();
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return Err(Error::invalid(field, "expected a line of text"));
    }
    if length > most {
        let says = format!("expected at most {most} characters, got {length}");
        return Err(Error::invalid(field, says));
    }
    Ok(())
}

fn check_text(field: &str, text: &Option<String>, most: usize) -> Result<(), Error> {
    text.as_deref().map_or(Ok(()), |text| limit(field, text, most))
}

fn check_email(field: &str, email: &Option<String>) -> Result<(), Error> {
    let Some(email) = email else { return Ok(()) };
    limit(field, email, 64)?;
    let sides = email.split_once('@');
    let fits =
        sides.is_some_and(|(who, host)| !who.is_empty() && !host.is_empty() && !host.contains('@'));
    if !fits || email.contains([' ', ',', ';']) {
        return Err(Error::invalid(field, "expected one address like \"buyer@mail.example\""));
    }
    Ok(())
}

fn check_inn(field: &str, inn: &Option<String>) -> Result<(), Error> {
    match inn {
        Some(inn) if !digits(inn, 10, 10) && !digits(inn, 12, 12) => {
            Err(Error::invalid(field, "expected 10 or 12 digits"))
        }
        _ => Ok(()),
    }
}

fn check_digits(field: &str, text: &Option<String>, count: usize) -> Result<(), Error> {
    match text {
        Some(text) if !digits(text, count, count) => {
            Err(Error::invalid(field, format!("expected {count} digits")))
        }
        _ => Ok(()),
    }
}

fn check_phones(field: &str, phones: &[String]) -> Result<(), Error> {
    for (index, phone) in phones.iter().enumerate() {
        if !digits(phone.strip_prefix('+').unwrap_or(phone), 1, 18) {
            let says = "expected digits with country code like \"+74957444401\"";
            return Err(Error::invalid(format!("{field}.{index}"), says));
        }
    }
    Ok(())
}

/// Whether a text is made of that many ASCII digits.
pub fn digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
