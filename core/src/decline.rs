//! Why a payment was refused, in one small set of words for every gateway: the word and `retry` are
//! for the shop, the text is for the buyer. Buyers are never told lost, stolen or fraud, nor anything
//! that hints at it: those reasons have the text of the plain decline.

use serde::Serialize;

/// One reason.
#[derive(Debug)]
pub struct Reason {
    /// The word, the same for ever.
    pub word: &'static str,
    /// What the shop may try next: `never` with this card again, `later` with the same card, or
    /// `other_means` (another card, corrected details, another way to pay). None where the try is not
    /// over: a new one could take the money twice.
    pub retry: Option<&'static str>,
    /// What the buyer may be told.
    pub buyer_text: BuyerText,
    /// What it means, for the shop.
    pub meaning: &'static str,
}

/// What the buyer may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BuyerText {
    /// In English.
    pub en: &'static str,
    /// In Russian.
    pub ru: &'static str,
}

const NEVER: Option<&str> = Some("never");
const LATER: Option<&str> = Some("later");
const OTHER_MEANS: Option<&str> = Some("other_means");
const NOT_OVER: Option<&str> = None;

/// The word where nothing more is proven.
pub const DECLINED: &str = "declined";

const PLAIN_TEXT: BuyerText = BuyerText {
    en: "The payment was declined. Please try another card or another way to pay.",
    ru: "Платёж отклонён. Попробуйте другую карту или другой способ оплаты.",
};

const PLAIN: Reason = Reason {
    word: DECLINED,
    retry: OTHER_MEANS,
    buyer_text: PLAIN_TEXT,
    meaning: "no more is said",
};

const fn reason(
    word: &'static str,
    retry: Option<&'static str>,
    meaning: &'static str,
    en: &'static str,
    ru: &'static str,
) -> Reason {
    Reason { word, retry, meaning, buyer_text: BuyerText { en, ru } }
}

/// A reason of which the buyer is told no more than that it was declined.
const fn silent(word: &'static str, meaning: &'static str) -> Reason {
    Reason { word, retry: NEVER, meaning, buyer_text: PLAIN_TEXT }
}

/// Every reason.
pub static REASONS: &[Reason] = &[
    PLAIN,
    reason(
        "insufficient_funds",
        LATER,
        "not enough money on the card",
        "There is not enough money on the card. Please top it up or use another card.",
        "На карте недостаточно средств. Пополните её или оплатите другой картой.",
    ),
    reason(
        "limit_exceeded",
        LATER,
        "a limit of sum or of tries, of the card, the bank or the gateway",
        "A limit for payments was reached. Please try later or use another card.",
        "Превышен лимит операций. Попробуйте позже или оплатите другой картой.",
    ),
    reason(
        "card_expired",
        OTHER_MEANS,
        "the card expired, or the expiry date is not its own",
        "The expiry date of the card has passed or is not right. Please check it or use another card.",
        "Срок действия карты истёк или указан неверно. Проверьте его или оплатите другой картой.",
    ),
    reason(
        "wrong_card_number",
        OTHER_MEANS,
        "no such card or account",
        "The card number was not accepted. Please check it or use another card.",
        "Номер карты не принят. Проверьте его или оплатите другой картой.",
    ),
    reason(
        "wrong_cvc",
        OTHER_MEANS,
        "the card's security code is wrong or missing",
        "The security code of the card was not accepted. Please check it and try again.",
        "Код CVC/CVV карты не принят. Проверьте его и попробуйте ещё раз.",
    ),
    reason(
        "wrong_card_data",
        OTHER_MEANS,
        "number, expiry date or security code; nobody says which",
        "The card details were not accepted. Please check the number, the expiry date and the code.",
        "Данные карты не приняты. Проверьте номер, срок действия и код CVC/CVV.",
    ),
    reason(
        "wrong_pin",
        OTHER_MEANS,
        "the PIN is wrong, or was wrong too often",
        "The PIN was not accepted. Please try another card or another way to pay.",
        "ПИН-код не принят. Попробуйте другую карту или другой способ оплаты.",
    ),
    reason(
        "three_ds_failed",
        OTHER_MEANS,
        "3-D Secure was not passed, or could not be done",
        "The bank did not confirm the payment. Please try again or use another card.",
        "Не удалось подтвердить платёж в банке. Попробуйте ещё раз или оплатите другой картой.",
    ),
    reason(
        "identity_check_needed",
        LATER,
        "the bank wants the buyer to confirm the payment (3-D Secure, PIN)",
        "The bank asks you to confirm the payment. Please pay again and confirm it.",
        "Банк просит подтвердить платёж. Повторите оплату и подтвердите её.",
    ),
    reason(
        "not_permitted_by_issuer",
        OTHER_MEANS,
        "the bank does not allow this kind of payment with this card",
        "This card cannot be used for this payment. Please use another card or another way to pay.",
        "Этой картой оплатить нельзя. Выберите другую карту или другой способ оплаты.",
    ),
    silent("card_blocked", "the card is blocked or to be taken in"),
    silent("lost_or_stolen", "the card was reported lost or stolen, or may be"),
    silent("fraud_suspected", "antifraud rules or a black list, of the bank or the gateway"),
    reason(
        "recurring_stopped",
        NEVER,
        "the buyer or the bank ended payments by the stored card",
        "Regular payments with this card have been stopped. Please pay in another way.",
        "Регулярные платежи по этой карте остановлены. Оплатите другим способом.",
    ),
    reason(
        "issuer_unavailable",
        LATER,
        "the bank or the way to it did not answer in time",
        "The bank does not answer now. Please try again later or use another card.",
        "Банк сейчас не отвечает. Попробуйте позже или оплатите другой картой.",
    ),
    reason(
        "technical",
        LATER,
        "an error of the bank, the network or the gateway",
        "The payment could not be processed. Please try again later.",
        "Платёж не удалось обработать. Попробуйте позже.",
    ),
    reason(
        "merchant_error",
        OTHER_MEANS,
        "the shop's request or its set-up at the bank is wrong: a person must look",
        "The payment cannot be made in this way now. Please pay in another way or ask the shop.",
        "Сейчас оплатить таким способом нельзя. Выберите другой способ или обратитесь в магазин.",
    ),
    reason(
        "duplicate",
        NEVER,
        "the same was asked or paid already: look for the first one",
        "This payment was already sent once. Please do not pay again before the shop has checked it.",
        "Этот платёж уже отправлялся. Не платите повторно, пока магазин его не проверит.",
    ),
    reason(
        "expired",
        LATER,
        "the time for the payment ran out, or the buyer left",
        "The time for the payment ran out. Please start again.",
        "Время на оплату истекло. Начните оплату заново.",
    ),
    reason(
        "cancelled_by_merchant",
        LATER,
        "the shop closed the payment",
        "The payment was cancelled by the shop.",
        "Платёж отменён магазином.",
    ),
    reason(
        "hold_expired",
        LATER,
        "the hold is too old to be captured",
        "The payment was not completed in time. Please pay again.",
        "Платёж не был завершён вовремя. Оплатите заново.",
    ),
    reason(
        "outcome_unknown",
        NOT_OVER,
        "the bank was asked and has not answered: it may have taken the money",
        "The bank has not answered yet. Please do not pay again now.",
        "Банк ещё не ответил. Пока не платите повторно.",
    ),
    reason(
        "in_progress",
        NOT_OVER,
        "not finished yet",
        "The payment is being processed. Please do not pay again now.",
        "Платёж обрабатывается. Пока не платите повторно.",
    ),
];

/// The reason of that word; of a word that is not in the set, what holds for a plain decline.
pub fn of(word: &str) -> &'static Reason {
    REASONS.iter().find(|reason| reason.word == word).unwrap_or(&PLAIN)
}

/// Whether the word says that the try is over and failed.
pub fn is_final(word: &str) -> bool {
    of(word).retry.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::{Attempt, Payment, Status};

    #[test]
    fn every_word_stands_once_and_is_found() {
        for (position, reason) in REASONS.iter().enumerate() {
            assert!(std::ptr::eq(of(reason.word), reason));
            let first = REASONS.iter().position(|other| other.word == reason.word);
            assert_eq!(first, Some(position), "{}", reason.word);
            assert!(matches!(reason.retry, None | Some("never" | "later" | "other_means")));
        }
        assert_eq!(of("a word of tomorrow").word, DECLINED);
    }

    #[test]
    fn a_try_that_is_not_over_is_not_to_be_repeated() {
        let open: Vec<_> =
            REASONS.iter().filter(|reason| !is_final(reason.word)).map(|r| r.word).collect();
        assert_eq!(open, ["outcome_unknown", "in_progress"]);
    }

    #[test]
    fn a_buyer_is_told_nothing_that_accuses() {
        let english = [
            "lost", "stolen", "steal", "theft", "fraud", "suspect", "suspic", "black", "block",
            "police", "secret", "restrict", "pick", "seiz", "risk", "illegal", "violat",
        ];
        let russian = [
            "утер",
            "потер",
            "краден",
            "украд",
            "краж",
            "похищ",
            "мошен",
            "подозр",
            "блок",
            "чёрн",
            "черн",
            "полиц",
            "изъя",
            "риск",
            "наруш",
            "антифрод",
            "ограничен",
        ];
        for reason in REASONS {
            let BuyerText { en, ru } = reason.buyer_text;
            let (low_en, low_ru) = (en.to_lowercase(), ru.to_lowercase());
            assert!(!english.iter().any(|word| low_en.contains(word)), "{en}");
            assert!(!russian.iter().any(|word| low_ru.contains(word)), "{ru}");
            assert!(en.is_ascii() && !ru.is_ascii() && en.ends_with('.') && ru.ends_with('.'));
        }
        for word in ["lost_or_stolen", "fraud_suspected", "card_blocked"] {
            assert_eq!((of(word).word, of(word).buyer_text), (word, of(DECLINED).buyer_text));
        }
    }

    #[test]
    fn a_decline_says_what_to_try_and_what_to_tell() {
        let fields = |status| {
            let mut payment = Payment::new("rbs", status);
            payment.reason = Some("lost_or_stolen");
            payment.into_fields("shop", false)
        };
        let declined = fields(Status::Declined);
        assert_eq!(
            (&declined["reason"], &declined["retry"]),
            (&"lost_or_stolen".into(), &"never".into())
        );
        assert_eq!(declined["buyer_text"]["en"], of(DECLINED).buyer_text.en);
        for status in [Status::Expired, Status::Cancelled, Status::Pending, Status::Paid] {
            assert!(fields(status)["retry"].is_null() && fields(status)["buyer_text"].is_null());
        }
        let open = Attempt::failed("in_progress");
        assert_eq!((open.status, open.retry), (Some("pending"), None));
        assert_eq!(Attempt::failed("wrong_cvc").status, Some("declined"));
    }
}
