//! `GET /v1/lookups/{lookup_id}`: the same user opens a lookup again while it is fresh. Today's policy applies, and it is audited again.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

use super::{
    access::Operation,
    exchange::{Shared, json_response, lookup_id},
    problem::Problem,
};

/// The operation.
///
/// # Errors
/// A problem: see openapi.yaml.
pub async fn reopen_lookup(request: HttpRequest, path: Path<String>, shared: Data<Shared>) -> Result<HttpResponse, Problem> {
    let principal = shared.admit(&request, Operation::ReopenLookup).await?;
    let lookup_id = shared.reading(&principal, Operation::ReopenLookup, async { lookup_id(&path) }).await?;
    let answer = shared.in_time(shared.lookups.reopen(&principal, lookup_id)).await?;
    json_response(&answer)
}
