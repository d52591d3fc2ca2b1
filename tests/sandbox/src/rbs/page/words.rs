//! Texts of the pages, and money as a buyer reads it.

use std::collections::BTreeMap;

/// Texts by name: Russian, and English for everyone else.
pub fn words(language: &str) -> BTreeMap<String, &'static str> {
    let russian = language == "ru";
    TEXTS
        .iter()
        .map(|(name, english, native)| {
            ((*name).to_owned(), if russian { *native } else { *english })
        })
        .collect()
}

const TEXTS: &[(&str, &str, &str)] = &[
    ("title", "Payment", "Оплата заказа"),
    ("sandbox", "Sandbox: no money moves here", "Песочница: деньги здесь не движутся"),
    ("order", "Order", "Заказ"),
    ("pan", "Card number", "Номер карты"),
    ("month", "Month", "Месяц"),
    ("year", "Year", "Год"),
    ("cvc", "Security code (CVC)", "Код безопасности (CVC)"),
    ("holder", "Name on the card", "Имя на карте"),
    ("pay", "Pay", "Оплатить"),
    ("refused", "The payment was declined", "Платёж отклонён"),
    ("attempts", "Attempts left", "Осталось попыток"),
    ("fault_pan", "Check the card number", "Проверьте номер карты"),
    ("fault_expiry", "Check the expiry date", "Проверьте срок действия"),
    ("fault_cvc", "Check the security code", "Проверьте код безопасности"),
    ("acs", "Confirmation by your bank", "Подтверждение вашим банком"),
    ("code", "Code from the message", "Код из сообщения"),
    ("confirm", "Confirm", "Подтвердить"),
    ("cancel", "Cancel", "Отменить"),
    ("go_on", "Continue", "Продолжить"),
    ("store", "Remember this card", "Запомнить карту"),
    ("error", "This page is closed", "Страница недоступна"),
    ("expired", "The time for the payment is over.", "Время оплаты истекло."),
    ("declined", "The order was declined.", "Заказ отклонён."),
    ("processed", "The order has already been processed.", "Заказ уже обработан."),
    ("sbp", "Payment by SBP", "Оплата через СБП"),
    ("refuse", "Give up", "Отказаться"),
    ("sbp_confirm", "Agree, the money comes later", "Согласиться, деньги придут позже"),
    ("bank_refuses", "Refused by the bank", "Отказ банка"),
    ("sbp_confirmed", "The bank is sending the money", "Банк отправляет деньги"),
    ("podeli", "Payment in four parts", "Оплата четырьмя частями"),
    ("paylate", "Instalments by PayLate", "Рассрочка PayLate"),
    ("gazprompay", "Gazprom Pay", "Газпром Pay"),
    ("sberpay", "SberPay", "SberPay"),
    ("mirpay", "Mir Pay", "Mir Pay"),
    ("transfer", "Transfer", "Перевод"),
    ("leave", "Leave", "Уйти"),
    ("approve", "Approve", "Одобрить"),
    ("amount", "Amount, roubles", "Сумма, рублей"),
    ("fault_field", "Check the field", "Проверьте поле"),
    ("inactive", "This link does not work now.", "Ссылка сейчас не работает."),
    ("done", "Thank you", "Спасибо"),
    ("fail", "Pay, and be refused by the bank", "Оплатить и получить отказ банка"),
    ("hold", "Pay, and be held only", "Только заблокировать деньги"),
    ("unknown", "There is no such order.", "Заказ не найден."),
];

/// `20.00 EUR` from minor units and a numeric code.
pub fn money(amount: i64, currency: &str) -> String {
    let (name, digits) = match currency {
        "643" | "810" => ("RUB", 2),
        "978" => ("EUR", 2),
        "840" => ("USD", 2),
        "392" => ("JPY", 0),
        "410" => ("KRW", 0),
        "704" => ("VND", 0),
        "048" => ("BHD", 3),
        "414" => ("KWD", 3),
        "788" => ("TND", 3),
        other => (other, 2),
    };
    let text = format!("{amount:0>width$}", width = digits + 1);
    let (whole, part) = text.split_at(text.len().saturating_sub(digits));
    if digits == 0 { format!("{whole} {name}") } else { format!("{whole}.{part} {name}") }
}
