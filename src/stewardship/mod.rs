//! The stewards' use case: what is doubtful, and what somebody decides about it.
//!
//! Whatever is shown is recorded first; a decision, what follows from it and its entry in the audit are one transaction. A person of whom any record is
//! restricted is not there for a steward. Feeds of services that the policy does not open to the steward are not named.

pub mod answer;
mod decide;
pub mod error;
mod evidence;

use std::{fmt, sync::Arc};

use deadpool_postgres::{Client, Pool, Transaction};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use self::answer::{DecisionList, Person, Review, ReviewList};
use crate::{
    disclosure::decide::Viewer,
    domain::Principal,
    lookup::{operation, setting::Setting},
    store::{
        self, StoreError,
        audit::{AuditEntry, AuditWriter, REFUSAL},
        record::StoredRecord,
        resolve,
        review::{ItemPage, ListedItem},
    },
    telemetry::clock::Clock,
};

pub use decide::Change;
pub use error::StewardshipError;

pub use crate::store::review::Why;

/// Which items a steward wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewFilter {
    /// Those that are decided or doubtful no longer.
    pub closed: bool,
    /// Only those that are apart for this reason.
    pub why: Option<Why>,
    /// So many at the most.
    pub limit: u16,
    /// From where the last list ended.
    pub cursor: Option<String>,
}

/// Shows stewards what is doubtful and takes their decisions. One for the whole process, shared by reference.
pub struct Stewardship {
    pool: Pool,
    audit: AuditWriter,
    setting: Arc<Setting>,
    clock: Clock,
    turns: Semaphore,
}

/// Decisions of one server that are worked out, or wait for a load, at the same time.
const TURNS: usize = 2;

impl fmt::Debug for Stewardship {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Stewardship")
    }
}

impl Stewardship {
    /// Starts answering from a database, under an authority's setting. Within a runtime.
    #[must_use]
    pub fn new(pool: Pool, audit: AuditWriter, setting: Arc<Setting>, clock: Clock) -> Self {
        Self { audit, pool, setting, clock, turns: Semaphore::new(TURNS) }
    }

    /// Lists review items, the likeliest first.
    ///
    /// # Errors
    /// See [`StewardshipError`].
    pub async fn reviews(&self, principal: &Principal, filter: &ReviewFilter) -> Result<ReviewList, StewardshipError> {
        self.or_refused(principal, operation::LIST_REVIEWS, &Value::Null, self.read_reviews(principal, filter).await).await
    }

    async fn read_reviews(&self, principal: &Principal, filter: &ReviewFilter) -> Result<ReviewList, StewardshipError> {
        self.stands()?;
        let after = filter.cursor.as_deref().map(|text| read_cursor(text).ok_or_else(no_cursor)).transpose()?;
        let page = ItemPage { open: !filter.closed, why: filter.why, after, limit: i64::from(filter.limit) + 1 };
        let mut items = store::review::page(&**self.client().await?, &page).await?;
        let more = items.len() > usize::from(filter.limit);
        items.truncate(usize::from(filter.limit));
        let next_cursor = items.last().filter(|_| more).map(write_cursor);
        let ids: Vec<String> = items.iter().map(|item| item.id.to_string()).collect();
        self.record(principal, "review_list", json!({ "reviews": ids })).await?;
        Ok(ReviewList { reviews: items.iter().map(|item| evidence::summary(item, &self.setting.model)).collect(), next_cursor })
    }

    /// Shows a review item with the evidence.
    ///
    /// # Errors
    /// See [`StewardshipError`].
    pub async fn review(&self, principal: &Principal, id: i64) -> Result<Review, StewardshipError> {
        let asked = json!({ "review_id": id.to_string() });
        self.or_refused(principal, operation::SHOW_REVIEW, &asked, self.read_review(principal, id).await).await
    }

    async fn read_review(&self, principal: &Principal, id: i64) -> Result<Review, StewardshipError> {
        self.stands()?;
        let mut client = self.client().await?;
        let transaction = snapshot(&mut client).await?;
        let item = store::review::find(&*transaction, id).await?.ok_or(StewardshipError::NotFound)?;
        let (left, left_records) = self.side(principal, &transaction, item.people[0], item.records).await?;
        let (right, right_records) = self.side(principal, &transaction, item.people[1], item.records).await?;
        drop(transaction);
        drop(client);
        let shown: Vec<&StoredRecord> = left_records.iter().chain(&right_records).collect();
        let weighed = |number: i64| shown.iter().find(|record| record.id == number).ok_or(StewardshipError::NotFound);
        let evidence = evidence::evidence(weighed(item.records[0])?, weighed(item.records[1])?, &self.setting.model);
        let content = json!({ "review_id": id.to_string(), "people": item.people, "records": named(&shown) });
        self.record(principal, "review", content).await?;
        Ok(Review { summary: evidence::summary(&item, &self.setting.model), evidence, sides: [left, right] })
    }

    /// Shows a person with every record: what a split begins with.
    ///
    /// # Errors
    /// See [`StewardshipError`].
    pub async fn person(&self, principal: &Principal, id: Uuid) -> Result<Person, StewardshipError> {
        let asked = json!({ "person_id": id });
        self.or_refused(principal, operation::SHOW_PERSON, &asked, self.read_person(principal, id).await).await
    }

    async fn read_person(&self, principal: &Principal, id: Uuid) -> Result<Person, StewardshipError> {
        self.stands()?;
        let mut client = self.client().await?;
        let transaction = snapshot(&mut client).await?;
        let (person, records) = self.side(principal, &transaction, id, [0; 2]).await?;
        drop(transaction);
        drop(client);
        let shown: Vec<&StoredRecord> = records.iter().collect();
        self.record(principal, "person", json!({ "people": [id], "records": named(&shown) })).await?;
        Ok(person)
    }

    /// Lists decisions, the newest first.
    ///
    /// # Errors
    /// See [`StewardshipError`].
    pub async fn decisions(&self, principal: &Principal, cursor: Option<&str>, limit: u16) -> Result<DecisionList, StewardshipError> {
        self.or_refused(principal, operation::LIST_DECISIONS, &Value::Null, self.read_decisions(principal, cursor, limit).await).await
    }

    async fn read_decisions(&self, principal: &Principal, cursor: Option<&str>, limit: u16) -> Result<DecisionList, StewardshipError> {
        self.stands()?;
        let before = cursor.map(|text| read_number(text).ok_or_else(no_cursor)).transpose()?;
        let mut decisions = store::decision::page(&**self.client().await?, before, i64::from(limit) + 1).await?;
        let more = decisions.len() > usize::from(limit);
        decisions.truncate(usize::from(limit));
        let next_cursor = decisions.last().filter(|_| more).map(|decision| decision.ruling.id.to_string());
        let ids: Vec<String> = decisions.iter().map(|decision| decision.ruling.id.to_string()).collect();
        self.record(principal, "decision_list", json!({ "decisions": ids })).await?;
        let is_open = |feed: &str| self.is_open(principal, feed);
        Ok(DecisionList { decisions: decisions.iter().map(|decision| evidence::decision(decision, &is_open)).collect(), next_cursor })
    }

    /// A person with their records, as a steward sees them and as they are.
    async fn side(
        &self,
        principal: &Principal,
        transaction: &Transaction<'_>,
        id: Uuid,
        weighed: [i64; 2],
    ) -> Result<(Person, Vec<StoredRecord>), StewardshipError> {
        let standing = store::person::standing(&**transaction, id).await?.ok_or(StewardshipError::NotFound)?;
        let numbers = resolve::of_people(transaction, &[id]).await?;
        let records = resolve::of_ids(transaction, &numbers).await?;
        let shown: Vec<&StoredRecord> = records.iter().collect();
        let person = evidence::person(id, &standing, &shown, weighed, &|feed| self.is_open(principal, feed));
        Ok((person, records))
    }

    /// Whether the steward may be told that a feed holds something. A steward asks for no purpose.
    fn is_open(&self, principal: &Principal, feed: &str) -> bool {
        self.setting.is_open(Viewer { roles: &principal.roles, purpose: "" }, feed)
    }

    fn stands(&self) -> Result<(), StewardshipError> {
        if self.setting.policy.is_stale(self.clock.today()) { Err(StewardshipError::PolicyClosed) } else { Ok(()) }
    }

    /// What came of it, a refusal only once it is recorded.
    async fn or_refused<T>(
        &self,
        principal: &Principal,
        operation: &'static str,
        asked: &Value,
        outcome: Result<T, StewardshipError>,
    ) -> Result<T, StewardshipError> {
        if let Err(refusal) = &outcome
            && refusal.is_refusal()
        {
            let content = json!({ "operation": operation, "problem": refusal.code(), "asked": asked, "reason": refusal.to_string() });
            self.record(principal, REFUSAL, content).await?;
        }
        outcome
    }

    /// Records what is about to be shown, or why it is not.
    async fn record(&self, principal: &Principal, kind: &'static str, content: Value) -> Result<(), StewardshipError> {
        let entry = AuditEntry {
            at: self.clock.now(),
            kind,
            issuer: principal.issuer.clone(),
            subject: principal.subject.clone(),
            lookup_id: None,
            content: self.content(principal, content).to_string(),
        };
        if self.audit.append(entry).await { Ok(()) } else { Err(StewardshipError::AuditUnavailable) }
    }

    /// The content of an entry: who, under which versions, and what.
    fn content(&self, principal: &Principal, mut content: Value) -> Value {
        content["name"] = json!(principal.name);
        content["roles"] = json!(principal.roles);
        content["acting_system"] = json!(principal.acting_system);
        content["policy_version"] = json!(self.setting.policy.version);
        content["model_version"] = json!(self.setting.model.version());
        content
    }

    async fn client(&self) -> Result<Client, StewardshipError> {
        Ok(store::pool::client(&self.pool).await?)
    }
}

/// A transaction that sees one state of the database.
async fn snapshot(client: &mut Client) -> Result<Transaction<'_>, StewardshipError> {
    let transaction = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await;
    Ok(transaction.map_err(StoreError::database("begin to read"))?)
}

/// Records by feed and number, for the audit.
fn named(records: &[&StoredRecord]) -> Vec<Value> {
    records.iter().map(|record| json!({ "feed": record.feed, "record": record.id })).collect()
}

fn no_cursor() -> StewardshipError {
    StewardshipError::InvalidField { pointer: String::new(), reason: "cursor must be the next_cursor of a list".to_owned() }
}

/// Weight and number of the last item of a list.
fn write_cursor(item: &ListedItem) -> String {
    format!("{:016x}-{}", item.weight_bits.to_bits(), item.id)
}

fn read_cursor(text: &str) -> Option<(f64, i64)> {
    let (bits, id) = text.split_once('-').filter(|(bits, _)| bits.len() == 16)?;
    let weight = f64::from_bits(u64::from_str_radix(bits, 16).ok()?);
    Some((Some(weight).filter(|weight| weight.is_finite())?, read_number(id)?))
}

/// A number exactly as it was written.
fn read_number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number: &i64| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_that_is_none_is_not_read() {
        let item = ListedItem {
            id: 42,
            records: [1, 2],
            people: [Uuid::nil(); 2],
            weight_bits: 17.25,
            why: Why::Torn,
            conflict: None,
            open: true,
            version: String::new(),
        };
        assert_eq!(read_cursor(&write_cursor(&item)), Some((17.25, 42)));
        for text in
            ["", "-", "x-1", "7ff0000000000000-1", "4031400000000000", "4031400000000000-x", "4031400000000000-042", "04031400000000000-42"]
        {
            assert_eq!(read_cursor(text), None, "{text}");
        }
    }
}
