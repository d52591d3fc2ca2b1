//! Which part of the sandbox answers a path.

use std::sync::Arc;

use crate::bitrix24;
use crate::control;
use crate::declared;
use crate::exchange::{Answer, Call};
use crate::intellectmoney;
use crate::rbs::{
    ecomm, gateway, json_gateway, own_orders, page, podeli, race, sbp, service_gateway, templates,
};
use crate::sandbox::Sandbox;

/// Carries a request out.
pub async fn route(sandbox: &Arc<Sandbox>, call: &Call) -> Answer {
    let answer = carried_out(sandbox, call).await;
    race::settled(sandbox, call, answer).await
}

async fn carried_out(sandbox: &Arc<Sandbox>, call: &Call) -> Answer {
    let path = call.path.as_str();
    if let Some(name) = path.strip_prefix(intellectmoney::ROOT) {
        let installation = &mut sandbox.intellectmoney();
        return match intellectmoney::gateway::answers(name) {
            true => intellectmoney::gateway::answer(installation, name, call),
            false => intellectmoney::pages::answer(installation, name, call),
        };
    }
    if service_gateway::answers(path) {
        return service_gateway::answer(&mut sandbox.world(), call);
    }
    if let Some(method) = path.strip_prefix("/payment/rest/") {
        return gateway::answer(&mut sandbox.world(), method, call);
    }
    if let Some(method) = path.strip_prefix(ecomm::gateway::ROOT) {
        return ecomm::gateway::answer(&mut sandbox.world(), method, call);
    }
    if path == gateway::EXTERNAL_RECEIPT {
        return gateway::answer(&mut sandbox.world(), path, call);
    }
    if let Some(rest) = path.strip_prefix("/replay/") {
        return sandbox.replay.answer(rest, call);
    }
    if let Some(target) = bitrix24::below(path) {
        return bitrix24::answer(sandbox, target, call).await;
    }
    if let Some(target) = path.strip_prefix(declared::ROOT) {
        return declared::answer(sandbox, target, call).await;
    }
    if path.starts_with("/control/") || path == "/sandbox" || path.starts_with("/sandbox/") {
        return control::answer(sandbox, call).await;
    }
    if let Some(rest) = path.strip_prefix("/payment/")
        && let Some(answer) = json_gateway::answer(&mut sandbox.world(), rest, call)
    {
        return answer;
    }
    if !matches!(call.method.as_str(), "GET" | "HEAD" | "POST") {
        return Answer::text(405, "Method Not Allowed").with("allow", "GET, HEAD, POST");
    }
    if path.starts_with("/payment/merchants/") && path.ends_with(".html") {
        return page::payment(&mut sandbox.world(), call);
    }
    if path.starts_with("/payment/sbp/") {
        return sbp::page::answer(&mut sandbox.world(), call);
    }
    if path.starts_with("/payment/podeli/") {
        return podeli::page(&mut sandbox.world(), call);
    }
    if path.starts_with("/payment/link/") {
        return templates::open::answer(&mut sandbox.world(), call);
    }
    match path {
        own_orders::DONE => templates::scan::done(),
        "/" => Answer::redirect("/sandbox/orders.html"),
        "/payment/acs.html" => page::acs::from_page(&mut sandbox.world(), call),
        "/payment/acs/challenge" => page::acs::challenge(&mut sandbox.world(), call),
        "/payment/acs/method" | "/payment/acs/gather" => page::acs::method(),
        "/payment/acsRedirect.do" => page::acs::redirect(&mut sandbox.world(), call),
        "/payment/otherway.html" => page::other_way::show(&mut sandbox.world(), call),
        "/payment/se/keys.do" if call.method == "GET" => gateway::keys(&sandbox.world()),
        _ => gateway::not_found(path),
    }
}
