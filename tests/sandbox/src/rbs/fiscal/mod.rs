//! 54-FZ: the cart of an order, what of it was captured and given back, and the receipts
//! (`docs/gateways/rbs.md`, Receipts).

mod attributes;
pub mod buyer;
pub mod cart;
pub mod positions;
pub mod receipts;

use cart::Line;
use receipts::Receipt;

/// Which kind of free-sum refund an order has seen; it forbids the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RawLock {
    /// None yet.
    #[default]
    Open,
    /// Only free sums and positions from now on.
    Position,
    /// Only free sums from now on.
    Sum,
}

/// The fiscal side of an order.
#[derive(Clone, Debug, Default)]
pub struct Fiscal {
    /// Every movement with its positions; a merchant without fiscalisation is not shown them.
    pub receipts: Vec<Receipt>,
    /// Positions that the operation under way names.
    pub chosen: Option<Vec<Line>>,
    /// Kind of free-sum refunds.
    pub raw_lock: RawLock,
}
