//! Whom to call.

use serde::{Deserialize, Serialize};

/// Somebody, or a desk, that can be called. Every part may be unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Contact {
    /// The professional's or the desk's name.
    pub name: Option<String>,
    /// The role, for example "Youth justice worker".
    pub role: Option<String>,
    /// The team.
    pub team: Option<String>,
    /// Telephone number as it is to be read out.
    pub phone: Option<String>,
    /// Email address.
    pub email: Option<String>,
}

impl Contact {
    /// Whether it can be called or written to.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        self.phone.is_some() || self.email.is_some()
    }
}

/// The professional who leads an involvement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LeadProfessional {
    /// Who it is and how to call them.
    #[serde(flatten)]
    pub contact: Contact,
    /// Whether the professional is still in post; `None` where the feed does not say.
    pub active: Option<bool>,
}

impl LeadProfessional {
    /// Whether to ring this professional: named, reachable, and not known to have left.
    #[must_use]
    pub fn can_be_called(&self) -> bool {
        self.contact.name.is_some() && self.contact.is_reachable() && self.active != Some(false)
    }
}
