//! What a list's youngest age says of the births that it does not know.

#![allow(clippy::unwrap_used, reason = "a test either works or fails")]

use serde_json::{Value, json};

use crate::import_support::Feed;

const MAP: &str = r#"feed = "probation"
service = "probation"
delivery = "snapshot"
youngest_age = 18
rejected_rows_percent = 50
[[file]]
match = "*"
rows = "person"
[file.columns]
"Ref" = "source_id"
"Given" = "given_name"
"Family" = "family_name"
"Born" = "date_of_birth"
"Due" = "expected_date_of_delivery"
"Street" = "address"
"Child" = "related.child.full_name"
"#;

const HEADING: &str = "Ref,Given,Family,Born,Due,Street,Child\n";

async fn bounds(feed: &Feed) -> Vec<Value> {
    let rows = feed.rows("SELECT source_id || dependent AS whose, latest_birth FROM record ORDER BY 1").await;
    rows.iter().map(|row| json!([row["whose"], row["latest_birth"]])).collect()
}

#[tokio::test]
async fn a_list_of_grown_ups_bounds_the_births_that_it_does_not_know_and_finds_dates_of_children() {
    let feed = Feed::new().await;
    feed.map(MAP);
    let rows =
        "1,Ann,Teal,,,,Ben Teal\n2,Ann,Teal,1980-05-04,,,\n3,Ann,Teal,2018-05-04,,,\n4,Ann,Teal,1900-01-01,,,\n5,,Teal,,2027-03-01,,\n";
    let said = feed.import("2026-10-01", &[("a.csv", &format!("{HEADING}{rows}"))]);
    assert_eq!(said.code, 0, "{}", said.error);
    let bound = json!("2008-12-31");
    let expected = [("1", &bound), ("1child", &Value::Null), ("2", &Value::Null), ("3", &Value::Null), ("4", &bound), ("5", &Value::Null)];
    assert_eq!(bounds(&feed).await, expected.map(|(whose, bound)| json!([whose, bound])));
    let examples = said.json["examples"].as_array().unwrap();
    let younger = examples.iter().filter(|found| found["rule"] == "younger-than-listed").map(|found| &found["line"]);
    assert_eq!(younger.collect::<Vec<_>>(), [4, 6], "a child, and one not yet born");
}

#[tokio::test]
async fn a_map_that_begins_to_tell_the_youngest_age_takes_a_father_from_the_child_of_his_name() {
    let feed = Feed::new().await;
    let school = MAP.replace("youngest_age = 18\n", "").replace("probation", "school");
    let of_home = |born: &str| format!("{HEADING}1,Torquil,Garrowby,{born},,\"12 High Street, Ashby MB1 3XE\",\n");
    feed.map(&school);
    assert_eq!(feed.import("2026-10-01", &[("a.csv", &of_home("2014-03-09"))]).code, 0);
    let people = "SELECT count(DISTINCT person_id) FROM membership";
    for (map, expected) in [(MAP.replace("youngest_age = 18\n", ""), 1), (MAP.to_owned(), 2)] {
        feed.map(&map);
        let said = feed.import("2026-10-01", &[("a.csv", &of_home(""))]);
        assert_eq!(said.code, 0, "{}", said.error);
        assert_eq!(feed.value(people).await, expected);
    }
    let before = feed.everything().await;
    assert_eq!(feed.import("2026-10-01", &[("a.csv", &of_home(""))]).json["outcome"], "unchanged");
    assert_eq!(feed.everything().await, before);
    let later = feed.import("2026-10-31", &[("a.csv", &of_home(""))]);
    assert_eq!(later.json["changes"]["records"]["unchanged"], 1, "the bound moves once a year");
}
