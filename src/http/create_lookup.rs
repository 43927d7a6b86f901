//! `POST /v1/lookups`: one question, and in one answer the child, the family and whom to ring.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};

use crate::lookup::{
    Question,
    question::{AddressQuestion, ChildQuestion, IdentifierKind, IdentifierQuestion},
};

use super::{
    access::Operation,
    exchange::{Shared, json_response},
    json::Json,
    problem::Problem,
    shape::{ONE_LINE, Object, Reader},
};

/// The operation.
///
/// # Errors
/// A problem: see openapi.yaml.
pub async fn create_lookup(request: HttpRequest, payload: Payload, shared: Data<Shared>) -> Result<HttpResponse, Problem> {
    let principal = shared.admit(&request, Operation::CreateLookup).await?;
    let read = async { read_question(shared.read_body(&request, payload).await?) };
    let question = shared.reading(&principal, Operation::CreateLookup, read).await?;
    let answer = shared.in_time(shared.lookups.ask(&principal, question)).await?;
    json_response(&answer)
}

/// Reads the question's shape. Whether its values say anything is for `lookup`.
pub(super) fn read_question(body: Json) -> Result<Question, Problem> {
    let mut reader = Reader::default();
    let question = question(&mut reader, body);
    reader.finish(question)
}

fn question(reader: &mut Reader, body: Json) -> Option<Question> {
    let mut object = reader.object(body, "", &["child", "purpose", "case_reference"])?;
    let child = object.require(reader, "child").and_then(|(json, pointer)| child(reader, json, &pointer));
    let purpose = object.require(reader, "purpose").and_then(|(json, pointer)| reader.text(json, &pointer, ONE_LINE));
    let case_reference = object.text(reader, "case_reference");
    Some(Question { child: child?, purpose: purpose?, case_reference })
}

fn child(reader: &mut Reader, json: Json, pointer: &str) -> Option<ChildQuestion> {
    const KEYS: &[&str] = &["given_name", "family_name", "other_names", "date_of_birth", "sex", "address", "identifiers", "phone", "email"];
    let mut object = reader.object(json, pointer, KEYS)?;
    Some(ChildQuestion {
        given_name: object.text(reader, "given_name"),
        family_name: object.text(reader, "family_name"),
        other_names: object.texts(reader, "other_names"),
        date_of_birth: object.text(reader, "date_of_birth"),
        sex: object.text(reader, "sex"),
        address: object.take("address").and_then(|(json, pointer)| address(reader, json, &pointer)),
        identifiers: object.take("identifiers").and_then(|(json, pointer)| reader.list(json, &pointer, identifier)),
        phone: object.text(reader, "phone"),
        email: object.text(reader, "email"),
    })
}

fn address(reader: &mut Reader, json: Json, pointer: &str) -> Option<AddressQuestion> {
    let mut object = reader.object(json, pointer, &["lines", "postcode", "uprn"])?;
    Some(AddressQuestion {
        lines: object.texts(reader, "lines"),
        postcode: object.text(reader, "postcode"),
        uprn: object.text(reader, "uprn"),
    })
}

fn identifier(reader: &mut Reader, json: Json, pointer: &str) -> Option<IdentifierQuestion> {
    let mut object = reader.object(json, pointer, &["type", "feed", "value"])?;
    let kind = identifier_kind(reader, &mut object);
    let value = object.require(reader, "value").and_then(|(json, pointer)| reader.text(json, &pointer, ONE_LINE));
    let feed = object.text(reader, "feed");
    Some(IdentifierQuestion { kind: kind?, feed, value: value? })
}

fn identifier_kind(reader: &mut Reader, object: &mut Object) -> Option<IdentifierKind> {
    let (json, pointer) = object.require(reader, "type")?;
    match reader.text(json, &pointer, ONE_LINE)?.as_str() {
        "nhs_number" => Some(IdentifierKind::NhsNumber),
        "upn" => Some(IdentifierKind::Upn),
        "source" => Some(IdentifierKind::Source),
        _ => {
            reader.invalid(&pointer, "must be one of nhs_number, upn, source");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::ProblemKind;

    fn read(body: &str) -> Result<Question, Problem> {
        read_question(Json::read(body.as_bytes())?)
    }

    fn complaint(body: &str) -> (ProblemKind, String) {
        let Err(problem) = read(body) else { panic!("{body} was taken") };
        (problem.kind(), problem.errors()[0].pointer.clone())
    }

    #[test]
    fn every_part_of_a_question_is_read() {
        let question = read(
            r#"{"child":{"given_name":"Mia","family_name":"Novak","other_names":["Mimi"],"date_of_birth":"2014-05-20","sex":"F",
                "address":{"lines":["12 Ash Way"],"postcode":"ZZ1 1AA","uprn":"1"},
                "identifiers":[{"type":"source","feed":"education","value":"E1"},{"type":"upn","value":"B801200005001"}],
                "phone":"01632 960123","email":"mia@example.org"},
                "purpose":"section_17","case_reference":"C1"}"#,
        );
        let Ok(question) = question else { panic!("refused") };
        let written = serde_json::to_value(&question).unwrap();
        assert_eq!(written["child"]["identifiers"][0]["feed"], "education");
        assert_eq!(written["child"]["address"]["lines"][0], "12 Ash Way");
        assert_eq!(written["case_reference"], "C1");
    }

    #[test]
    fn parts_may_be_null() {
        assert!(read(r#"{"child":{"given_name":null,"address":null,"identifiers":null},"purpose":"p","case_reference":null}"#).is_ok());
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        use ProblemKind::{InvalidValue, UnknownKey, WrongShape};
        for (body, kind, pointer) in [
            (r#"{"child":{}}"#, WrongShape, "/purpose"),
            (r#"{"child":null,"purpose":"p"}"#, WrongShape, "/child"),
            (r#"{"child":{"given_name":7},"purpose":"p"}"#, WrongShape, "/child/given_name"),
            (r#"{"child":{"address":{"lines":"x"}},"purpose":"p"}"#, WrongShape, "/child/address/lines"),
            (r#"{"child":{"identifiers":[{"type":"upn"}]},"purpose":"p"}"#, WrongShape, "/child/identifiers/0/value"),
            (r#"{"child":{"identifiers":[{"type":"passport","value":"1"}]},"purpose":"p"}"#, InvalidValue, "/child/identifiers/0/type"),
            (r#"{"child":{"address":{"town":"x"}},"purpose":"p"}"#, UnknownKey, "/child/address/town"),
            ("[]", WrongShape, ""),
        ] {
            assert_eq!(complaint(body), (kind, pointer.to_owned()), "{body}");
        }
    }
}
