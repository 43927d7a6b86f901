//! The ids of people.

use deadpool_postgres::Client;
use tokio_postgres::GenericClient;
use uuid::Uuid;

use super::StoreError;

/// The person that `id` stands for now: itself while it has records, else the one person that its records went to. `None` where it stands for
/// nobody or for several. One round trip.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn current(client: &Client, id: Uuid) -> Result<Option<Uuid>, StoreError> {
    const ACTION: &str = "find a person";
    // A successor may have been retired in its turn.
    const SQL: &str = "WITH RECURSIVE trail (id) AS ( \
             SELECT $1::uuid \
             UNION \
             SELECT retired_person.successor FROM trail JOIN retired_person USING (id) WHERE retired_person.successor IS NOT NULL \
         ) \
         SELECT id FROM trail WHERE EXISTS (SELECT FROM membership WHERE membership.person_id = trail.id) LIMIT 1";
    let statement = client.prepare_cached(SQL).await.map_err(StoreError::database(ACTION))?;
    let row = client.query_opt(&statement, &[&id]).await.map_err(StoreError::database(ACTION))?;
    Ok(row.map(|row| row.get(0)))
}

/// A person as a steward's edit sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// What an edit is held against.
    pub version: String,
    /// How well the records hold together.
    pub cohesion: f64,
    /// The numbers of the standing decisions about its records.
    pub decisions: Vec<i64>,
}

/// How a person stands; `None` where the id stands for nobody or for somebody restricted.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn standing(client: &impl GenericClient, id: Uuid) -> Result<Option<Standing>, StoreError> {
    const SQL: &str = "SELECT people_version(ARRAY[$1::uuid]), coalesce((SELECT probability FROM cohesion WHERE person_id = $1), 1), \
         (SELECT coalesce(array_agg(DISTINCT decision.id), '{}') FROM membership JOIN record ON record.id = record_id \
             JOIN decision_record USING (feed, source_id, dependent) JOIN decision ON decision.id = decision_id \
             WHERE person_id = $1 AND undone_at IS NULL) \
         WHERE EXISTS (SELECT FROM membership WHERE person_id = $1) AND NOT people_restricted(ARRAY[$1::uuid])";
    let row = client.query_opt(SQL, &[&id]).await.map_err(StoreError::database("read a person"))?;
    Ok(row.map(|row| Standing { version: row.get(0), cohesion: row.get(1), decisions: row.get(2) }))
}
