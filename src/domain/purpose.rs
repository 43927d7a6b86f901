//! Why a user asks.

use serde::Deserialize;

use super::Role;

/// A purpose of the authority's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Its code, such as `section_47`.
    pub code: String,
    /// Its name, as a person reads it.
    pub name: String,
    /// The roles that may ask for it.
    pub roles: Vec<Role>,
    /// What the worker is reminded of about consent, for this purpose's legal context.
    pub consent_prompt: String,
}

impl Purpose {
    /// Whether one of `roles` may ask for this purpose.
    #[must_use]
    pub fn is_open_to(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.roles.contains(role))
    }
}
