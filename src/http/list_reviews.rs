//! `GET /v1/reviews`: pairs of people who may be one, the likeliest first.

use actix_web::{HttpRequest, HttpResponse, web::Data};

use crate::stewardship::{ReviewFilter, Why};

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
pub async fn list_reviews(request: HttpRequest, shared: Data<Shared>) -> Result<HttpResponse, Problem> {
    let principal = shared.admit(&request, Operation::ListReviews).await?;
    let filter = shared.reading(&principal, Operation::ListReviews, async { read_filter(&request) }).await?;
    let list = shared.in_time(shared.stewardship.reviews(&principal, &filter)).await?;
    json_response(&list)
}

fn read_filter(request: &HttpRequest) -> Result<ReviewFilter, Problem> {
    let parameters = Parameters::read(request, &["state", "why", "limit", "cursor"])?;
    let closed = parameters.word("state", &["open", "closed"], |text| match text {
        "open" => Some(false),
        "closed" => Some(true),
        _ => None,
    })?;
    let why = parameters.word("why", &Why::ALL.map(Why::name), Why::named)?;
    let cursor = parameters.text("cursor").map(str::to_owned);
    Ok(ReviewFilter { closed: closed.unwrap_or(false), why, limit: parameters.limit()?, cursor })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn open_items_are_listed_unless_others_are_asked_for() {
        let read = |query: &str| read_filter(&TestRequest::with_uri(&format!("/v1/reviews{query}")).to_http_request());
        let usual = ReviewFilter { closed: false, why: None, limit: 50, cursor: None };
        assert_eq!(read("").unwrap(), usual);
        let closed = ReviewFilter { closed: true, why: Some(Why::Torn), limit: 2, cursor: Some("x".to_owned()) };
        assert_eq!(read("?state=closed&why=torn&limit=2&cursor=x").unwrap(), closed);
        assert!(read("?state=Open").is_err() && read("?why=other").is_err());
    }
}
