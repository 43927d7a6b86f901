//! Why a steward was not answered. It knows nothing of HTTP.

use std::fmt;

use crate::store::{StoreError, decision};

/// Why a steward was not answered. No variant carries personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StewardshipError {
    /// No such item, person or decision, or somebody of it is restricted. → 404
    NotFound,
    /// The item or the people changed since they were read. → 409 `stale-edit`
    Stale,
    /// Decisions that stand say otherwise: their numbers. → 409 `contradictory-decision`
    Contradiction(Vec<i64>),
    /// A field that cannot be taken: JSON pointer and reason. → 422
    InvalidField {
        /// JSON pointer into the request body.
        pointer: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A delivery is being loaded. → 503
    LoadRunning,
    /// The policy is stale: nothing is answered. → 503
    PolicyClosed,
    /// The audit entry could not be committed: nothing is shown. → 503
    AuditUnavailable,
    /// The database could not be asked, or its people are those of another model. → 503
    StoreUnavailable,
}

impl StewardshipError {
    /// Its name in the audit: that of the problem that it is answered with.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Stale => "stale-edit",
            Self::Contradiction(_) => "contradictory-decision",
            Self::InvalidField { .. } => "invalid-value",
            Self::LoadRunning => "load-running",
            Self::PolicyClosed => "policy-closed",
            Self::AuditUnavailable => "audit-unavailable",
            Self::StoreUnavailable => "store-unavailable",
        }
    }

    /// Whether it is an answer to what was asked, which the audit records, and not a failure.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::NotFound | Self::Stale | Self::Contradiction(_) | Self::InvalidField { .. } | Self::PolicyClosed)
    }
}

impl fmt::Display for StewardshipError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotFound => "there is no such item, person or decision for you",
            Self::Stale => "it changed since you read it: read it again, and decide on what you see then",
            Self::Contradiction(decisions) => {
                let numbers: Vec<String> = decisions.iter().map(i64::to_string).collect();
                return write!(formatter, "decisions that stand say otherwise: {}; undo one of them first", numbers.join(", "));
            }
            Self::InvalidField { reason, .. } => reason,
            Self::LoadRunning => "people are being worked out anew; nothing was changed; try again",
            Self::PolicyClosed => "the disclosure policy is out of date; nothing can be shown until it is renewed",
            Self::AuditUnavailable => "it could not be recorded, so nothing is shown; try again",
            Self::StoreUnavailable => "the database cannot be reached; try again",
        })
    }
}

impl std::error::Error for StewardshipError {}

impl From<StoreError> for StewardshipError {
    /// Logs a store's failure, which holds no personal data, and hides it from the asker.
    fn from(error: StoreError) -> Self {
        if decision::is_stale(&error) {
            return Self::Stale;
        }
        tracing::error!(%error, "the store could not answer");
        Self::StoreUnavailable
    }
}
