//! A relationship row: "from is the type of to".

use super::{
    Field, RelationshipField, Rule, cell,
    row::{Ahead, Row},
};
use crate::domain::{ReceivedRelationship, RecordKey, RecordedRelationship};

/// What became of a relationship row.
pub(super) enum RelationshipRow {
    /// It lacks one of the two ids.
    Rejected,
    /// Its type cannot be read, or it ties somebody to themselves; reported.
    LeftOut,
    /// A relationship.
    Read(Box<ReceivedRelationship>),
}

/// Reads a relationship row.
pub(super) fn read(row: &mut Row<'_>) -> RelationshipRow {
    let field = Field::Relationship;
    let from = row.key(field(RelationshipField::FromSourceId));
    let to = row.key(field(RelationshipField::ToSourceId));
    let (Some(from), Some(to)) = (from, to) else { return RelationshipRow::Rejected };
    let type_field = field(RelationshipField::Type);
    let started_field = field(RelationshipField::Started);
    let mut started = row.date(started_field, Ahead::Refused);
    let ended = row.date(field(RelationshipField::Ended), Ahead::Allowed);
    if started.zip(ended).is_some_and(|(started, ended)| ended < started) {
        row.find(started_field, Rule::DatesOutOfOrder);
        started = None;
    }
    if row.raw(type_field).is_empty() {
        row.find(type_field, Rule::WordUnknown);
        return RelationshipRow::LeftOut;
    }
    let Some(kind) = row.word(type_field, |_| false, cell::relationship_type) else { return RelationshipRow::LeftOut };
    if from == to {
        row.find(field(RelationshipField::ToSourceId), Rule::RelationshipToSelf);
        return RelationshipRow::LeftOut;
    }
    RelationshipRow::Read(Box::new(ReceivedRelationship {
        origin: row.origin,
        from: RecordKey::own(from),
        to: RecordKey::own(to),
        relationship: RecordedRelationship { kind, started, ended },
    }))
}
