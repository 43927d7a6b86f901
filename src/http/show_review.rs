//! `GET /v1/reviews/{review_id}`: two people who may be one, with the evidence for both sides.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

use super::{
    access::Operation,
    exchange::{Shared, json_response, number},
    problem::Problem,
};

/// The operation.
///
/// # Errors
/// A problem: see openapi.yaml.
pub async fn show_review(request: HttpRequest, path: Path<String>, shared: Data<Shared>) -> Result<HttpResponse, Problem> {
    let principal = shared.admit(&request, Operation::ShowReview).await?;
    let id = shared.reading(&principal, Operation::ShowReview, async { number(&path) }).await?;
    let review = shared.in_time(shared.stewardship.review(&principal, id)).await?;
    json_response(&review)
}
