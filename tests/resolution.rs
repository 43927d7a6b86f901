//! Records become the same people however they arrive.
#![allow(clippy::unwrap_used, reason = "test code")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::support::TestDatabase;
use family_context::cli::setting::setting;
use family_context::cluster::ClusterRole;
use family_context::config::{self, Authority};
use family_context::domain::{
    Address, BirthDate, Identifier, LeastAge, PersonDetails, Principal, RecordedRelationship, Role,
    received::{Origin, Received, ReceivedRecord, ReceivedRelationship, RecordKey},
    relationship::RelationshipType,
};
use family_context::matching::Model;
use family_context::resolution::{self, Resolved, Way};
use family_context::stewardship::{Change, ReviewFilter, Stewardship, StewardshipError};
use family_context::store::load::{self, AbsentThings, Beginning, Delivery, Extent};
use family_context::store::shared_keys::{self, AllKeys, Sought};
use family_context::store::{audit::AuditWriter, model};
use family_context::telemetry::clock::Clock;
use jiff::{civil::date, tz::TimeZone};
use tokio_postgres::Transaction;
use uuid::Uuid;

/// Histories of one run; `HISTORIES` sets another number, and then the seed is the clock's.
const HISTORIES: usize = 12;
const STEPS: usize = 8;

/// A record as this test thinks of it: which of a few confusable people, and how it is written.
type Written = (usize, usize);

/// How many people and ways to write them there are.
const PEOPLE: usize = 7;
const WRITINGS: usize = 10;

fn details((person, writing): Written) -> PersonDetails {
    // Twins, a mother and daughter of one name, strangers with nearly the same names and dates, and a mother who has moved.
    let people = [
        ("Elowen", "Tregenza", date(2015, 4, 7), "14 Larch Road", "9990000018"),
        ("Eloise", "Tregenza", date(2015, 4, 7), "14 Larch Road", "9990000026"),
        ("Elowen", "Tregenza", date(1988, 9, 30), "14 Larch Road", ""),
        ("Ellen", "Tregenza", date(2015, 7, 4), "3 Quay Street", ""),
        ("Jago", "Nancarrow", date(2012, 12, 1), "3 Quay Street", ""),
        ("Jago", "Nancarrow", date(2012, 1, 12), "9 Mill Lane", ""),
        ("Morwenna", "Tregenza", date(1985, 2, 3), "27 Cliff Row", ""),
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
        7 => details.addresses = vec![Address::from_cells(["27 Cliff Row", "Ashby", "MB1 1AA"], None)],
        8 => {
            details = PersonDetails { given_name: details.given_name, family_name: details.family_name, ..PersonDetails::default() };
        }
        9 => (details.date_of_birth, details.least_age) = (None, Some(LeastAge { years: 18, on: date(2026, 11, 1) })),
        _ => {}
    }
    details
}

fn keys_of(details: &PersonDetails) -> (Vec<i64>, Vec<i64>) {
    resolution::keys_of(details, Model::built_in())
}

/// What one is to the other: any of the kinds that link others, bound a birth or are a role beside others, always the same for the two.
fn kind_of(one: &str, other: &str) -> RelationshipType {
    const KINDS: [RelationshipType; 6] = [
        RelationshipType::Mother,
        RelationshipType::Partner,
        RelationshipType::Child,
        RelationshipType::Sibling,
        RelationshipType::Carer,
        RelationshipType::HouseholdMember,
    ];
    KINDS[one.bytes().chain(other.bytes().map(|byte| byte.wrapping_mul(3))).map(usize::from).sum::<usize>() % KINDS.len()]
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
            relationship: RecordedRelationship { kind: kind_of(mother, child), started: None, ended: None },
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

/// What is doubtful, whatever the numbers: the two records by feed and source id, with the weight and the reason.
async fn doubts(transaction: &Transaction<'_>) -> BTreeSet<String> {
    let sql = "SELECT least(one.name, other.name) || ' / ' || greatest(one.name, other.name) || ' ' || concat_ws(' ', weight_bits, why, conflict) \
        FROM review, LATERAL (SELECT feed || ' ' || source_id AS name FROM record WHERE id = left_record) AS one, \
        LATERAL (SELECT feed || ' ' || source_id AS name FROM record WHERE id = right_record) AS other WHERE open";
    transaction.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// How well people hold together, by their records.
async fn cohesion(transaction: &Transaction<'_>) -> BTreeSet<String> {
    let sql = "SELECT string_agg(feed || ' ' || source_id, ', ' ORDER BY feed, source_id) || ': ' || probability \
        FROM cohesion LEFT JOIN membership USING (person_id) LEFT JOIN record ON record.id = record_id GROUP BY person_id";
    transaction
        .query(sql, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get::<_, Option<String>>(0).expect("a cohesion is somebody's"))
        .collect()
}

/// That resolving everything would change nothing.
async fn assert_settled(transaction: &Transaction<'_>, place: &str) {
    let before = (partition(transaction).await, doubts(transaction).await, cohesion(transaction).await);
    let again = resolution::resolve_everything(transaction, Model::built_in()).await.unwrap();
    assert_eq!(before, (partition(transaction).await, doubts(transaction).await, cohesion(transaction).await), "{place}");
    assert_eq!((again.moved, again.retired, again.reviews), (0, 0, 0), "resolving what has not changed changes nothing: {place}");
}

/// The stewards of an authority, on connections of the role that serves.
async fn stewardship(database: &TestDatabase) -> Stewardship {
    let authority = Authority::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/authority.toml")).unwrap();
    let policy = config::policy::read(&authority).unwrap();
    let clock = Clock::new(TimeZone::UTC, Some(date(2026, 11, 1)));
    let pool = database.pool_as(ClusterRole::Serve).await;
    Stewardship::new(pool.clone(), AuditWriter::start(pool), Arc::new(setting(&authority, policy).unwrap()), clock)
}

/// One thing that a steward might do now; what was done, if it was.
async fn decide(stewardship: &Stewardship, people: &[Uuid], chance: &mut fastrand::Rng) -> Option<&'static str> {
    let steward =
        Principal { issuer: "i".to_owned(), subject: "s".to_owned(), name: None, roles: vec![Role::Steward], acting_system: None };
    let (change, version, name) = match chance.u8(..8) {
        0..4 => {
            let list = stewardship.reviews(&steward, &ReviewFilter { limit: 50, ..ReviewFilter::default() }).await.unwrap();
            let item = chance.choice(&list.reviews)?;
            let together = chance.bool();
            let name = if together { "together" } else { "apart" };
            (Change::Decide { review: item.review_id.parse().unwrap(), together }, item.version.clone(), name)
        }
        4..6 => {
            let person = stewardship.person(&steward, *chance.choice(people)?).await.unwrap();
            let mut records: Vec<i64> = person.records.iter().map(|record| record.record_id.parse().unwrap()).collect();
            chance.shuffle(&mut records);
            records.truncate(chance.usize(1..=records.len()));
            (Change::Split { person: person.person_id, records }, person.version, "split")
        }
        _ => {
            let decisions = stewardship.decisions(&steward, None, 50).await.unwrap().decisions;
            let standing: Vec<_> = decisions.into_iter().filter(|decision| decision.undone.is_none()).collect();
            let decision = chance.choice(&standing)?;
            (Change::Undo { decision: decision.decision_id.parse().unwrap() }, decision.version.clone(), "undo")
        }
    };
    match stewardship.change(&steward, &change, "it is so", &version).await {
        Ok(_) => Some(name),
        // A contradiction, or a split that takes all records.
        Err(StewardshipError::Contradiction(_) | StewardshipError::InvalidField { .. }) => None,
        Err(other) => panic!("{other}"),
    }
}

/// Plays a history of deliveries and decisions; returns what was decided.
async fn play(seed: u64) -> Vec<&'static str> {
    let database = TestDatabase::new().await;
    let stewardship = stewardship(&database).await;
    let mut client = database.pool.get().await.unwrap();
    let transaction = client.transaction().await.unwrap();
    model::put_in_force(&transaction, Model::built_in()).await.unwrap();
    transaction.commit().await.unwrap();
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut decided = Vec::new();
    let removes = Extent::Snapshot { absent: AbsentThings::Removed, largest_drop_percent: 100.0 };
    for turn in 0..STEPS {
        let transaction = client.transaction().await.unwrap();
        let feed = ["early_help", "police", "housing"][chance.usize(..3)];
        let rows: BTreeMap<String, Written> =
            (0..chance.usize(1..6)).map(|_| (format!("{}", chance.u8(..8)), (chance.usize(..PEOPLE), chance.usize(..WRITINGS)))).collect();
        let extent = if chance.u8(..4) == 0 { removes } else { Extent::Delta };
        let named: Vec<&String> = rows.keys().collect();
        let any = |chance: &mut fastrand::Rng| named[chance.usize(..named.len())].clone();
        let mothers: Vec<(String, String)> = (0..chance.usize(..3)).map(|_| (any(&mut chance), any(&mut chance))).collect();
        let rows: Vec<(String, Written)> = rows.clone().into_iter().collect();
        deliver(&transaction, feed, extent, &rows, &mothers, Way::Affected, turn).await;
        assert_settled(&transaction, &format!("seed {seed}, turn {turn}")).await;
        let without: i64 = transaction
            .query_one("SELECT count(*) FROM record WHERE NOT EXISTS (SELECT FROM membership WHERE record_id = id)", &[])
            .await
            .unwrap()
            .get(0);
        assert_eq!(without, 0, "every record is somebody's: seed {seed}, turn {turn}");
        transaction.commit().await.unwrap();
        for _ in 0..chance.u8(..3) {
            let people: Vec<Uuid> = client
                .query("SELECT DISTINCT person_id FROM membership ORDER BY 1", &[])
                .await
                .unwrap()
                .iter()
                .map(|row| row.get(0))
                .collect();
            if let Some(name) = decide(&stewardship, &people, &mut chance).await {
                decided.push(name);
                let transaction = client.transaction().await.unwrap();
                assert_settled(&transaction, &format!("seed {seed}, turn {turn}, after {decided:?}")).await;
                transaction.commit().await.unwrap();
            }
        }
    }
    decided
}

#[tokio::test(flavor = "multi_thread")]
async fn resolving_what_a_load_touched_gives_the_people_that_resolving_everything_gives() {
    let histories = std::env::var("HISTORIES").ok().and_then(|number| number.parse().ok());
    let first = histories.map_or(0, |_: usize| fastrand::u64(..1 << 40));
    let mut decided = BTreeSet::new();
    for seed in first..first + histories.unwrap_or(HISTORIES) as u64 {
        decided.extend(play(seed).await);
    }
    let all = BTreeSet::from(["apart", "split", "together", "undo"]);
    assert!(histories.is_some() || decided == all, "only {decided:?} came about");
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
    let rows: Vec<(String, Written)> = (0..40).map(|at| (at.to_string(), (at % PEOPLE, at % WRITINGS))).collect();
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

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_record_that_is_gone_was_tied_to_is_worked_out_again() {
    let database = TestDatabase::new().await;
    let mut client = database.pool.get().await.unwrap();
    let removes = Extent::Snapshot { absent: AbsentThings::Removed, largest_drop_percent: 100.0 };
    // A mother without a birth date, a child that bounds hers, and her namesake of another feed who is no child's mother's age.
    let mother = ("m".to_owned(), (2, 2));
    let child = ("c".to_owned(), (0, 0));
    let mut turn = 0;
    for (feed, rows, mothers) in [
        ("police", vec![("n".to_owned(), (0, 6))], vec![]),
        ("early_help", vec![mother.clone(), child], vec![("m".to_owned(), "c".to_owned())]),
        ("early_help", vec![mother], vec![]),
    ] {
        turn += 1;
        let transaction = client.transaction().await.unwrap();
        deliver(&transaction, feed, removes, &rows, &mothers, Way::Affected, turn).await;
        let one_at_a_time = partition(&transaction).await;
        resolution::resolve_everything(&transaction, Model::built_in()).await.unwrap();
        assert_eq!(one_at_a_time, partition(&transaction).await, "turn {turn}");
        transaction.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_family_lived_any_of_its_records_may_tell_in_whatever_order_they_arrive() {
    let turns = |order: &mut fastrand::Rng| {
        // A school knows the mother's name and the home of before; a doctor knows where the child lives now; the police know the mother there.
        let mut turns = vec![
            ("early_help", vec![("m".to_owned(), (6, 8)), ("c".to_owned(), (0, 0))], vec![("m".to_owned(), "c".to_owned())]),
            ("housing", vec![("c".to_owned(), (0, 7))], vec![]),
            ("police", vec![("m".to_owned(), (6, 0))], vec![]),
        ];
        order.shuffle(&mut turns);
        turns
    };
    assert_eq!(kind_of("m", "c"), RelationshipType::Mother);
    let both = "early_help m|police m";
    for seed in 0..6 {
        let database = TestDatabase::new().await;
        let mut client = database.pool.get().await.unwrap();
        let mut turn = 0;
        let mut load = async |feed: &str, extent: Extent, rows: &[(String, Written)], mothers: &[(String, String)]| {
            let transaction = client.transaction().await.unwrap();
            turn += 1;
            deliver(&transaction, feed, extent, rows, mothers, Way::Affected, turn).await;
            let people = partition(&transaction).await;
            assert_settled(&transaction, &format!("seed {seed}, turn {turn}")).await;
            transaction.commit().await.unwrap();
            people.iter().any(|person| person.iter().map(String::as_str).collect::<Vec<_>>().join("|") == both)
        };
        let mut together = false;
        for (feed, rows, mothers) in turns(&mut fastrand::Rng::with_seed(seed)) {
            together = load(feed, Extent::Delta, &rows, &mothers).await;
        }
        assert!(together, "seed {seed}");
        let removes = Extent::Snapshot { absent: AbsentThings::Removed, largest_drop_percent: 100.0 };
        assert!(!load("housing", removes, &[("o".to_owned(), (5, 0))], &[]).await, "without the doctor's record nobody knows: seed {seed}");
    }
}
