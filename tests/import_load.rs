//! What a load does to what the database holds.

#![allow(clippy::unwrap_used, reason = "a test either works or fails")]

use crate::import_support::{self, Feed, MAP, PEOPLE, TIES, WORK};
use family_context::domain::{Origin, PersonDetails, Received, ReceivedRecord, RecordKey};
use family_context::store::load::{self, AbsentThings, Beginning, Delivery, Extent};
use jiff::civil::date;
use serde_json::{Value, json};

#[tokio::test]
async fn a_delivery_is_loaded_whole_and_the_same_again_changes_nothing() {
    let feed = Feed::new().await;
    let said = feed.deliver("2026-10-01", PEOPLE, WORK, TIES);
    assert_eq!((said.code, &said.json["outcome"]), (0, &json!("loaded")), "{}", said.error);
    assert_eq!(said.json["changes"]["records"]["inserted"], 4);
    assert_eq!(feed.value("SELECT count(*) FROM involvement").await, 3);
    assert_eq!(feed.value("SELECT count(*) FROM relationship").await, 3);
    let before = feed.everything().await;
    let again = feed.deliver("2026-10-01", PEOPLE, WORK, TIES);
    assert_eq!((again.code, &again.json["outcome"]), (0, &json!("unchanged")));
    assert_eq!(feed.everything().await, before);
}

#[tokio::test]
async fn the_same_rows_as_of_another_day_touch_no_record() {
    let feed = Feed::new().await;
    feed.deliver("2026-10-01", PEOPLE, WORK, TIES);
    let written = "SELECT string_agg(xmin::text || id, ',' ORDER BY id) FROM ";
    let before = (
        feed.value(&format!("{written} record")).await,
        feed.value(&format!("{written} involvement")).await,
        feed.value(&format!("{written} relationship")).await,
    );
    let said = feed.deliver("2026-10-08", PEOPLE, WORK, TIES);
    assert_eq!(said.json["changes"]["records"], json!({ "inserted": 0, "changed": 0, "unchanged": 4, "ended": 0, "removed": 0 }));
    let after = (
        feed.value(&format!("{written} record")).await,
        feed.value(&format!("{written} involvement")).await,
        feed.value(&format!("{written} relationship")).await,
    );
    assert_eq!(before, after);
    assert_eq!(feed.value("SELECT max(data_as_of) FROM load").await, "2026-10-08");
}

#[tokio::test]
async fn a_changed_record_keeps_its_number_and_a_changed_involvement_too() {
    let feed = Feed::new().await;
    feed.deliver("2026-10-01", PEOPLE, WORK, TIES);
    let ids =
        feed.rows("SELECT id FROM record WHERE source_id = '2' UNION ALL SELECT id FROM involvement WHERE lead_name = 'Li Wei'").await;
    let said = feed.deliver("2026-10-08", &PEOPLE.replace("Ben,", "Benjamin,"), &WORK.replace("Li Wei", "Ola Nowak"), TIES);
    assert_eq!(said.json["changes"]["records"]["changed"], 1);
    assert_eq!(said.json["changes"]["involvements"], json!({ "inserted": 0, "changed": 1, "unchanged": 2, "ended": 0, "removed": 0 }));
    let now = feed
        .rows("SELECT id FROM record WHERE given_name = 'Benjamin' UNION ALL SELECT id FROM involvement WHERE lead_name = 'Ola Nowak'")
        .await;
    assert_eq!(ids, now);
}

#[tokio::test]
async fn what_a_snapshot_no_longer_holds_is_over_and_what_comes_back_goes_on() {
    let feed = Feed::new().await;
    feed.deliver("2026-10-01", PEOPLE, WORK, TIES);
    let fewer_people = "Ref,Given,Family,Mum,Notes\n1,Noor,Teal,,\n2,Ben,Teal,,\n";
    let fewer_work = WORK.lines().take(3).collect::<Vec<_>>().join("\n");
    let said = feed.deliver("2026-10-08", fewer_people, &fewer_work, "A,Is,B,Since\n1,sibling,2,\n");
    assert_eq!(said.json["changes"]["involvements"]["ended"], 1);
    assert_eq!(said.json["changes"]["relationships"]["ended"], 2);
    assert_eq!(feed.value("SELECT count(*) FROM record").await, 4, "records stay");
    assert_eq!(feed.value("SELECT absent_since FROM involvement WHERE lead_name = 'Li Wei'").await, "2026-10-08");
    assert_eq!(feed.value("SELECT absent_since FROM relationship WHERE kind = 'mother'").await, "2026-10-08");
    // Still absent a week later: since the first snapshot that lacked it.
    feed.deliver("2026-10-15", fewer_people, &fewer_work, "A,Is,B,Since\n1,sibling,2,\n");
    assert_eq!(feed.value("SELECT absent_since FROM involvement WHERE lead_name = 'Li Wei'").await, "2026-10-08");
    let back = feed.deliver("2026-10-22", PEOPLE, WORK, TIES);
    assert_eq!(back.json["changes"]["involvements"]["changed"], 1);
    assert_eq!(feed.value("SELECT count(*) FROM involvement WHERE absent_since IS NOT NULL").await, 0);
    assert_eq!(feed.value("SELECT count(*) FROM relationship WHERE absent_since IS NOT NULL").await, 0);
}

#[tokio::test]
async fn what_a_snapshot_no_longer_holds_is_removed_where_the_map_says_so() {
    let feed = Feed::new().await;
    feed.map(&MAP.replace("absent = \"ended\"", "absent = \"removed\""));
    feed.deliver("2026-10-01", PEOPLE, WORK, TIES);
    let work = WORK.lines().take(3).collect::<Vec<_>>().join("\n");
    let said =
        feed.deliver("2026-10-08", "Ref,Given,Family,Mum,Notes\n1,Noor,Teal,,\n2,Ben,Teal,,\n", &work, "A,Is,B,Since\n1,sibling,2,\n");
    assert_eq!(said.json["changes"]["records"]["removed"], 2, "Chidi, and Noor's mother");
    for (table, count) in [("record", 2), ("involvement", 2), ("relationship", 1)] {
        assert_eq!(feed.value(&format!("SELECT count(*) FROM {table}")).await, count, "{table}");
    }
}

#[tokio::test]
async fn a_delta_touches_only_what_it_names() {
    let feed = Feed::new().await;
    feed.map(&MAP.replace("delivery = \"snapshot\"\nabsent = \"ended\"", "delivery = \"delta\""));
    feed.deliver("2026-10-01", PEOPLE, WORK, TIES);
    let said = feed.deliver(
        "2026-10-02",
        "Ref,Given,Family,Mum,Notes\n2,Benjamin,Teal,,\n",
        "Ref,Unit,Opened,Closed,Officer,Offence\n2,North,2026-02-05,2026-10-01,Jo Smith,\n2,West,2026-10-01,,Ola Nowak,\n1,West,2026-10-01,,Ola Nowak,\n",
        "A,Is,B,Since\n",
    );
    assert_eq!(said.json["changes"]["records"], json!({ "inserted": 0, "changed": 1, "unchanged": 0, "ended": 0, "removed": 0 }));
    assert_eq!(said.json["changes"]["involvements"], json!({ "inserted": 2, "changed": 1, "unchanged": 0, "ended": 0, "removed": 0 }));
    assert_eq!(feed.value("SELECT count(*) FROM involvement WHERE absent_since IS NOT NULL").await, 0);
    assert_eq!(feed.value("SELECT count(*) FROM relationship").await, 3);
}

#[tokio::test]
async fn the_first_row_of_a_person_stands_and_involvements_add_up() {
    let feed = Feed::new().await;
    feed.map(
        "feed = \"school\"\nservice = \"school\"\ndelivery = \"snapshot\"\n[[file]]\nmatch = \"*\"\nrows = \"person\"\n[file.columns]\n\"Ref\" = \"source_id\"\n\
         \"Given\" = \"given_name\"\n\"Hidden\" = \"restricted\"\n\"School\" = \"involvement.organisation\"\n",
    );
    let said = feed.import("2026-10-01", &[("a.csv", "Ref,Given,Hidden,School\n1,Noor,N,Ash\n1,Noor,N,Oak\n1,Nora,Y,Ash\n2,Ben,N,Ash\n")]);
    assert_eq!(said.json["changes"]["records"]["inserted"], 2);
    assert_eq!(feed.value("SELECT string_agg(organisation, ',' ORDER BY organisation) FROM involvement JOIN record ON record.id = record_id WHERE source_id = '1'").await, "Ash,Oak");
    assert_eq!(
        feed.value("SELECT given_name || restricted FROM record WHERE source_id = '1'").await,
        "Noortrue",
        "a restriction in any row counts"
    );
    assert_eq!(said.json["rules"]["person-differs"], 1);
    assert_eq!(said.json["examples"], json!([{ "file": "a.csv", "line": 4, "field": "source_id", "rule": "person-differs" }]));
}

#[tokio::test]
async fn people_whom_the_feed_does_not_hold_are_reported_and_left_out() {
    let feed = Feed::new().await;
    let said = feed.deliver(
        "2026-10-01",
        PEOPLE,
        &format!("{WORK}9,North,2026-01-05,,Jo Smith,\n"),
        &format!("{TIES}9,sibling,1,\n1,sibling,8,\n1,sibling,7,\n"),
    );
    assert_eq!(said.code, 0);
    assert_eq!(said.json["rules"]["person-unknown"], 4);
    assert_eq!(said.json["examples"][0], json!({ "file": "ties.csv", "line": 4, "field": "from_source_id", "rule": "person-unknown" }));
    assert_eq!(feed.value("SELECT count(*) FROM involvement").await, 3);
}

#[tokio::test]
async fn a_refused_delivery_leaves_one_load_row_and_nothing_else() {
    let feed = Feed::new().await;
    let said = feed.deliver("2026-10-01", &PEOPLE.replace("Notes", "Remarks"), WORK, TIES);
    assert_eq!((said.code, &said.json["refusal"]["rule"]), (2, &json!("column-unknown")));
    assert!(said.error.contains("\"Remarks\""), "{}", said.error);
    assert_eq!(feed.rows("SELECT outcome FROM load").await, [json!({ "outcome": "refused" })]);
    assert_eq!(feed.value("SELECT count(*) FROM record").await, 0);
    // The delivery that is whole again is loaded, and so is one that had been loaded before the refusal.
    assert_eq!(feed.deliver("2026-10-01", PEOPLE, WORK, TIES).json["outcome"], "loaded");
    assert_eq!(feed.deliver("2026-10-02", "", WORK, TIES).json["refusal"]["rule"], "file-empty");
    let again = feed.deliver("2026-10-01", PEOPLE, WORK, TIES);
    assert_eq!(again.json["outcome"], "loaded", "the feed works again, and the newest load row must say so");
    assert_eq!(again.json["changes"]["records"]["unchanged"], 4);
}

#[tokio::test]
async fn a_usage_error_writes_nothing() {
    let feed = Feed::new().await;
    let before = feed.everything().await;
    feed.map(&MAP.replace("source_id", "sourceid"));
    let said = feed.deliver("2026-10-01", PEOPLE, WORK, TIES);
    assert_eq!((said.code, &said.json["refusal"]["rule"]), (2, &json!("map-invalid")));
    feed.map(MAP);
    let mut command = feed.command("2026-10-01", &[("people.csv", PEOPLE)]);
    let said = import_support::said(&command.arg(feed.folder.path().join("absent.csv")).output().unwrap());
    assert_eq!((said.code, &said.json["refusal"]["rule"]), (2, &json!("file-unreadable")));
    assert!(said.error.contains("absent.csv: there is no such file"), "{}", said.error);
    assert_eq!(feed.deliver("2026-12-01", PEOPLE, WORK, TIES).json["refusal"]["rule"], "dates-invalid");
    assert_eq!(feed.everything().await, before);
}

#[tokio::test]
async fn too_many_rejected_rows_refuse_the_load_after_rows_were_staged() {
    let feed = Feed::new().await;
    let said = feed.deliver("2026-10-01", &format!("{PEOPLE},Ada,Teal,,\n"), WORK, TIES);
    assert_eq!((said.code, &said.json["refusal"]["rule"]), (2, &json!("too-many-rejected")));
    assert_eq!(said.json["rejected"], 1);
    assert_eq!(said.json["examples"][0], json!({ "file": "people.csv", "line": 5, "field": null, "rule": "source-id-missing" }));
    assert_eq!(feed.value("SELECT count(*) FROM record").await, 0);
}

#[tokio::test]
async fn a_place_is_the_line_that_an_editor_shows_whatever_ends_the_lines() {
    let feed = Feed::new().await;
    let people = format!("{PEOPLE},Ada,Teal,,\n");
    for line_end in ["\r\n", "\r"] {
        let said = feed.deliver("2026-10-01", &people.replace('\n', line_end), WORK, TIES);
        assert_eq!((&said.json["examples"][0]["line"], &said.json["rejected"]), (&json!(5), &json!(1)), "{line_end:?}");
    }
}

#[tokio::test]
async fn an_older_delivery_is_never_loaded_over_a_newer_one() {
    let feed = Feed::new().await;
    feed.deliver("2026-10-08", PEOPLE, WORK, TIES);
    let said = feed.deliver("2026-10-01", PEOPLE, WORK, TIES);
    assert_eq!((said.code, &said.json["refusal"]["rule"]), (2, &json!("delivery-older")));
    assert_eq!(feed.deliver("2026-10-08", &PEOPLE.replace("Ben", "Benjamin"), WORK, TIES).code, 0, "a correction of the same day is");
}

#[tokio::test]
async fn a_snapshot_that_was_cut_short_is_refused() {
    let feed = Feed::new().await;
    let rows = |count: usize| (0..count).fold(String::new(), |rows, row| rows + &format!("{row},North,2026-01-05,,Jo Smith,\n"));
    let people = |count: usize| (0..count).fold(String::new(), |rows, row| rows + &format!("{row},Noor,Teal,,\n"));
    let deliver = |day: &str, count: usize| {
        let people = format!("Ref,Given,Family,Mum,Notes\n{}", people(count));
        feed.deliver(day, &people, &format!("Ref,Unit,Opened,Closed,Officer,Offence\n{}", rows(count)), "A,Is,B,Since\n")
    };
    assert_eq!(deliver("2026-10-01", 100).code, 0);
    let said = deliver("2026-10-02", 49);
    assert_eq!((said.code, &said.json["refusal"]["rule"]), (2, &json!("drop-too-large")));
    assert_eq!(feed.value("SELECT count(*) FROM involvement WHERE absent_since IS NULL").await, 100);
    assert_eq!(deliver("2026-10-02", 50).code, 0, "half is let pass");
    feed.map(&MAP.replace("fresh_days = 35", "largest_drop_percent = 100"));
    assert_eq!(deliver("2026-10-03", 0).code, 0, "the map may let everything go");
}

fn someone(source_id: &str, given_name: &str) -> Received {
    let details = PersonDetails { given_name: Some(given_name.to_owned()), ..PersonDetails::default() };
    let key = RecordKey::own(source_id.to_owned());
    Received::Record(Box::new(ReceivedRecord { origin: Origin::default(), key, details, case_id: None, restricted: false }))
}

#[tokio::test]
async fn resolution_finds_what_changed_and_what_was_before_in_the_loads_transaction() {
    let feed = Feed::new().await;
    let mut delivery = Delivery {
        feed: "police".to_owned(),
        service: "police".to_owned(),
        owner: None,
        area: None,
        fresh_days: None,
        extent: Extent::Snapshot { absent: AbsentThings::Removed, largest_drop_percent: 100.0 },
        data_as_of: date(2026, 10, 1),
        coverage_start: None,
        coverage_end: None,
        digest: [1; 32],
    };
    let keys = |details: &PersonDetails| (vec![details.given_name.as_ref().map_or(0, |name| i64::try_from(name.len()).unwrap())], vec![7]);
    let mut client = feed.database.pool.get().await.unwrap();
    for (digest, rows) in [(1, [someone("1", "Noor"), someone("2", "Ben")]), (2, [someone("2", "Benjamin"), someone("3", "Ada")])] {
        delivery.digest = [digest; 32];
        let transaction = client.transaction().await.unwrap();
        let Beginning::Loading(mut loading) = load::begin(&transaction, &delivery).await.unwrap() else { panic!("not loaded yet") };
        loading.add(&rows, &keys).await.unwrap();
        let outcome = loading.merge().await.unwrap();
        assert!(outcome.changed_anything());
        if digest == 2 {
            let names = |sql: &'static str| {
                let transaction = &transaction;
                async move { transaction.query_one(sql, &[]).await.unwrap().get::<_, Vec<String>>(0) }
            };
            let changed = "SELECT array_agg(given_name ORDER BY source_id) FROM record JOIN load_changed ON record_id = id";
            assert_eq!(names(changed).await, ["Benjamin", "Ada"]);
            assert_eq!(names("SELECT array_agg(given_name ORDER BY source_id) FROM load_before").await, ["Noor", "Ben"]);
        }
        load::write_loaded(&transaction, &delivery, &Value::Null).await.unwrap();
        transaction.commit().await.unwrap();
    }
    assert_eq!(feed.value("SELECT keys FROM record WHERE source_id = '2'").await, json!([8]));
    assert_eq!(feed.value("SELECT dwellings FROM record WHERE source_id = '3'").await, json!([7]));
}
