//! The words of a receipt with their numbers in the tags of the fiscal data format. Where a
//! gateway has numbers of its own, its folder says which.

use serde::{Deserialize, Serialize};

/// How the seller is taxed (tag 1055).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxSystem {
    /// General.
    Osn,
    /// Simplified, income.
    UsnIncome,
    /// Simplified, income less expenses.
    UsnIncomeOutcome,
    /// Imputed income (abolished in 2021).
    Envd,
    /// Agricultural.
    Esn,
    /// Patent.
    Patent,
}

/// The rate of value-added tax in a position's price (tag 1199). `20/120` is the calculated rate,
/// for prepayments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Vat {
    /// Not taxed.
    #[serde(rename = "none")]
    None,
    /// 0 %
    #[serde(rename = "0")]
    Zero,
    /// 5 %
    #[serde(rename = "5")]
    Five,
    /// 7 %
    #[serde(rename = "7")]
    Seven,
    /// 10 %
    #[serde(rename = "10")]
    Ten,
    /// 18 %, of before 2019.
    #[serde(rename = "18")]
    Eighteen,
    /// 20 %
    #[serde(rename = "20")]
    Twenty,
    /// 22 %, from 2026.
    #[serde(rename = "22")]
    TwentyTwo,
    /// 5/105
    #[serde(rename = "5/105")]
    FiveOf105,
    /// 7/107
    #[serde(rename = "7/107")]
    SevenOf107,
    /// 10/110
    #[serde(rename = "10/110")]
    TenOf110,
    /// 18/118, of before 2019.
    #[serde(rename = "18/118")]
    EighteenOf118,
    /// 20/120
    #[serde(rename = "20/120")]
    TwentyOf120,
    /// 22/122, from 2026.
    #[serde(rename = "22/122")]
    TwentyTwoOf122,
}

/// How far a position is paid for (tag 1214).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    /// All of it before it is handed over.
    FullPrepayment = 1,
    /// A part before it is handed over.
    Prepayment,
    /// Before it is known what will be bought.
    Advance,
    /// All of it as it is handed over.
    FullPayment,
    /// A part as it is handed over, the rest on credit.
    PartialPayment,
    /// Handed over on credit.
    Credit,
    /// A payment of such a credit.
    CreditPayment,
}

impl PaymentMethod {
    /// The number in tag 1214.
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// What a position is (tag 1212).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are the names of the tag's values")]
pub enum PaymentObject {
    Commodity,
    Excise,
    Job,
    Service,
    GamblingBet,
    GamblingPrize,
    Lottery,
    LotteryPrize,
    IntellectualActivity,
    Payment,
    AgentCommission,
    /// Several things in one, in the format 1.05.
    Composite,
    /// A fine, a reward, a bonus.
    Award,
    Another,
    PropertyRight,
    NonOperatingGain,
    InsurancePremium,
    SalesTax,
    ResortFee,
    Deposit,
    Expense,
    PensionInsuranceIp,
    PensionInsurance,
    MedicalInsuranceIp,
    MedicalInsurance,
    SocialInsurance,
    CasinoPayment,
    CashWithdrawal,
    /// Excise goods that must be marked, the mark missing or spoilt.
    ExciseWithoutCode,
    /// Excise goods with their mark.
    ExciseWithCode,
    /// Goods that must be marked, the mark missing or spoilt.
    MarkedWithoutCode,
    /// Goods with their mark.
    MarkedWithCode,
}

impl PaymentObject {
    /// The number in tag 1212.
    pub fn code(self) -> u8 {
        use PaymentObject::*;
        match self {
            Commodity => 1,
            Excise => 2,
            Job => 3,
            Service => 4,
            GamblingBet => 5,
            GamblingPrize => 6,
            Lottery => 7,
            LotteryPrize => 8,
            IntellectualActivity => 9,
            Payment => 10,
            AgentCommission => 11,
            Composite | Award => 12,
            Another => 13,
            PropertyRight => 14,
            NonOperatingGain => 15,
            InsurancePremium => 16,
            SalesTax => 17,
            ResortFee => 18,
            Deposit => 19,
            Expense => 20,
            PensionInsuranceIp => 21,
            PensionInsurance => 22,
            MedicalInsuranceIp => 23,
            MedicalInsurance => 24,
            SocialInsurance => 25,
            CasinoPayment => 26,
            CashWithdrawal => 27,
            ExciseWithoutCode => 30,
            ExciseWithCode => 31,
            MarkedWithoutCode => 32,
            MarkedWithCode => 33,
        }
    }

    /// Whether the goods bear a mark that must stand in the receipt; none where they need none.
    pub fn marked(self) -> Option<bool> {
        match self {
            PaymentObject::ExciseWithCode | PaymentObject::MarkedWithCode => Some(true),
            PaymentObject::ExciseWithoutCode | PaymentObject::MarkedWithoutCode => Some(false),
            _ => None,
        }
    }
}

/// What a quantity counts (tag 2108).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are the names of the units")]
pub enum Measure {
    Piece,
    Gram,
    Kilogram,
    Tonne,
    Centimetre,
    Decimetre,
    Metre,
    SquareCentimetre,
    SquareDecimetre,
    SquareMetre,
    Millilitre,
    Litre,
    CubicMetre,
    KilowattHour,
    Gigacalorie,
    Day,
    Hour,
    Minute,
    Second,
    Kilobyte,
    Megabyte,
    Gigabyte,
    Terabyte,
    Other,
}

impl Measure {
    /// The number in tag 2108.
    pub fn code(self) -> u8 {
        self.row().0
    }

    /// The usual abbreviation, for the free text of the format 1.05 (tag 1197).
    pub fn short(self) -> Option<&'static str> {
        Some(self.row().1).filter(|text| !text.is_empty())
    }

    fn row(self) -> (u8, &'static str) {
        use Measure::*;
        match self {
            Piece => (0, "шт"),
            Gram => (10, "г"),
            Kilogram => (11, "кг"),
            Tonne => (12, "т"),
            Centimetre => (20, "см"),
            Decimetre => (21, "дм"),
            Metre => (22, "м"),
            SquareCentimetre => (30, "кв. см"),
            SquareDecimetre => (31, "кв. дм"),
            SquareMetre => (32, "кв. м"),
            Millilitre => (40, "мл"),
            Litre => (41, "л"),
            CubicMetre => (42, "куб. м"),
            KilowattHour => (50, "кВт*ч"),
            Gigacalorie => (51, "Гкал"),
            Day => (70, "сутки"),
            Hour => (71, "час"),
            Minute => (72, "мин"),
            Second => (73, "с"),
            Kilobyte => (80, "Кбайт"),
            Megabyte => (81, "Мбайт"),
            Gigabyte => (82, "Гбайт"),
            Terabyte => (83, "Тбайт"),
            Other => (255, ""),
        }
    }
}

/// What kind of agent sells for somebody else (tag 1222).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are the law's")]
pub enum AgentType {
    BankPayingAgent = 1,
    BankPayingSubagent,
    PayingAgent,
    PayingSubagent,
    Attorney,
    CommissionAgent,
    Another,
}

impl AgentType {
    /// Its place in the list, from 1: the bit of tag 1222 plus one.
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// What a sum of the receipt is paid with (tags 1081, 1215, 1216, 1217).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaidWith {
    /// This payment: card, SBP.
    Cashless,
    /// An advance or a prepayment of before.
    Prepayment,
    /// Credit: paid later.
    Credit,
    /// Something given in exchange.
    Counter,
}
