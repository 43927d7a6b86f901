//! What a steward is shown. No address, telephone number, email address or identifier is ever in it: only whether a record has one.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use uuid::Uuid;

use crate::lookup::answer::Feature;

/// Some review items, the likeliest first.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewList {
    /// The items.
    pub reviews: Vec<ReviewSummary>,
    /// Where the next ones begin; `None` at the end.
    pub next_cursor: Option<String>,
}

/// A review item as it is listed.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewSummary {
    /// Its number.
    pub review_id: String,
    /// `open` while it waits for a decision, else `closed`.
    pub state: &'static str,
    /// Why the two are apart.
    pub why: &'static str,
    /// The conflict between the two, where there is one.
    pub conflict: Option<ConflictAnswer>,
    /// The probability that the two records that stand for the item are of one person.
    pub probability: f64,
    /// Their weight in bits.
    pub weight_bits: f64,
    /// The two people.
    pub people: [Uuid; 2],
    /// What a decision must give back.
    pub version: String,
}

/// A conflict between two records.
#[derive(Debug, Clone, Serialize)]
pub struct ConflictAnswer {
    /// Its kind.
    pub kind: &'static str,
    /// The same in a sentence.
    pub text: &'static str,
}

/// A review item with its evidence.
#[derive(Debug, Clone, Serialize)]
pub struct Review {
    /// As it is listed.
    #[serde(flatten)]
    pub summary: ReviewSummary,
    /// What the two records say; the bits of both lists add up to the weight.
    pub evidence: Evidence,
    /// The two people, each with every record.
    pub sides: [Person; 2],
}

/// The parts of a weight, by what they speak for.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// What speaks for one person, or for nothing.
    pub together: Vec<Feature>,
    /// What speaks for two.
    pub apart: Vec<Feature>,
}

/// A person with every record.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// The person.
    pub person_id: Uuid,
    /// How well the records hold together, as a probability.
    pub cohesion: f64,
    /// What a split must give back.
    pub version: String,
    /// The standing decisions about these records.
    pub decisions: Vec<String>,
    /// The records, the oldest first.
    pub records: Vec<Record>,
}

/// What one feed says of a person.
#[derive(Clone, Serialize)]
pub struct Record {
    /// Its number.
    pub record_id: String,
    /// The feed; `None` where its service is not open to the steward.
    pub feed: Option<String>,
    /// Its key there; `None` as the feed.
    pub source_id: Option<String>,
    /// What makes it a record of somebody whom the feed's row only tells of, such as `mother`.
    pub dependent: Option<String>,
    /// Whether it is one of the two records that stand for the item.
    pub weighed: bool,
    /// Given name.
    pub given_name: Option<String>,
    /// Middle names.
    pub middle_names: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Former family name.
    pub former_family_name: Option<String>,
    /// Other names.
    pub other_names: Vec<String>,
    /// Date of birth.
    pub date_of_birth: Option<Date>,
    /// Date of death.
    pub date_of_death: Option<Date>,
    /// F, M or O.
    pub sex: Option<&'static str>,
    /// What else the record holds, without its value.
    pub has: Vec<&'static str>,
}

crate::domain::redacted_debug!(Record);

/// Some decisions, the newest first.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionList {
    /// The decisions.
    pub decisions: Vec<DecisionAnswer>,
    /// Where the next ones begin; `None` at the end.
    pub next_cursor: Option<String>,
}

/// A decision.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionAnswer {
    /// Its number.
    pub decision_id: String,
    /// `together` or `apart`.
    pub kind: &'static str,
    /// Who made it, when and why.
    pub decided: Deed,
    /// Who took it back, when and why; `None` while it stands.
    pub undone: Option<Deed>,
    /// What it is about.
    pub records: Vec<DecidedRecord>,
    /// The people that those records belong to now.
    pub people: Vec<Uuid>,
    /// What taking it back must give back.
    pub version: String,
}

/// Who did something, when and why.
#[derive(Clone, Serialize)]
pub struct Deed {
    /// Who vouches for them.
    pub issuer: String,
    /// Who.
    pub subject: String,
    /// Why, in their own words.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

crate::domain::redacted_debug!(Deed);

/// A record that a decision is about.
#[derive(Clone, Serialize)]
pub struct DecidedRecord {
    /// `left` or `right`.
    pub side: &'static str,
    /// Its number; `None` while its feed does not hold it.
    pub record_id: Option<String>,
    /// The feed; `None` where its service is not open to the steward.
    pub feed: Option<String>,
    /// Its key there; `None` as the feed.
    pub source_id: Option<String>,
    /// What makes it a record of somebody whom the feed's row only tells of.
    pub dependent: Option<String>,
}

crate::domain::redacted_debug!(DecidedRecord);
