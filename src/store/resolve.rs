//! Rows that resolution reads and writes, within the transaction of a load.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use tokio_postgres::{Transaction, types::ToSql};
use uuid::Uuid;

use super::{
    StoreError,
    record::{self, RECORD_COLUMNS, StoredRecord},
};
use crate::domain::relationship::RelationshipType;

/// Rows written by one statement.
const ROWS_A_STATEMENT: usize = 20_000;

/// A standing human decision about two records, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandingDecision {
    /// One record.
    pub left: i64,
    /// The other.
    pub right: i64,
    /// Whether they are the same person; else they are not.
    pub together: bool,
}

/// How many records there are.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn count(client: &Transaction<'_>) -> Result<i64, StoreError> {
    Ok(client.query_one("SELECT count(*) FROM record", &[]).await.map_err(StoreError::database("count records"))?.get(0))
}

/// How many records there are, and how many of them the load changed.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn counts(client: &Transaction<'_>) -> Result<(i64, i64), StoreError> {
    const SQL: &str = "SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM load_changed) + (SELECT count(*) FROM load_before)";
    let row = client.query_one(SQL, &[]).await.map_err(StoreError::database("count records"))?;
    Ok((row.get(0), row.get(1)))
}

/// Every record, by number.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn all(client: &Transaction<'_>) -> Result<Vec<StoredRecord>, StoreError> {
    records(client, "", &[]).await
}

/// The records of those numbers.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn of_ids(client: &Transaction<'_>, ids: &[i64]) -> Result<Vec<StoredRecord>, StoreError> {
    records(client, "WHERE record.id = ANY ($1)", &[&ids]).await
}

/// The numbers of the records that the load inserted, changed or tied anew.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn changed(client: &Transaction<'_>) -> Result<Vec<i64>, StoreError> {
    let rows = client.query("SELECT record_id FROM load_changed", &[]).await.map_err(StoreError::database("read what a load changed"))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// The records that the load changed or removed, as they were, with the person that they belonged to.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn before(client: &Transaction<'_>) -> Result<Vec<StoredRecord>, StoreError> {
    const ACTION: &str = "read what a load changed";
    let sql = format!("SELECT row_to_json(row)::text FROM (SELECT record.person_id, {RECORD_COLUMNS} FROM load_before AS record) AS row");
    let rows = client.query(&sql, &[]).await.map_err(StoreError::database(ACTION))?;
    rows.iter().map(|row| record::parse(row.get(0))).collect()
}

async fn records(client: &Transaction<'_>, condition: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<StoredRecord>, StoreError> {
    const ACTION: &str = "read records";
    let sql = format!(
        "SELECT row_to_json(row)::text FROM (SELECT membership.person_id, {RECORD_COLUMNS} FROM record LEFT JOIN membership ON membership.record_id = record.id {condition} ORDER BY record.id) AS row"
    );
    let rows = client.query_raw(&sql, parameters.iter().copied()).await.map_err(StoreError::database(ACTION))?;
    let objects: Vec<String> = rows.map_ok(|row| row.get(0)).try_collect().await.map_err(StoreError::database(ACTION))?;
    super::in_place(|| {
        use rayon::prelude::*;
        objects.par_iter().map(|object| record::parse(object)).collect()
    })
}

/// Brings the key indexes up to date with what was inserted: entries that wait at an index's side are read through by every question that uses it
/// (measured: 8 ms instead of 0.4 ms a question after a load).
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn settle_indexes(client: &Transaction<'_>) -> Result<(), StoreError> {
    // Only the owner may; for anybody else the server does it in its own time.
    const SQL: &str = "DO $$ BEGIN PERFORM gin_clean_pending_list('record_keys'), gin_clean_pending_list('record_dwellings'); \
                       EXCEPTION WHEN insufficient_privilege THEN NULL; END $$";
    client.batch_execute(SQL).await.map_err(StoreError::database("bring indexes up to date"))
}

/// Counts what the tables hold that questions read, after a load that changed much of them: the server plans by it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn count_anew(client: &Transaction<'_>) -> Result<(), StoreError> {
    client.batch_execute("ANALYZE membership, involvement, relationship").await.map_err(StoreError::database("count rows"))
}

/// Numbers of the records of those people.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn of_people(client: &Transaction<'_>, people: &[Uuid]) -> Result<Vec<i64>, StoreError> {
    let rows = client
        .query("SELECT record_id FROM membership WHERE person_id = ANY ($1)", &[&people])
        .await
        .map_err(StoreError::database("find records of people"))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// A tie between two records of one feed: "from is the `kind` of to".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordTie {
    /// Who is something to somebody.
    pub from: i64,
    /// What.
    pub kind: RelationshipType,
    /// To whom.
    pub to: i64,
}

/// The ties that touch any of `ids`, in order.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn tied(client: &Transaction<'_>, ids: &[i64]) -> Result<Vec<RecordTie>, StoreError> {
    // Kin do not end: where a snapshot no longer says so of people whom it still holds, it was never so (as in context.sql).
    const SQL: &str = "WITH standing AS NOT MATERIALIZED ( \
                           SELECT from_record, kind, to_record FROM relationship WHERE from_record <> to_record AND (absent_since IS NULL \
                               OR kind NOT IN ('mother', 'father', 'parent', 'child', 'sibling', 'half_sibling', 'grandparent', 'grandchild'))) \
                       SELECT * FROM standing WHERE from_record = ANY ($1) UNION SELECT * FROM standing WHERE to_record = ANY ($1) \
                       ORDER BY 1, 3, 2";
    let rows = client.query(SQL, &[&ids]).await.map_err(StoreError::database("read ties"))?;
    rows.iter()
        .map(|row| {
            let problem = "has a kind that is none of the recorded types";
            let unknown = StoreError::Inconsistent { table: "relationship", row: row.get(0), problem };
            Ok(RecordTie { from: row.get(0), kind: RelationshipType::named(row.get(1)).ok_or(unknown)?, to: row.get(2) })
        })
        .collect()
}

/// Numbers of the records of those people, with the person.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn members(client: &Transaction<'_>, people: &[Uuid]) -> Result<Vec<(i64, Uuid)>, StoreError> {
    let rows = client
        .query("SELECT record_id, person_id FROM membership WHERE person_id = ANY ($1)", &[&people])
        .await
        .map_err(StoreError::database("find records of people"))?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Writes who belongs to whom, where that has changed, and the ids that were retired. Returns how many records moved.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn write(client: &Transaction<'_>, moved: &[(i64, Uuid)], retired: &BTreeMap<Uuid, Option<Uuid>>) -> Result<u64, StoreError> {
    const ACTION: &str = "write people";
    let mut written = 0;
    for chunk in moved.chunks(ROWS_A_STATEMENT) {
        let (records, people): (Vec<i64>, Vec<Uuid>) = chunk.iter().copied().unzip();
        written += client
            .execute(
                "INSERT INTO membership (record_id, person_id) SELECT * FROM unnest($1::bigint[], $2::uuid[]) \
                 ON CONFLICT (record_id) DO UPDATE SET person_id = excluded.person_id WHERE membership.person_id <> excluded.person_id",
                &[&records, &people],
            )
            .await
            .map_err(StoreError::database(ACTION))?;
    }
    for chunk in retired.iter().collect::<Vec<_>>().chunks(ROWS_A_STATEMENT) {
        let (ids, successors): (Vec<Uuid>, Vec<Option<Uuid>>) = chunk.iter().map(|(id, successor)| (**id, **successor)).unzip();
        client
            .execute(
                "INSERT INTO retired_person (id, successor) SELECT * FROM unnest($1::uuid[], $2::uuid[]) \
                 ON CONFLICT (id) DO UPDATE SET successor = excluded.successor",
                &[&ids, &successors],
            )
            .await
            .map_err(StoreError::database(ACTION))?;
    }
    Ok(written)
}
