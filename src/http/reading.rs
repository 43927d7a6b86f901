//! The readers of what callers and issuers send, without a server around them: what the fuzz targets and whoever checks a body beforehand call.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    authentication::{
        Refusal, bearer_token,
        claims::{self, RolesClaim},
        key_set::KeySet,
    },
    create_lookup, give_feedback,
    json::Json,
    problem::Problem,
    select_candidate,
};
use crate::{
    domain::Principal,
    lookup::{FeedbackKind, Question},
};

/// The body of `POST /v1/lookups`.
///
/// # Errors
/// A problem: see openapi.yaml.
pub fn question(body: &[u8]) -> Result<Question, Problem> {
    create_lookup::read_question(Json::read(body)?)
}

/// The body of a selection.
///
/// # Errors
/// A problem: see openapi.yaml.
pub fn selection(body: &[u8]) -> Result<Uuid, Problem> {
    select_candidate::read_person_id(Json::read(body)?)
}

/// The body of a feedback.
///
/// # Errors
/// A problem: see openapi.yaml.
pub fn feedback(body: &[u8]) -> Result<(FeedbackKind, Option<String>), Problem> {
    give_feedback::read_feedback(Json::read(body)?)
}

/// The token of an `Authorization` header.
///
/// # Errors
/// Where there is none, or it is too long.
pub fn token(authorization: &[u8]) -> Result<&[u8], Refusal> {
    bearer_token(Some(authorization))
}

/// The user of a token's claims, of which only signature, audience and expiry were checked; `latest` is now in seconds since 1970.
///
/// # Errors
/// Why the claims are not taken.
pub fn claims(claims: &Map<String, Value>, issuer: &str, roles_claim: &str, latest: u64) -> Result<Principal, Refusal> {
    claims::check_times(claims, latest)?;
    claims::principal(claims, issuer, &RolesClaim::new(roles_claim))
}

/// Whether a document is a key set, and if so, whether it has a key that can be used.
#[must_use]
pub fn key_set(document: &[u8]) -> Option<bool> {
    KeySet::read(document).map(|keys| !keys.is_empty())
}
