//! Stewards' decisions: read, and written together with what follows from them.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use tokio_postgres::{GenericClient, Transaction};
use uuid::Uuid;

use super::{StoreError, load::LOAD_LOCK, outcome::Outcome};

/// The SQLSTATE by which the database says that an edit comes too late.
const STALE: &str = "FC409";
/// The SQLSTATE of a lock that was not to be had in time.
const LOCK_NOT_AVAILABLE: &str = "55P03";
const QUERY_CANCELED: &str = "57014";

/// Whether somebody else changed meanwhile what an edit is about.
#[must_use]
pub fn is_stale(error: &StoreError) -> bool {
    matches!(error, StoreError::Database { code, .. } if code == STALE)
}

/// A record that a decision is about, as its feed names it, and its number while it is there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub struct DecidedRecord {
    /// The feed.
    pub feed: String,
    /// Its key in the feed.
    pub source_id: String,
    /// Empty, or what makes it a record of a person that the row only tells of.
    pub dependent: String,
    /// Its number; `None` while the feed does not hold it.
    pub record: Option<i64>,
    /// Whether it is of the right side.
    pub right: bool,
}

crate::domain::redacted_debug!(DecidedRecord);

/// A decision that stands, as far as it says who is who.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// Its number.
    pub id: i64,
    /// All records are one person; else those of one side are others than those of the other.
    pub together: bool,
    /// What it is about.
    pub records: Vec<DecidedRecord>,
}

const RECORDS: &str = "(SELECT coalesce(json_agg(row_to_json(named) ORDER BY named.right, named.feed, named.source_id, named.dependent), '[]')::text FROM ( \
         SELECT feed, source_id, dependent, record.id AS record, side = 'right' AS right \
         FROM decision_record LEFT JOIN record USING (feed, source_id, dependent) WHERE decision_id = decision.id) AS named)";

/// Every decision that stands, in order.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn standing(client: &impl GenericClient) -> Result<Vec<Ruling>, StoreError> {
    const SQL: &str = "SELECT decision.id, kind = 'together', feed, source_id, dependent, record.id, side = 'right' \
         FROM decision JOIN decision_record ON decision_id = decision.id LEFT JOIN record USING (feed, source_id, dependent) \
         WHERE undone_at IS NULL ORDER BY decision.id, side, feed, source_id, dependent";
    let mut rulings: Vec<Ruling> = Vec::new();
    for row in client.query(SQL, &[]).await.map_err(StoreError::database("read decisions"))? {
        let id = row.get(0);
        let record =
            DecidedRecord { feed: row.get(2), source_id: row.get(3), dependent: row.get(4), record: row.get(5), right: row.get(6) };
        match rulings.last_mut().filter(|last| last.id == id) {
            Some(ruling) => ruling.records.push(record),
            None => rulings.push(Ruling { id, together: row.get(1), records: vec![record] }),
        }
    }
    Ok(rulings)
}

fn records(decision: i64, object: &str) -> Result<Vec<DecidedRecord>, StoreError> {
    let problem = "has records that cannot be read";
    serde_json::from_str(object).map_err(|_| StoreError::Inconsistent { table: "decision", row: decision, problem })
}

/// Who did something, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Who vouches for them.
    pub issuer: String,
    /// Who.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// A decision, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDecision {
    /// What it says.
    pub ruling: Ruling,
    /// Who made it.
    pub made: Deed,
    /// Who took it back.
    pub undone: Option<Deed>,
    /// The people that its records belong to now.
    pub people: Vec<Uuid>,
    /// What taking it back is held against.
    pub version: String,
}

/// What an ordinary steward may find.
const FOUND: &str = "NOT people_restricted(concerned.people)";

fn select(condition: &str) -> String {
    format!(
        "SELECT decision.id, kind = 'together', {RECORDS}, decided_issuer, decided_by, reason, decided_at, undone_issuer, undone_by, undo_reason, \
         undone_at, concerned.people, people_version(concerned.people) \
         FROM decision CROSS JOIN LATERAL ( \
             SELECT coalesce(array_agg(DISTINCT person_id), '{{}}') AS people FROM decision_record \
             JOIN record USING (feed, source_id, dependent) JOIN membership ON record_id = record.id WHERE decision_id = decision.id \
         ) AS concerned WHERE {condition}"
    )
}

/// Decisions about people none of whom is restricted, the newest first, before the one of that number.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn page(client: &impl GenericClient, before: Option<i64>, limit: i64) -> Result<Vec<StoredDecision>, StoreError> {
    let sql = format!("{} ORDER BY decision.id DESC LIMIT $2", select(&format!("{FOUND} AND ($1::bigint IS NULL OR decision.id < $1)")));
    let rows = client.query(&sql, &[&before, &limit]).await.map_err(StoreError::database("list decisions"))?;
    rows.iter().map(stored).collect()
}

/// The decision of that number, where nobody whom it is about is restricted.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn find(client: &impl GenericClient, id: i64) -> Result<Option<StoredDecision>, StoreError> {
    let sql = select(&format!("{FOUND} AND decision.id = $1"));
    let row = client.query_opt(&sql, &[&id]).await.map_err(StoreError::database("read a decision"))?;
    row.as_ref().map(stored).transpose()
}

/// The decision that was written just now, whoever it concerns by then.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn written(client: &Transaction<'_>, id: i64) -> Result<StoredDecision, StoreError> {
    let row = client.query_one(&select("decision.id = $1"), &[&id]).await.map_err(StoreError::database("read a decision"))?;
    stored(&row)
}

fn stored(row: &tokio_postgres::Row) -> Result<StoredDecision, StoreError> {
    let id = row.get(0);
    let undone = row.get::<_, Option<Timestamp>>(10).map(|at| Deed {
        issuer: row.get::<_, Option<String>>(7).unwrap_or_default(),
        subject: row.get::<_, Option<String>>(8).unwrap_or_default(),
        reason: row.get::<_, Option<String>>(9).unwrap_or_default(),
        at,
    });
    Ok(StoredDecision {
        ruling: Ruling { id, together: row.get(1), records: records(id, row.get(2))? },
        made: Deed { issuer: row.get(3), subject: row.get(4), reason: row.get(5), at: row.get(6) },
        undone,
        people: row.get(11),
        version: row.get(12),
    })
}

/// Waits a little for loads and other decisions to end, and keeps them waiting to the transaction's end; `false` where one still runs.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn take_turn(client: &Transaction<'_>, patience: Duration) -> Result<bool, StoreError> {
    const ACTION: &str = "wait for other changes of people";
    client
        .execute("SELECT set_config('lock_timeout', $1, true)", &[&format!("{}ms", patience.as_millis())])
        .await
        .map_err(StoreError::database(ACTION))?;
    match client.execute("SELECT pg_advisory_xact_lock($1)", &[&LOAD_LOCK]).await.map_err(StoreError::database(ACTION)) {
        Ok(_) => Ok(true),
        // The statement timeout may be shorter than the patience.
        Err(StoreError::Database { code, .. }) if code == LOCK_NOT_AVAILABLE || code == QUERY_CANCELED => Ok(false),
        Err(error) => Err(error),
    }
}

/// What an edit is about and what it was read as, with who makes it and why.
pub struct Edit<'edit> {
    /// The people concerned.
    pub people: &'edit [Uuid],
    /// Their version when the steward looked.
    pub version: &'edit str,
    /// Who vouches for the steward.
    pub issuer: &'edit str,
    /// Who.
    pub subject: &'edit str,
    /// Why.
    pub reason: &'edit str,
    /// What the audit says of it.
    pub audit: &'edit Value,
    /// What follows for who is who.
    pub outcome: &'edit Outcome,
}

/// Writes a decision with what follows from it and its entry of the audit; returns its number.
///
/// # Errors
/// [`StoreError`] where the database fails, or the people changed since `version` ([`is_stale`]).
pub async fn make(client: &Transaction<'_>, edit: &Edit<'_>, together: bool, sides: [&[i64]; 2]) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT decision_make($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let kind = if together { "together" } else { "apart" };
    let [left, right] = sides;
    let row = client
        .query_one(
            SQL,
            &[
                &edit.people,
                &edit.version,
                &kind,
                &left,
                &right,
                &edit.issuer,
                &edit.subject,
                &edit.reason,
                edit.audit,
                &edit.outcome.to_json(),
            ],
        )
        .await
        .map_err(StoreError::database("write a decision"))?;
    Ok(row.get(0))
}

/// Takes a decision back, with what follows from it and its entry of the audit.
///
/// # Errors
/// As [`make`].
pub async fn undo(client: &Transaction<'_>, edit: &Edit<'_>, decision: i64) -> Result<(), StoreError> {
    const SQL: &str = "SELECT decision_undo($1, $2, $3, $4, $5, $6, $7, $8)";
    client
        .execute(
            SQL,
            &[&edit.people, &edit.version, &decision, &edit.issuer, &edit.subject, &edit.reason, edit.audit, &edit.outcome.to_json()],
        )
        .await
        .map_err(StoreError::database("take a decision back"))?;
    Ok(())
}
