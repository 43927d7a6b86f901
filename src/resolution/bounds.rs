//! When somebody without a birth date can have been born, as far as ties to people with one tell.

use std::collections::BTreeSet;

use crate::{
    domain::{BirthDate, family_hint::birth_bounds, relationship::RelationshipType as Kind},
    matching::{Profile, profile::BirthBounds},
    store::{record::StoredRecord, resolve::RecordTie},
};

/// Narrows the birth bounds of the records that ties touch and that have no birth date, and returns which these are. `place` finds a record among
/// `records` and `profiles`.
pub(super) fn narrow(
    profiles: &mut [Profile],
    records: &[StoredRecord],
    ties: &[RecordTie],
    place: &impl Fn(i64) -> Option<u32>,
) -> BTreeSet<u32> {
    let mut narrowed = BTreeSet::new();
    for tie in ties {
        let (Some(from), Some(to)) = (place(tie.from), place(tie.to)) else { continue };
        for (one, kind, other) in [(from, Some(tie.kind), to), (to, opposite(tie.kind), from)] {
            let born = records[other as usize].details.date_of_birth.map(BirthDate::day);
            if let (Some(kind), Some(born), None) = (kind, born, records[one as usize].details.date_of_birth) {
                let (first, last) = birth_bounds(kind, born);
                profiles[one as usize].born_between.narrow(BirthBounds::between(first, last));
                narrowed.insert(one);
            }
        }
    }
    narrowed
}

/// What the one is to the other, seen the other way round, where that bounds a birth.
fn opposite(kind: Kind) -> Option<Kind> {
    match kind {
        Kind::Mother | Kind::Father | Kind::Parent => Some(Kind::Child),
        Kind::Child => Some(Kind::Parent),
        Kind::Grandparent => Some(Kind::Grandchild),
        Kind::Grandchild => Some(Kind::Grandparent),
        _ => None,
    }
}
