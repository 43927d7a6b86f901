//! What a row says by telling of two people.

use std::collections::HashMap;

use crate::{
    domain::{PersonDetails, relationship::RelationshipType},
    matching::{self, Model, Profile},
    store::{record::StoredRecord, resolve::StandingDecision},
};

/// Two whom one row tells of are two people to the feed where it calls them mother and father, or by two names; or where they bear one name, but how to
/// reach the one is not how to reach the other: a father, and the grandfather who has the care. (A mother may stand in a row twice, the second time as the
/// carer: then nothing else is said of her.)
pub(super) fn apart(records: &[StoredRecord], profiles: &[Profile], model: &Model) -> Vec<StandingDecision> {
    let mut rows: HashMap<(&str, &str), Vec<(&StoredRecord, &Profile)>> = HashMap::new();
    for (record, profile) in records.iter().zip(profiles).filter(|(record, _)| !record.dependent.is_empty()) {
        rows.entry((&record.feed, &record.source_id)).or_default().push((record, profile));
    }
    let are_two = |(one, one_profile): &(&StoredRecord, &Profile), (other, other_profile): &(&StoredRecord, &Profile)| {
        are_both_parents(one, other) || !may_be_told_of_twice(one, other) || matching::are_named_as_two(one_profile, other_profile, model)
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

/// Whether both are reached by one telephone number or email address, or are told of with the same numbers, addresses and birth date, or with none; or a
/// parent is named again as the carer, of whom nothing else is said. A carer who is reached where the parent is not is somebody else.
fn may_be_told_of_twice(one: &StoredRecord, other: &StoredRecord) -> bool {
    let is_parent =
        |record: &StoredRecord| [RelationshipType::Mother, RelationshipType::Father].iter().any(|kind| record.dependent == kind.name());
    let said = |details: &PersonDetails| (details.phones.clone(), details.emails.clone(), details.date_of_birth);
    let is_named_again = |first: &StoredRecord, again: &StoredRecord| {
        is_parent(first) && !is_parent(again) && said(&again.details) == said(&PersonDetails::default())
    };
    let (left, right) = (&one.details, &other.details);
    let share_phone = left.phones.iter().any(|phone| right.phones.contains(phone));
    let share_email = left.emails.iter().any(|email| right.emails.contains(email));
    share_phone || share_email || said(left) == said(right) || is_named_again(one, other) || is_named_again(other, one)
}
