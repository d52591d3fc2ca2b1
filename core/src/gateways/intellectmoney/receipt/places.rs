//! What the gateway documents no place for is refused: left out in silence, the receipt would be
//! wrong. Numbers of the shop's own (`id`, `code`) are printed on none and stay with the shop.

use crate::error::Error;
use crate::receipt::build::at_position;
use crate::receipt::{Agent, Measure, Position, Receipt};

pub fn refuse_what_has_none(receipt: &Receipt) -> Result<(), Error> {
    let customer = &receipt.customer;
    let company = receipt.company.as_ref();
    let given = [
        ("customer.name", customer.name.is_some()),
        ("customer.inn", customer.inn.is_some()),
        ("customer.birth_date", customer.birth_date.is_some()),
        ("customer.citizenship", customer.citizenship.is_some()),
        ("customer.document_code", customer.document_code.is_some()),
        ("customer.document_number", customer.document_number.is_some()),
        ("customer.address", customer.address.is_some()),
        ("company.email", company.is_some_and(|company| company.email.is_some())),
        ("company.payment_address", company.is_some_and(|c| c.payment_address.is_some())),
        ("cashier", receipt.cashier.is_some()),
        ("check_attribute", receipt.check_attribute.is_some()),
        ("user_attribute", receipt.user_attribute.is_some()),
    ];
    if let Some((name, _)) = given.iter().find(|(_, given)| *given) {
        let says = "this gateway documents no place for it; if its support named one, use extra";
        return Err(Error::invalid(format!("receipt.{name}"), says));
    }
    receipt.positions.iter().enumerate().try_for_each(|(index, one)| position(one, index))
}

fn position(position: &Position, index: usize) -> Result<(), Error> {
    let given = [
        // Pieces are what every quantity counts that says nothing else.
        ("measure", position.measure.is_some_and(|measure| measure != Measure::Piece)),
        ("unit", position.unit.is_some()),
        ("vat_amount", position.vat_amount.is_some()),
        ("agent", position.agent.as_ref().is_some_and(has_details)),
        ("marking", position.marking.is_some()),
        ("country", position.country.is_some()),
        ("customs_declaration", position.customs_declaration.is_some()),
        ("excise", position.excise.is_some()),
        ("user_data", position.user_data.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some(("agent", _)) => {
            let says = "this gateway documents a place for the type alone; if its support named \
                        one for the rest, use attributes";
            Err(at_position(index, "agent", says))
        }
        Some((name, _)) => {
            let says = "this gateway documents no place for it; if its support named one, use \
                        attributes";
            Err(at_position(index, name, says))
        }
        None => Ok(()),
    }
}

/// Whether an agent says more than what kind he is.
fn has_details(agent: &Agent) -> bool {
    agent.operation.is_some()
        || agent.transfer_operator.is_some()
        || !agent.phones.is_empty()
        || !agent.operator_phones.is_empty()
}
