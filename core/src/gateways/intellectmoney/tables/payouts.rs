//! Payouts to cards and by SBP: made, set off, asked for. Source: docs/gateways/intellectmoney.md,
//! "Payouts".

use super::cards::PCI;
use super::{ESHOP_ID, Method, PERSONAL, PERSONAL_READ, USER_TOKEN_FIELD};
use crate::native::Shape::{Code, Id, Money, Text};
use crate::native::{Field, Mark, Native, field, told};

pub const METHODS: &[&Method] = &[&CREATE_OPERATION, &EXECUTE_OPERATION, &OPERATION_STATE];

const PAYOUT_ID: Field =
    field("PayoutOperationId", Id, 36, "of createOperation's reply").required();

const CREATE_OPERATION: Method = Method {
    native: Native {
        name: "createOperation",
        path: "personal/payout/createOperation",
        dialect: "payout",
        pci: PCI,
        repeat: "never: but no money moves before executeOperation",
        source: "D-pay, W-pout",
        fields: &[
            USER_TOKEN_FIELD,
            field("PreferenceType", Text, 20, "OutBankCard or OutSbp").required(),
            field("Pan", Code, 20, "card number, for OutBankCard").at_least(12).card(),
            field("Account", Text, 20, "phone, for OutSbp"),
            field("BankId", Text, 20, "the SBP's number of the bank, for OutSbp"),
            field("Amount", Money, 13, "major units with two decimals").required(),
            field("Currency", Text, 3, "RUB").required(),
            field("RecipientName", Text, 255, "who gets it"),
            ESHOP_ID,
        ],
        reply: &[
            told("PayoutOperationData", "the payout").always(),
            told("PayoutOperationData.PayoutOperationId", "its id").inferred(),
        ],
        doc: "Prepares a payout; the PCI DSS level is for cards alone",
        ..PERSONAL.native
    },
    template: "UserToken::PreferenceType::Pan::Account::BankId::Amount::Currency::RecipientName::\
               EshopId",
    ..PERSONAL
};

const EXECUTE_OPERATION: Method = Method {
    native: Native {
        name: "executeOperation",
        path: "personal/payout/executeOperation",
        dialect: "payout",
        repeat: "never: after a lost answer ask for getOperationState",
        source: "D-pay",
        fields: &[USER_TOKEN_FIELD, PAYOUT_ID],
        reply: &[told("PayoutOperationData", "the payout").inferred()],
        doc: "Sets a prepared payout off: the money leaves",
        ..PERSONAL.native
    },
    template: "UserToken::PayoutOperationId",
    ..PERSONAL
};

const OPERATION_STATE: Method = Method {
    native: Native {
        name: "getOperationState",
        path: "personal/payout/getOperationState",
        dialect: "payout",
        mark: Mark::Inferred,
        source: "W-pout",
        fields: &[USER_TOKEN_FIELD, PAYOUT_ID],
        reply: &[told("PayoutOperationData", "the payout with its state").inferred()],
        doc: "Where a payout stands; what is signed is inferred from executeOperation",
        ..PERSONAL_READ.native
    },
    template: "UserToken::PayoutOperationId",
    ..PERSONAL
};
