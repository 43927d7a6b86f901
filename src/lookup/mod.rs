//! The use case: question to answer.

pub mod answer;
pub mod error;
pub mod question;

use uuid::Uuid;

use crate::domain::Principal;

pub use answer::Answer;
pub use error::LookupError;
pub use question::Question;

/// What a user tells about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    /// The answer is about somebody else.
    WrongPerson,
    /// A contact is out of date.
    WrongContact,
    /// Somebody or something is missing.
    Missing,
    /// It helped.
    Useful,
}

/// Answers questions. One for the whole process; cheap to share.
#[derive(Debug)]
pub struct Lookups {}

impl Lookups {
    /// Answers a question. Nothing is returned whose audit entry is not committed.
    ///
    /// # Errors
    /// See [`LookupError`].
    #[allow(clippy::unused_async, reason = "not yet written")]
    pub async fn ask(&self, _principal: &Principal, _question: Question) -> Result<Answer, LookupError> {
        Err(LookupError::StoreUnavailable)
    }

    /// Chooses one of the lookup's own candidates.
    ///
    /// # Errors
    /// See [`LookupError`].
    #[allow(clippy::unused_async, reason = "not yet written")]
    pub async fn select(&self, _principal: &Principal, _lookup_id: Uuid, _person_id: Uuid) -> Result<Answer, LookupError> {
        Err(LookupError::StoreUnavailable)
    }

    /// Opens a lookup again, under today's policy.
    ///
    /// # Errors
    /// See [`LookupError`].
    #[allow(clippy::unused_async, reason = "not yet written")]
    pub async fn reopen(&self, _principal: &Principal, _lookup_id: Uuid) -> Result<Answer, LookupError> {
        Err(LookupError::StoreUnavailable)
    }

    /// Takes feedback about a lookup of the user's own.
    ///
    /// # Errors
    /// See [`LookupError`].
    #[allow(clippy::unused_async, reason = "not yet written")]
    pub async fn feedback(
        &self,
        _principal: &Principal,
        _lookup_id: Uuid,
        _kind: FeedbackKind,
        _comment: Option<String>,
    ) -> Result<(), LookupError> {
        Err(LookupError::StoreUnavailable)
    }

    /// Records a refusal (a purpose not allowed, an insufficient question) in the audit.
    ///
    /// # Errors
    /// [`LookupError::AuditUnavailable`].
    #[allow(clippy::unused_async, reason = "not yet written")]
    pub async fn refused(&self, _principal: &Principal, _reason: &str) -> Result<(), LookupError> {
        Err(LookupError::AuditUnavailable)
    }

    /// Whether the database answers and the policy stands.
    #[allow(clippy::unused_async, reason = "not yet written")]
    pub async fn is_ready(&self) -> bool {
        false
    }
}
