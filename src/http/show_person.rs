//! `GET /v1/people/{person_id}`: a person with every record, for whoever may have to split them.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

use super::{
    access::Operation,
    exchange::{Shared, json_response, person_id},
    problem::Problem,
};

/// The operation.
///
/// # Errors
/// A problem: see openapi.yaml.
pub async fn show_person(request: HttpRequest, path: Path<String>, shared: Data<Shared>) -> Result<HttpResponse, Problem> {
    let principal = shared.admit(&request, Operation::ShowPerson).await?;
    let id = shared.reading(&principal, Operation::ShowPerson, async { person_id(&path) }).await?;
    let person = shared.in_time(shared.stewardship.person(&principal, id)).await?;
    json_response(&person)
}
