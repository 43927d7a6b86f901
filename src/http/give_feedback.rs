//! `POST /v1/lookups/{lookup_id}/feedback`: the user says that an answer was about somebody else, out of date, short of something, or useful.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload},
};

use crate::lookup::FeedbackKind;

use super::{
    access::Operation,
    exchange::{Shared, lookup_id},
    json::Json,
    problem::Problem,
    shape::{ONE_LINE, Reader, TextLimit},
};

/// A comment may run over several lines.
const COMMENT: TextLimit = TextLimit { most: 1000, several_lines: true };

/// The operation.
///
/// # Errors
/// A problem: see openapi.yaml.
pub async fn give_feedback(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    shared: Data<Shared>,
) -> Result<HttpResponse, Problem> {
    let principal = shared.admit(&request, Operation::GiveFeedback).await?;
    let read = async { Ok((lookup_id(&path)?, read_feedback(shared.read_body(&request, payload).await?)?)) };
    let (lookup_id, (kind, comment)) = shared.reading(&principal, Operation::GiveFeedback, read).await?;
    shared.in_time(shared.lookups.feedback(&principal, lookup_id, kind, comment)).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) fn read_feedback(body: Json) -> Result<(FeedbackKind, Option<String>), Problem> {
    let mut reader = Reader::default();
    let feedback = feedback(&mut reader, body);
    reader.finish(feedback)
}

fn feedback(reader: &mut Reader, body: Json) -> Option<(FeedbackKind, Option<String>)> {
    let mut object = reader.object(body, "", &["kind", "comment"])?;
    let comment = object.take("comment").and_then(|(json, pointer)| reader.text(json, &pointer, COMMENT));
    let (json, pointer) = object.require(reader, "kind")?;
    let kind = match reader.text(json, &pointer, ONE_LINE)?.as_str() {
        "wrong_person" => FeedbackKind::WrongPerson,
        "wrong_contact" => FeedbackKind::WrongContact,
        "missing" => FeedbackKind::Missing,
        "useful" => FeedbackKind::Useful,
        _ => {
            reader.invalid(&pointer, "must be one of wrong_person, wrong_contact, missing, useful");
            return None;
        }
    };
    Some((kind, comment))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::ProblemKind;

    fn read(body: &str) -> Result<(FeedbackKind, Option<String>), Problem> {
        read_feedback(Json::read(body.as_bytes())?)
    }

    #[test]
    fn a_comment_may_run_over_lines_or_be_left_out() {
        let (kind, comment) = read(r#"{"kind":"missing","comment":"a\nb"}"#).unwrap();
        assert_eq!((kind, comment.as_deref()), (FeedbackKind::Missing, Some("a\nb")));
        assert_eq!(read(r#"{"kind":"useful"}"#).unwrap(), (FeedbackKind::Useful, None));
    }

    #[test]
    fn an_unknown_kind_is_a_value_that_cannot_be_taken() {
        assert_eq!(read(r#"{"kind":"nice"}"#).unwrap_err().kind(), ProblemKind::InvalidValue);
        assert_eq!(read(r#"{"kind":"useful","comment":"\u0000"}"#).unwrap_err().kind(), ProblemKind::InvalidValue);
    }
}
