//! The chain of seals over the audit, worked out outside the database: whoever alters entries there would alter its functions too.

use futures_util::{Stream, StreamExt, TryStreamExt};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio_postgres::Row;
use uuid::Uuid;

use super::StoreError;

/// An entry as it is stored.
pub struct SealedEntry {
    /// Its place in the chain, from 1 without a gap.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: String,
    /// Who vouched for the user.
    pub issuer: String,
    /// Who.
    pub subject: String,
    /// Which lookup.
    pub lookup_id: Option<Uuid>,
    /// The question and each item shown or withheld: the very text that was sealed.
    pub content: String,
    /// The seal.
    pub seal: Vec<u8>,
}

/// The end of a chain: keep it elsewhere, and a chain that was cut short shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The last entry's place; 0 where there is none.
    pub sequence: i64,
    /// Its seal.
    pub seal: Vec<u8>,
}

impl Head {
    /// The end of an empty chain.
    #[must_use]
    pub fn start() -> Self {
        Self { sequence: 0, seal: Vec::new() }
    }

    /// Adds an entry; `None` where it does not follow, or is not what was sealed.
    #[must_use]
    pub fn follow(&self, entry: &SealedEntry) -> Option<Self> {
        let follows = entry.sequence == self.sequence + 1;
        (follows && seal(&self.seal, entry) == entry.seal).then(|| Self { sequence: entry.sequence, seal: entry.seal.clone() })
    }
}

/// SHA-256 over the seal before and the entry as PostgreSQL writes it as a JSON array (`audit_seal` in the first migration).
#[must_use]
pub fn seal(previous: &[u8], entry: &SealedEntry) -> Vec<u8> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let lookup_id = entry.lookup_id.map_or_else(|| "null".to_owned(), |id| quoted(&id.to_string()));
    let array = format!(
        "[{}, {}, {}, {}, {}, {}, {}]",
        entry.sequence,
        entry.at.as_microsecond(),
        quoted(&entry.kind),
        quoted(&entry.issuer),
        quoted(&entry.subject),
        lookup_id,
        quoted(&entry.content)
    );
    Sha256::new().chain_update(previous).chain_update(array.as_bytes()).finalize().to_vec()
}

/// Every entry in order, without holding them all.
///
/// # Errors
/// [`StoreError`] where the database fails, at once or on the way.
pub async fn entries(client: &tokio_postgres::Client) -> Result<impl Stream<Item = Result<SealedEntry, StoreError>>, StoreError> {
    const ACTION: &str = "read the audit";
    const SQL: &str = "SELECT sequence, at, kind, issuer, subject, lookup_id, content::text, seal FROM audit_entry ORDER BY sequence";
    let rows = client.query_raw(SQL, std::iter::empty::<i32>()).await.map_err(StoreError::database(ACTION))?;
    Ok(rows.map_ok(|row| read(&row)).map(|row| row.map_err(StoreError::database(ACTION))))
}

fn read(row: &Row) -> SealedEntry {
    SealedEntry {
        sequence: row.get(0),
        at: row.get(1),
        kind: row.get(2),
        issuer: row.get(3),
        subject: row.get(4),
        lookup_id: row.get(5),
        content: row.get(6),
        seal: row.get(7),
    }
}
