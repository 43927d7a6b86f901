//! `POST /v1/people/{person_id}/split`: a steward says that some of a person's records are of somebody else.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload},
};

use crate::stewardship::Change;

use super::{
    access::Operation,
    edit::{Edit, edit},
    exchange::{Shared, json_response, person_id, whole_number},
    json::Json,
    problem::Problem,
    shape::{ONE_LINE, Reader},
};

/// The operation.
///
/// # Errors
/// A problem: see openapi.yaml.
pub async fn split_person(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    shared: Data<Shared>,
) -> Result<HttpResponse, Problem> {
    let principal = shared.admit(&request, Operation::SplitPerson).await?;
    let reading = async { Ok((person_id(&path)?, read(shared.read_body(&request, payload).await?)?)) };
    let (person, (records, edit)) = shared.reading(&principal, Operation::SplitPerson, reading).await?;
    let change = Change::Split { person, records };
    let decision = shared.in_time(shared.stewardship.change(&principal, &change, &edit.reason, &edit.version)).await?;
    json_response(&decision)
}

fn read(body: Json) -> Result<(Vec<i64>, Edit), Problem> {
    let mut reader = Reader::default();
    let read = split(&mut reader, body);
    reader.finish(read)
}

fn split(reader: &mut Reader, body: Json) -> Option<(Vec<i64>, Edit)> {
    let mut object = reader.object(body, "", &["records", "reason", "version"])?;
    let records = object.require(reader, "records").and_then(|(json, pointer)| {
        if json == Json::List(Vec::new()) {
            reader.invalid(&pointer, "must name the records that go");
        }
        reader.list(json, &pointer, record)
    });
    let edit = edit(reader, &mut object);
    Some((records?, edit?))
}

fn record(reader: &mut Reader, json: Json, pointer: &str) -> Option<i64> {
    let number = whole_number(&reader.text(json, pointer, ONE_LINE)?);
    if number.is_none() {
        reader.invalid(pointer, "must be the record_id of one of this person's records");
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::ProblemKind;

    #[test]
    fn a_record_is_named_by_its_id_as_it_was_shown() {
        let read = |body: &str| read(Json::read(body.as_bytes()).unwrap());
        assert_eq!(read(r#"{"records":["7","12"],"reason":"x","version":"ab"}"#).ok().unwrap().0, [7, 12]);
        for (body, kind, pointer) in [
            (r#"{"records":[7],"reason":"x","version":"ab"}"#, ProblemKind::WrongShape, "/records/0"),
            (r#"{"records":["7","07"],"reason":"x","version":"ab"}"#, ProblemKind::InvalidValue, "/records/1"),
            (r#"{"reason":"x","version":"ab"}"#, ProblemKind::WrongShape, "/records"),
            (r#"{"records":[],"reason":"x","version":"ab"}"#, ProblemKind::InvalidValue, "/records"),
        ] {
            let problem = read(body).err().unwrap();
            assert_eq!((problem.kind(), problem.errors()[0].pointer.as_str()), (kind, pointer), "{body}");
        }
    }
}
