//! People told of in others' rows: what becomes of them and of their ties, from delivery to delivery.

#![allow(clippy::unwrap_used, reason = "a test either works or fails")]

mod import_support;
mod support;

use import_support::{Feed, Said};
use serde_json::json;

const MAP: &str = r#"feed = "school"
service = "school"
delivery = "snapshot"
[[file]]
match = "*"
rows = "person"
[file.columns]
"Ref" = "source_id"
"Given" = "given_name"
"Hidden" = "restricted"
"Mum id" = "related.mother.source_id"
"Mum" = "related.mother.full_name"
"Mum hidden" = "related.mother.restricted"
"#;

/// Each tie: who, by given name, is what to whom.
const TIES: &str = "string_agg(origin.given_name || ' ' || kind || ' ' || target.given_name, ', ' ORDER BY target.given_name)
    FROM relationship JOIN record AS origin ON origin.id = from_record JOIN record AS target ON target.id = to_record";

async fn school(map: &str) -> Feed {
    let feed = Feed::new().await;
    feed.map(map);
    feed
}

fn deliver(feed: &Feed, as_of: &str, rows: &str) -> Said {
    let said = feed.import(as_of, &[("a.csv", &format!("Ref,Given,Hidden,Mum id,Mum,Mum hidden\n{rows}"))]);
    assert_eq!(said.code, 0, "{}", said.error);
    said
}

#[tokio::test]
async fn somebody_named_by_an_id_that_the_feed_does_not_hold_is_made_of_the_name_beside_it() {
    let feed = school(MAP).await;
    let said = deliver(&feed, "2026-10-01", "1,Noor,,XX99,\"TALLWATER, Brenda\",\n2,Ben,,XX98,,\n");
    assert_eq!(feed.value(&format!("SELECT {TIES}")).await, "Brenda mother Noor");
    assert_eq!(said.json["rules"], json!({ "person-unknown": 2 }));
    assert_eq!(said.json["fields"], json!([{ "field": "related.mother.source_id", "rule": "person-unknown", "count": 2 }]));
    assert_eq!(
        said.json["examples"][0],
        json!({ "file": "a.csv", "line": 2, "field": "related.mother.source_id", "rule": "person-unknown" })
    );
}

#[tokio::test]
async fn somebody_named_by_an_id_that_the_feed_holds_is_that_person() {
    let feed = school(MAP).await;
    // The mother's own row may come before or after.
    let said = deliver(&feed, "2026-10-01", "1,Noor,,5,Someone Else,\n5,Ana,,,,\n2,Ben,,5,,\n");
    assert_eq!(feed.value(&format!("SELECT {TIES}")).await, "Ana mother Ben, Ana mother Noor");
    assert_eq!(feed.value("SELECT count(*) FROM record").await, 3);
    assert_eq!(said.json["rules"], json!({}));
}

#[tokio::test]
async fn each_row_of_a_person_may_name_another_mother() {
    let feed = school(MAP).await;
    deliver(&feed, "2026-10-01", "1,Noor,,5,Someone Else,\n5,Ana,,,,\n1,Noor,,6,Bea Teal,\n");
    assert_eq!(feed.value(&format!("SELECT {TIES}")).await.as_str().unwrap().matches("mother Noor").count(), 2);
    assert_eq!(feed.value("SELECT given_name FROM record WHERE dependent = 'mother'").await, "Bea");
}

#[tokio::test]
async fn a_restriction_in_the_cells_about_a_person_named_by_an_id_counts() {
    let feed = school(MAP).await;
    deliver(&feed, "2026-10-01", "1,Noor,,5,,in a refuge\n5,Ana,N,,,\n2,Ben,,XX99,Eve Reed,Y\n");
    assert_eq!(feed.value("SELECT string_agg(given_name, ',' ORDER BY given_name) FROM record WHERE restricted").await, "Ana,Eve");
}

#[tokio::test]
async fn a_delta_names_and_restricts_people_of_earlier_deliveries() {
    let feed = school(&MAP.replace("\"snapshot\"", "\"delta\"")).await;
    deliver(&feed, "2026-10-01", "5,Ana,N,,,\n");
    let said = deliver(&feed, "2026-10-02", "1,Noor,,5,Someone Else,Y\n");
    assert_eq!(feed.value(&format!("SELECT {TIES}")).await, "Ana mother Noor");
    assert_eq!(feed.value("SELECT restricted FROM record WHERE source_id = '5'").await, true);
    assert_eq!(said.json["changes"]["records"], json!({ "inserted": 1, "changed": 1, "unchanged": 0, "ended": 0, "removed": 0 }));
}

#[tokio::test]
async fn somebody_whom_this_snapshot_removes_is_held_no_longer() {
    let feed = school(&MAP.replace("\"snapshot\"", "\"snapshot\"\nabsent = \"removed\"")).await;
    deliver(&feed, "2026-10-01", "1,Noor,,5,,\n5,Ana,,,,\n");
    deliver(&feed, "2026-10-08", "1,Noor,,5,Ana Teal,\n");
    assert_eq!(feed.value(&format!("SELECT {TIES}")).await, "Ana mother Noor");
    assert_eq!(feed.value("SELECT count(*) FROM record WHERE dependent = 'mother'").await, 1);
}
