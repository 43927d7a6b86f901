//! Records become the same people however they arrive.
#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use family_context::domain::{
    Address, BirthDate, Identifier, PersonDetails, RecordedRelationship,
    received::{Origin, Received, ReceivedRecord, ReceivedRelationship, RecordKey},
    relationship::RelationshipType,
};
use family_context::matching::Model;
use family_context::resolution::{self, Resolved, Way};
use family_context::store::load::{self, AbsentThings, Beginning, Delivery, Extent};
use family_context::store::shared_keys::{self, AllKeys, Sought};
use jiff::civil::date;
use support::TestDatabase;
use tokio_postgres::Transaction;
use uuid::Uuid;

/// Histories of one run; `HISTORIES` sets another number, and then the seed is the clock's.
const HISTORIES: usize = 12;
const STEPS: usize = 8;

/// A record as this test thinks of it: which of a few confusable people, and how it is written.
type Written = (usize, usize);

fn details((person, writing): Written) -> PersonDetails {
    // Twins, a mother and daughter of one name, and strangers with nearly the same names and dates.
    let people = [
        ("Elowen", "Tregenza", date(2015, 4, 7), "14 Larch Road", "9990000018"),
        ("Eloise", "Tregenza", date(2015, 4, 7), "14 Larch Road", "9990000026"),
        ("Elowen", "Tregenza", date(1988, 9, 30), "14 Larch Road", ""),
        ("Ellen", "Tregenza", date(2015, 7, 4), "3 Quay Street", ""),
        ("Jago", "Nancarrow", date(2012, 12, 1), "3 Quay Street", ""),
        ("Jago", "Nancarrow", date(2012, 1, 12), "9 Mill Lane", ""),
    ];
    let (given, family, born, street, number) = people[person];
    let mut details = PersonDetails {
        given_name: Some(given.to_owned()),
        family_name: Some(family.to_owned()),
        date_of_birth: BirthDate::new(born),
        addresses: vec![Address::from_cells([street, "Ashby", "MB1 1AA"], None)],
        nhs_number: Identifier::nhs_number(number),
        ..PersonDetails::default()
    };
    match writing {
        1 => details.given_name = Some(given[..2].to_owned()),
        2 => details.date_of_birth = None,
        3 => details.family_name = Some(family.replace('n', "m")),
        4 => details.addresses.clear(),
        5 => std::mem::swap(&mut details.given_name, &mut details.family_name),
        6 => details.nhs_number = None,
        _ => {}
    }
    details
}

fn keys_of(details: &PersonDetails) -> (Vec<i64>, Vec<i64>) {
    resolution::keys_of(details, Model::built_in())
}

/// Loads a delivery of `feed` and resolves it in the way given.
async fn deliver(
    transaction: &Transaction<'_>,
    feed: &str,
    extent: Extent,
    rows: &[(String, Written)],
    mothers: &[(String, String)],
    way: Way,
    turn: usize,
) -> Resolved {
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&turn.to_le_bytes());
    let delivery = Delivery {
        feed: feed.to_owned(),
        service: feed.to_owned(),
        owner: None,
        area: None,
        fresh_days: None,
        extent,
        data_as_of: date(2026, 11, 1),
        coverage_start: None,
        coverage_end: None,
        digest,
    };
    let Ok(Beginning::Loading(mut loading)) = load::begin(transaction, &delivery).await else { panic!("the delivery is new") };
    let people = rows.iter().map(|(source_id, written)| {
        Received::Record(Box::new(ReceivedRecord {
            origin: Origin::default(),
            key: RecordKey::own(source_id.clone()),
            details: details(*written),
            case_id: None,
            restricted: false,
        }))
    });
    let ties = mothers.iter().map(|(mother, child)| {
        Received::Relationship(Box::new(ReceivedRelationship {
            origin: Origin::default(),
            from: RecordKey::own(mother.clone()),
            to: RecordKey::own(child.clone()),
            relationship: RecordedRelationship { kind: RelationshipType::Mother, started: None, ended: None },
        }))
    });
    let rows: Vec<Received> = people.chain(ties).collect();
    loading.add(&rows, &keys_of).await.unwrap();
    loading.merge().await.unwrap();
    let resolved = resolution::resolve_load_by(way, transaction, Model::built_in()).await.unwrap();
    load::write_loaded(transaction, &delivery, &serde_json::json!({})).await.unwrap();
    resolved
}

/// The partition, whatever the ids: each person's records by feed and source id.
async fn partition(transaction: &Transaction<'_>) -> BTreeSet<BTreeSet<String>> {
    let rows = transaction
        .query("SELECT person_id, feed || ' ' || source_id FROM membership JOIN record ON record.id = record_id", &[])
        .await
        .unwrap();
    let mut people: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        people.entry(row.get(0)).or_default().insert(row.get(1));
    }
    people.into_values().collect()
}

async fn play(seed: u64) {
    let database = TestDatabase::new().await;
    let mut client = database.pool.get().await.unwrap();
    let mut chance = fastrand::Rng::with_seed(seed);
    let removes = Extent::Snapshot { absent: AbsentThings::Removed, largest_drop_percent: 100.0 };
    for turn in 0..STEPS {
        let transaction = client.transaction().await.unwrap();
        let feed = ["early_help", "police", "housing"][chance.usize(..3)];
        let rows: BTreeMap<String, Written> =
            (0..chance.usize(1..6)).map(|_| (format!("{}", chance.u8(..8)), (chance.usize(..6), chance.usize(..8)))).collect();
        let extent = if chance.u8(..4) == 0 { removes } else { Extent::Delta };
        let named: Vec<&String> = rows.keys().collect();
        let any = |chance: &mut fastrand::Rng| named[chance.usize(..named.len())].clone();
        let mothers: Vec<(String, String)> = (0..chance.usize(..3)).map(|_| (any(&mut chance), any(&mut chance))).collect();
        let rows: Vec<(String, Written)> = rows.clone().into_iter().collect();
        deliver(&transaction, feed, extent, &rows, &mothers, Way::Affected, turn).await;
        let one_at_a_time = partition(&transaction).await;
        let again = resolution::resolve_everything(&transaction, Model::built_in()).await.unwrap();
        assert_eq!(one_at_a_time, partition(&transaction).await, "seed {seed}, turn {turn}");
        assert_eq!((again.moved, again.retired), (0, 0), "resolving what has not changed changes nothing: seed {seed}, turn {turn}");
        let without: i64 = transaction
            .query_one("SELECT count(*) FROM record WHERE NOT EXISTS (SELECT FROM membership WHERE record_id = id)", &[])
            .await
            .unwrap()
            .get(0);
        assert_eq!(without, 0, "every record is somebody's: seed {seed}, turn {turn}");
        transaction.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn resolving_what_a_load_touched_gives_the_people_that_resolving_everything_gives() {
    let histories = std::env::var("HISTORIES").ok().and_then(|number| number.parse().ok());
    let first = histories.map_or(0, |_: usize| fastrand::u64(..1 << 40));
    for seed in first..first + histories.unwrap_or(HISTORIES) as u64 {
        play(seed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_arrival_does_not_matter() {
    let records: Vec<(&str, String, Written)> =
        [("police", 0, 0), ("early_help", 0, 1), ("housing", 1, 0), ("police", 2, 0), ("housing", 0, 6), ("early_help", 3, 0)]
            .iter()
            .enumerate()
            .map(|(number, (feed, person, writing))| (*feed, number.to_string(), (*person, *writing)))
            .collect();
    let mut outcomes = BTreeSet::new();
    let mut chance = fastrand::Rng::with_seed(7);
    for _ in 0..6 {
        let mut order = records.clone();
        chance.shuffle(&mut order);
        let database = TestDatabase::new().await;
        let mut client = database.pool.get().await.unwrap();
        for (turn, (feed, source_id, written)) in order.iter().enumerate() {
            let transaction = client.transaction().await.unwrap();
            deliver(&transaction, feed, Extent::Delta, &[(source_id.clone(), *written)], &[], Way::Affected, turn).await;
            transaction.commit().await.unwrap();
        }
        outcomes.insert(partition(&client.transaction().await.unwrap()).await);
    }
    assert_eq!(outcomes.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_share_keys_are_the_same_by_the_index_and_among_all_keys() {
    let database = TestDatabase::new().await;
    let mut client = database.pool.get().await.unwrap();
    let transaction = client.transaction().await.unwrap();
    let rows: Vec<(String, Written)> = (0..40).map(|at| (at.to_string(), (at % 6, at % 8))).collect();
    deliver(&transaction, "police", Extent::Delta, &rows, &[], Way::Everything, 0).await;
    let ids: Vec<i64> =
        transaction.query("SELECT id FROM record WHERE id % 3 = 0", &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    let all = AllKeys::read(&transaction).await.unwrap();
    for least in [1, 2, 9] {
        let by_index: BTreeSet<_> = shared_keys::by_index(&transaction, Sought::Records(&ids), least).await.unwrap().into_iter().collect();
        assert!(!by_index.is_empty());
        assert_eq!(all.sharing(&ids, least).into_iter().collect::<BTreeSet<_>>(), by_index);
        // What the load left as it was before is nothing; its table is there all the same.
        let before = shared_keys::by_index(&transaction, Sought::Before, least).await.unwrap();
        assert_eq!((before, all.sharing_before(&transaction, least).await.unwrap()), (Vec::new(), Vec::new()));
    }
}
