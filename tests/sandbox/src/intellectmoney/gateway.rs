//! Methods below `/intellectmoney/`: the body, who calls, the two signatures, the reply.

use super::ROOT;
use super::eshops::{Eshop, Level, Settings};
use super::fields::{self, Field, Fields};
use super::installation::Installation;
use super::reply::{self, Outcome, Refusal, Reply};
use super::signature::{md5, sha1, sha256, signed_text};
use super::{merchant, p2p, personal};
use crate::exchange::{Answer, Call};

/// How a shop's method is carried out.
pub type Act = fn(&mut Installation, &Eshop, &Fields) -> Reply;

/// Which keys a method is signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `Sign` and an MD5 `Hash`, by `EshopId`.
    Merchant,
    /// `Sign` alone, by `Login` or `UserToken`.
    Personal,
    /// `Sign` and a SHA-1 `hash`, by `formId`.
    P2p,
}

/// One method.
pub struct Method {
    /// As the documents print it; any case is served.
    pub path: &'static str,
    /// Signed fields, without the key (`signature::signed_text`).
    pub template: &'static str,
    /// Its fields.
    pub table: &'static [Field],
    /// Its keys.
    pub family: Family,
    /// The contract that it needs in a live currency.
    pub level: Level,
    /// Whether every contract may call it in the test currency.
    pub in_test: bool,
    /// What it does.
    pub act: Act,
}

impl Method {
    fn template_for(&self, settings: &Settings) -> &'static str {
        if self.path == CREATE_INVOICE && !settings.fail_url_signed {
            merchant::create_invoice::TEMPLATE_OF_PORTAL
        } else {
            self.template
        }
    }
}

const CREATE_INVOICE: &str = "merchant/createInvoice";

/// Every method.
pub const METHODS: &[Method] = &{
    use Family::{Merchant, P2p, Personal};
    use Level::{Basic, PciDss};
    use merchant::{cards, create_invoice, purchases, starts, state};
    use personal::{accounts, histories, payouts, schedules, tokens};
    let method = Method {
        path: "",
        template: "",
        table: &[],
        family: Merchant,
        level: Basic,
        in_test: false,
        act: create_invoice::create,
    };
    let personal = Method { family: Personal, ..method };
    let p2p = Method { family: P2p, ..method };
    [
        Method {
            path: CREATE_INVOICE,
            template: create_invoice::TEMPLATE,
            table: create_invoice::TABLE,
            in_test: true,
            ..method
        },
        Method {
            path: "merchant/bankCardPayment",
            template: "EshopId::InvoiceId::Pan::CardHolder::ExpiredMonth::ExpiredYear::Cvv::\
                       ReturnUrl::IpAddress",
            table: cards::PAYMENT,
            level: PciDss,
            in_test: true,
            act: cards::pay,
            ..method
        },
        Method {
            path: "merchant/activationPay",
            template: "EshopId::InvoiceId::ActivationAmount::Cvv",
            table: cards::ACTIVATION,
            level: PciDss,
            act: cards::activate,
            ..method
        },
        Method {
            path: "merchant/getBankCardPaymentState",
            template: "EshopId::InvoiceId",
            table: state::TABLE,
            in_test: true,
            act: state::read,
            ..method
        },
        starting("merchant/bnplPayment", starts::bnpl),
        starting("merchant/sbpPayment", starts::sbp),
        starting("merchant/gazpromPayPayment", starts::gazprom_pay),
        starting("merchant/sberPayPayment", starts::sber_pay),
        starting("merchant/mirpay/getlink", starts::mir_pay),
        Method {
            path: "merchant/purchaseToPaid",
            template: "EshopId::OrderId::'ToPaid'",
            table: purchases::TABLE,
            act: purchases::to_paid,
            ..method
        },
        Method {
            path: "merchant/purchaseToRefund",
            template: "EshopId::OrderId::'Refund'",
            table: purchases::TABLE,
            act: purchases::to_refund,
            ..method
        },
        Method {
            path: "merchant/getPurchaseInfo",
            template: "EshopId::InvoiceId",
            table: state::TABLE,
            in_test: true,
            act: purchases::info,
            ..method
        },
        Method {
            path: "personal/user/getUserToken",
            template: "::Login::Password::",
            table: tokens::TABLE,
            act: tokens::issue,
            ..personal
        },
        Method {
            path: "personal/payment/getInvoicesHistory",
            template: "UserToken::Skip::Take::EshopId::InvoiceId::DateFrom::DateTo::ChangeDateFrom::\
                       ChangeDateTo::IncludePaymentTransactions::IsHoldingSearch::OrganizationId::\
                       OwnerEmail::WithRefunds",
            table: histories::INVOICES,
            act: histories::invoices,
            ..personal
        },
        Method {
            path: "personal/payment/getPaymentsHistory",
            template: "UserToken::Skip::Take::EshopId::DateFrom::DateTo::PaymentTransactionId",
            table: histories::PAYMENTS,
            act: histories::payments,
            ..personal
        },
        Method {
            path: "personal/payment/getAccountData",
            template: "UserToken::AccountId::BalanceOnDate::",
            table: accounts::TABLE,
            act: accounts::read,
            ..personal
        },
        Method {
            path: "personal/scheduler/setScheduledOperationData",
            template: "UserToken::::::Operation::ObjectId::ObjectTypeVal::ParamsJson::RepeatPlan::\
                       RetryOnFailPlan::RetryOnFailCount::IsSingle::FireOnSkip::State::::::EndExecDate",
            table: schedules::SET,
            act: schedules::set,
            ..personal
        },
        Method {
            path: "personal/scheduler/getScheduledOperationData",
            template: "UserToken::Skip::Take::Operation::ObjectId::ObjectTypeVal::ParamsJson::\
                       RepeatPlan::RetryOnFailPlan::RetryOnFailCount::IsSingle::FireOnSkip::State::\
                       DateFrom::DateTo::",
            table: schedules::GET,
            act: schedules::get,
            ..personal
        },
        Method {
            path: "personal/payout/createOperation",
            template: "UserToken::PreferenceType::Pan::Account::BankId::Amount::Currency::\
                       RecipientName::EshopId",
            table: payouts::CREATE,
            act: payouts::create,
            ..personal
        },
        Method {
            path: "personal/payout/executeOperation",
            template: "UserToken::PayoutOperationId",
            table: payouts::BY_ID,
            act: payouts::execute,
            ..personal
        },
        Method {
            path: "personal/payout/getOperationState",
            template: "UserToken::PayoutOperationId",
            table: payouts::BY_ID,
            act: payouts::state,
            ..personal
        },
        Method {
            path: "p2p/GetFormUrl",
            template: "orderId::amount::formId::cardGuid::comment::backUrl::language",
            table: p2p::FORM,
            act: p2p::form_url,
            ..p2p
        },
        Method {
            path: "p2p/CheckPay",
            template: "orderId::formId",
            table: p2p::CHECK,
            act: p2p::check,
            ..p2p
        },
    ]
};

/// A method that starts a payment without card data.
const fn starting(path: &'static str, act: Act) -> Method {
    Method {
        path,
        template: "EshopId::InvoiceId::SuccessUrl::FailUrl::AdditionalParams::IpAddress",
        table: merchant::starts::TABLE,
        family: Family::Merchant,
        level: Level::Basic,
        in_test: false,
        act,
    }
}

/// Whether a path belongs to the API, whatever its method.
pub fn answers(name: &str) -> bool {
    let host = name.split('/').next().unwrap_or_default();
    ["merchant", "personal", "p2p"].iter().any(|own| own.eq_ignore_ascii_case(host))
}

/// Answers a call to one method.
pub fn answer(installation: &mut Installation, name: &str, call: &Call) -> Answer {
    let Some(method) = METHODS.iter().find(|known| known.path.eq_ignore_ascii_case(name)) else {
        return Answer::text(404, format!("nothing answers {ROOT}{name}"));
    };
    if call.method != "POST" {
        return Answer::text(405, "Method Not Allowed").with("allow", "POST");
    }
    installation.sweep();
    let body = fields::read(call);
    let eshop = caller(installation, method.family, &body.fields).cloned();
    let settings = eshop.as_ref().map(|eshop| eshop.settings.clone()).unwrap_or_default();
    let unread = !body.fits && !settings.accept_mislabelled_body;
    let outcome = if unread || settings.operation_state == 2 {
        Outcome::Unprocessed
    } else {
        let reply = carried_out(installation, method, eshop.as_ref(), &body.fields, call);
        if settings.operation_state == 1 { Outcome::Queued } else { Outcome::Answered(reply) }
    };
    let owner = eshop.as_ref().map(|eshop| match method.family {
        Family::P2p => ("FormId", eshop.p2p_form_id.as_str()),
        _ => ("EshopId", eshop.eshop_id.as_str()),
    });
    let wants_json = call.header("accept").is_some_and(|accept| accept.contains("json"));
    reply::write(outcome, owner, &settings, wants_json)
}

/// The shop that a request speaks of, before it has proved anything.
fn caller<'a>(
    installation: &'a Installation,
    family: Family,
    fields: &Fields,
) -> Option<&'a Eshop> {
    let mut eshops = installation.eshops.iter();
    match family {
        Family::Merchant => installation.eshop(fields.text("EshopId")),
        Family::P2p => eshops.find(|eshop| eshop.p2p_form_id == fields.text("formId")),
        Family::Personal => {
            let now = crate::clock::now();
            let login = match fields.given("UserToken") {
                None => fields.given("Login")?,
                Some(token) => {
                    let (login, _) =
                        installation.user_tokens.get(token).filter(|(_, ends)| *ends > now)?;
                    login
                }
            };
            eshops.find(|eshop| eshop.login == login)
        }
    }
}

fn carried_out(
    installation: &mut Installation,
    method: &Method,
    eshop: Option<&Eshop>,
    fields: &Fields,
    call: &Call,
) -> Reply {
    let Some(eshop) = eshop else {
        return Err(match method.family {
            Family::Merchant => Refusal::not_found("EshopId"),
            Family::Personal => Refusal::unauthorised("Login, UserToken"),
            Family::P2p => Refusal::not_found("formId"),
        });
    };
    let Settings { require_bearer, refuse_unknown_fields, access_level, .. } = eshop.settings;
    let test =
        method.family == Family::Merchant && in_test_currency(installation, method, eshop, fields);
    if require_bearer && !test {
        authenticate(method, eshop, fields, call)?;
    }
    let signed = |key: &str| signed_text(method.template_for(&eshop.settings), fields, key);
    let hash = match method.family {
        Family::Merchant => Some(md5(signed(&eshop.secret_key).as_bytes())),
        Family::P2p => Some(sha1(signed(&eshop.p2p_form_key).as_bytes())),
        Family::Personal => None,
    };
    if hash.is_some_and(|hash| hash != fields.text("Hash")) {
        return Err(Refusal::hash());
    }
    if !(test && method.in_test) && access_level < method.level {
        return Err(Refusal::not_permitted());
    }
    fields.check(method.table)?;
    if refuse_unknown_fields {
        // The amount's name in purchaseToRefund is a switch, so it stands in no table.
        fields.refuse_unknown(method.table, &eshop.settings.refund_amount_field)?;
    }
    (method.act)(installation, eshop, fields)
}

fn authenticate(
    method: &Method,
    eshop: &Eshop,
    fields: &Fields,
    call: &Call,
) -> Result<(), Refusal> {
    let bearer = format!("Bearer {}", eshop.bearer_token);
    if call.header("authorization") != Some(bearer.as_str()) {
        return Err(Refusal::unauthorised("Bearer"));
    }
    let template = method.template_for(&eshop.settings);
    let sign = sha256(signed_text(template, fields, &eshop.sign_secret_key).as_bytes());
    if call.header("sign") != Some(sign.as_str()) {
        return Err(Refusal::unauthorised("Sign"));
    }
    Ok(())
}

/// Only a method that names a currency may say it; all others go by their invoice.
fn in_test_currency(
    installation: &Installation,
    method: &Method,
    eshop: &Eshop,
    fields: &Fields,
) -> bool {
    if method.path == CREATE_INVOICE {
        return fields.text("RecipientCurrency") == "TST";
    }
    let (id, order) = (fields.text("InvoiceId"), fields.text("OrderId"));
    let known = if id.is_empty() {
        installation.by_order(&eshop.eshop_id, order)
    } else {
        installation.invoice(&eshop.eshop_id, id)
    };
    known.is_some_and(|invoice| invoice.terms.currency == "TST")
}
