//! Review items: two people who may be one, for a steward to decide.

use serde::Serialize;
use tokio_postgres::{GenericClient, Row, Transaction};
use uuid::Uuid;

use super::StoreError;

/// Why two people stand apart though they may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Their records weigh between the thresholds.
    BetweenThresholds,
    /// Two of their records weigh enough, and a conflict holds the two people apart.
    Conflict,
    /// Two of their records weigh enough for a link, and all pairs together do not; or both have several records, of which more is asked.
    Mean,
    /// They weigh enough, and so do others: one fits several who are not one person, or too many records fit each other.
    Torn,
}

impl Why {
    /// Every reason, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::BetweenThresholds, Self::Conflict, Self::Mean, Self::Torn];

    /// Its name in the database and in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BetweenThresholds => "between_thresholds",
            Self::Conflict => "conflict",
            Self::Mean => "mean",
            Self::Torn => "torn",
        }
    }

    /// The reason of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.name() == name)
    }
}

/// What resolution finds doubtful: the pair of records that stands for two people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReviewItem {
    /// The older record.
    pub left_record: i64,
    /// The other.
    pub right_record: i64,
    /// Their weight.
    pub weight_bits: f64,
    /// Why they are apart.
    pub why: Why,
    /// The conflict between them, where there is one.
    pub conflict: Option<&'static str>,
}

/// An item that is kept.
pub struct KeptItem {
    /// Its number.
    pub id: i64,
    /// The older record.
    pub left_record: i64,
    /// The other.
    pub right_record: i64,
    /// Whether it is open and as this.
    pub is: Option<(f64, String, Option<String>)>,
}

/// The items that are kept: all, or those that touch the records named.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn kept(client: &Transaction<'_>, records: Option<&[i64]>) -> Result<Vec<KeptItem>, StoreError> {
    const ALL: &str = "SELECT id, left_record, right_record, open, weight_bits, why, conflict FROM review";
    const ACTION: &str = "read review items";
    let rows = match records {
        None => client.query(ALL, &[]).await,
        Some(records) => {
            let touching = format!("{ALL} WHERE left_record = ANY ($1) UNION {ALL} WHERE right_record = ANY ($1)");
            client.query(&touching, &[&records]).await
        }
    };
    let read = |row: &Row| KeptItem {
        id: row.get(0),
        left_record: row.get(1),
        right_record: row.get(2),
        is: row.get::<_, bool>(3).then(|| (row.get(4), row.get(5), row.get(6))),
    };
    Ok(rows.map_err(StoreError::database(ACTION))?.iter().map(read).collect())
}

/// An item as it is listed.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedItem {
    /// Its number.
    pub id: i64,
    /// The records that stand for the two people.
    pub records: [i64; 2],
    /// The people, in the order of the records; one person twice where they are one by now.
    pub people: [Uuid; 2],
    /// The weight of the records.
    pub weight_bits: f64,
    /// Why they are apart.
    pub why: Why,
    /// The conflict between them, where there is one.
    pub conflict: Option<String>,
    /// Whether it waits for a decision.
    pub open: bool,
    /// What an edit is held against.
    pub version: String,
}

/// Which items, from where on.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemPage {
    /// Those that wait for a decision; else those that do no longer.
    pub open: bool,
    /// Only those that are apart for this reason.
    pub why: Option<Why>,
    /// After the item of this weight and number.
    pub after: Option<(f64, i64)>,
    /// So many.
    pub limit: i64,
}

const LISTED: &str = "SELECT review.id, left_record, right_record, one.person_id, other.person_id, weight_bits, why, conflict, open, \
     people_version(ARRAY[one.person_id, other.person_id]) \
     FROM review JOIN membership AS one ON one.record_id = left_record JOIN membership AS other ON other.record_id = right_record \
     WHERE NOT people_restricted(ARRAY[one.person_id, other.person_id])";

/// Items of which nobody is restricted, the likeliest first.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn page(client: &impl GenericClient, page: &ItemPage) -> Result<Vec<ListedItem>, StoreError> {
    let sql = format!(
        "{LISTED} AND open = $1 AND ($2::text IS NULL OR why = $2) \
         AND ($3::double precision IS NULL OR weight_bits < $3 OR weight_bits = $3 AND review.id > $4) \
         ORDER BY weight_bits DESC, review.id LIMIT $5"
    );
    let (weight, id) = page.after.unzip();
    let why = page.why.map(Why::name);
    let rows = client.query(&sql, &[&page.open, &why, &weight, &id, &page.limit]).await;
    rows.map_err(StoreError::database("list review items"))?.iter().map(listed).collect()
}

/// The item of that number, where nobody of it is restricted.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn find(client: &impl GenericClient, id: i64) -> Result<Option<ListedItem>, StoreError> {
    let row =
        client.query_opt(&format!("{LISTED} AND review.id = $1"), &[&id]).await.map_err(StoreError::database("read a review item"))?;
    row.as_ref().map(listed).transpose()
}

fn listed(row: &Row) -> Result<ListedItem, StoreError> {
    let problem = "is open for a reason that is none of those known";
    let unknown = StoreError::Inconsistent { table: "review", row: row.get(0), problem };
    Ok(ListedItem {
        id: row.get(0),
        records: [row.get(1), row.get(2)],
        people: [row.get(3), row.get(4)],
        weight_bits: row.get(5),
        why: Why::named(row.get(6)).ok_or(unknown)?,
        conflict: row.get(7),
        open: row.get(8),
        version: row.get(9),
    })
}
