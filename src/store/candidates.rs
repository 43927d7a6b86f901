//! Who might be meant: the people of whom a record shares a key with the question.

use std::{pin::pin, sync::LazyLock};

use deadpool_postgres::Client;
use futures_util::TryStreamExt;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::{
    StoreError,
    record::{self, StoredRecord},
};

/// The most people looked at for one question. Keys are split by the model long before this; it bounds a hostile question.
const MOST_PEOPLE: i64 = 2_000;

static SQL: LazyLock<String> = LazyLock::new(|| record::with_parts(include_str!("sql/candidates.sql"), "$5"));

/// Gives `take` every record of everybody who might be meant, in no order and as it arrives: what is made of one is made while the server looks for the
/// next. One round trip. Where it ends in an error, some may have been given already.
///
/// `sources` are pairs of feed and source id (or case id); people who weigh `shielded_from_bits` or more against a restricted person come marked.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn find(
    client: &Client,
    keys: &[i64],
    sources: &[(String, String)],
    shielded_from_bits: f64,
    mut take: impl FnMut(Uuid, StoredRecord),
) -> Result<(), StoreError> {
    const ACTION: &str = "find candidates";
    let (feeds, values): (Vec<&str>, Vec<&str>) = sources.iter().map(|(feed, value)| (feed.as_str(), value.as_str())).unzip();
    let statement = client.prepare_cached(&SQL).await.map_err(StoreError::database(ACTION))?;
    let parameters: [&(dyn ToSql + Sync); 5] = [&keys, &feeds, &values, &MOST_PEOPLE, &shielded_from_bits];
    let mut rows = pin!(client.query_raw(&statement, parameters).await.map_err(StoreError::database(ACTION))?);
    while let Some(row) = rows.try_next().await.map_err(StoreError::database(ACTION))? {
        let record = record::parse(row.get(0))?;
        let person = record.person.ok_or(StoreError::Inconsistent { table: "membership", row: record.id, problem: "has no person" })?;
        take(person, record);
    }
    Ok(())
}
