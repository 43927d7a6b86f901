//! `POST /v1/lookups/{lookup_id}/selection`: the user says which of the possible matches it is.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload},
};
use uuid::Uuid;

use super::{
    access::Operation,
    exchange::{Shared, json_response, lookup_id, uuid},
    json::Json,
    problem::Problem,
    shape::{ONE_LINE, Reader},
};

/// The operation.
///
/// # Errors
/// A problem: see openapi.yaml.
pub async fn select_candidate(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    shared: Data<Shared>,
) -> Result<HttpResponse, Problem> {
    let principal = shared.admit(&request, Operation::SelectCandidate).await?;
    let read = async { Ok((lookup_id(&path)?, read_person_id(shared.read_body(&request, payload).await?)?)) };
    let (lookup_id, person_id) = shared.reading(&principal, Operation::SelectCandidate, read).await?;
    let answer = shared.in_time(shared.lookups.select(&principal, lookup_id, person_id)).await?;
    json_response(&answer)
}

pub(super) fn read_person_id(body: Json) -> Result<Uuid, Problem> {
    let mut reader = Reader::default();
    let person_id = person_id(&mut reader, body);
    reader.finish(person_id)
}

fn person_id(reader: &mut Reader, body: Json) -> Option<Uuid> {
    let mut object = reader.object(body, "", &["person_id"])?;
    let (json, pointer) = object.require(reader, "person_id")?;
    let person_id = uuid(&reader.text(json, &pointer, ONE_LINE)?);
    if person_id.is_none() {
        reader.invalid(&pointer, "must be the id of one of the candidates");
    }
    person_id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::ProblemKind;

    #[test]
    fn an_id_that_is_none_is_pointed_at() {
        let problem = read_person_id(Json::read(br#"{"person_id":"Mia"}"#).unwrap()).unwrap_err();
        assert_eq!((problem.kind(), problem.errors()[0].pointer.as_str()), (ProblemKind::InvalidValue, "/person_id"));
        let problem = read_person_id(Json::read(b"{}").unwrap()).unwrap_err();
        assert_eq!(problem.kind(), ProblemKind::WrongShape);
    }
}
