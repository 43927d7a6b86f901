//! The ids of people.

use deadpool_postgres::Client;
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
