//! PaymentFormResult: what the payment page's methods answer (the gateway's documents). `errorCode`
//! is a number here, and a decline comes with code 0 beside its text.

use serde_json::{Map, Value, json};

use super::super::cards;
use super::super::orders::Order;
use super::super::page;
use super::super::world::World;
use super::Outcome;
use crate::base64;

/// The whole reply.
pub fn reply(world: &World, id: &str, outcome: Outcome, language: &str) -> Map<String, Value> {
    let mut reply = Map::new();
    reply.insert("errorCode".into(), json!(0));
    if let Some(order) = world.orders.get(id) {
        reply.extend(next(&world.base_url, order, outcome, language));
    }
    reply
}

/// The part that tells what became of the payment, without `errorCode`.
pub fn next(origin: &str, order: &Order, outcome: Outcome, language: &str) -> Map<String, Value> {
    let english = language == "en";
    let shown = match outcome {
        Outcome::Paid => json!({
            "info": if english {
                "Your payment has been processed, redirecting..."
            } else {
                "Ваш платёж обработан, происходит переадресация..."
            },
            "redirect": page::way_back(order),
        }),
        Outcome::Declined => declined(order, english),
        Outcome::Method => method(origin, order),
        Outcome::Challenge => challenge(origin, order),
    };
    let mut shown = match shown {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    if let Some(binding) = &order.stored {
        shown.insert("bindingId".into(), json!(binding));
    }
    shown
}

fn declined(order: &Order, english: bool) -> Value {
    let text = if english {
        "Operation declined. Check the entered data and the balance of the card. Redirecting..."
    } else {
        "Операция отклонена. Проверьте введённые данные и остаток на карте. Переадресация..."
    };
    let (kind, name) = match order.action_code {
        cards::WRONG_CARD_DATA | cards::BAD_NUMBER => ("DATA_INPUT_ERROR", "CLIENT_ERROR"),
        4032 => ("TDS_UNKNOWN_ARES_STATUS", "MANDATORY_3DSECURE"),
        -2006 | 2003 | 151_017 => ("TDS_FAILED", "MANDATORY_3DSECURE"),
        _ => ("PROCESSING_DECLINED", "NO_ERROR"),
    };
    json!({
        "info": text,
        "error": cards::action_text(order.action_code),
        "errorTypeName": kind,
        "processingErrorType": name,
        "displayErrorMessage": cards::action_text(order.action_code),
        "redirect": page::way_back(order),
    })
}

fn method(origin: &str, order: &Order) -> Value {
    let Some(session) = &order.three_ds else {
        return Value::Null;
    };
    let id = &session.trans_id;
    let mut reply = json!({
        "info": "",
        "is3DSVer2": true,
        "threeDSServerTransId": id,
        "threeDSMethodURL": format!("{origin}/payment/acs/method"),
        "threeDSMethodURLServer": format!("{origin}/payment/acs/gather?threeDSServerTransID={id}"),
        "threeDSMethodURLServerDirect": format!("{origin}/payment/acs/gather?threeDSServerTransID={id}"),
        "threeDSMethodDataPacked":
            base64::encode(json!({"threeDSServerTransID": id}).to_string().as_bytes()),
    });
    if session.sdk
        && let Some(object) = reply.as_object_mut()
    {
        object.insert("threeDSSDKKey".into(), json!("sandbox-sdk-key"));
    }
    reply
}

fn challenge(origin: &str, order: &Order) -> Value {
    let Some(session) = &order.three_ds else {
        return Value::Null;
    };
    let acs = format!("{origin}/payment/acs/challenge");
    if session.version == 1 {
        return json!({
            "info": "",
            "acsUrl": acs,
            "paReq": pa_req(order),
            "termUrl": format!("{origin}/payment/rest/finish3ds.do"),
        });
    }
    if session.sdk {
        return json!({
            "info": "",
            "is3DSVer2": true,
            "threeDSServerTransId": session.trans_id,
            "threeDSAcsTransactionId": order.id,
            "threeDSAcsRefNumber": "SANDBOX-ACS-1",
            "threeDSAcsSignedContent": "sandbox.signed.content",
            "threeDSDsTransID": session.trans_id,
        });
    }
    json!({
        "info": "",
        "is3DSVer2": true,
        "threeDSServerTransId": session.trans_id,
        "acsUrl": acs,
        "packedCReq": creq(order),
    })
}

/// `PaReq` of version 1.
pub fn pa_req(order: &Order) -> String {
    base64::encode(format!("PAReq {}", order.id).as_bytes())
}

/// `packedCReq` of version 2.
pub fn creq(order: &Order) -> String {
    let id = order.three_ds.as_ref().map_or("", |session| session.trans_id.as_str());
    let message = json!({
        "threeDSServerTransID": id,
        "acsTransID": order.id,
        "challengeWindowSize": "05",
        "messageType": "CReq",
        "messageVersion": "2.2.0",
    });
    base64::encode(message.to_string().as_bytes())
}
