//! `settle_deal`.

use super::asked::SettleDeal;
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields::{self, Fields};

pub fn settle_deal(session: &Session<'_>, given: &Fields) -> Result<Fields, Error> {
    let request: SettleDeal = fields::read(given)?;
    let _ = session.patient(request.timeout_ms)?;
    Err(Error::refused("not_supported", ""))
}
