//! Which matching model is in force: the one under which records were keyed and resolved.

use sha2::{Digest, Sha256};
use tokio_postgres::{GenericClient, Transaction};

use super::StoreError;
use crate::matching::{Model, normalise::variants};

/// Whether the model given is the one in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    InForce,
    /// No model has been put in force yet.
    NoneYet,
    /// Another is.
    Another,
}

/// How `model` stands.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn standing(client: &impl GenericClient, model: &Model) -> Result<Standing, StoreError> {
    const SQL: &str = "SELECT digest FROM matching_model ORDER BY id DESC LIMIT 1";
    let row = client.query_opt(SQL, &[]).await.map_err(StoreError::database("read which model is in force"))?;
    Ok(match row.map(|row| row.get::<_, Vec<u8>>(0)) {
        None => Standing::NoneYet,
        Some(known) if known == digest(model) => Standing::InForce,
        Some(_) => Standing::Another,
    })
}

/// Notes that `model` is in force from now on.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn put_in_force(transaction: &Transaction<'_>, model: &Model) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO matching_model (version, digest) VALUES ($1, $2)";
    transaction.execute(SQL, &[&model.version(), &digest(model)]).await.map_err(StoreError::database("put a model in force"))?;
    Ok(())
}

/// The keys of one record under a model.
#[derive(serde::Serialize)]
pub struct Keyed {
    /// The record's number.
    pub id: i64,
    /// Its blocking keys.
    pub keys: Vec<i64>,
    /// The keys of its dwellings.
    pub dwellings: Vec<i64>,
}

/// Gives records new keys.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn rekey(transaction: &Transaction<'_>, keyed: &[Keyed]) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE record SET keys = keyed.keys, dwellings = keyed.dwellings \
        FROM json_to_recordset($1) AS keyed (id bigint, keys bigint[], dwellings bigint[]) WHERE record.id = keyed.id";
    for chunk in keyed.chunks(5_000) {
        let rows = serde_json::json!(chunk);
        transaction.execute(SQL, &[&rows]).await.map_err(StoreError::database("give records new keys"))?;
    }
    Ok(())
}

/// Of all that keys and people depend on: the model, the tables of names that are one name, and the program that reads them.
fn digest(model: &Model) -> Vec<u8> {
    let parts = [model.to_toml(), variants::TABLES.concat(), env!("CARGO_PKG_VERSION").to_owned()];
    parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize().to_vec()
}
