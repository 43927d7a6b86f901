//! Problem documents (RFC 9457): the one place where an error becomes an answer.
//!
//! A problem never repeats a value of the request: it says where (a JSON pointer) and what is wrong there.

use std::fmt;

use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    http::{StatusCode, header},
};
use serde::Serialize;

use crate::{lookup::LookupError, stewardship::StewardshipError};

/// How long a caller is asked to wait before trying again, in seconds, where a part of the service is away.
const RETRY_AFTER_SECONDS: u32 = 5;

/// Most places listed in one problem; the rest of a thoroughly wrong body is not worth listing.
const MOST_ERRORS: usize = 20;

/// What went wrong, as a stable type. Its path is part of the contract; the words may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each kind's title says what it is")]
pub enum ProblemKind {
    MalformedJson,
    WrongShape,
    Unauthenticated,
    RoleNotAllowed,
    PurposeNotAllowed,
    NotFound,
    MethodNotAllowed,
    RequestTimeout,
    StaleEdit,
    ContradictoryDecision,
    Expired,
    PersonGone,
    BodyTooLarge,
    UnsupportedMediaType,
    UnknownKey,
    InvalidValue,
    UnknownPurpose,
    InsufficientQuestion,
    Internal,
    KeysUnavailable,
    PolicyClosed,
    AuditUnavailable,
    StoreUnavailable,
    LoadRunning,
    AnswerTimeout,
    NotReady,
}

impl ProblemKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 26] = [
        Self::MalformedJson,
        Self::WrongShape,
        Self::Unauthenticated,
        Self::RoleNotAllowed,
        Self::PurposeNotAllowed,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::StaleEdit,
        Self::ContradictoryDecision,
        Self::Expired,
        Self::PersonGone,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::UnknownKey,
        Self::InvalidValue,
        Self::UnknownPurpose,
        Self::InsufficientQuestion,
        Self::Internal,
        Self::KeysUnavailable,
        Self::PolicyClosed,
        Self::AuditUnavailable,
        Self::StoreUnavailable,
        Self::LoadRunning,
        Self::AnswerTimeout,
        Self::NotReady,
    ];

    /// Its status, the last part of its type, and its title.
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::MalformedJson => (StatusCode::BAD_REQUEST, "malformed-json", "The body is not JSON"),
            Self::WrongShape => (StatusCode::BAD_REQUEST, "wrong-shape", "The body has the wrong shape"),
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated", "A valid token is needed"),
            Self::RoleNotAllowed => (StatusCode::FORBIDDEN, "role-not-allowed", "Your role may not do this"),
            Self::PurposeNotAllowed => (StatusCode::FORBIDDEN, "purpose-not-allowed", "Your role may not use this purpose"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is nothing here for you"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "This method is not for this address"),
            Self::RequestTimeout => (StatusCode::REQUEST_TIMEOUT, "request-timeout", "The request took too long to arrive"),
            Self::StaleEdit => (StatusCode::CONFLICT, "stale-edit", "It changed since you read it"),
            Self::ContradictoryDecision => (StatusCode::CONFLICT, "contradictory-decision", "Decisions that stand say otherwise"),
            Self::Expired => (StatusCode::GONE, "expired", "The lookup has expired"),
            Self::PersonGone => (StatusCode::GONE, "person-gone", "The person's records have been sorted anew"),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "The body is too large"),
            Self::UnsupportedMediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The body must be JSON"),
            Self::UnknownKey => (StatusCode::UNPROCESSABLE_ENTITY, "unknown-key", "The body has a key that is not known"),
            Self::InvalidValue => (StatusCode::UNPROCESSABLE_ENTITY, "invalid-value", "The body has a value that cannot be taken"),
            Self::UnknownPurpose => (StatusCode::UNPROCESSABLE_ENTITY, "unknown-purpose", "The purpose is not known"),
            Self::InsufficientQuestion => (StatusCode::UNPROCESSABLE_ENTITY, "insufficient-question", "The question says too little"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here"),
            Self::KeysUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "keys-unavailable", "Tokens cannot be checked now"),
            Self::PolicyClosed => (StatusCode::SERVICE_UNAVAILABLE, "policy-closed", "The disclosure policy does not stand"),
            Self::AuditUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "audit-unavailable", "The audit cannot be written"),
            Self::StoreUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "store-unavailable", "The database cannot be reached"),
            Self::LoadRunning => (StatusCode::SERVICE_UNAVAILABLE, "load-running", "People are being worked out anew"),
            Self::AnswerTimeout => (StatusCode::SERVICE_UNAVAILABLE, "answer-timeout", "The answer took too long"),
            Self::NotReady => (StatusCode::SERVICE_UNAVAILABLE, "not-ready", "The service is not ready"),
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.parts().0
    }

    /// The `type`: a path that stays the same.
    #[must_use]
    pub fn type_path(self) -> String {
        format!("/problems/{}", self.code())
    }

    /// The last part of the type: its name in the audit.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.parts().1
    }

    /// The title: one short line, the same for every occurrence.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.parts().2
    }
}

/// One place of the request and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceError {
    /// JSON pointer (RFC 6901) into the request body; empty for the whole of it.
    pub pointer: String,
    /// What is wrong there and what to do. Never the value.
    pub detail: String,
}

/// An error as the caller sees it.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: ProblemKind,
    detail: String,
    errors: Vec<PlaceError>,
    headers: Vec<(header::HeaderName, String)>,
}

/// The document as it is written.
#[derive(Serialize)]
struct Document<'problem> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'problem str,
    errors: &'problem [PlaceError],
    request_id: &'problem str,
}

impl Problem {
    /// A problem of that kind with a sentence for the caller.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        let mut headers = Vec::new();
        if kind.status() == StatusCode::SERVICE_UNAVAILABLE {
            headers.push((header::RETRY_AFTER, RETRY_AFTER_SECONDS.to_string()));
        }
        Self { kind, detail: detail.into(), errors: Vec::new(), headers }
    }

    /// The same with the places that are wrong, at most 20 of them.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<PlaceError>) -> Self {
        self.errors = errors;
        self.errors.truncate(MOST_ERRORS);
        self
    }

    /// The same with one place that is wrong.
    #[must_use]
    pub fn at(self, pointer: &str, detail: impl Into<String>) -> Self {
        self.with_errors(vec![PlaceError { pointer: pointer.to_owned(), detail: detail.into() }])
    }

    /// The same with a header.
    #[must_use]
    pub fn with_header(mut self, name: header::HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The places that are wrong.
    #[must_use]
    pub fn errors(&self) -> &[PlaceError] {
        &self.errors
    }

    /// The whole answer, naming the request.
    #[must_use]
    pub fn response(&self, request_id: &str) -> HttpResponse {
        let status = self.kind.status();
        let document = Document {
            r#type: self.kind.type_path(),
            title: self.kind.title(),
            status: status.as_u16(),
            detail: &self.detail,
            errors: &self.errors,
            request_id,
        };
        let mut response = HttpResponseBuilder::new(status);
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.as_str()));
        }
        if matches!(self.kind, ProblemKind::BodyTooLarge | ProblemKind::RequestTimeout) {
            // The rest of the body is not waited for.
            response.force_close();
        }
        response.content_type("application/problem+json").body(serde_json::to_string(&document).unwrap_or_default())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind.title())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.status()
    }

    // The answer is written by `http::observation`, which knows the request's id.
    fn error_response(&self) -> HttpResponse {
        self.response("")
    }
}

impl From<LookupError> for Problem {
    fn from(error: LookupError) -> Self {
        let kind = match &error {
            LookupError::UnknownPurpose => ProblemKind::UnknownPurpose,
            LookupError::PurposeNotAllowed => ProblemKind::PurposeNotAllowed,
            LookupError::InsufficientQuestion => ProblemKind::InsufficientQuestion,
            LookupError::InvalidField { .. } => ProblemKind::InvalidValue,
            LookupError::NotFound => ProblemKind::NotFound,
            LookupError::Expired => ProblemKind::Expired,
            LookupError::PersonGone => ProblemKind::PersonGone,
            LookupError::PolicyClosed => ProblemKind::PolicyClosed,
            LookupError::AuditUnavailable => ProblemKind::AuditUnavailable,
            LookupError::StoreUnavailable => ProblemKind::StoreUnavailable,
        };
        let problem = Self::new(kind, error.to_string());
        match error {
            LookupError::UnknownPurpose => problem.at("/purpose", "give one of the authority's purposes"),
            LookupError::PurposeNotAllowed => problem.at("/purpose", "choose a purpose that is open to your role"),
            LookupError::InsufficientQuestion => problem.at("/child", "give an identifier, or a name with a date of birth or a postcode"),
            LookupError::InvalidField { pointer, reason } => problem.at(&pointer, reason),
            _ => problem,
        }
    }
}

impl From<StewardshipError> for Problem {
    fn from(error: StewardshipError) -> Self {
        let kind = match &error {
            StewardshipError::NotFound => ProblemKind::NotFound,
            StewardshipError::Stale => ProblemKind::StaleEdit,
            StewardshipError::Contradiction(_) => ProblemKind::ContradictoryDecision,
            StewardshipError::InvalidField { .. } => ProblemKind::InvalidValue,
            StewardshipError::LoadRunning => ProblemKind::LoadRunning,
            StewardshipError::PolicyClosed => ProblemKind::PolicyClosed,
            StewardshipError::AuditUnavailable => ProblemKind::AuditUnavailable,
            StewardshipError::StoreUnavailable => ProblemKind::StoreUnavailable,
        };
        let problem = Self::new(kind, error.to_string());
        match error {
            StewardshipError::InvalidField { pointer, reason } => problem.at(&pointer, reason),
            _ => problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_type_of_its_own() {
        let types: std::collections::HashSet<String> = ProblemKind::ALL.into_iter().map(ProblemKind::type_path).collect();
        assert_eq!(types.len(), ProblemKind::ALL.len());
    }

    #[test]
    fn a_part_that_is_away_says_when_to_try_again() {
        let response = Problem::from(LookupError::AuditUnavailable).response("r");
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(response.headers().contains_key(header::RETRY_AFTER));
    }

    #[test]
    fn the_audit_and_the_answer_name_a_refusal_alike() {
        use LookupError::{
            AuditUnavailable, Expired, InsufficientQuestion, NotFound, PersonGone, PolicyClosed, PurposeNotAllowed, StoreUnavailable,
            UnknownPurpose,
        };
        let field = LookupError::InvalidField { pointer: String::new(), reason: String::new() };
        let others =
            [UnknownPurpose, PurposeNotAllowed, InsufficientQuestion, NotFound, Expired, PersonGone, PolicyClosed, AuditUnavailable];
        for error in others.into_iter().chain([StoreUnavailable, field]) {
            assert_eq!(Problem::from(error.clone()).kind().code(), error.code());
        }
        let invalid = StewardshipError::InvalidField { pointer: String::new(), reason: String::new() };
        for error in [
            StewardshipError::NotFound,
            StewardshipError::Stale,
            StewardshipError::Contradiction(vec![1]),
            StewardshipError::LoadRunning,
            StewardshipError::PolicyClosed,
            StewardshipError::AuditUnavailable,
            StewardshipError::StoreUnavailable,
            invalid,
        ] {
            assert_eq!(Problem::from(error.clone()).kind().code(), error.code());
        }
    }

    #[test]
    fn an_invalid_field_is_pointed_at() {
        let error = LookupError::InvalidField { pointer: "/child/sex".to_owned(), reason: "too long".to_owned() };
        let problem = Problem::from(error);
        assert_eq!(problem.errors, [PlaceError { pointer: "/child/sex".to_owned(), detail: "too long".to_owned() }]);
    }
}
