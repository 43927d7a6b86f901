//! `GET /v1/decisions`: what stewards decided, the newest first.

use actix_web::{HttpRequest, HttpResponse, web::Data};

use super::{
    access::Operation,
    exchange::{Shared, json_response},
    problem::Problem,
    query::Parameters,
};

/// The operation.
///
/// # Errors
/// A problem: see openapi.yaml.
pub async fn list_decisions(request: HttpRequest, shared: Data<Shared>) -> Result<HttpResponse, Problem> {
    let principal = shared.admit(&request, Operation::ListDecisions).await?;
    let parameters = Parameters::read(&request, &["limit", "cursor"])?;
    let list = shared.in_time(shared.stewardship.decisions(&principal, parameters.text("cursor"), parameters.limit()?)).await?;
    json_response(&list)
}
