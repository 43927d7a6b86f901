//! What a feed's delivery holds, as it goes from `import` to `store`: records, involvements, relationships.

use super::{Involvement, PersonDetails, RecordedRelationship, redacted_debug, relationship::RelationshipType};

/// Where in a delivery something stood, for reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// Index of the file among the delivery's files.
    pub file: u16,
    /// Line of the file at which its row starts; the header is line 1.
    pub line: u64,
}

/// A record's name within its feed.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordKey {
    /// The feed's own id of the row's person.
    pub source_id: String,
    /// `None` for the row's own person; what the person is to the row's person, where the row only tells of them (`related.mother.…`).
    pub dependent: Option<RelationshipType>,
}
redacted_debug!(RecordKey);

impl RecordKey {
    /// The key of a row's own person.
    #[must_use]
    pub fn own(source_id: String) -> Self {
        Self { source_id, dependent: None }
    }

    /// The dependent's part as the store writes it: empty for the row's own person.
    #[must_use]
    pub fn dependent_name(&self) -> &'static str {
        self.dependent.map_or("", RelationshipType::name)
    }
}

/// What one row says about one person.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceivedRecord {
    /// Where it stood.
    pub origin: Origin,
    /// Whose record it is.
    pub key: RecordKey,
    /// The person.
    pub details: PersonDetails,
    /// The id that case workers use for the person in this service's system.
    pub case_id: Option<String>,
    /// Whether the feed says that the person must not be found.
    pub restricted: bool,
}
redacted_debug!(ReceivedRecord);

/// One engagement of the feed's service with one of its people.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceivedInvolvement {
    /// Where it stood.
    pub origin: Origin,
    /// The feed's own id of the person.
    pub source_id: String,
    /// The engagement.
    pub involvement: Involvement,
}
redacted_debug!(ReceivedInvolvement);

/// One tie between two of the feed's people: "from is the kind of to".
#[derive(Clone, PartialEq, Eq)]
pub struct ReceivedRelationship {
    /// Where it stood.
    pub origin: Origin,
    /// Who is something to the other.
    pub from: RecordKey,
    /// The other.
    pub to: RecordKey,
    /// What, and when.
    pub relationship: RecordedRelationship,
}
redacted_debug!(ReceivedRelationship);

/// Somebody told of in another's row whom the row also names by the feed's own id. Whether the feed holds that id is known only when the whole
/// delivery is: where it does not, what the row says of them makes the record.
#[derive(Clone, PartialEq, Eq)]
pub struct NamedRelative {
    /// Where it stood.
    pub origin: Origin,
    /// The feed's own id, as the row names it.
    pub source_id: String,
    /// Whose row it is, and what they are to the row's person.
    pub key: RecordKey,
    /// Whether the row says that they must not be found.
    pub restricted: bool,
    /// The record where the feed does not hold the id; `None` where the row does not say who they are.
    pub otherwise: Option<ReceivedRecord>,
}
redacted_debug!(NamedRelative);

/// One thing that a delivery holds. A row gives one or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// A person as the feed has them.
    Record(Box<ReceivedRecord>),
    /// An engagement of the service.
    Involvement(Box<ReceivedInvolvement>),
    /// A tie to somebody named by the feed's own id, in the other's row.
    Named(Box<NamedRelative>),
    /// A tie between two people.
    Relationship(Box<ReceivedRelationship>),
}
