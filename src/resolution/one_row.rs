//! What a row says by telling of two people.

use std::collections::HashMap;

use crate::{
    domain::PersonDetails,
    store::{record::StoredRecord, resolve::StandingDecision},
};

/// Two whom one row tells of, and to whom it gives two telephone numbers or email addresses, are two people to the feed, even where they bear one name: a
/// father, and the grandfather who has the care. (A mother may stand in a row twice, the second time as the carer.)
pub(super) fn apart(records: &[StoredRecord]) -> Vec<StandingDecision> {
    let mut rows: HashMap<(&str, &str), Vec<&StoredRecord>> = HashMap::new();
    for record in records.iter().filter(|record| !record.dependent.is_empty()) {
        rows.entry((&record.feed, &record.source_id)).or_default().push(record);
    }
    let pairs = |told: &Vec<&StoredRecord>| {
        let pairs = told.iter().enumerate().flat_map(|(place, one)| told[..place].iter().map(move |other| (one, other)));
        let apart = pairs.filter(|(one, other)| are_reached_otherwise(&one.details, &other.details));
        apart.map(|(one, other)| StandingDecision { left: one.id, right: other.id, together: false }).collect::<Vec<_>>()
    };
    rows.values().flat_map(pairs).collect()
}

/// Whether both are reached by telephone, or both by email, and never by the same.
fn are_reached_otherwise(one: &PersonDetails, other: &PersonDetails) -> bool {
    fn agree<Reach: PartialEq>(one: &[Reach], other: &[Reach]) -> Option<bool> {
        (!one.is_empty() && !other.is_empty()).then(|| one.iter().any(|reach| other.contains(reach)))
    }
    let found = [agree(&one.phones, &other.phones), agree(&one.emails, &other.emails)];
    found.contains(&Some(false)) && !found.contains(&Some(true))
}
