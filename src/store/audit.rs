//! The audit: appended, sealed, never changed.
//!
//! Entries that wait at the same time are appended together: one durable write serves them all, and the chain of seals stays one chain.

use std::sync::Arc;

use deadpool_postgres::Pool;
use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use uuid::Uuid;

use super::StoreError;

/// Entries that may wait before further ones are refused at once.
const WAITING: usize = 1_024;
/// Entries appended by one statement at the most.
const TOGETHER: usize = 128;
/// Refusals that may wait. A refusal costs its asker nothing and the service little else than its entry: however many are provoked, half of every group
/// that is appended stays free for lookups.
const REFUSALS_WAITING: usize = TOGETHER / 2;

/// The kind of an entry that says that somebody was refused.
pub const REFUSAL: &str = "refusal";

/// One entry of the audit.
#[derive(Clone)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// What: lookup, selection, reopening, feedback, refusal; of stewards `review_list`, review, person, `decision_list`, decision, undoing.
    pub kind: &'static str,
    /// Who vouches for the user.
    pub issuer: String,
    /// Who.
    pub subject: String,
    /// Which lookup, where there is one.
    pub lookup_id: Option<Uuid>,
    /// The question and each item shown or withheld, as JSON.
    pub content: String,
}

/// An entry on its way.
struct Waiting {
    entry: AuditEntry,
    reply: oneshot::Sender<bool>,
    /// A refusal's place. It goes along with the entry: an asker that goes away early must not make room for another.
    place: Option<OwnedSemaphorePermit>,
}

/// Appends entries. Cheap to clone; all clones feed one writer.
#[derive(Clone)]
pub struct AuditWriter {
    queue: mpsc::Sender<Waiting>,
    refusals: Arc<Semaphore>,
}

impl AuditWriter {
    /// Starts the writer on the current runtime. It ends when the last clone is dropped.
    #[must_use]
    pub fn start(pool: Pool) -> Self {
        let (queue, mut waiting) = mpsc::channel::<Waiting>(WAITING);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(TOGETHER);
            while waiting.recv_many(&mut batch, TOGETHER).await > 0 {
                let mut entries = Vec::with_capacity(batch.len());
                let mut replies = Vec::with_capacity(batch.len());
                for Waiting { entry, reply, place } in batch.drain(..) {
                    entries.push(entry);
                    replies.push((reply, place));
                }
                let committed = match append(&pool, &entries).await {
                    Ok(()) => true,
                    Err(error) => {
                        tracing::error!(%error, entries = entries.len(), "the audit could not be written");
                        false
                    }
                };
                for (reply, _place) in replies {
                    // An asker that has gone away no longer waits; its entry stands all the same.
                    let _ = reply.send(committed);
                }
            }
        });
        Self { queue, refusals: Arc::new(Semaphore::new(REFUSALS_WAITING)) }
    }

    /// Appends an entry and returns once it is committed; `false` where it is not, and nothing may be shown.
    pub async fn append(&self, entry: AuditEntry) -> bool {
        let place = match entry.kind {
            REFUSAL => match Arc::clone(&self.refusals).try_acquire_owned() {
                Ok(place) => Some(place),
                Err(_) => return false,
            },
            _ => None,
        };
        let (reply, committed) = oneshot::channel();
        match self.queue.try_send(Waiting { entry, reply, place }) {
            Ok(()) => committed.await.unwrap_or(false),
            Err(_) => false,
        }
    }
}

async fn append(pool: &Pool, entries: &[AuditEntry]) -> Result<(), StoreError> {
    const ACTION: &str = "append to the audit";
    const SQL: &str = "SELECT audit_append($1, $2, $3, $4, $5, $6)";
    let client = super::pool::client(pool).await?;
    let statement = client.prepare_cached(SQL).await.map_err(StoreError::database(ACTION))?;
    let ats: Vec<Timestamp> = entries.iter().map(|entry| entry.at).collect();
    let kinds: Vec<&str> = entries.iter().map(|entry| entry.kind).collect();
    let issuers: Vec<&str> = entries.iter().map(|entry| entry.issuer.as_str()).collect();
    let subjects: Vec<&str> = entries.iter().map(|entry| entry.subject.as_str()).collect();
    let lookups: Vec<Option<Uuid>> = entries.iter().map(|entry| entry.lookup_id).collect();
    let contents: Vec<&str> = entries.iter().map(|entry| entry.content.as_str()).collect();
    client.query_one(&statement, &[&ats, &kinds, &issuers, &subjects, &lookups, &contents]).await.map_err(StoreError::database(ACTION))?;
    Ok(())
}

/// What was recorded of one lookup, oldest first.
pub struct RecordedEntry {
    /// What.
    pub kind: String,
    /// Who vouched for the user.
    pub issuer: String,
    /// Who.
    pub subject: String,
    /// The question and what was shown, as JSON.
    pub content: String,
}

/// Reads the entries of one lookup, oldest first. One round trip.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn of_lookup(client: &deadpool_postgres::Client, lookup_id: Uuid) -> Result<Vec<RecordedEntry>, StoreError> {
    const ACTION: &str = "read a lookup";
    const SQL: &str = "SELECT kind, issuer, subject, content::text FROM audit_entry WHERE lookup_id = $1 ORDER BY sequence";
    let statement = client.prepare_cached(SQL).await.map_err(StoreError::database(ACTION))?;
    let rows = client.query(&statement, &[&lookup_id]).await.map_err(StoreError::database(ACTION))?;
    Ok(rows.iter().map(|row| RecordedEntry { kind: row.get(0), issuer: row.get(1), subject: row.get(2), content: row.get(3) }).collect())
}
