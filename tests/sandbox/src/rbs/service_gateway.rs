//! Services beside the payment itself, which take a JSON object: SBP between companies, templates,
//! instalments, recurring tasks.

use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::gateway::{authenticate, not_found};
use super::merchants::{Merchant, Settings};
use super::refusals::Refusal;
use super::sbp::{b2b, biometry};
use super::tasks::calls as tasks;
use super::templates::{links, static_codes};
use super::world::World;
use super::{podeli, reply};
use crate::exchange::{Answer, Call};

type Reply = Map<String, Value>;

/// One method.
struct Method {
    path: &'static str,
    carry_out: fn(&mut World, &Merchant, &Fields) -> Result<Reply, Refusal>,
    /// Names of the login; a body that uses another is not logged in.
    login: &'static [&'static str],
    /// Whether a form, and a GET, will do as well.
    form_too: bool,
    /// Whether the outcome is told by `status` SUCCESS or FAIL.
    by_status: bool,
}

const fn plain(
    path: &'static str,
    carry_out: fn(&mut World, &Merchant, &Fields) -> Result<Reply, Refusal>,
) -> Method {
    Method { path, carry_out, login: &["username"], form_too: false, by_status: false }
}

const fn by_status(
    path: &'static str,
    carry_out: fn(&mut World, &Merchant, &Fields) -> Result<Reply, Refusal>,
    login: &'static [&'static str],
) -> Method {
    Method { path, carry_out, login, form_too: false, by_status: true }
}

const TASKS: &[&str] = &["username", "userName"];

const METHODS: &[Method] = &[
    plain("/payment/rest/sbp/c2b/bio/getUrl.do", biometry::url),
    plain("/payment/rest/sbp/b2b/perform.do", b2b::perform),
    plain("/payment/podeli/api/calculate.do", podeli::calculate),
    plain("/payment/podeli/api/init.do", podeli::init),
    plain("/payment/rest/templates/createTemplate.do", static_codes::create),
    plain("/payment/rest/templates/updateTemplate.do", static_codes::update),
    Method {
        form_too: true,
        ..plain("/payment/rest/templates/getTemplateDetails.do", static_codes::details)
    },
    by_status("/payment/rest/templates/create.do", links::create, &["username"]),
    by_status("/payment/rest/templates/get.do", links::get, &["username"]),
    by_status("/payment/rest/templates/update.do", links::update, &["username"]),
    by_status("/payment/rest/templates/getList.do", links::list, &["username"]),
    by_status("/recurrent/v1/task/create", tasks::create, TASKS),
    by_status("/recurrent/v1/task/modify", tasks::modify, TASKS),
    by_status("/recurrent/v1/task/get", tasks::get, TASKS),
    by_status("/recurrent/v1/task/terminate", tasks::terminate, TASKS),
    by_status("/recurrent/v1/task/activate", tasks::activate, TASKS),
    by_status("/recurrent/v1/task/batchTerminate", tasks::terminate_all, TASKS),
    by_status("/recurrent/v1/payment/skip", tasks::skip, TASKS),
];

/// Whether a path is one of these methods, or stands beside them.
pub fn answers(path: &str) -> bool {
    let own = ["/payment/podeli/api/", "/recurrent/", "/payment/rest/templates/"];
    own.iter().any(|start| path.starts_with(start)) || METHODS.iter().any(|one| one.path == path)
}

/// Answers a call to one method.
pub fn answer(world: &mut World, call: &Call) -> Answer {
    let Some(method) = METHODS.iter().find(|method| method.path == call.path) else {
        return not_found(&call.path);
    };
    let get = method.form_too && call.method == "GET";
    if call.method != "POST" && !get {
        let allowed = if method.form_too { "GET, POST" } else { "POST" };
        return Answer::text(405, "Method Not Allowed").with("allow", allowed);
    }
    let read = if get || (method.form_too && call.is_form()) {
        Ok(Fields::of(call))
    } else {
        Fields::of_json(call)
    };
    world.sweep();
    let fields = match read {
        Ok(Ok(fields)) => fields,
        Ok(Err(_)) if method.by_status || call.path.contains("/templates/") => {
            let refusal = Refusal::new(1, "Bad request", "Некорректный запрос");
            return refused(method, &Settings::default(), &refusal, "en");
        }
        Ok(Err(refusal)) => return refused(method, &Settings::default(), &refusal, "en"),
        Err(answer) => return answer,
    };
    let language = fields.get("language").or(fields.get("locale")).unwrap_or("ru").to_owned();
    let (merchant, fields) = match login(world, method, &fields) {
        Ok(both) => both,
        Err(refusal) => return refused(method, &Settings::default(), &refusal, &language),
    };
    let outcome = match fields.unknown() {
        Some(name) if merchant.settings.refuse_unknown_parameters => Err(Refusal::bad_value(name)),
        _ => (method.carry_out)(world, &merchant, &fields),
    };
    match outcome {
        Ok(mut reply) => {
            if method.by_status {
                reply.insert("status".into(), json!("SUCCESS"));
            }
            reply::labelled(&merchant.settings, reply)
        }
        Err(refusal) => refused(method, &merchant.settings, &refusal, &language),
    }
}

/// The merchant, and the fields with its login under the usual name.
fn login(world: &World, method: &Method, fields: &Fields) -> Result<(Merchant, Fields), Refusal> {
    let given = method.login.iter().find(|name| fields.get(name).is_some());
    let fields = fields.renamed(given.ok_or_else(Refusal::access_denied)?, "userName");
    Ok((authenticate(world, &fields, false, false)?, fields))
}

fn refused(method: &Method, settings: &Settings, refusal: &Refusal, language: &str) -> Answer {
    if !method.by_status {
        return reply::labelled(settings, reply::refused(settings, refusal, language));
    }
    let text = refusal.text(language);
    let error = json!({"code": refusal.code, "description": text, "message": text});
    let mut reply = Map::new();
    reply.insert("status".into(), json!("FAIL"));
    reply.insert("error".into(), error);
    reply::labelled(settings, reply)
}
