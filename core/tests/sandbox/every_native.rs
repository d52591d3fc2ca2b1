//! Every native operation that `describe` lists was carried out by a gateway once, with success. What
//! the sandbox does not play stands here with the reason.

use std::collections::BTreeSet;

use serde_json::json;

use crate::shop::{Shop, origin, succeeded};
use crate::{
    card_payments, encrypted, plans, receipts, reports, sber_ecomm, sbp, stored_cards, wallets,
};

/// The tests that call operations by their own names.
const STORIES: &[fn()] = &[
    card_payments::a_card_pays_a_registered_order,
    card_payments::version_2_asks_looks_and_is_finished_by_the_gateway_or_the_shop,
    card_payments::nothing_is_asked_and_continue_ends_it,
    card_payments::version_1_is_finished_by_the_shop,
    card_payments::one_call_registers_and_pays,
    card_payments::cards_are_checked_without_a_payment,
    card_payments::money_goes_to_a_card_without_a_payment,
    card_payments::other_ways_to_pay_and_a_buyer_who_declines,
    card_payments::the_card_of_an_earlier_order_is_charged_again,
    encrypted::encrypted_cards_pay_once,
    stored_cards::cards_are_switched_and_extended_by_their_own_methods,
    stored_cards::orders_are_paid_with_a_stored_card,
    stored_cards::a_plan_and_an_instalment_are_charged_by_the_shop,
    wallets::every_wallets_own_method_pays,
    wallets::network_tokens_pay_or_ask,
    sbp::codes_are_made_asked_for_and_withdrawn,
    sbp::subscriptions_are_made_charged_and_ended,
    sbp::companies_pay_each_other,
    sbp::static_codes_are_paid_again_and_again,
    sbp::payment_links_are_made_opened_changed_and_listed,
    plans::a_plan_is_made_charged_changed_and_ended,
    plans::a_payment_in_parts_is_counted_and_approved,
    receipts::a_prepaid_receipt_is_closed_and_another_filed,
    receipts::free_refunds_shut_the_usual_one_out,
    reports::orders_are_registered_read_and_closed_by_their_own_methods,
    sber_ecomm::every_order_method_by_its_own_name,
    sber_ecomm::three_d_secure_in_three_steps,
    sber_ecomm::cards_and_subscriptions_by_their_own_names,
    sber_ecomm::receipts_are_made_read_and_sent_again,
];

/// Dialect and name, the word for it in the sandbox's README, and why it is not played.
const NOT_PLAYED: &[(&str, &str, &str)] = &[
    (
        "rbs acknowledgeTransaction",
        "public/acknowledgeTransaction.do",
        "no document shows its reply",
    ),
    ("rbs confirmOrder", "confirmOrder.do", "no document shows its reply"),
    ("rbs pseStatus", "pse/status.do", "no document shows its reply"),
    ("rbs sbercreditRegister", "/sbercredit/register.do", "an older interface, inferred"),
    ("rbs sbercreditRegisterPreAuth", "registerPreAuth.do", "an older interface, inferred"),
    ("sber_ecomm autoCompletion", "autoCompletion", "no document shows its body"),
    ("sber_ecomm autoRefund", "autoRefund", "no document shows its body"),
    ("sber_ecomm getLoyaltyBalance", "getLoyaltyBalance", "no document shows its body"),
    ("sber_ecomm mirPaymentDirect", "mir/paymentDirect", "no document shows its body"),
];

#[test]
fn every_native_operation_that_the_sandbox_plays_succeeds() {
    for story in STORIES {
        story();
    }
    let mut described = BTreeSet::new();
    for (dialect, path) in [("rbs", "payment"), ("sber_ecomm", "ecomm/gw/partner/api")] {
        let settings = json!({ "dialect": dialect, "base_url": format!("{}/{path}", origin()) });
        let all = Shop::new(json!({}), settings).call("describe", json!({}))["operations"].clone();
        let names = all.as_array().unwrap().iter().filter_map(|row| row["name"].as_str());
        let natives = names.filter_map(|name| name.strip_prefix("rbs."));
        described.extend(natives.map(|name| format!("{dialect} {name}")));
    }
    let readme = include_str!("../../../tests/sandbox/README.md");
    for (name, word, why) in NOT_PLAYED {
        assert!(readme.contains(word), "{name} ({why}): the sandbox's README does not say so");
    }
    let not_played: BTreeSet<String> = NOT_PLAYED.iter().map(|row| row.0.to_owned()).collect();
    let done = succeeded();
    let missing: Vec<_> =
        described.difference(&done).filter(|name| !not_played.contains(*name)).collect();
    assert!(missing.is_empty(), "never carried out: {missing:?}");
    let played: Vec<_> = not_played.intersection(&done).collect();
    assert!(played.is_empty(), "carried out, and yet listed as not played: {played:?}");
    let gone: Vec<_> = not_played.difference(&described).collect();
    assert!(gone.is_empty(), "no such operations: {gone:?}");
}
