//! Why a lookup was not answered. It knows nothing of HTTP.

use std::fmt;

/// Why a lookup was not answered. No variant carries personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookupError {
    /// The purpose is none of the authority's. → 422
    UnknownPurpose,
    /// None of the user's roles may use the purpose. → 403
    PurposeNotAllowed,
    /// Neither an identifier, nor a name with a birth date or a postcode. → 422 `insufficient-question`
    InsufficientQuestion,
    /// A field that is too long or of an unknown kind: JSON pointer and reason. → 422
    InvalidField {
        /// JSON pointer into the request body.
        pointer: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// No such lookup of this user, or the person is none of its candidates. → 404
    NotFound,
    /// The lookup has expired. → 410
    Expired,
    /// The person's id now stands for nobody or for two people. → 410
    PersonGone,
    /// The policy is stale or unreadable: nothing is answered. → 503
    PolicyClosed,
    /// The audit entry could not be committed: nothing is disclosed. → 503
    AuditUnavailable,
    /// The database could not be asked. → 503
    StoreUnavailable,
}

impl LookupError {
    /// Its stable name: in the audit, and as the last part of a problem's type.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownPurpose => "unknown-purpose",
            Self::PurposeNotAllowed => "purpose-not-allowed",
            Self::InsufficientQuestion => "insufficient-question",
            Self::InvalidField { .. } => "invalid-value",
            Self::NotFound => "not-found",
            Self::Expired => "expired",
            Self::PersonGone => "person-gone",
            Self::PolicyClosed => "policy-closed",
            Self::AuditUnavailable => "audit-unavailable",
            Self::StoreUnavailable => "store-unavailable",
        }
    }
}

impl fmt::Display for LookupError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::UnknownPurpose => "the purpose is none of this authority's",
            Self::PurposeNotAllowed => "your role may not use this purpose",
            Self::InsufficientQuestion => "give an identifier, or a name with a date of birth or a postcode",
            Self::InvalidField { reason, .. } => reason,
            Self::NotFound => "there is no such lookup of yours, or the person is not one of its candidates",
            Self::Expired => "the lookup has expired; ask again",
            Self::PersonGone => "the records of this person have been sorted anew; ask again",
            Self::PolicyClosed => "the disclosure policy is out of date; nothing can be shown until it is renewed",
            Self::AuditUnavailable => "the lookup could not be recorded, so nothing is shown; try again",
            Self::StoreUnavailable => "the database cannot be reached; try again",
        })
    }
}

impl std::error::Error for LookupError {}
