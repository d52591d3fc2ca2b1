//! `link_payment`.

use super::asked::LinkPayment;
use super::payment::key;
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields::{self, Fields};

pub fn link_payment(session: &Session<'_>, given: &Fields) -> Result<Fields, Error> {
    let request: LinkPayment = fields::read(given)?;
    let _ = key(&request.payment.xml_id(request.xml_id.as_deref())?);
    let _ = request.payment.amount()?;
    let _ = session.patient(request.timeout_ms)?;
    Err(Error::refused("not_supported", ""))
}
