//! People told of in others' rows: what becomes of them and of their ties, from delivery to delivery.

#![allow(clippy::unwrap_used, reason = "a test either works or fails")]

use crate::import_support::{Feed, Said};
use family_context::{domain::family::Tie, matching::Model, store};
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

const WORK: &str = "Ref,Unit,Opened,Closed,Officer,Offence\n";
const FAMILY: &str = "Ref,Given,Family,Mum,Notes\n1,Ana,Teal,,\n2,Bea,Reed,,\n3,Chidi,Okafor,,\n4,Dan,Okafor,,\n";

/// What a lookup reads of somebody's own ties: kind and end.
async fn read_ties(feed: &Feed, given_name: &str) -> Vec<(String, Option<String>)> {
    let sql = format!("SELECT person_id FROM membership JOIN record ON record.id = record_id WHERE given_name = '{given_name}'");
    let person: uuid::Uuid = feed.value(&sql).await.as_str().unwrap().parse().unwrap();
    let client = feed.database.pool.get().await.unwrap();
    let ties = store::context::read(&client, person, Model::built_in().even_bits()).await.unwrap().ties;
    let own = ties.into_iter().filter(|tie| tie.from == person || tie.to == person);
    let described = |tie: Tie| (tie.relationship.kind.name().to_owned(), tie.relationship.ended.map(|day| day.to_string()));
    own.map(described).collect()
}

fn tie(kind: &str) -> (String, Option<String>) {
    (kind.to_owned(), None)
}

#[tokio::test]
async fn a_mother_whom_a_snapshot_no_longer_states_is_no_mother_any_more() {
    let feed = Feed::new().await;
    feed.deliver("2026-10-01", FAMILY, WORK, "A,Is,B,Since\n1,mother,3,\n4,sibling,3,\n4,carer,3,\n");
    assert_eq!(read_ties(&feed, "Chidi").await, [tie("mother"), tie("sibling"), tie("carer")]);
    let said = feed.deliver("2026-10-08", FAMILY, WORK, "A,Is,B,Since\n2,mother,3,\n");
    assert_eq!(said.json["changes"]["relationships"]["ended"], 3);
    assert_eq!(feed.value("SELECT absent_since FROM relationship WHERE kind = 'sibling'").await, "2026-10-08", "it is kept, as not said");
    assert_eq!(read_ties(&feed, "Chidi").await, [("carer".to_owned(), Some("2026-10-08".to_owned())), tie("mother")]);
    assert_eq!(read_ties(&feed, "Ana").await, []);
    // Said again, she is again.
    feed.deliver("2026-10-15", FAMILY, WORK, "A,Is,B,Since\n1,mother,3,\n2,mother,3,\n");
    assert_eq!(read_ties(&feed, "Ana").await, [tie("mother")]);
}

#[tokio::test]
async fn the_kin_of_somebody_whom_a_snapshot_no_longer_sends_stay() {
    let feed = Feed::new().await;
    let ties = "A,Is,B,Since\n1,mother,3,\n4,sibling,3,\n";
    feed.deliver("2026-10-01", FAMILY, WORK, ties);
    let without_mother = FAMILY.replace("1,Ana,Teal,,\n", "");
    let said = feed.deliver("2026-10-08", &without_mother, WORK, "A,Is,B,Since\n4,sibling,3,\n");
    assert_eq!(said.json["changes"]["relationships"]["ended"], 0);
    assert_eq!(read_ties(&feed, "Chidi").await, [tie("mother"), tie("sibling")]);
    // She is sent again, and not as a mother.
    feed.deliver("2026-10-15", FAMILY, WORK, "A,Is,B,Since\n4,sibling,3,\n");
    assert_eq!(read_ties(&feed, "Chidi").await, [tie("sibling")]);
}

#[tokio::test]
async fn a_mother_told_of_in_a_row_is_none_once_the_row_does_not_tell_of_her() {
    let feed = school(MAP).await;
    deliver(&feed, "2026-10-01", "1,Noor,,,Ana Teal,\n5,Bea,,,,\n");
    assert_eq!(read_ties(&feed, "Noor").await, [tie("mother")]);
    deliver(&feed, "2026-10-08", "1,Noor,,5,,\n5,Bea,,,,\n");
    assert_eq!(read_ties(&feed, "Noor").await, [tie("mother")]);
    assert_eq!(read_ties(&feed, "Ana").await, []);
}

#[tokio::test]
async fn kin_who_left_the_feed_long_ago_do_not_make_a_snapshot_look_cut_short() {
    let feed = Feed::new().await;
    let people =
        |ids: std::ops::Range<usize>| ids.fold("Ref,Given,Family,Mum,Notes\n".to_owned(), |rows, id| rows + &format!("{id},Noor,Teal,,\n"));
    let ties = |ids: std::ops::Range<usize>| {
        ids.step_by(2).fold("A,Is,B,Since\n".to_owned(), |rows, id| rows + &format!("{id},sibling,{},\n", id + 1))
    };
    // Each month a part leaves and another comes; after some, most of those ever held have left.
    for month in 0..6 {
        let ids = month * 60..month * 60 + 120;
        let said = feed.deliver(&format!("2026-0{}-01", month + 1), &people(ids.clone()), WORK, &ties(ids));
        assert_eq!(said.code, 0, "{}", said.error);
    }
}

/// The map with dates in ISO format and more columns.
fn with_dates(more: &str) -> String {
    format!("{}{more}", MAP.replace("delivery = ", "date_formats = [\"%Y-%m-%d\"]\ndelivery = "))
}

/// How many people the records of a delivery are of which this is true.
async fn people_where(feed: &Feed, file: &str, condition: &str) -> serde_json::Value {
    let said = feed.import("2026-10-01", &[("a.csv", file)]);
    assert_eq!(said.code, 0, "{}", said.error);
    feed.value(&format!("SELECT count(DISTINCT person_id) FROM membership JOIN record ON record.id = record_id WHERE {condition}")).await
}

#[tokio::test]
async fn two_whom_one_row_gives_two_telephones_or_two_names_are_two_people() {
    let more = r#""Born" = "date_of_birth"
"Street" = "address"
"Dad" = "related.father.full_name"
"Dad phone" = "related.father.phone"
"Carer" = "related.carer.full_name"
"Carer phone" = "related.carer.phone"
"#;
    let father = "Torquil Garrowby";
    for (carer, carers_phone, people) in [
        (father, "01632 960777", 2),
        (father, "01632 960123", 1),
        (father, "", 1),
        ("T Garrowby", "01632 960123", 1),
        ("Torquill Garrowby", "01632 960123", 1),
        ("Alban Torquil Garrowby", "01632 960123", 2),
        ("Torquil Nancarrow", "01632 960123", 2),
    ] {
        let feed = school(&with_dates(more)).await;
        let row = format!("1,Noor,,,,,2014-03-09,\"12 High Street, Ashby MB1 3XE\",{father},01632 960123,{carer},{carers_phone}\n");
        let heading = "Ref,Given,Hidden,Mum id,Mum,Mum hidden,Born,Street,Dad,Dad phone,Carer,Carer phone\n";
        assert_eq!(
            people_where(&feed, &format!("{heading}{row}"), "dependent <> ''").await,
            people,
            "the carer is {carer}, by telephone {carers_phone}"
        );
    }
}

#[tokio::test]
async fn relatives_whom_the_map_holds_for_different_people_are_two_whatever_they_share() {
    let more = r#""Street" = "address"
"Carer" = "related.carer.full_name"
"Carer phone" = "related.carer.phone"
"Mum phone" = "related.mother.phone"
"#;
    let plain = with_dates(more);
    let different = plain.replace("rows = \"person\"\n", "rows = \"person\"\ndifferent_people = [\"mother\", \"carer\"]\n");
    assert_ne!(plain, different);
    let heading = "Ref,Given,Hidden,Mum id,Mum,Mum hidden,Street,Carer,Carer phone,Mum phone\n";
    let of_child =
        |number: u8| format!("{number},Noor,,,Susan Teal,,\"12 High Street, Ashby MB1 3XE\",Susan Teal,01632 960123,01632 960123\n");
    let files = format!("{heading}{}{}", of_child(1), of_child(2));
    let feed = school(&plain).await;
    for (map, people) in [(&plain, 1), (&different, 2), (&plain, 1)] {
        feed.map(map);
        assert_eq!(people_where(&feed, &files, "dependent <> ''").await, people, "{map}");
    }
}

#[tokio::test]
async fn two_rows_that_a_feed_ties_to_one_third_are_two_people_unless_one_may_be_written_twice() {
    let more = r#""Family" = "family_name"
"Born" = "date_of_birth"
"Street" = "address"
"Partner id" = "related.partner.source_id"
"NHS" = "nhs_number"
"#;
    for (one, other, people, why) in [
        ("Torquil,,,Garrowby,,", "Torquil,,,Garrowby,1979-07-21,", 1, "nothing ties them"),
        ("Torquil,5,,Garrowby,,", "Torquil,,5,Garrowby,1979-07-21,", 2, "her son, and her partner of his name"),
        ("Torquil,5,,Garrowby,,", "Torquil,5,,Garrowby,2014-07-21,", 1, "her son, twice"),
        ("Torquil,5,,Garrowby,2014-07-21,", "Torquill,5,,Garrowby,2014-07-21,", 2, "twins of names that are alike"),
        ("Torquil,5,,Garrowby,2014-07-21,", "Torquil,5,,Garrowby,2014-07-21,", 1, "her son, twice"),
        ("Torquil,5,,Garrowby,2014-07-21,9434765919", "Torquill,5,,Garrowby,2014-07-21,9434765919", 1, "one number"),
        ("Torquil,5,,Garrowby,2014-07-21,9434765919", "Torquill,5,,Garrowby,,9434765919", 1, "one number, and no date"),
        ("Torquil,,5,Garrowby,1979-07-21,", "Torquill,,5,Garrowby,1979-07-21,", 1, "her partner, with a slip"),
    ] {
        let feed = school(&with_dates(more)).await;
        let home = "\"12 High Street, Ashby MB1 3XE\"";
        let heading = "Ref,Given,Mum id,Partner id,Family,Born,NHS,Street,Hidden,Mum,Mum hidden";
        let rows = format!("5,Ana,,,Reed,1981-02-03,,{home},,,\n1,{one},{home},,,\n2,{other},{home},,,\n");
        assert_eq!(people_where(&feed, &format!("{heading}\n{rows}"), "given_name LIKE 'Tor%'").await, people, "{why}");
    }
}
