//! Every portal, and who may speak to which.

use indexmap::IndexMap;

use super::oauth::Application;
use super::outcome::Failure;
use super::portal::Portal;

/// The user whose webhook it is.
pub const USER: &str = "1";

/// The installation.
#[derive(Debug, Default)]
pub struct Installation {
    /// Portals by name.
    pub portals: IndexMap<String, Portal>,
    /// Applications by the portal's name.
    pub applications: IndexMap<String, Application>,
    /// Secrets of portals that are gone.
    pub old_secrets: Vec<String>,
}

impl Installation {
    /// The portal of a webhook.
    pub fn by_secret(&self, user: &str, secret: &str) -> Result<String, Failure> {
        let found = self.portals.values().find(|one| one.secret == secret && user == USER);
        found.map(|portal| portal.name.clone()).ok_or_else(not_authorised)
    }

    /// The portal of an access token.
    pub fn by_token(&self, token: &str) -> Result<String, Failure> {
        for (name, application) in &self.applications {
            if let Some(valid) = application.knows(token) {
                return if valid { Ok(name.clone()) } else { Err(expired()) };
            }
        }
        Err(not_authorised())
    }

    /// Forgets a portal, but not its secrets.
    pub fn forget(&mut self, name: &str) -> bool {
        if let Some(application) = self.applications.shift_remove(name) {
            self.old_secrets.extend(application.secrets());
        }
        let gone = self.portals.shift_remove(name);
        self.old_secrets.extend(
            gone.iter().flat_map(|one| [one.secret.clone(), one.application_token.clone()]),
        );
        gone.is_some()
    }

    /// Everything that may not be shown.
    pub fn secrets(&self) -> Vec<String> {
        let own = self.portals.values();
        let mut all: Vec<String> =
            own.flat_map(|one| [one.secret.clone(), one.application_token.clone()]).collect();
        all.extend(self.applications.values().flat_map(Application::secrets));
        all.extend(self.old_secrets.iter().cloned());
        all
    }
}

fn not_authorised() -> Failure {
    Failure::new(401, "NO_AUTH_FOUND", "Wrong authorization data")
}

fn expired() -> Failure {
    Failure::new(401, "expired_token", "The access token provided has expired")
}
