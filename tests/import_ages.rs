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

async fn ages(feed: &Feed) -> Vec<Value> {
    let rows = feed.rows("SELECT source_id || dependent AS whose, least_age, least_age_on FROM record ORDER BY 1").await;
    rows.iter().map(|row| json!([row["whose"], row["least_age"], row["least_age_on"]])).collect()
}

#[tokio::test]
async fn a_list_of_grown_ups_bounds_the_births_that_it_does_not_know_and_finds_dates_of_children() {
    let feed = Feed::new().await;
    feed.map(MAP);
    let rows =
        "1,Ann,Teal,,,,Ben Teal\n2,Ann,Teal,1980-05-04,,,\n3,Ann,Teal,2018-05-04,,,\n4,Ann,Teal,1900-01-01,,,\n5,,Teal,,2027-03-01,,\n";
    let said = feed.import("2026-10-01", &[("a.csv", &format!("{HEADING}{rows}"))]);
    assert_eq!(said.code, 0, "{}", said.error);
    let (age, on, none) = (json!(18), json!("2026-10-01"), Value::Null);
    let whose = |whose: &str, is_bounded: bool| {
        let [age, on] = if is_bounded { [&age, &on] } else { [&none, &none] };
        json!([whose, age, on])
    };
    let expected = [("1", true), ("1child", false), ("2", false), ("3", false), ("4", true), ("5", false)];
    assert_eq!(ages(&feed).await, expected.map(|(record, is_bounded)| whose(record, is_bounded)));
    let examples = said.json["examples"].as_array().unwrap();
    let younger = examples.iter().filter(|found| found["rule"] == "younger-than-listed");
    let places: Vec<Value> = younger.map(|found| json!([found["line"], found["field"]])).collect();
    assert_eq!(places, [json!([4, "date_of_birth"]), json!([6, "expected_date_of_delivery"])], "a child, and one not yet born");
}

#[tokio::test]
async fn whoever_has_the_care_of_a_grown_up_is_no_child_and_is_not_joined_to_one_of_the_name() {
    let feed = Feed::new().await;
    feed.map(&MAP.replace("related.child", "related.carer"));
    let home = "\"12 High Street, Ashby MB1 3XE\"";
    let rows = format!("1,Ann,Teal,1950-05-04,,{home},Ben Teal\n2,Cy,Teal,,,{home},Ben Teal\n3,Di,Teal,2014-05-04,,{home},Ed Teal\n");
    let said = feed.import("2026-10-01", &[("a.csv", &format!("{HEADING}{rows}"))]);
    assert_eq!(said.code, 0, "{}", said.error);
    let (years, on, none) = (json!(16), json!("2026-10-01"), Value::Null);
    let told_of: Vec<Value> = ages(&feed).await.into_iter().filter(|age| age[0].as_str().unwrap().ends_with("carer")).collect();
    assert_eq!(told_of, [json!(["1carer", years, on]), json!(["2carer", years, on]), json!(["3carer", none, none])]);

    let school = MAP.replace("youngest_age = 18\n", "").replace("probation", "school");
    for (born, people) in [("2014-05-04", 2), ("1990-05-04", 1)] {
        let both = Feed::new().await;
        both.map(&MAP.replace("related.child", "related.carer"));
        both.import("2026-10-01", &[("a.csv", &format!("{HEADING}1,Ann,Teal,1950-05-04,,{home},Ben Teal\n"))]);
        both.map(&school);
        both.import("2026-10-01", &[("a.csv", &format!("{HEADING}1,Ben,Teal,{born},,{home},\n"))]);
        let sql = "SELECT count(DISTINCT person_id) FROM membership JOIN record ON record.id = record_id WHERE given_name = 'Ben'";
        assert_eq!(both.value(sql).await, people, "born on {born}");
    }
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
    feed.map(&MAP.replace("youngest_age = 18\n", ""));
    assert_eq!(feed.import("2026-10-02", &[("a.csv", &of_home(""))]).code, 0);
    assert_eq!(feed.value(people).await, 1, "and one that tells it no more");
}

#[tokio::test]
async fn what_a_list_said_of_a_record_on_an_earlier_day_stands_until_the_record_changes() {
    let feed = Feed::new().await;
    feed.map(MAP);
    let rows = |given: &str| format!("{HEADING}1,{given},Teal,,,,\n2,Ben,Teal,,,,\n");
    let deliver = |day: &str, given: &str| feed.import(day, &[("a.csv", &rows(given))]).json["changes"]["records"]["changed"].clone();
    deliver("2025-12-30", "Ann");
    assert_eq!(deliver("2026-01-15", "Ann"), 0, "a year later nobody is younger for it");
    assert_eq!(deliver("2026-02-15", "Anna"), 1);
    assert_eq!(ages(&feed).await, [json!(["1", 18, "2026-02-15"]), json!(["2", 18, "2025-12-30"])]);
}

#[tokio::test]
async fn a_relative_whom_a_row_restricts_keeps_the_age_that_the_list_told() {
    let feed = Feed::new().await;
    let related =
        "\"Child\" = \"related.child.full_name\"\n\"Child ref\" = \"related.child.source_id\"\n\"Shield\" = \"related.child.restricted\"\n";
    let delta = MAP.replace("snapshot", "delta").replace("\"Child\" = \"related.child.full_name\"\n", related);
    feed.map(&delta);
    let heading = HEADING.replace("Child", "Child,Child ref,Shield");
    for (day, row) in [("2026-09-01", "7,Ben,Teal,,,,,,"), ("2026-10-01", "1,Ann,Teal,1960-05-04,,,Ben Teal,7,yes")] {
        let said = feed.import(day, &[("a.csv", &format!("{heading}{row}\n"))]);
        assert_eq!(said.code, 0, "{}", said.error);
    }
    assert_eq!(ages(&feed).await, [json!(["1", null, null]), json!(["7", 18, "2026-09-01"])]);
    assert_eq!(feed.value("SELECT restricted FROM record WHERE source_id = '7'").await, true);
}
