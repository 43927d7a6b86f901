//! From rows to what a steward is shown. Pure.

use uuid::Uuid;

use super::answer::{ConflictAnswer, DecidedRecord, DecisionAnswer, Deed, Evidence, Person, Record, ReviewSummary};
use crate::{
    domain::{BirthDate, Identifier, Sex},
    lookup::answer::Feature,
    matching::{self, Conflict, Model, Profile},
    resolution::review::conflict_name,
    store::{
        decision::{self, StoredDecision},
        person::Standing,
        record::StoredRecord,
        review::ListedItem,
    },
};

/// A review item as it is listed.
pub(super) fn summary(item: &ListedItem, model: &Model) -> ReviewSummary {
    ReviewSummary {
        review_id: item.id.to_string(),
        state: if item.open { "open" } else { "closed" },
        why: item.why.name(),
        conflict: item.conflict.as_deref().and_then(conflict),
        probability: model.probability(item.weight_bits),
        weight_bits: item.weight_bits,
        people: item.people,
        version: item.version.clone(),
    }
}

fn conflict(name: &str) -> Option<ConflictAnswer> {
    const ALL: [Conflict; 6] =
        [Conflict::NhsNumbers, Conflict::PupilNumbers, Conflict::Twins, Conflict::Generations, Conflict::BornApart, Conflict::Unnamed];
    let conflict = ALL.into_iter().find(|conflict| conflict_name(*conflict) == name)?;
    Some(ConflictAnswer { kind: conflict_name(conflict), text: conflict.text() })
}

/// What two records say of each other.
pub(super) fn evidence(left: &StoredRecord, right: &StoredRecord, model: &Model) -> Evidence {
    let features = matching::explain(&Profile::new(&left.details, model), &Profile::new(&right.details, model), model);
    let features = features.into_iter().map(|feature| Feature {
        feature: feature.feature.to_owned(),
        level: feature.level.to_owned(),
        weight_bits: feature.weight_bits,
        text: feature.text,
    });
    let (together, apart) = features.partition(|feature| feature.weight_bits >= 0.0);
    Evidence { together, apart }
}

/// A person with their records. `weighed` are the records that stand for an item; `is_open` says whether the steward may be told of a feed.
pub(super) fn person(
    id: Uuid,
    standing: &Standing,
    records: &[&StoredRecord],
    weighed: [i64; 2],
    is_open: &dyn Fn(&str) -> bool,
) -> Person {
    Person {
        person_id: id,
        cohesion: standing.cohesion,
        version: standing.version.clone(),
        decisions: standing.decisions.iter().map(i64::to_string).collect(),
        records: records.iter().map(|one| record(one, weighed.contains(&one.id), is_open(&one.feed))).collect(),
    }
}

fn record(record: &StoredRecord, weighed: bool, open: bool) -> Record {
    let details = &record.details;
    Record {
        record_id: record.id.to_string(),
        feed: open.then(|| record.feed.clone()),
        source_id: open.then(|| record.source_id.clone()),
        dependent: Some(record.dependent.clone()).filter(|dependent| open && !dependent.is_empty()),
        weighed,
        given_name: details.given_name.clone(),
        middle_names: details.middle_names.clone(),
        family_name: details.family_name.clone(),
        former_family_name: details.former_family_name.clone(),
        other_names: details.other_names.clone(),
        date_of_birth: details.date_of_birth.map(BirthDate::day),
        date_of_death: details.date_of_death,
        sex: details.sex.map(|sex| match sex {
            Sex::Female => "F",
            Sex::Male => "M",
            Sex::Other => "O",
        }),
        has: held(record),
    }
}

/// What else a record holds, by name.
fn held(record: &StoredRecord) -> Vec<&'static str> {
    let details = &record.details;
    let identifier = |identifier: &Option<Identifier>, valid: &'static str, invalid: &'static str| {
        identifier.as_ref().map(|identifier| if identifier.is_valid() { valid } else { invalid })
    };
    let parts = [
        identifier(&details.nhs_number, "nhs_number", "invalid_nhs_number"),
        identifier(&details.upn, "upn", "invalid_upn"),
        (!details.addresses.is_empty()).then_some("address"),
        (!details.phones.is_empty()).then_some("phone"),
        (!details.emails.is_empty()).then_some("email"),
    ];
    parts.into_iter().flatten().collect()
}

/// A decision.
pub(super) fn decision(decision: &StoredDecision, is_open: &dyn Fn(&str) -> bool) -> DecisionAnswer {
    let records = decision.ruling.records.iter().map(|record| {
        let open = is_open(&record.feed);
        DecidedRecord {
            side: if record.right { "right" } else { "left" },
            record_id: record.record.map(|record| record.to_string()),
            feed: open.then(|| record.feed.clone()),
            source_id: open.then(|| record.source_id.clone()),
            dependent: Some(record.dependent.clone()).filter(|dependent| open && !dependent.is_empty()),
        }
    });
    DecisionAnswer {
        decision_id: decision.ruling.id.to_string(),
        kind: kind(decision.ruling.together),
        decided: deed(&decision.made),
        undone: decision.undone.as_ref().map(deed),
        records: records.collect(),
        people: decision.people.clone(),
        version: decision.version.clone(),
    }
}

/// The name of a kind of decision.
pub(super) fn kind(together: bool) -> &'static str {
    if together { "together" } else { "apart" }
}

fn deed(deed: &decision::Deed) -> Deed {
    Deed { issuer: deed.issuer.clone(), subject: deed.subject.clone(), reason: deed.reason.clone(), at: deed.at }
}
