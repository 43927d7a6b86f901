//! What a feed says by tying records to each other.

use std::collections::HashMap;

use crate::{
    domain::relationship::RelationshipType,
    matching::{self, Model, Profile},
    store::{
        record::StoredRecord,
        resolve::{RecordTie, StandingDecision},
    },
};

/// A record to which a feed ties more of its rows than belong to a family (a home, a school) tells nothing of them.
const MOST_OF_ONE_FAMILY: usize = 20;

/// What somebody is to a third, or the third to them.
type Role = (RelationshipType, bool);

/// Whom a feed ties to each other it holds for two people; and so it does two rows of its own that it ties to one third: a tenant's partner and his child, of
/// whatever names, unless both say the very same; or two children of one mother, unless one may have been written twice.
pub(super) fn apart(records: &[StoredRecord], profiles: &[Profile], ties: &[RecordTie], model: &Model) -> Vec<StandingDecision> {
    let own_rows: HashMap<i64, (&StoredRecord, &Profile)> = records
        .iter()
        .zip(profiles)
        .filter(|(record, _)| record.dependent.is_empty())
        .map(|(record, profile)| (record.id, (record, profile)))
        .collect();
    let mut families: HashMap<i64, Vec<(i64, Role)>> = HashMap::new();
    for tie in ties {
        families.entry(tie.to).or_default().push((tie.from, (tie.kind, true)));
        families.entry(tie.from).or_default().push((tie.to, (tie.kind, false)));
    }
    let mut apart: Vec<StandingDecision> = ties.iter().map(|tie| held_apart(tie.from, tie.to)).collect();
    for family in families.values() {
        let rows: Vec<_> = family.iter().filter_map(|(id, role)| Some((own_rows.get(id)?, *role))).collect();
        if rows.len() > MOST_OF_ONE_FAMILY {
            continue;
        }
        for (place, ((one, one_profile), role)) in rows.iter().enumerate() {
            let are_two = |((other, other_profile), other_role): &&(&(&StoredRecord, &Profile), Role)| {
                let said = if role == other_role { matching::may_say_the_same } else { matching::say_the_very_same };
                other.id != one.id && other.feed == one.feed && !said(one_profile, other_profile, model)
            };
            apart.extend(rows[..place].iter().filter(are_two).map(|((other, _), _)| held_apart(one.id, other.id)));
        }
    }
    apart
}

fn held_apart(left: i64, right: i64) -> StandingDecision {
    StandingDecision { left, right, together: false }
}
