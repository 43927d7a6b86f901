//! Which role may call which operation: one table.
//!
//! A role opens an operation; what is shown within it is for the purpose and the disclosure policy to say. The role `integration` opens nothing
//! by itself: a system acts for a worker, and only the worker's roles count (`authentication::claims` leaves it out).

use actix_web::http::Method;

use crate::{domain::Role, lookup::operation};

/// The roles that may look up a family.
const LOOKUP_ROLES: &[Role] = &[Role::EarlyHelpWorker, Role::Triage, Role::OutOfHours];

/// The roles that may decide doubtful matches.
const STEWARD_ROLES: &[Role] = &[Role::Steward];

/// What a caller can ask of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each operation's own module says what it does")]
pub enum Operation {
    CreateLookup,
    SelectCandidate,
    ReopenLookup,
    GiveFeedback,
    ListReviews,
    ShowReview,
    DecideReview,
    ShowPerson,
    SplitPerson,
    ListDecisions,
    UndoDecision,
    Live,
    Ready,
    Contract,
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without a token.
    Open,
    /// A user with one of these roles.
    Roles(&'static [Role]),
}

impl Operation {
    /// Every operation, in the order of the documentation.
    pub const ALL: [Self; 14] = [
        Self::CreateLookup,
        Self::SelectCandidate,
        Self::ReopenLookup,
        Self::GiveFeedback,
        Self::ListReviews,
        Self::ShowReview,
        Self::DecideReview,
        Self::ShowPerson,
        Self::SplitPerson,
        Self::ListDecisions,
        Self::UndoDecision,
        Self::Live,
        Self::Ready,
        Self::Contract,
    ];

    /// Who may call it: the table.
    #[must_use]
    pub fn access(self) -> Access {
        match self {
            Self::CreateLookup | Self::SelectCandidate | Self::ReopenLookup | Self::GiveFeedback => Access::Roles(LOOKUP_ROLES),
            Self::ListReviews
            | Self::ShowReview
            | Self::DecideReview
            | Self::ShowPerson
            | Self::SplitPerson
            | Self::ListDecisions
            | Self::UndoDecision => Access::Roles(STEWARD_ROLES),
            Self::Live | Self::Ready | Self::Contract => Access::Open,
        }
    }

    /// Whether a user with these roles may call it.
    #[must_use]
    pub fn is_open_to(self, roles: &[Role]) -> bool {
        match self.access() {
            Access::Open => true,
            Access::Roles(allowed) => roles.iter().any(|role| allowed.contains(role)),
        }
    }

    /// Its name in openapi.yaml and in the audit.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::CreateLookup => operation::CREATE_LOOKUP,
            Self::SelectCandidate => operation::SELECT_CANDIDATE,
            Self::ReopenLookup => operation::REOPEN_LOOKUP,
            Self::GiveFeedback => operation::GIVE_FEEDBACK,
            Self::ListReviews => operation::LIST_REVIEWS,
            Self::ShowReview => operation::SHOW_REVIEW,
            Self::DecideReview => operation::DECIDE_REVIEW,
            Self::ShowPerson => operation::SHOW_PERSON,
            Self::SplitPerson => operation::SPLIT_PERSON,
            Self::ListDecisions => operation::LIST_DECISIONS,
            Self::UndoDecision => operation::UNDO_DECISION,
            Self::Live => "live",
            Self::Ready => "ready",
            Self::Contract => "contract",
        }
    }

    /// Its method.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::CreateLookup
            | Self::SelectCandidate
            | Self::GiveFeedback
            | Self::DecideReview
            | Self::SplitPerson
            | Self::UndoDecision => Method::POST,
            Self::ReopenLookup
            | Self::ListReviews
            | Self::ShowReview
            | Self::ShowPerson
            | Self::ListDecisions
            | Self::Live
            | Self::Ready
            | Self::Contract => Method::GET,
        }
    }

    /// Its path as openapi.yaml writes it.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::CreateLookup => "/v1/lookups",
            Self::SelectCandidate => "/v1/lookups/{lookup_id}/selection",
            Self::ReopenLookup => "/v1/lookups/{lookup_id}",
            Self::GiveFeedback => "/v1/lookups/{lookup_id}/feedback",
            Self::ListReviews => "/v1/reviews",
            Self::ShowReview => "/v1/reviews/{review_id}",
            Self::DecideReview => "/v1/reviews/{review_id}/decision",
            Self::ShowPerson => "/v1/people/{person_id}",
            Self::SplitPerson => "/v1/people/{person_id}/split",
            Self::ListDecisions => "/v1/decisions",
            Self::UndoDecision => "/v1/decisions/{decision_id}/undo",
            Self::Live => "/health/live",
            Self::Ready => "/health/ready",
            Self::Contract => "/openapi.yaml",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookups_are_open_to_those_who_work_with_families_and_to_nobody_else() {
        for role in Role::ALL {
            let works_with_families = matches!(role, Role::EarlyHelpWorker | Role::Triage | Role::OutOfHours);
            assert_eq!(Operation::CreateLookup.is_open_to(&[role]), works_with_families, "{}", role.name());
        }
        assert!(!Operation::CreateLookup.is_open_to(&[]));
    }

    #[test]
    fn who_is_who_is_for_stewards_and_for_nobody_else() {
        for operation in Operation::ALL.into_iter().filter(|operation| !operation.path().starts_with("/v1/lookups")) {
            for role in Role::ALL.into_iter().filter(|_| operation.path().starts_with("/v1/")) {
                assert_eq!(operation.is_open_to(&[role]), role == Role::Steward, "{} {}", operation.id(), role.name());
            }
        }
        assert!(!Operation::CreateLookup.is_open_to(&[Role::Steward]));
    }
}
