//! A database with records of a test's own, and the stewards' side of its service.
#![allow(clippy::unwrap_used, reason = "test code")]

use family_context::{
    cluster::ClusterRole,
    domain::{
        Address, BirthDate, Email, Identifier, LeastAge, PersonDetails, Phone, RecordedRelationship,
        received::{Origin, Received, ReceivedRecord, ReceivedRelationship, RecordKey},
        relationship::RelationshipType,
    },
    matching::Model,
    resolution,
    store::{
        load::{self, AbsentThings, Beginning, Delivery, Extent},
        model,
    },
};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{
    http_service::{Answer, Service, tokens},
    support::TestDatabase,
};

/// A record: feed, source id, given name, family name, date of birth, NHS number, address and whether it is restricted.
#[derive(Clone, Copy)]
pub struct Row {
    pub feed: &'static str,
    pub source_id: &'static str,
    pub given: &'static str,
    pub family: &'static str,
    pub born: &'static str,
    pub nhs_number: &'static str,
    pub address: &'static str,
    pub restricted: bool,
    /// Of what age they are at the least, where there is no birth date.
    pub least_age: Option<u8>,
}

/// A record with a name and a birth date alone.
pub const fn row(feed: &'static str, source_id: &'static str, given: &'static str, family: &'static str, born: &'static str) -> Row {
    Row { feed, source_id, given, family, born, nhs_number: "", address: "", restricted: false, least_age: None }
}

impl Row {
    pub const fn at(self, address: &'static str) -> Self {
        Self { address, ..self }
    }

    pub const fn numbered(self, nhs_number: &'static str) -> Self {
        Self { nhs_number, ..self }
    }

    /// Without a birth date, in a list of people of an age.
    pub const fn of_age(self, years: u8) -> Self {
        Self { born: "", least_age: Some(years), ..self }
    }

    pub const fn restricted(self) -> Self {
        Self { restricted: true, ..self }
    }

    /// A number of the record's own.
    pub fn phone(&self) -> String {
        format!("01632 9600{:02}", self.source_id.bytes().map(u32::from).sum::<u32>() % 100)
    }

    fn details(&self) -> PersonDetails {
        PersonDetails {
            given_name: Some(self.given.to_owned()),
            family_name: Some(self.family.to_owned()),
            date_of_birth: Some(self.born).filter(|born| !born.is_empty()).and_then(|born| BirthDate::new(born.parse().unwrap())),
            least_age: self.least_age.map(|years| LeastAge { years, on: date(2026, 11, 1) }),
            addresses: [self.address].iter().filter(|line| !line.is_empty()).map(|line| Address::from_cells([*line], None)).collect(),
            nhs_number: Identifier::nhs_number(self.nhs_number),
            phones: Phone::parse(&self.phone()).into_iter().filter(|_| !self.address.is_empty()).collect(),
            emails: Email::parse(&format!("{}@example.org", self.source_id)).into_iter().filter(|_| !self.address.is_empty()).collect(),
            ..PersonDetails::default()
        }
    }
}

/// A service and its database.
pub struct Stewards {
    pub database: TestDatabase,
    pub service: Service,
    turn: std::sync::atomic::AtomicU64,
}

impl Stewards {
    /// The demonstration's authority with these records and nothing else.
    pub async fn new(rows: &[Row]) -> Self {
        let database = TestDatabase::new().await;
        let mut client = database.pool.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        model::put_in_force(&transaction, Model::built_in()).await.unwrap();
        transaction.commit().await.unwrap();
        drop(client);
        let service = Service::start_on(Some(database.url(ClusterRole::Serve)), |_| ());
        let stewards = Self { database, service, turn: std::sync::atomic::AtomicU64::new(0) };
        let mut feeds: Vec<&str> = rows.iter().map(|row| row.feed).collect();
        feeds.dedup();
        for feed in feeds {
            stewards.deliver(feed, &rows.iter().filter(|row| row.feed == feed).copied().collect::<Vec<_>>(), &[]).await;
        }
        stewards
    }

    /// Loads a snapshot of a feed: what it does not hold is deleted. `mothers` are pairs of source ids: mother, child.
    pub async fn deliver(&self, feed: &str, rows: &[Row], mothers: &[(&str, &str)]) {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&self.turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_le_bytes());
        let delivery = Delivery {
            feed: feed.to_owned(),
            service: feed.to_owned(),
            owner: None,
            area: None,
            fresh_days: None,
            extent: Extent::Snapshot { absent: AbsentThings::Removed, largest_drop_percent: 100.0 },
            data_as_of: date(2026, 11, 1),
            coverage_start: None,
            coverage_end: None,
            digest,
        };
        let mut client = self.database.pool.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        let Ok(Beginning::Loading(mut loading)) = load::begin(&transaction, &delivery).await else { panic!("the delivery is new") };
        let records = rows.iter().map(|row| {
            Received::Record(Box::new(ReceivedRecord {
                origin: Origin::default(),
                key: RecordKey::own(row.source_id.to_owned()),
                details: row.details(),
                case_id: None,
                restricted: row.restricted,
            }))
        });
        let ties = mothers.iter().map(|(mother, child)| {
            Received::Relationship(Box::new(ReceivedRelationship {
                origin: Origin::default(),
                from: RecordKey::own((*mother).to_owned()),
                to: RecordKey::own((*child).to_owned()),
                relationship: RecordedRelationship { kind: RelationshipType::Mother, started: None, ended: None },
            }))
        });
        let keys_of = |details: &PersonDetails| resolution::keys_of(details, Model::built_in());
        loading.add(&records.chain(ties).collect::<Vec<_>>(), &keys_of).await.unwrap();
        loading.merge().await.unwrap();
        resolution::resolve_load_by(resolution::Way::Affected, &transaction, Model::built_in()).await.unwrap();
        load::write_loaded(&transaction, &delivery, &json!({})).await.unwrap();
        transaction.commit().await.unwrap();
    }

    pub fn get(&self, path: &str) -> Answer {
        self.service.get(path, Some(&tokens::token(&["steward"])))
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.service.post(path, &tokens::token(&["steward"]), body)
    }

    /// The open items.
    pub fn open(&self) -> Vec<Value> {
        let answer = self.get("/v1/reviews");
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["reviews"].as_array().unwrap().clone()
    }

    /// The one open item.
    pub fn only_open(&self) -> Value {
        let mut open = self.open();
        assert_eq!(open.len(), 1, "{open:#?}");
        open.remove(0)
    }

    /// Decides an item as it was read.
    pub fn decide(&self, item: &Value, kind: &str) -> Answer {
        let body = json!({ "kind": kind, "reason": "Asked the school.", "version": item["version"] });
        self.post(&format!("/v1/reviews/{}/decision", item["review_id"].as_str().unwrap()), &body)
    }

    /// Takes a decision back as it was read.
    pub fn undo(&self, decision: &Value) -> Answer {
        let body = json!({ "reason": "It was a mistake.", "version": decision["version"] });
        self.post(&format!("/v1/decisions/{}/undo", decision["decision_id"].as_str().unwrap()), &body)
    }

    /// The people, each as the source ids of the records, in order.
    pub async fn people(&self) -> Vec<String> {
        let sql = "SELECT string_agg(source_id, ' ' ORDER BY source_id) FROM membership JOIN record ON id = record_id GROUP BY person_id ORDER BY 1";
        self.rows(sql).await
    }

    /// The person of a record.
    pub async fn person_of(&self, source_id: &str) -> String {
        self.rows(&format!("SELECT person_id::text FROM membership JOIN record ON id = record_id WHERE source_id = '{source_id}'"))
            .await
            .remove(0)
    }

    /// The number of a record.
    pub async fn record(&self, source_id: &str) -> String {
        self.rows(&format!("SELECT id::text FROM record WHERE source_id = '{source_id}'")).await.remove(0)
    }

    /// The first column of a query.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        let client = self.database.pool.get().await.unwrap();
        client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }

    pub async fn execute(&self, sql: &str) {
        self.database.pool.get().await.unwrap().batch_execute(sql).await.unwrap();
    }
}
