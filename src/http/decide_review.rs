//! `POST /v1/reviews/{review_id}/decision`: a steward says that two people are one, or are two.

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
    shape::{ONE_LINE, Reader},
};

/// The operation.
///
/// # Errors
/// A problem: see openapi.yaml.
pub async fn decide_review(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    shared: Data<Shared>,
) -> Result<HttpResponse, Problem> {
    let principal = shared.admit(&request, Operation::DecideReview).await?;
    let reading = async { Ok((number(&path)?, read(shared.read_body(&request, payload).await?)?)) };
    let (review, (together, edit)) = shared.reading(&principal, Operation::DecideReview, reading).await?;
    let change = Change::Decide { review, together };
    let decision = shared.in_time(shared.stewardship.change(&principal, &change, &edit.reason, &edit.version)).await?;
    json_response(&decision)
}

fn read(body: Json) -> Result<(bool, Edit), Problem> {
    let mut reader = Reader::default();
    let read = decision(&mut reader, body);
    reader.finish(read)
}

fn decision(reader: &mut Reader, body: Json) -> Option<(bool, Edit)> {
    let mut object = reader.object(body, "", &["kind", "reason", "version"])?;
    let together = object.require(reader, "kind").and_then(|(json, pointer)| match reader.text(json, &pointer, ONE_LINE)?.as_str() {
        "together" => Some(true),
        "apart" => Some(false),
        _ => {
            reader.invalid(&pointer, "must be one of together, apart");
            None
        }
    });
    let edit = edit(reader, &mut object);
    Some((together?, edit?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::ProblemKind;

    #[test]
    fn a_decision_has_a_kind_a_reason_and_a_version() {
        let read = |body: &str| read(Json::read(body.as_bytes()).unwrap());
        let (together, edit) = read(r#"{"kind":"apart","reason":"Two cousins.\nAsked the school.","version":"ab"}"#).ok().unwrap();
        assert_eq!((together, edit.reason.as_str(), edit.version.as_str()), (false, "Two cousins.\nAsked the school.", "ab"));
        for (body, kind) in [
            (r#"{"kind":"apart","version":"ab"}"#, ProblemKind::WrongShape),
            (r#"{"kind":"apart","reason":"x"}"#, ProblemKind::WrongShape),
            (r#"{"kind":"perhaps","reason":"x","version":"ab"}"#, ProblemKind::InvalidValue),
            (r#"{"kind":"apart","reason":" ","version":"ab"}"#, ProblemKind::InvalidValue),
            (r#"{"kind":"apart","reason":"x","version":"ab","by":"me"}"#, ProblemKind::UnknownKey),
        ] {
            assert_eq!(read(body).err().unwrap().kind(), kind, "{body}");
        }
    }
}
