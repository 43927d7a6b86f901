//! Writing a delivery: staged as it comes, then merged in whole, so that what has not changed is not touched.
//!
//! The caller owns the transaction: resolution runs in it after [`Loading::merge`] and before the commit, and reads what the merge leaves in
//! two temporary tables that last as long as the transaction:
//! - `load_changed(record_id)`: the records that are new or different, or newly tied (or no longer tied) to another;
//! - `load_before`: all columns of `record`, and `person_id`, as changed and deleted records were before.
//!
//! Loads, of whatever feed, run one after the other (an advisory lock, held to the transaction's end). Readers see the old state or the new.

mod merge;
mod staging;

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;
use tokio_postgres::Transaction;

use crate::domain::{Origin, PersonDetails, Received};

/// The advisory lock that makes loads, and whatever else changes who is who, run one after the other.
pub const LOAD_LOCK: i64 = 7_160_412;

/// Held things of a feed below which a snapshot's losses are not judged: too few to tell a cut extract from an ordinary month.
const FEWEST_JUDGED: i64 = 50;

/// What becomes of what a snapshot no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AbsentThings {
    /// Involvements and relationships are over as of the snapshot; records stay.
    Ended,
    /// All are deleted.
    Removed,
}

/// What a delivery speaks of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Extent {
    /// All that the feed has.
    Snapshot {
        /// What becomes of what it no longer holds.
        absent: AbsentThings,
        /// The largest share, in percent, of what the feed holds that may be absent.
        largest_drop_percent: f64,
    },
    /// Only what it names.
    Delta,
}

impl Extent {
    /// Whether what the delivery does not hold is deleted.
    fn removes(self) -> bool {
        matches!(self, Self::Snapshot { absent: AbsentThings::Removed, .. })
    }
}

/// A delivery, without its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The feed's code.
    pub feed: String,
    /// The service's code.
    pub service: String,
    /// The custodian.
    pub owner: Option<String>,
    /// The area covered.
    pub area: Option<String>,
    /// The freshness promise, in days.
    pub fresh_days: Option<i32>,
    /// Snapshot or delta.
    pub extent: Extent,
    /// As of when the data is current.
    pub data_as_of: Date,
    /// First day covered.
    pub coverage_start: Option<Date>,
    /// Last day covered.
    pub coverage_end: Option<Date>,
    /// Of the map, the dates and the files: the same delivery again is known by it.
    pub digest: [u8; 32],
}

/// Why a load did not happen.
#[derive(Debug)]
pub enum LoadError {
    /// Data newer than the delivery's is loaded already.
    Older {
        /// As of when the newest load is.
        newest: Date,
    },
    /// A snapshot that lacks too much of what the feed holds.
    DropTooLarge {
        /// "records", "involvements" or "relationships".
        what: &'static str,
        /// How many would go.
        dropped: u64,
        /// How many the feed holds.
        held: u64,
        /// The share let pass, in percent.
        percent: f64,
    },
    /// The database failed.
    Database(tokio_postgres::Error),
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Older { newest } => write!(formatter, "data as of {newest} is loaded already"),
            Self::DropTooLarge { what, dropped, held, .. } => write!(formatter, "the snapshot lacks {dropped} of the {held} {what} held"),
            // The server's own message may repeat a value.
            Self::Database(error) => match error.code() {
                Some(code) => write!(formatter, "the database refused the load (SQLSTATE {})", code.code()),
                None => formatter.write_str("the connection to the database failed during the load"),
            },
        }
    }
}

impl std::error::Error for LoadError {}

impl From<tokio_postgres::Error> for LoadError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

/// How a delivery starts.
pub enum Beginning<'transaction> {
    /// It is the newest load already: there is nothing to do, and nothing was changed.
    AlreadyLoaded,
    /// Its rows may be added.
    Loading(Loading<'transaction>),
}

/// A load that takes rows.
pub struct Loading<'transaction> {
    transaction: &'transaction Transaction<'transaction>,
    extent: Extent,
    position: i64,
}

/// What became of one kind of thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// New.
    pub inserted: u64,
    /// Different, or back after an absence.
    pub changed: u64,
    /// Received and the same as held.
    pub unchanged: u64,
    /// Absent and over from now on.
    pub ended: u64,
    /// Absent and deleted.
    pub removed: u64,
}

/// Things that only the merge can see: places, and how many there are in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Some of the places.
    pub some: Vec<Origin>,
    /// How many there are.
    pub count: u64,
}

/// What a load did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadOutcome {
    /// Records, dependents included.
    pub records: Changes,
    /// Involvements.
    pub involvements: Changes,
    /// Relationships.
    pub relationships: Changes,
    /// Rows with a `source_id` that came before, with other personal details.
    pub person_differs: Places,
    /// Rows that name somebody whom the feed does not hold, by field: `source_id`, `from_source_id`, `to_source_id`, `related.mother.source_id` and the like.
    pub person_unknown: Vec<(String, Places)>,
}

impl LoadOutcome {
    /// Whether anything at all was changed.
    #[must_use]
    pub fn changed_anything(&self) -> bool {
        [self.records, self.involvements, self.relationships]
            .iter()
            .any(|changes| changes.inserted + changes.changed + changes.ended + changes.removed > 0)
    }
}

/// Starts a load in the caller's transaction: waits for other loads, checks that the delivery is neither loaded already nor older than what is.
///
/// # Errors
/// [`LoadError::Older`], or the database's.
pub async fn begin<'transaction>(
    transaction: &'transaction Transaction<'transaction>,
    delivery: &Delivery,
) -> Result<Beginning<'transaction>, LoadError> {
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOAD_LOCK]).await?;
    let newest = transaction
        .query_opt("SELECT outcome, digest FROM load WHERE feed = $1 ORDER BY id DESC LIMIT 1", &[&delivery.feed])
        .await?
        .map(|row| (row.get::<_, String>(0) == "loaded", row.get::<_, Vec<u8>>(1)));
    if let Some((true, digest)) = newest
        && digest == delivery.digest
    {
        return Ok(Beginning::AlreadyLoaded);
    }
    let newest: Option<Date> =
        transaction.query_one("SELECT max(data_as_of) FROM load WHERE feed = $1 AND outcome = 'loaded'", &[&delivery.feed]).await?.get(0);
    if let Some(newest) = newest.filter(|newest| *newest > delivery.data_as_of) {
        return Err(LoadError::Older { newest });
    }
    describe_feed(transaction, delivery).await?;
    transaction.batch_execute(include_str!("sql/load_staging.sql")).await?;
    let snapshot = matches!(delivery.extent, Extent::Snapshot { .. });
    let removes = delivery.extent.removes();
    transaction
        .execute("INSERT INTO load_delivery VALUES ($1, $2, $3, $4)", &[&delivery.feed, &delivery.data_as_of, &snapshot, &removes])
        .await?;
    Ok(Beginning::Loading(Loading { transaction, extent: delivery.extent, position: 0 }))
}

/// Writes the feed's row, as the map now describes it, where it differs.
async fn describe_feed(transaction: &Transaction<'_>, delivery: &Delivery) -> Result<(), LoadError> {
    transaction
        .execute(
            "INSERT INTO feed (code, service, owner, area, fresh_days) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (code) DO UPDATE SET service = $2, owner = $3, area = $4, fresh_days = $5
             WHERE (feed.service, feed.owner, feed.area, feed.fresh_days) IS DISTINCT FROM ($2, $3, $4, $5)",
            &[&delivery.feed, &delivery.service, &delivery.owner, &delivery.area, &delivery.fresh_days],
        )
        .await?;
    Ok(())
}

impl Loading<'_> {
    /// Stages rows. `keys_of` gives a person's blocking keys and dwelling keys. Give some thousand rows at a time: each call is a few round trips.
    ///
    /// # Errors
    /// The database's.
    pub async fn add(&mut self, rows: &[Received], keys_of: &impl Fn(&PersonDetails) -> (Vec<i64>, Vec<i64>)) -> Result<(), LoadError> {
        staging::copy_records(self.transaction, rows, self.position, keys_of).await?;
        staging::copy_named(self.transaction, rows, self.position).await?;
        staging::copy_involvements(self.transaction, rows, self.position).await?;
        staging::copy_relationships(self.transaction, rows, self.position).await?;
        self.position += i64::try_from(rows.len()).unwrap_or(i64::MAX);
        Ok(())
    }

    /// Merges what was staged into what is held.
    ///
    /// # Errors
    /// [`LoadError::DropTooLarge`], or the database's; the transaction is then to be rolled back.
    pub async fn merge(self) -> Result<LoadOutcome, LoadError> {
        merge::merge(self.transaction, self.extent).await
    }
}

/// Writes the row that says that the delivery was loaded; the last step before the commit.
///
/// # Errors
/// The database's.
pub async fn write_loaded(transaction: &Transaction<'_>, delivery: &Delivery, report: &serde_json::Value) -> Result<(), LoadError> {
    write(transaction, delivery, "loaded", report).await
}

/// Writes the row that says that the delivery was refused, and nothing else; give it a transaction of its own. From then on the feed counts as
/// failed until a delivery is loaded.
///
/// # Errors
/// The database's.
pub async fn write_refused(transaction: &Transaction<'_>, delivery: &Delivery, report: &serde_json::Value) -> Result<(), LoadError> {
    transaction
        .execute(
            "INSERT INTO feed (code, service, owner, area, fresh_days) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) DO NOTHING",
            &[&delivery.feed, &delivery.service, &delivery.owner, &delivery.area, &delivery.fresh_days],
        )
        .await?;
    write(transaction, delivery, "refused", report).await
}

async fn write(transaction: &Transaction<'_>, delivery: &Delivery, outcome: &str, report: &serde_json::Value) -> Result<(), LoadError> {
    transaction
        .execute(
            "INSERT INTO load (feed, outcome, data_as_of, coverage_start, coverage_end, area, digest, report) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                &delivery.feed,
                &outcome,
                &delivery.data_as_of,
                &delivery.coverage_start,
                &delivery.coverage_end,
                &delivery.area,
                &delivery.digest.as_slice(),
                report,
            ],
        )
        .await?;
    Ok(())
}
