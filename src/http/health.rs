//! `GET /health/live` and `GET /health/ready`: for whoever watches over the process. No token is needed, and nothing is told but yes or no.

use actix_web::{HttpResponse, web::Data};
use serde_json::json;

use super::{
    exchange::{Shared, json_response},
    problem::{Problem, ProblemKind},
};

/// The process runs.
///
/// # Errors
/// None in practice.
pub async fn live() -> Result<HttpResponse, Problem> {
    json_response(&json!({ "status": "live" }))
}

/// Lookups can be answered: the database answers, the policy stands, and there are keys to check tokens with.
///
/// # Errors
/// 503 where they cannot.
pub async fn ready(shared: Data<Shared>) -> Result<HttpResponse, Problem> {
    let lookups_ready = tokio::time::timeout(shared.answer_timeout, shared.lookups.is_ready()).await.unwrap_or(false);
    if lookups_ready && shared.authenticator.is_ready() {
        return json_response(&json!({ "status": "ready" }));
    }
    Err(Problem::new(ProblemKind::NotReady, "lookups cannot be answered now"))
}
