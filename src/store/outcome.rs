//! What a resolution writes: who belongs to whom, which ids are retired, what is doubtful, how well people hold together.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio_postgres::Transaction;
use uuid::Uuid;

use super::{StoreError, resolve, review::ReviewItem};

/// Rows written by one statement.
const ROWS_A_STATEMENT: usize = 20_000;

/// What is different after a resolution. Nothing of it is written yet.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Outcome {
    /// Records whose people were worked out.
    pub records: usize,
    /// People among them.
    pub people: usize,
    /// Records that belong to another person than before, or to one for the first time.
    pub moved: Vec<(i64, Uuid)>,
    /// Ids that stand for nobody any more, with the person they lead to.
    pub retired: BTreeMap<Uuid, Option<Uuid>>,
    /// People whose records parted: ids that led to them lead nowhere from now on.
    pub parted: Vec<Uuid>,
    /// Review items that are open no longer.
    pub closed: Vec<i64>,
    /// Review items that are new, different or open again.
    pub items: Vec<ReviewItem>,
    /// People of several records, with their cohesion, where it is another than before.
    pub cohesion: Vec<(Uuid, f64)>,
    /// Ids whose cohesion is kept no longer: nobody, or a person of one record.
    pub loose: Vec<Uuid>,
}

impl Outcome {
    /// Writes it within the transaction of a load, as the owner. Returns how many records moved.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn write(&self, client: &Transaction<'_>) -> Result<u64, StoreError> {
        // Ids that parted before ids that are retired now: who is retired now leads to where their records are.
        write_part(client, "parted", &self.parted, |id| json!(id)).await?;
        let moved = resolve::write(client, &self.moved, &self.retired).await?;
        write_part(client, "closed", &self.closed, |id| json!(id)).await?;
        write_part(client, "items", &self.items, |item| json!(item)).await?;
        write_part(client, "loose", &self.loose, |id| json!(id)).await?;
        write_part(client, "cohesion", &self.cohesion, cohesion).await?;
        Ok(moved)
    }

    /// The whole of it, for the function that writes a decision.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let moved: Vec<Value> = self.moved.iter().map(|(record, person)| json!({ "record_id": record, "person_id": person })).collect();
        let retired: Vec<Value> = self.retired.iter().map(|(id, successor)| json!({ "id": id, "successor": successor })).collect();
        json!({
            "parted": self.parted,
            "moved": moved,
            "retired": retired,
            "closed": self.closed,
            "items": self.items,
            "loose": self.loose,
            "cohesion": self.cohesion.iter().map(cohesion).collect::<Vec<_>>(),
        })
    }
}

fn cohesion((person, probability): &(Uuid, f64)) -> Value {
    json!({ "person_id": person, "probability": probability })
}

async fn write_part<T>(client: &Transaction<'_>, part: &str, rows: &[T], row: impl Fn(&T) -> Value) -> Result<(), StoreError> {
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let outcome = json!({ part: chunk.iter().map(&row).collect::<Vec<_>>() });
        client.execute("SELECT people_write($1)", &[&outcome]).await.map_err(StoreError::database("write what is doubtful"))?;
    }
    Ok(())
}

/// The cohesion that is kept of people: of everybody, or of those named.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn kept_cohesion(client: &Transaction<'_>, people: Option<&[Uuid]>) -> Result<BTreeMap<Uuid, f64>, StoreError> {
    const SQL: &str = "SELECT person_id, probability FROM cohesion WHERE $1::uuid[] IS NULL OR person_id = ANY ($1)";
    let rows = client.query(SQL, &[&people]).await.map_err(StoreError::database("read cohesion"))?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
