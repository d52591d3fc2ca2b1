//! CRMs: where the deal stands that is paid. A CRM takes no money; it is told what became of it.

pub mod bitrix24;

use std::sync::Arc;

use self::bitrix24::Bitrix24;
use crate::error::Error;
use crate::fields::Fields;
use crate::settings::Common;

/// Opens the CRM of that name.
pub(crate) fn open(name: &str, common: &Common, own: &Fields) -> Result<Arc<Bitrix24>, Error> {
    match name {
        "bitrix24" => Ok(Arc::new(Bitrix24::open(common, own)?)),
        _ => Err(Error::invalid("service", "expected bitrix24")),
    }
}
