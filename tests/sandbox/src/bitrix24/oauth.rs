//! OAuth: access tokens for an hour, refresh tokens that work once, codes for half a minute.

use std::sync::Arc;

use serde_json::{Value, json};

use super::outcome::{Failure, json_answer};
use super::params;
use crate::clock;
use crate::exchange::{Answer, Call};
use crate::sandbox::Sandbox;

const HOUR_MS: i64 = 3_600_000;
const CODE_MS: i64 = 30_000;
const REFRESH_MS: i64 = 180 * 24 * HOUR_MS;

/// A token and when it ends (Unix milliseconds).
type Token = (String, i64);

/// The application of a portal.
#[derive(Debug)]
pub struct Application {
    /// `app.` and more.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Access tokens, the newest last.
    pub access: Vec<Token>,
    /// Refresh tokens that were not used yet.
    pub refresh: Vec<Token>,
    /// Codes that were not used yet.
    pub codes: Vec<Token>,
    /// So many answers are `wrong_client` with status 200.
    pub wrong_client: u32,
    /// Whether the subscription ended.
    pub unpaid: bool,
    spent: Vec<String>,
}

fn fresh() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

impl Application {
    /// One with a pair of tokens.
    pub fn new() -> Self {
        let mut application = Self {
            client_id: format!("local.{}", fresh()),
            client_secret: fresh(),
            access: Vec::new(),
            refresh: Vec::new(),
            codes: Vec::new(),
            wrong_client: 0,
            unpaid: false,
            spent: Vec::new(),
        };
        application.issue();
        application
    }

    /// A new pair.
    pub fn issue(&mut self) -> (String, String) {
        let pair = (fresh(), fresh());
        let now = clock::now();
        self.access.push((pair.0.clone(), now + HOUR_MS));
        self.refresh.push((pair.1.clone(), now + REFRESH_MS));
        pair
    }

    /// A new code.
    pub fn code(&mut self) -> String {
        let code = fresh();
        self.codes.push((code.clone(), clock::now() + CODE_MS));
        code
    }

    /// Whether an access token is its own, and then whether it still works.
    pub fn knows(&self, token: &str) -> Option<bool> {
        let (_, until) = self.access.iter().find(|(known, _)| known == token)?;
        Some(clock::now() < *until)
    }

    /// Every access token, or code, is too old now.
    pub fn expire(&mut self, codes: bool) {
        let tokens = if codes { &mut self.codes } else { &mut self.access };
        tokens.iter_mut().for_each(|(_, until)| *until = 0);
    }

    /// Everything that may not be shown, tokens of the past among it.
    pub fn secrets(&self) -> Vec<String> {
        let tokens = self.access.iter().chain(&self.refresh).chain(&self.codes);
        let tokens = tokens.map(|(token, _)| token.clone());
        tokens.chain(self.spent.iter().cloned()).chain([self.client_secret.clone()]).collect()
    }

    fn spend(&mut self, given: &str, code: bool) -> bool {
        let tokens = if code { &mut self.codes } else { &mut self.refresh };
        let Some(at) = tokens.iter().position(|(known, _)| known == given) else { return false };
        let (token, until) = tokens.remove(at);
        self.spent.push(token);
        clock::now() < until
    }
}

/// Answers `/bitrix24/oauth/token/`.
pub fn answer(sandbox: &Arc<Sandbox>, call: &Call) -> Answer {
    let asked = params::of(call);
    let given = |name: &str| params::text_of(&asked, name);
    let refused = |status: u16, error: &str, text: &str| {
        json_answer(status, &Failure::new(status, error, text).shown())
    };
    let mut installation = sandbox.bitrix24();
    let (id, secret) = (given("client_id"), given("client_secret"));
    let found = installation.applications.iter_mut().find(|(_, one)| one.client_id == id);
    let Some((name, application)) = found else {
        return refused(401, "invalid_client", "Client not found");
    };
    if application.wrong_client > 0 {
        application.wrong_client -= 1;
        return json_answer(200, &json!({"error": "wrong_client"}));
    }
    if application.client_secret != secret {
        return refused(401, "invalid_client", "Invalid client credentials");
    }
    if application.unpaid {
        return refused(401, "PAYMENT_REQUIRED", "Subscription has been ended");
    }
    let (kind, grant) = match given("grant_type").as_str() {
        "refresh_token" => (false, given("refresh_token")),
        "authorization_code" => (true, given("code")),
        _ => return refused(400, "invalid_request", "Unknown grant_type"),
    };
    if !application.spend(&grant, kind) {
        return refused(400, "invalid_grant", "Invalid grant");
    }
    let name = name.clone();
    let (access, refresh) = application.issue();
    let member = installation.portals.get(&name).map(|portal| portal.member.clone());
    json_answer(200, &pair(&sandbox.base_url, &member.unwrap_or_default(), &access, &refresh))
}

/// The answer with a new pair.
pub fn pair(origin: &str, member: &str, access: &str, refresh: &str) -> Value {
    let rest = format!("{origin}/bitrix24/rest/");
    json!({
        "access_token": access,
        "refresh_token": refresh,
        "expires": (clock::now() + HOUR_MS) / 1000,
        "expires_in": 3600,
        "scope": "crm,sale,pay_system",
        "client_endpoint": rest,
        "server_endpoint": rest,
        "domain": origin.trim_start_matches("http://"),
        "member_id": member,
        "status": "L",
        "user_id": 1,
    })
}
