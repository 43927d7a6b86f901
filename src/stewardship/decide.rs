//! Decisions: together, apart, split, and taken back. Each is worked out and written in one transaction, while no load and no other decision changes
//! people, and holds at once.

use std::time::Duration;

use deadpool_postgres::Transaction;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Stewardship, StewardshipError,
    answer::DecisionAnswer,
    evidence::{self, kind},
    named,
};
use crate::{
    domain::Principal,
    lookup::operation,
    resolution::{self, decided},
    store::{
        self, StoreError,
        decision::{self, DecidedRecord, Edit, Ruling},
        model::Standing,
        record::StoredRecord,
        resolve,
    },
};

/// How long a decision waits for a load to end. A load may take minutes; nobody waits so long for an answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a steward changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The two people of a review item are one, or are two.
    Decide {
        /// The item.
        review: i64,
        /// One; else two.
        together: bool,
    },
    /// Some of a person's records are of somebody else.
    Split {
        /// The person.
        person: Uuid,
        /// The records that go.
        records: Vec<i64>,
    },
    /// A decision is taken back.
    Undo {
        /// The decision.
        decision: i64,
    },
}

impl Change {
    /// The operation's name in the audit.
    fn operation(&self) -> &'static str {
        match self {
            Self::Decide { .. } => operation::DECIDE_REVIEW,
            Self::Split { .. } => operation::SPLIT_PERSON,
            Self::Undo { .. } => operation::UNDO_DECISION,
        }
    }

    /// What was asked, for the audit.
    fn asked(&self) -> Value {
        match self {
            Self::Decide { review, together } => json!({ "review_id": review.to_string(), "action": kind(*together) }),
            Self::Split { person, .. } => json!({ "person_id": person, "action": "split" }),
            Self::Undo { decision } => json!({ "decision_id": decision.to_string(), "action": "undo" }),
        }
    }
}

/// Why, and what the steward had read.
#[derive(Clone, Copy)]
struct Given<'given> {
    principal: &'given Principal,
    reason: &'given str,
    version: &'given str,
}

impl Stewardship {
    /// Changes who is who, and returns the decision. `version` is what the steward read of the item, person or decision.
    ///
    /// # Errors
    /// See [`StewardshipError`]; nothing is changed then.
    pub async fn change(
        &self,
        principal: &Principal,
        change: &Change,
        reason: &str,
        version: &str,
    ) -> Result<DecisionAnswer, StewardshipError> {
        let given = Given { principal, reason, version };
        let mut asked = change.asked();
        asked["reason"] = json!(reason);
        self.or_refused(principal, change.operation(), &asked, self.try_change(given, change).await).await
    }

    async fn try_change(&self, given: Given<'_>, change: &Change) -> Result<DecisionAnswer, StewardshipError> {
        self.stands()?;
        // Those who wait for a load hold a connection each: let few wait, so that lookups have theirs.
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(StewardshipError::LoadRunning) };
        let mut client = self.client().await?;
        let transaction = client.transaction().await.map_err(StoreError::database("begin a decision"))?;
        if !decision::take_turn(&transaction, PATIENCE).await? {
            return Err(StewardshipError::LoadRunning);
        }
        if store::model::standing(&*transaction, &self.setting.model).await? != Standing::InForce {
            return Err(StewardshipError::StoreUnavailable);
        }
        let id = match change {
            Change::Decide { review, together } => self.decide(given, &transaction, *review, *together).await?,
            Change::Split { person, records } => self.split(given, &transaction, *person, records).await?,
            Change::Undo { decision } => self.undo(given, &transaction, *decision).await?,
        };
        let made = decision::written(&transaction, id).await?;
        transaction.commit().await.map_err(StoreError::database("commit a decision"))?;
        Ok(evidence::decision(&made, &|feed| self.is_open(given.principal, feed)))
    }

    async fn decide(&self, given: Given<'_>, transaction: &Transaction<'_>, review: i64, together: bool) -> Result<i64, StewardshipError> {
        let item = store::review::find(&**transaction, review).await?.ok_or(StewardshipError::NotFound)?;
        if !item.open || item.version != given.version {
            return Err(StewardshipError::Stale);
        }
        let members = resolve::members(transaction, &item.people).await?;
        let of = |person: Uuid| members.iter().filter(|(_, known)| *known == person).map(|(record, _)| *record).collect::<Vec<i64>>();
        let sides = [of(item.people[0]), of(item.people[1])];
        let about = json!({ "review_id": review.to_string(), "action": kind(together) });
        self.make(given, transaction, &item.people, together, &sides, about).await
    }

    async fn split(&self, given: Given<'_>, transaction: &Transaction<'_>, person: Uuid, records: &[i64]) -> Result<i64, StewardshipError> {
        let standing = store::person::standing(&**transaction, person).await?.ok_or(StewardshipError::NotFound)?;
        if standing.version != given.version {
            return Err(StewardshipError::Stale);
        }
        let held = resolve::of_people(transaction, &[person]).await?;
        let invalid = |pointer: String, reason: &str| StewardshipError::InvalidField { pointer, reason: reason.to_owned() };
        if let Some(at) = records.iter().position(|record| !held.contains(record)) {
            return Err(invalid(format!("/records/{at}"), "must be one of this person's records"));
        }
        let (going, staying): (Vec<i64>, Vec<i64>) = held.iter().partition(|record| records.contains(record));
        if going.is_empty() || staying.is_empty() {
            return Err(invalid("/records".to_owned(), "must be some of this person's records, and not all"));
        }
        let about = json!({ "person_id": person, "action": "split" });
        self.make(given, transaction, &[person], false, &[staying, going], about).await
    }

    /// Writes a decision and what follows from it.
    async fn make(
        &self,
        given: Given<'_>,
        transaction: &Transaction<'_>,
        people: &[Uuid],
        together: bool,
        sides: &[Vec<i64>; 2],
        about: Value,
    ) -> Result<i64, StewardshipError> {
        let records = resolve::of_ids(transaction, &sides.concat()).await?;
        let ruling = Ruling { id: 0, together, records: records.iter().map(|record| decided_record(record, &sides[1])).collect() };
        let mut rulings = decision::standing(&**transaction).await?;
        let contradicted = decided::contradicted_by(&rulings, &ruling);
        if !contradicted.is_empty() {
            return Err(StewardshipError::Contradiction(contradicted));
        }
        rulings.push(ruling);
        let outcome = resolution::would_follow(transaction, &self.setting.model, &rulings, &sides.concat()).await?;
        let audit = self.audit_of(given, people, &records, about);
        Ok(decision::make(transaction, &edit(given, people, &audit, &outcome), together, [&sides[0], &sides[1]]).await?)
    }

    async fn undo(&self, given: Given<'_>, transaction: &Transaction<'_>, id: i64) -> Result<i64, StewardshipError> {
        let standing = decision::find(&**transaction, id).await?.ok_or(StewardshipError::NotFound)?;
        if standing.undone.is_some() || standing.version != given.version {
            return Err(StewardshipError::Stale);
        }
        let rulings: Vec<Ruling> = decision::standing(&**transaction).await?.into_iter().filter(|ruling| ruling.id != id).collect();
        let touched = resolve::of_people(transaction, &standing.people).await?;
        let outcome = resolution::would_follow(transaction, &self.setting.model, &rulings, &touched).await?;
        let numbers: Vec<i64> = standing.ruling.records.iter().filter_map(|record| record.record).collect();
        let records = resolve::of_ids(transaction, &numbers).await?;
        let audit = self.audit_of(given, &standing.people, &records, json!({ "action": "undo" }));
        decision::undo(transaction, &edit(given, &standing.people, &audit, &outcome), id).await?;
        Ok(id)
    }

    fn audit_of(&self, given: Given<'_>, people: &[Uuid], records: &[StoredRecord], mut about: Value) -> Value {
        about["reason"] = json!(given.reason);
        about["people"] = json!(people);
        about["records"] = json!(named(&records.iter().collect::<Vec<_>>()));
        self.content(given.principal, about)
    }
}

fn edit<'edit>(given: Given<'edit>, people: &'edit [Uuid], audit: &'edit Value, outcome: &'edit store::outcome::Outcome) -> Edit<'edit> {
    let Given { principal, reason, version } = given;
    Edit { people, version, issuer: &principal.issuer, subject: &principal.subject, reason, audit, outcome }
}

fn decided_record(record: &StoredRecord, right: &[i64]) -> DecidedRecord {
    DecidedRecord {
        feed: record.feed.clone(),
        source_id: record.source_id.clone(),
        dependent: record.dependent.clone(),
        record: Some(record.id),
        right: right.contains(&record.id),
    }
}
