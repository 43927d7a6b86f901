//! The answer to a lookup, in the shape of the API (design, section 4). Every key is always present.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Contact, FamilyType, InvolvementStatus, LeadProfessional};

/// What came of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the words of the API")]
pub enum Outcome {
    Match,
    PossibleMatches,
    TooManyMatches,
    NoMatch,
}

/// An answer: what was found, and what the question was worth.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The lookup, by which it is reopened.
    pub lookup_id: Uuid,
    /// Until when it can be selected from or reopened.
    pub expires_at: Timestamp,
    /// What came of the question.
    pub outcome: Outcome,
    /// A verdict for each part of the question.
    pub query_quality: Vec<FieldQuality>,
    /// Only where the outcome is `possible_matches`; best first.
    pub candidates: Vec<Candidate>,
    /// Only where the outcome is `match`.
    pub context: Option<Context>,
}

/// What was made of one part of the question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldQuality {
    /// JSON pointer-like name of the field: `date_of_birth`, `address.postcode`, `identifiers.0`.
    pub field: String,
    /// What was made of it.
    pub verdict: Verdict,
    /// Why, in a sentence; empty for `valid`.
    pub reason: String,
}

/// What was made of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the words of the API")]
pub enum Verdict {
    Valid,
    Invalid,
    NotProvided,
    Ignored,
}

/// Just enough of a possible match to choose by.
#[derive(Debug, Clone, Serialize)]
pub struct Candidate {
    /// The person.
    pub person_id: Uuid,
    /// Name as best known.
    pub name: String,
    /// Age in whole years.
    pub age: Option<u16>,
    /// Only where the asker gave a postcode in that district.
    pub postcode_district: Option<String>,
    /// How well the person fits the question.
    #[serde(rename = "match")]
    pub match_: Match,
}

/// How well a person fits the question, and why.
#[derive(Debug, Clone, Serialize)]
pub struct Match {
    /// The probability that it is the same human being.
    pub probability: f64,
    /// The match weight in bits; the features' weights add up to it.
    pub weight_bits: f64,
    /// The features that made it.
    pub explanation: Vec<Feature>,
}

/// One feature's part in a match. It never states a stored value.
#[derive(Debug, Clone, Serialize)]
pub struct Feature {
    /// Which feature, such as `name`.
    pub feature: String,
    /// How far it agrees, such as `exact`.
    pub level: String,
    /// Its weight in bits.
    pub weight_bits: f64,
    /// The same in a sentence.
    pub text: String,
}

/// A child's family context: whom to call.
#[derive(Debug, Clone, Serialize)]
pub struct Context {
    /// The child.
    pub child: Member,
    /// The family, youngest first.
    pub family: Vec<Member>,
    /// Whom to ring, in order.
    pub calls: Vec<Call>,
    /// What each service's silence means, one row a service.
    pub coverage: Vec<Coverage>,
    /// What the worker is reminded of.
    pub notices: Vec<Notice>,
}

/// The child or one of the family.
#[derive(Debug, Clone, Serialize)]
pub struct Member {
    /// The person.
    pub person_id: Uuid,
    /// Name as best known.
    pub name: String,
    /// Other names used, but for protected ones.
    pub also_known_as: Vec<String>,
    /// Age in whole years.
    pub age: Option<u16>,
    /// Null for adults of the family.
    pub date_of_birth: Option<Date>,
    /// Whether a feed records a death.
    pub deceased: bool,
    /// Null but for the child.
    #[serde(rename = "match")]
    pub match_: Option<Match>,
    /// Case-management ids.
    pub case_ids: Vec<CaseId>,
    /// What the member is to the child; null for the child.
    pub relationship: Option<Relationship>,
    /// What services have met the member.
    pub involvements: Vec<InvolvementShown>,
}

/// A case-management id of one feed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CaseId {
    /// The feed.
    pub feed: String,
    /// The id in its system.
    pub value: String,
}

/// How a tie is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the words of the API")]
pub enum Basis {
    Recorded,
    SharedAddress,
    RecordedAndSharedAddress,
}

/// What a member of the family is to the child, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relationship {
    /// What the member is to the child.
    #[serde(rename = "type")]
    pub kind: FamilyType,
    /// How that is known.
    pub basis: Basis,
    /// Whether it still stands.
    pub current: bool,
    /// The feeds that say so.
    pub sources: Vec<String>,
}

/// A service by code and name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ServiceName {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// An involvement as shown.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the names are the words of the API; see domain::Involvement")]
pub struct InvolvementShown {
    pub service: ServiceName,
    pub organisation: Option<String>,
    pub status: InvolvementStatus,
    pub started: Option<Date>,
    pub ended: Option<Date>,
    pub most_recent_contact: Option<Date>,
    pub lead_professional: LeadProfessional,
    pub fallback_contact: Fallback,
    pub data_as_of: Date,
}

/// Whom to ring where the lead professional cannot be reached.
#[derive(Debug, Clone, Serialize)]
pub struct Fallback {
    /// How to reach it.
    #[serde(flatten)]
    pub contact: Contact,
    /// The team, or the service's duty desk.
    pub kind: FallbackKind,
}

/// What a fallback contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the words of the API")]
pub enum FallbackKind {
    Team,
    Duty,
}

/// One call to make.
#[derive(Debug, Clone, Serialize)]
pub struct Call {
    /// The service, or `brokered`.
    pub service: ServiceName,
    /// About whom; empty where brokered.
    pub people: Vec<Uuid>,
    /// Whom to ring.
    pub contact: Contact,
    /// How the contact was chosen.
    pub reach: Reach,
    /// Whether the service is involved now; null where brokered.
    pub status: Option<InvolvementStatus>,
    /// Why to ring, in a sentence.
    pub why: String,
}

/// How a contact was chosen. Sorts in the order to ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the words of the API")]
pub enum Reach {
    Direct,
    Team,
    Duty,
    Brokered,
}

/// What a service's row means. Sorts in the order in which the first that applies is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the words of the API")]
pub enum CoverageState {
    Withheld,
    Found,
    Failed,
    Stale,
    NotCovered,
    NoneFound,
    OutsideAge,
}

/// What one service's presence or silence means.
#[derive(Debug, Clone, Serialize)]
pub struct Coverage {
    /// The service.
    pub service: ServiceName,
    /// The first state that applies.
    pub state: CoverageState,
    /// The state for each person; empty where withheld.
    pub people: Vec<PersonCoverage>,
    /// The day the data stands for.
    pub data_as_of: Option<Date>,
    /// First day covered.
    pub coverage_start: Option<Date>,
    /// Last day covered.
    pub coverage_end: Option<Date>,
    /// The area covered.
    pub area: Option<String>,
    /// The same in a sentence.
    pub text: String,
}

/// A service's state for one person.
#[derive(Debug, Clone, Serialize)]
pub struct PersonCoverage {
    /// The person.
    pub person_id: Uuid,
    /// The state.
    pub state: CoverageState,
}

/// A reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// A stable code, such as `consent`.
    pub code: String,
    /// The reminder in plain words.
    pub text: String,
}
