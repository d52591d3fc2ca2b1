//! The gateway's refusals (`docs/gateways/rbs.md`, Codes): a code and a text in the
//! buyer's language.

/// Why a call was refused. The code is what a client may branch on, the text is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The gateway's `errorCode`.
    pub code: u8,
    english: String,
    russian: String,
}

impl Refusal {
    /// A refusal with both texts.
    pub fn new(code: u8, english: impl Into<String>, russian: impl Into<String>) -> Self {
        Self { code, english: english.into(), russian: russian.into() }
    }

    /// The text in the language that the call asked for; Russian unless it is English.
    pub fn text(&self, language: &str) -> &str {
        if language.eq_ignore_ascii_case("en") { &self.english } else { &self.russian }
    }

    /// Number already used, and the order got somewhere.
    pub fn number_processed() -> Self {
        Self::new(
            1,
            "Order with this number has already been processed",
            "Заказ с таким номером уже обработан",
        )
    }

    /// Number already used, nobody paid.
    pub fn number_registered() -> Self {
        Self::new(
            1,
            "Order with this number was registered, but was not paid",
            "Заказ с таким номером был зарегистрирован, но не был оплачен",
        )
    }

    /// A number that cannot be one.
    pub fn bad_number() -> Self {
        Self::new(1, "Incorrect order number", "Неверный номер заказа")
    }

    /// Status without an id and without a number.
    pub fn order_expected() -> Self {
        Self::new(1, "Expected [orderId] or [orderNumber]", "Ожидается [orderId] или [orderNumber]")
    }

    /// Currency that the merchant cannot take.
    pub fn unknown_currency() -> Self {
        Self::new(3, "Unknown currency", "Неизвестная (запрещенная) валюта")
    }

    /// A mandatory parameter of registration that is absent or empty.
    pub fn missing(name: &str) -> Self {
        Self::new(
            4,
            format!("[{name}] is missing"),
            format!("Отсутствует обязательный параметр [{name}]"),
        )
    }

    /// Return URL that is not absolute.
    pub fn bad_return_url() -> Self {
        Self::new(4, "Incorrect return URL", "URL возврата некорректен")
    }

    /// A value out of its format or length, or an empty one outside registration.
    pub fn bad_value(name: &str) -> Self {
        Self::new(
            5,
            format!("[{name}] is incorrect"),
            format!("Неверно указано значение параметра [{name}]"),
        )
    }

    /// Wrong credentials, or an order of someone else.
    pub fn access_denied() -> Self {
        Self::new(5, "Access denied", "Доступ запрещён")
    }

    /// The merchant was told to change its password: nothing works until then.
    pub fn change_password() -> Self {
        Self::new(5, "The user must change his password", "Пользователь должен сменить свой пароль")
    }

    /// Unknown id.
    pub fn unknown_order() -> Self {
        Self::new(6, "Order not found", "Заказ не найден")
    }

    /// The order is not in a state for this.
    pub fn wrong_state() -> Self {
        Self::new(
            7,
            "The operation is impossible for current transaction state",
            "Операция невозможна для текущего состояния платежа",
        )
    }

    /// More than is held or captured, or less than the least deposit.
    pub fn wrong_amount(english: &str) -> Self {
        Self::new(7, english, "Неверная сумма операции")
    }

    /// A refund is under way; the next one must wait.
    pub fn refund_in_progress() -> Self {
        Self::new(7, "A refund of the order is in progress", "Возврат по заказу выполняется")
    }

    /// No such stored card, or not in a state for this.
    pub fn no_binding() -> Self {
        Self::new(2, "Binding not found", "Связка не найдена")
    }

    /// Mandatory parameters are 4 in registrations alone, 5 elsewhere.
    pub fn outside_registration(mut self) -> Self {
        if self.code == 4 {
            self.code = 5;
        }
        self
    }

    /// A right that the merchant has not got.
    pub fn no_privilege() -> Self {
        Self::new(13, "Merchant has no privilege for this payment", "Мерчант не имеет привилегии")
    }

    /// Features that are unknown or exclude each other.
    pub fn bad_features() -> Self {
        Self::new(14, "Features are specified incorrectly", "Features указаны некорректно")
    }
}
