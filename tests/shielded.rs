//! Somebody who is as likely as not a restricted person is nobody.
#![allow(clippy::unwrap_used, reason = "test code")]

use crate::steward_support::{Row, Stewards, row};
use serde_json::{Value, json};

use crate::http_service::tokens;

/// The same name and a birth date one digit off, in two rows of one list: as likely as not one person, and not joined.
const SHIELDED: Row = row("early_help", "r1", "Zebedee", "Quillfeather", "2012-03-04");
const DOUBTFUL: Row = row("early_help", "r2", "Zebedee", "Quillfeather", "2012-03-14");

fn look_up(stewards: &Stewards, born: &str) -> Value {
    let child = json!({ "given_name": "Zebedee", "family_name": "Quillfeather", "date_of_birth": born });
    let body = json!({ "child": child, "purpose": "early_help_assessment" });
    stewards.service.post("/v1/lookups", &tokens::token(&["early_help_worker"]), &body).body
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_as_likely_as_not_a_restricted_person_is_not_found() {
    let stewards = Stewards::new(&[SHIELDED.restricted(), DOUBTFUL]).await;
    assert_eq!(stewards.people().await, ["r1", "r2"], "they are two people as yet");
    for born in ["2012-03-04", "2012-03-14"] {
        let answer = look_up(&stewards, born);
        assert_eq!(
            (&answer["outcome"], &answer["candidates"], &answer["context"]),
            (&json!("no_match"), &json!([]), &Value::Null),
            "{born}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_taken_for_a_restricted_person_by_another_list_is_not_found() {
    let of_another = row("police", "r2", "Zebedee", "Quillfeather", "2012-03-14");
    let stewards = Stewards::new(&[SHIELDED.restricted(), of_another]).await;
    assert_eq!(stewards.people().await, ["r1 r2"], "nobody else is like either");
    for born in ["2012-03-04", "2012-03-14"] {
        let answer = look_up(&stewards, born);
        assert_eq!((&answer["outcome"], &answer["candidates"]), (&json!("no_match"), &json!([])), "{born}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_like_somebody_whom_nobody_restricts_is_found() {
    let stewards = Stewards::new(&[SHIELDED, DOUBTFUL]).await;
    let answer = look_up(&stewards, "2012-03-14");
    assert_eq!((&answer["outcome"], &answer["context"]["child"]["date_of_birth"]), (&json!("match"), &json!("2012-03-14")));
}
