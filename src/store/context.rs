//! Everything around one person, in one round trip however large the family.

use std::sync::LazyLock;

use deadpool_postgres::Client;
use jiff::civil::Date;
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{
    StoreError,
    record::{self, RecordRow, StoredRecord},
};
use crate::domain::{
    Contact, Involvement, InvolvementStatus, LeadProfessional, RecordedRelationship, family::Tie, relationship::RelationshipType,
};

/// The most records of one dwelling read, the newest first; more than this is an institution, of which nobody is family by address alone.
const MOST_RECORDS_OF_A_DWELLING: i64 = 200;

static SQL: LazyLock<String> = LazyLock::new(|| record::with_parts(include_str!("sql/context.sql"), "$3"));

/// What is stored around one person.
#[derive(Clone)]
pub struct Surroundings {
    /// The records of everybody around, the person's own among them.
    pub records: Vec<StoredRecord>,
    /// The ties that touch any of them.
    pub ties: Vec<Tie>,
    /// Their involvements.
    pub involvements: Vec<StoredInvolvement>,
    /// How each feed stands.
    pub feeds: Vec<FeedState>,
}

/// An involvement with whom it is and who says so.
#[derive(Clone)]
pub struct StoredInvolvement {
    /// Its number.
    pub id: i64,
    /// With whom.
    pub person: Uuid,
    /// Which feed says so.
    pub feed: String,
    /// The involvement.
    pub involvement: Involvement,
}

/// How a feed stands.
#[derive(Debug, Clone, Deserialize)]
pub struct FeedState {
    /// Its code.
    pub code: String,
    /// Its service's code.
    pub service: String,
    /// Data older than this many days is stale; `None` promises nothing.
    pub fresh_days: Option<i32>,
    /// The area covered.
    pub area: Option<String>,
    /// The day that the newest loaded data stands for; `None` where nothing was ever loaded.
    pub data_as_of: Option<Date>,
    /// First day covered.
    pub coverage_start: Option<Date>,
    /// Last day covered.
    pub coverage_end: Option<Date>,
    /// `loaded` or `refused`, of the newest delivery.
    pub outcome: Option<String>,
}

#[derive(Deserialize)]
struct TieRow {
    id: i64,
    from_person: Uuid,
    kind: String,
    to_person: Uuid,
    started: Option<Date>,
    ended: Option<Date>,
    feed: String,
}

#[derive(Deserialize)]
struct InvolvementRow {
    id: i64,
    person_id: Uuid,
    feed: String,
    organisation: Option<String>,
    status: Option<InvolvementStatus>,
    started: Option<Date>,
    ended: Option<Date>,
    most_recent_contact: Option<Date>,
    basis: Option<String>,
    lead_name: Option<String>,
    lead_role: Option<String>,
    lead_team: Option<String>,
    lead_phone: Option<String>,
    lead_email: Option<String>,
    lead_active: Option<bool>,
    team_name: Option<String>,
    team_phone: Option<String>,
    team_email: Option<String>,
    absent_since: Option<Date>,
}

impl TryFrom<TieRow> for Tie {
    type Error = StoreError;

    fn try_from(row: TieRow) -> Result<Self, StoreError> {
        let problem = "has a kind that is none of the recorded types";
        let kind = RelationshipType::named(&row.kind).ok_or(StoreError::Inconsistent { table: "relationship", row: row.id, problem })?;
        let relationship = RecordedRelationship { kind, started: row.started, ended: row.ended };
        Ok(Self { from: row.from_person, to: row.to_person, relationship, feed: row.feed })
    }
}

impl From<InvolvementRow> for StoredInvolvement {
    fn from(row: InvolvementRow) -> Self {
        let contact =
            Contact { name: row.lead_name, role: row.lead_role, team: row.lead_team, phone: row.lead_phone, email: row.lead_email };
        let team = Contact { name: row.team_name, phone: row.team_phone, email: row.team_email, ..Contact::default() };
        let involvement = Involvement {
            organisation: row.organisation,
            status: row.status,
            started: row.started,
            ended: [row.ended, row.absent_since].into_iter().flatten().min(),
            most_recent_contact: row.most_recent_contact,
            basis: row.basis,
            lead_professional: LeadProfessional { contact, active: row.lead_active },
            team,
        };
        Self { id: row.id, person: row.person_id, feed: row.feed, involvement }
    }
}

/// Reads what is stored around `person`. One round trip. People who weigh `shielded_from_bits` or more against a restricted person come marked.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn read(client: &Client, person: Uuid, shielded_from_bits: f64) -> Result<Surroundings, StoreError> {
    const ACTION: &str = "read a family";
    let statement = client.prepare_cached(&SQL).await.map_err(StoreError::database(ACTION))?;
    let row = client
        .query_one(&statement, &[&person, &MOST_RECORDS_OF_A_DWELLING, &shielded_from_bits])
        .await
        .map_err(StoreError::database(ACTION))?;
    let records: Vec<RecordRow> = rows(row.get(0), "record")?;
    let ties: Vec<TieRow> = rows(row.get(1), "relationship")?;
    let involvements: Vec<InvolvementRow> = rows(row.get(2), "involvement")?;
    Ok(Surroundings {
        records: records.into_iter().map(StoredRecord::try_from).collect::<Result<_, _>>()?,
        ties: ties.into_iter().map(Tie::try_from).collect::<Result<_, _>>()?,
        involvements: involvements.into_iter().map(StoredInvolvement::from).collect(),
        feeds: rows(row.get(3), "feed")?,
    })
}

fn rows<T: DeserializeOwned>(array: Option<&str>, table: &'static str) -> Result<Vec<T>, StoreError> {
    let problem = "or another is not an object of its columns";
    array.map_or(Ok(Vec::new()), |array| serde_json::from_str(array).map_err(|_| StoreError::Inconsistent { table, row: 0, problem }))
}
