//! What lists tell of those in them is heeded in answers, and only as far as the asker may be told of the list.
#![allow(clippy::unwrap_used, reason = "test code")]

use crate::steward_support::{Row, Stewards, row};
use serde_json::{Value, json};

use crate::http_service::tokens;

const HOME: &str = "14 Larch Road, Ashby MB8 2QG";

/// The outcome of a question by an early help worker about Harry Quillfeather of [`HOME`], by a telephone that is his.
fn outcome(stewards: &Stewards, born: &str, phone: Option<&str>) -> String {
    let address = json!({ "lines": ["14 Larch Road", "Ashby"], "postcode": "MB8 2QG" });
    let child = json!({ "given_name": "Harry", "family_name": "Quillfeather", "date_of_birth": born, "address": address, "phone": phone });
    let body = json!({ "child": child, "purpose": "early_help_assessment" });
    let answer: Value = stewards.service.post("/v1/lookups", &tokens::token(&["early_help_worker"]), &body).body;
    answer["outcome"].as_str().unwrap().to_owned()
}

const fn harry(feed: &'static str, source_id: &'static str, given: &'static str) -> Row {
    row(feed, source_id, given, "Quillfeather", "2012-03-04").at(HOME)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_who_stands_twice_in_one_list_by_two_names_is_offered() {
    let twice = |feed| [harry("early_help", "r1", "Harry"), harry(feed, "r2", "Harrison")];
    for (feed, expected) in [("early_help", "possible_matches"), ("police", "match")] {
        let stewards = Stewards::new(&twice(feed)).await;
        assert_eq!(stewards.people().await, ["r1 r2"], "one person, {feed}");
        assert_eq!(outcome(&stewards, "2012-03-04", None), expected, "{feed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rows_of_a_list_that_the_asker_may_not_be_told_of_change_nothing() {
    let rows = [harry("early_help", "r1", "Harry"), harry("substance_misuse", "r2", "Harry"), harry("substance_misuse", "r3", "Harrison")];
    let stewards = Stewards::new(&rows).await;
    assert_eq!(stewards.people().await, ["r1 r2 r3"]);
    assert_eq!(outcome(&stewards, "2012-03-04", None), "match");
}

#[tokio::test(flavor = "multi_thread")]
async fn how_old_those_are_whom_a_closed_list_holds_is_not_to_be_found_out() {
    let (young, grown_up) = ("2012-03-04", "2001-03-04");
    for (feed, of_the_young) in [("police", "possible_matches"), ("substance_misuse", "match")] {
        let record = harry(feed, "r1", "Harry").of_age(18);
        let stewards = Stewards::new(&[record]).await;
        assert_eq!(outcome(&stewards, grown_up, Some(&record.phone())), "match", "{feed}");
        assert_eq!(outcome(&stewards, young, Some(&record.phone())), of_the_young, "{feed}");
    }
}
