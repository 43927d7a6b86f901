//! What a row says by telling of two people.

use std::collections::HashMap;

use crate::{
    domain::{PersonDetails, relationship::RelationshipType},
    matching::{self, Model, Profile},
    store::{record::StoredRecord, resolve::StandingDecision},
};

/// Two whom one row tells of are two people to the feed where its map says so (`different_people`), where it calls them mother and father, or by two
/// names, or gives them two telephone numbers or email addresses even where they bear one name: a father, and the grandfather who has the care. (A mother
/// may stand in a row twice, the second time as the carer, where the map does not say otherwise.)
pub(super) fn apart(records: &[StoredRecord], profiles: &[Profile], model: &Model) -> Vec<StandingDecision> {
    let mut rows: HashMap<(&str, &str), Vec<(&StoredRecord, &Profile)>> = HashMap::new();
    for (record, profile) in records.iter().zip(profiles).filter(|(record, _)| !record.dependent.is_empty()) {
        rows.entry((&record.feed, &record.source_id)).or_default().push((record, profile));
    }
    let are_two = |(one, one_profile): &(&StoredRecord, &Profile), (other, other_profile): &(&StoredRecord, &Profile)| {
        (one.details.family_hint.is_another && other.details.family_hint.is_another)
            || are_both_parents(one, other)
            || are_reached_otherwise(&one.details, &other.details)
            || matching::are_named_as_two(one_profile, other_profile, model)
    };
    let pairs = |told: &Vec<(&StoredRecord, &Profile)>| {
        let pairs = told.iter().enumerate().flat_map(|(place, one)| told[..place].iter().map(move |other| (one, other)));
        let apart = pairs.filter(|(one, other)| are_two(one, other));
        apart.map(|(one, other)| StandingDecision { left: one.0.id, right: other.0.id, together: false }).collect::<Vec<_>>()
    };
    rows.values().flat_map(pairs).collect()
}

/// Whether one is told of as the mother, and the other as the father. One name in both columns is one parent who was typed into both.
fn are_both_parents(one: &StoredRecord, other: &StoredRecord) -> bool {
    let (mother, father) = (RelationshipType::Mother.name(), RelationshipType::Father.name());
    let names = |record: &StoredRecord| {
        let details = &record.details;
        [&details.given_name, &details.middle_names, &details.family_name].map(Clone::clone)
    };
    names(one) != names(other)
        && [(one, other), (other, one)].iter().any(|(one, other)| one.dependent == mother && other.dependent == father)
}

/// Whether both are reached by telephone, or both by email, and never by the same.
fn are_reached_otherwise(one: &PersonDetails, other: &PersonDetails) -> bool {
    fn agree<Reach: PartialEq>(one: &[Reach], other: &[Reach]) -> Option<bool> {
        (!one.is_empty() && !other.is_empty()).then(|| one.iter().any(|reach| other.contains(reach)))
    }
    let found = [agree(&one.phones, &other.phones), agree(&one.emails, &other.emails)];
    found.contains(&Some(false)) && !found.contains(&Some(true))
}
