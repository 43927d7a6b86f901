//! Who asks.

use serde::{Deserialize, Serialize};

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Early help: whom to call.
    EarlyHelpWorker,
    /// The front door, before it escalates.
    Triage,
    /// The duty team at night and at weekends.
    OutOfHours,
    /// A system that acts for a named user.
    Integration,
    /// Decides doubtful matches.
    Steward,
    /// Looks after feeds.
    FeedManager,
    /// Reviews access.
    Auditor,
    /// Sees figures only.
    ServiceManager,
}

impl Role {
    /// Every role, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::EarlyHelpWorker,
        Self::Triage,
        Self::OutOfHours,
        Self::Integration,
        Self::Steward,
        Self::FeedManager,
        Self::Auditor,
        Self::ServiceManager,
    ];

    /// Its name in tokens and files: `early_help_worker`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EarlyHelpWorker => "early_help_worker",
            Self::Triage => "triage",
            Self::OutOfHours => "out_of_hours",
            Self::Integration => "integration",
            Self::Steward => "steward",
            Self::FeedManager => "feed_manager",
            Self::Auditor => "auditor",
            Self::ServiceManager => "service_manager",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A user, proved by a token: (issuer, subject) says who it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// Who vouches for the user.
    pub issuer: String,
    /// The worker.
    pub subject: String,
    /// The worker's name as the token gives it, for the audit.
    pub name: Option<String>,
    /// The worker's roles; a system's own roles never count.
    pub roles: Vec<Role>,
    /// The system that acts for the worker, where there is one (`act.sub`).
    pub acting_system: Option<String>,
}

impl Principal {
    /// Whether it is the same user: the same subject of the same issuer.
    #[must_use]
    pub fn is(&self, issuer: &str, subject: &str) -> bool {
        self.issuer == issuer && self.subject == subject
    }
}
