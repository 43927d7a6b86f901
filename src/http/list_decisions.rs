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
    let reading = async {
        let parameters = Parameters::read(&request, &["limit", "cursor"])?;
        Ok((parameters.text("cursor").map(str::to_owned), parameters.limit()?))
    };
    let (cursor, limit) = shared.reading(&principal, Operation::ListDecisions, reading).await?;
    let list = shared.in_time(shared.stewardship.decisions(&principal, cursor.as_deref(), limit)).await?;
    json_response(&list)
}
