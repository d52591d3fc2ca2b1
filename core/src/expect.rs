//! What the shop expected, held against what the gateway says. This is where a buyer who returns
//! with another order's id, and a payment of another sum, end.

use serde::Deserialize;

use crate::error::Error;
use crate::money::{Amount, Currency};
use crate::payment::{Payment, Status};

/// What was registered, from the shop's own table of attempts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// The gateway's id that was stored.
    pub id: Option<String>,
    /// The number of this attempt.
    pub order_number: Option<String>,
    /// Decimal text.
    pub amount: Option<String>,
    /// Letters of ISO 4217.
    pub currency: Option<String>,
    /// Whether a hold was asked for.
    pub hold: Option<bool>,
    /// What the payment is for, if not for money.
    pub purpose: Option<Purpose>,
    /// Set by the flows: money that cannot be compared is no money.
    #[serde(skip)]
    pub strict: bool,
}

/// What a payment is for, if not for money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A check of the card for zero: it ends `verified`.
    Verification,
}

/// An expectation that was read and found sound.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    id: Option<String>,
    order_number: Option<String>,
    amount: Option<Amount>,
    currency: Option<Currency>,
    /// Whether a hold was asked for; null where the caller did not say.
    pub hold: Option<bool>,
    /// Whether a check for zero was asked for.
    pub verification: bool,
    test_mode: Option<bool>,
    /// No money without a comparison: order number, amount and currency must all be told.
    strict: bool,
}

impl Expect {
    /// Checks the expectation itself. `test_mode` is the setting: whether test money is expected.
    pub fn read(&self, test_mode: Option<bool>) -> Result<Expected, Error> {
        let currency = match &self.currency {
            Some(code) => Some(currency("expect.currency", code)?),
            None => None,
        };
        let amount = match (&self.amount, currency) {
            (Some(text), Some(currency)) => Some(
                Amount::parse(text, currency)
                    .map_err(|says| Error::invalid("expect.amount", says))?,
            ),
            (Some(_), None) => {
                return Err(Error::invalid("expect.currency", "required beside expect.amount"));
            }
            (None, _) => None,
        };
        Ok(Expected {
            id: self.id.clone(),
            order_number: self.order_number.clone(),
            amount,
            currency,
            hold: self.hold,
            verification: self.purpose == Some(Purpose::Verification),
            test_mode,
            strict: self.strict,
        })
    }

    /// For the flows: an expectation without a sum would let any sum pass.
    pub fn require(&self) -> Result<(), Error> {
        for (field, given) in [
            ("expect.order_number", self.order_number.is_some()),
            ("expect.amount", self.amount.is_some()),
            ("expect.currency", self.currency.is_some()),
        ] {
            if !given {
                return Err(Error::invalid(field, "required: say what was registered"));
            }
        }
        Ok(())
    }
}

/// Reads a currency by its letters.
pub fn currency(field: &str, code: &str) -> Result<Currency, Error> {
    Currency::from_code(code)
        .ok_or_else(|| Error::invalid(field, "expected letters of ISO 4217 like \"RUB\""))
}

/// Reads the amount of a common request; zero, which a gateway may take for "all", is refused.
pub fn positive(amount: &str, currency: Currency) -> Result<Amount, Error> {
    let amount = Amount::parse(amount, currency).map_err(|says| Error::invalid("amount", says))?;
    match amount.minor {
        0 => Err(Error::invalid("amount", "expected more than zero")),
        _ => Ok(amount),
    }
}

impl Expected {
    /// What was registered, where the caller said it.
    pub fn amount(&self) -> Option<Amount> {
        self.amount
    }

    /// Compares, notes in `checked` what could be compared, and settles what only the expectation
    /// can: whether a sum is enough, and whether a check for zero passed. The error's reason is the
    /// name of what differed; the caller adds the payment.
    pub fn check(&self, payment: &mut Payment) -> Result<(), Error> {
        if payment.status == Status::NotFound {
            return Ok(());
        }
        let mut differs = None;
        let mut compare = |name, same: Option<bool>| {
            let Some(same) = same else { return };
            payment.checked.push(name);
            if !same && differs.is_none() {
                differs = Some(name);
            }
        };
        compare("id", both(&self.id, &payment.id));
        compare("order_number", both(&self.order_number, &payment.order_number));
        compare("currency", both(&self.currency, &payment.currency));
        compare("amount", both(&self.amount, &payment.amount));
        compare("test", both(&self.test_mode, &payment.test));
        if let Some(name) = differs {
            let message = format!("{name}: the payment is authentic, but not the one expected");
            return Err(Error::mismatch(name, message));
        }
        self.apply(payment);
        // Nothing was to be paid, and nobody asked for a check: whatever it is, it is no payment.
        if payment.status == Status::Paid && payment.amount.is_some_and(|sum| sum.minor == 0) {
            payment.status = Status::Unknown;
            payment.reason = Some("nothing_captured");
        }
        let compared = |name| payment.checked.contains(&name);
        let sum = compared("amount") || self.is_less(payment);
        let all = compared("order_number") && compared("currency") && sum;
        // What the id alone proves is a hold at the most.
        let by_id = payment.bound_by_id && payment.status == Status::Authorized;
        if self.strict && !all && !by_id && payment.status.moved_money() {
            payment.status = Status::Unknown;
            payment.reason = Some("not_comparable");
        }
        Ok(())
    }

    /// Where the sum that was registered is not told: less than that was taken of a hold, or has come
    /// so far, which is data.
    fn is_less(&self, payment: &Payment) -> bool {
        let may_be_less = self.hold == Some(true) || payment.status == Status::PartiallyPaid;
        let pair = self.amount.zip(payment.captured);
        let less = pair
            .is_some_and(|(all, part)| all.currency == part.currency && part.minor <= all.minor);
        may_be_less && payment.amount.is_none() && less
    }

    /// Settles what only the expectation can.
    pub fn apply(&self, payment: &mut Payment) {
        let nothing = |amount: Option<Amount>| amount.is_some_and(|amount| amount.minor == 0);
        let zero = nothing(payment.amount);
        if self.verification && zero && payment.reason.is_none() {
            // A check for zero ends reversed; one that stores a card may end as taken.
            if matches!(payment.status, Status::Cancelled | Status::Paid) {
                payment.status = Status::Verified;
            }
            return;
        }
        // In one stage `paid` needs what was expected; after a hold the captured part is data.
        // What operations hint at may not make a part the whole.
        let held = self.hold.unwrap_or(payment.held && !self.strict);
        let asked = self.amount.or(payment.amount).map(|amount| amount.minor);
        let taken = payment.captured.map(|amount| amount.minor);
        let short = both(&taken, &asked).is_some() && taken < asked;
        match payment.status {
            Status::Paid | Status::PartiallyPaid if taken == Some(0) && !zero => {
                payment.status = Status::Unknown;
                payment.reason = Some("nothing_captured");
            }
            Status::Paid if !held && short => payment.status = Status::PartiallyPaid,
            Status::PartiallyPaid if held && !payment.in_part => payment.status = Status::Paid,
            _ => {}
        }
    }
}

fn both<T: PartialEq>(expected: &Option<T>, given: &Option<T>) -> Option<bool> {
    Some(expected.as_ref()? == given.as_ref()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(captured: u64) -> Payment {
        let rouble = Currency::from_code("RUB").unwrap();
        let mut payment = Payment::new("rbs", Status::Paid);
        payment.id = Some("id".into());
        payment.order_number = Some("A-1".into());
        payment.currency = Some(rouble);
        payment.amount = Some(Amount { minor: 100_000, currency: rouble });
        payment.captured = Some(Amount { minor: captured, currency: rouble });
        payment
    }

    fn expect(change: impl FnOnce(&mut Expect)) -> Expected {
        let mut expect = Expect {
            id: Some("id".into()),
            order_number: Some("A-1".into()),
            amount: Some("1000.00".into()),
            currency: Some("RUB".into()),
            hold: Some(false),
            purpose: None,
            strict: false,
        };
        change(&mut expect);
        expect.read(None).unwrap()
    }

    #[test]
    fn what_differs_is_named() {
        type Change = fn(&mut Expect);
        let cases: [(Change, &str); 4] = [
            (|e| e.id = Some("other".into()), "id"),
            (|e| e.order_number = Some("A-2".into()), "order_number"),
            (|e| e.amount = Some("1000.01".into()), "amount"),
            (|e| e.currency = Some("USD".into()), "currency"),
        ];
        for (change, name) in cases {
            assert_eq!(expect(change).check(&mut paid(100_000)).unwrap_err().reason, name);
        }
        let mut payment = paid(100_000);
        expect(|_| ()).check(&mut payment).unwrap();
        assert_eq!(payment.checked, ["id", "order_number", "currency", "amount"]);
        assert_eq!(payment.status, Status::Paid);
    }

    #[test]
    fn less_than_expected_is_partial_in_one_stage_and_data_after_a_hold() {
        let mut payment = paid(60_000);
        expect(|_| ()).check(&mut payment).unwrap();
        assert_eq!(payment.status, Status::PartiallyPaid);
        expect(|e| e.hold = Some(true)).check(&mut payment).unwrap();
        assert_eq!(payment.status, Status::Paid);
    }

    #[test]
    fn what_was_taken_of_a_hold_stands_for_the_sum_that_is_not_told() {
        let less = |change: fn(&mut Payment), hold| {
            let mut payment = paid(60_000);
            payment.amount = None;
            change(&mut payment);
            let expected = expect(|e| (e.strict, e.hold) = (true, Some(hold)));
            expected.check(&mut payment).unwrap();
            payment.status
        };
        assert_eq!(less(|_| (), true), Status::Paid);
        // Without a hold it is a part, and a part says so by itself.
        assert_eq!(less(|_| (), false), Status::PartiallyPaid);
        let more = |payment: &mut Payment| payment.captured = paid(100_001).captured;
        assert_eq!(less(more, true), Status::Unknown);
        assert_eq!(less(|payment| payment.captured = None, true), Status::Unknown);
        assert_eq!(less(|payment| payment.order_number = None, true), Status::Unknown);
        // What the gateway calls a part stays one, hold or not.
        let part = |payment: &mut Payment| {
            (payment.status, payment.in_part) = (Status::PartiallyPaid, true);
        };
        assert_eq!(less(part, true), Status::PartiallyPaid);
    }

    #[test]
    fn test_money_on_a_live_shop_is_a_mismatch() {
        let mut payment = paid(100_000);
        payment.test = Some(true);
        let expected = Expect::default().read(Some(false)).unwrap();
        assert_eq!(expected.check(&mut payment).unwrap_err().reason, "test");
    }

    #[test]
    fn a_verification_ends_verified() {
        let zero = |amount: &mut Payment| {
            amount.amount = amount.captured;
            amount.status = Status::Cancelled;
        };
        let expected = expect(|e| {
            e.purpose = Some(Purpose::Verification);
            e.amount = Some("0.00".into());
        });
        let mut payment = paid(0);
        zero(&mut payment);
        expected.check(&mut payment).unwrap();
        assert_eq!(payment.status, Status::Verified);
        // Closed by the shop before any card was seen.
        let mut payment = paid(0);
        zero(&mut payment);
        payment.reason = Some("cancelled_by_merchant");
        expected.check(&mut payment).unwrap();
        assert_eq!(payment.status, Status::Cancelled);
    }

    #[test]
    fn money_that_cannot_be_compared_is_no_money_for_a_flow() {
        let strict = expect(|e| e.strict = true);
        let mut payment = paid(100_000);
        payment.amount = None;
        strict.check(&mut payment).unwrap();
        assert_eq!((payment.status, payment.reason), (Status::Unknown, Some("not_comparable")));
        let mut payment = paid(0);
        strict.check(&mut payment).unwrap();
        assert_eq!(payment.reason, Some("nothing_captured"));
    }
}
