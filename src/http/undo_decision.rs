//! `POST /v1/decisions/{decision_id}/undo`: a steward takes a decision back.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload},
};

use crate::stewardship::Change;

use super::{
    access::Operation,
    edit::{Edit, edit},
    exchange::{Shared, json_response, number},
    json::Json,
    problem::Problem,
    shape::Reader,
};

/// The operation.
///
/// # Errors
/// A problem: see openapi.yaml.
pub async fn undo_decision(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    shared: Data<Shared>,
) -> Result<HttpResponse, Problem> {
    let principal = shared.admit(&request, Operation::UndoDecision).await?;
    let reading = async { Ok((number(&path)?, read(shared.read_body(&request, payload).await?)?)) };
    let (decision, edit) = shared.reading(&principal, Operation::UndoDecision, reading).await?;
    let change = Change::Undo { decision };
    let decision = shared.in_time(shared.stewardship.change(&principal, &change, &edit.reason, &edit.version)).await?;
    json_response(&decision)
}

fn read(body: Json) -> Result<Edit, Problem> {
    let mut reader = Reader::default();
    let undo = match reader.object(body, "", &["reason", "version"]) {
        Some(mut object) => edit(&mut reader, &mut object),
        None => None,
    };
    reader.finish(undo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::ProblemKind;

    #[test]
    fn to_take_a_decision_back_needs_a_reason() {
        let problem = read(Json::read(br#"{"version":"ab"}"#).unwrap()).err().unwrap();
        assert_eq!((problem.kind(), problem.errors()[0].pointer.as_str()), (ProblemKind::WrongShape, "/reason"));
    }
}
