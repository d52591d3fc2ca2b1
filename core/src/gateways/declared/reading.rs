//! What a message tells of a payment: its values, read exactly, from fields that may be believed.

use super::message::Message;
use super::schema::{Named, Pick, Reading, Word};
use super::shop::Shop;
use super::values::Values;
use crate::expect::currency;
use crate::money::{Amount, Currency};
use crate::payment::{Attempt, Payment, Status};
use crate::redact;
use crate::sum;

/// What was told.
#[derive(Default)]
pub struct Told {
    pub payment_id: Option<String>,
    pub order_id: Option<String>,
    /// Not checked yet.
    pub url: Option<String>,
    /// Gross.
    pub amount: Option<Amount>,
    pub net: Option<Amount>,
    pub currency: Option<Currency>,
    /// Where it stands; none where nothing is said, [`Word::Unknown`] for a word that the descriptor
    /// does not know.
    pub word: Option<Word>,
    pub captured: Option<Amount>,
    pub refunded: Option<Amount>,
    pub test: Option<bool>,
    pub method: Option<String>,
    pub card: Option<String>,
    pub rrn: Option<String>,
    pub code: Option<String>,
    pub text: Option<String>,
}

/// Reads a message.
pub struct Reader<'a> {
    pub shop: &'a Shop,
    pub message: &'a Message,
    /// Of an entry of a list: the message that it stands in.
    pub whole: Option<&'a Message>,
    /// Behind `{config.x}` and `{field.x}` of a reading.
    pub values: &'a Values<'a>,
    /// The words of this message before those of the descriptor.
    pub words: &'a Named<Word>,
    /// What amounts are read in where the message tells no currency: that of the order. It is not
    /// taken for told.
    pub order_currency: Option<Currency>,
    /// Whether a field may be believed: of a signed message what its signature covers.
    pub believed: &'a dyn Fn(&str) -> bool,
}

impl Reader<'_> {
    /// What is told. An amount or a currency that cannot be read is an error: the name of the value.
    pub fn read(&self, reading: &Reading) -> Result<Told, &'static str> {
        let currency = match self.text(&reading.currency)? {
            Some(code) => Some(currency_of(&code).ok_or("currency")?),
            None => self.only_currency(),
        };
        let unit = currency.or(self.order_currency);
        let amount = |name, pick: &Option<Pick>| self.amount(name, pick, unit);
        Ok(Told {
            payment_id: self.text(&reading.payment_id)?,
            order_id: self.text(&reading.order_id)?,
            url: self.text(&reading.url)?,
            amount: amount("amount", &reading.amount)?,
            net: amount("net", &reading.net)?,
            currency,
            word: self.text(&reading.status)?.map(|word| self.word(&word)),
            captured: amount("captured", &reading.captured)?,
            refunded: amount("refunded", &reading.refunded)?,
            test: self.text(&reading.test)?.and_then(|text| flag(&text)),
            method: self.text(&reading.method)?.map(|text| text.to_lowercase()),
            card: self.text(&reading.card)?.and_then(|text| redact::card(&text)),
            rrn: self.text(&reading.rrn)?,
            code: self.text(&reading.code)?,
            text: self.text(&reading.text)?.map(|text| redact::text(&text)),
        })
    }

    /// Where a word of the gateway's says that a payment stands.
    fn word(&self, said: &str) -> Word {
        let own = self.words.get(said);
        own.or_else(|| self.shop.descriptor.status_map.get(said)).copied().unwrap_or(Word::Unknown)
    }

    /// A value as text; empty is not told.
    fn text(&self, pick: &Option<Pick>) -> Result<Option<String>, &'static str> {
        let Some(pick) = pick else { return Ok(None) };
        let message = self.whole.filter(|_| pick.whole).unwrap_or(self.message);
        let text = match (&pick.at, &pick.value) {
            (Some(name), _) if (self.believed)(name) => message.text(name),
            (None, Some(template)) => {
                let fields = template.names().filter_map(|name| name.strip_prefix("field."));
                match fields.into_iter().all(|name| (self.believed)(name)) {
                    true => {
                        let filled = template.fill(&self.values.with(message));
                        filled.map_err(|_| "value")?.map(|text| text.to_string())
                    }
                    false => None,
                }
            }
            _ => None,
        };
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
        if let Some(pattern) = &pick.matches {
            return Ok(Some(pattern.matches(&text).to_string()));
        }
        pick.format.apply(&text).map(|text| Some(text.into_owned())).map_err(|_| "value")
    }

    fn amount(
        &self,
        name: &'static str,
        pick: &Option<Pick>,
        unit: Option<Currency>,
    ) -> Result<Option<Amount>, &'static str> {
        let (Some(text), Some(unit)) = (self.text(pick)?, unit) else { return Ok(None) };
        let minor = pick.as_ref().is_some_and(|pick| pick.minor);
        let read = match minor {
            true => {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                let minor = text.parse().ok().filter(|_| digits);
                minor.and_then(|minor| {
                    Amount { minor, currency: unit }.plus(Amount { minor: 0, currency: unit })
                })
            }
            false => sum::exact(&text, unit),
        };
        read.map(Some).ok_or(name)
    }

    /// The currency of a gateway, or of a shop at it, that knows no other.
    fn only_currency(&self) -> Option<Currency> {
        match self.shop.descriptor.order.currencies.as_slice() {
            [only] => currency_of(&only.text(self.values).ok()?),
            _ => None,
        }
    }
}

/// A currency by its letters in any case, or by its number.
fn currency_of(code: &str) -> Option<Currency> {
    match code.parse::<u16>() {
        Ok(number) => Currency::from_number(number),
        Err(_) => currency("", &code.to_ascii_uppercase()).ok(),
    }
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Some(true),
        "0" | "false" | "no" => Some(false),
        _ => None,
    }
}

impl Told {
    /// The payment, as far as it is told.
    pub fn payment(&self, shop: &Shop) -> Payment {
        let status = self.word.map_or(Status::Unknown, status);
        let mut payment = Payment::new(shop.descriptor.id.clone(), status);
        let id = if shop.named_by_order() { &self.order_id } else { &self.payment_id };
        payment.id.clone_from(id);
        payment.order_number.clone_from(&self.order_id);
        (payment.amount, payment.currency) = (self.amount, self.currency);
        (payment.captured, payment.refunded) = (self.captured, self.refunded);
        payment.test = self.test;
        payment.method.clone_from(&self.method);
        payment.rrn.clone_from(&self.rrn);
        payment.code.clone_from(&self.code);
        if self.card.is_some() {
            payment.card = Some(crate::payment::Card {
                number: self.card.clone(),
                ..crate::payment::Card::default()
            });
        }
        payment.fee = self.fee();
        match self.word {
            Some(Word::Authorized) => payment.authorized = self.amount,
            Some(Word::Paid | Word::Refunded | Word::PartiallyRefunded) => {
                self.given_back(&mut payment);
            }
            Some(Word::Disputed) => {
                payment.captured = self.captured.or(self.amount);
                payment.disputed = true;
            }
            _ => {}
        }
        if matches!(self.word, Some(Word::Failed | Word::Declined)) {
            payment.last_attempt = Some(Attempt {
                code: self.code.as_deref().map(redact::code),
                text: self.text.clone(),
                ..Attempt::failed(crate::decline::DECLINED)
            });
        }
        payment
    }

    /// What the gateway keeps of the gross sum.
    fn fee(&self) -> Option<Amount> {
        let (gross, net) = (self.amount?, self.net?);
        let minor = gross.minor.checked_sub(net.minor)?;
        Some(Amount { minor, currency: gross.currency })
    }

    /// Wholly or in part: the sums decide where they are told, else the word. There are gateways whose
    /// word stays the same after a refund.
    fn given_back(&self, payment: &mut Payment) {
        payment.captured = self.captured.or(self.amount);
        let Some(refunded) = self.refunded else { return };
        payment.status = match payment.captured {
            _ if refunded.minor == 0 && self.word == Some(Word::Paid) => Status::Paid,
            Some(captured) if refunded.minor > 0 && refunded.minor < captured.minor => {
                Status::PartiallyRefunded
            }
            Some(_) if refunded.minor > 0 => Status::Refunded,
            None if refunded.minor > 0 && self.word != Some(Word::Paid) => payment.status,
            // It went back, and nothing went back; or a part of nobody knows what.
            _ => Status::Unknown,
        };
        if payment.status == Status::Unknown {
            payment.reason = Some("refunded_amount_unknown");
        }
    }
}

fn status(word: Word) -> Status {
    match word {
        Word::Created | Word::Failed | Word::Check => Status::Created,
        Word::Pending => Status::Pending,
        Word::Authorized => Status::Authorized,
        Word::Paid | Word::Disputed => Status::Paid,
        Word::Declined => Status::Declined,
        Word::Expired => Status::Expired,
        Word::Cancelled => Status::Cancelled,
        Word::Refunded => Status::Refunded,
        Word::PartiallyRefunded => Status::PartiallyRefunded,
        Word::Unknown => Status::Unknown,
    }
}
