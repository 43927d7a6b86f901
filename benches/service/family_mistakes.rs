//! Members of families shown who are none, and those not shown.

use std::collections::{BTreeSet, HashSet};

use crate::{
    families::Right,
    truth::{Census, Person, Truth},
    worst::Tally,
};

/// Counts and prints them, by kind, basis, and what became of the people's records.
pub fn print(truth: &Truth, census: &Census, rights: &[Right<'_>]) {
    let people = census.people_of();
    let owners: HashSet<&str> = census.owners.values().map(String::as_str).collect();
    let (mut wrong, mut missed) = (Tally::default(), Tally::default());
    for right in rights {
        let child = &right.question.person_id;
        let kin = truth.relatives.get(child).map_or(&[][..], Vec::as_slice);
        let mut shown = BTreeSet::new();
        for member in &right.context.family {
            let Some((owner, relationship)) = census.owners.get(&member.person_id).zip(member.relationship.as_ref()) else { continue };
            shown.insert(owner.as_str());
            if kin.iter().any(|relative| relative.relative_person_id == *owner) {
                continue;
            }
            let who = if owner == child { "the child again" } else { "somebody else" };
            wrong.add(format!("{} by {}, {who}", relationship.kind, relationship.basis), || {
                format!("{} {:?}; child {}", truth.describe(owner), relationship.sources, truth.describe(child))
            });
        }
        for relative in kin.iter().filter(|relative| relative.evidence != "none") {
            let id = relative.relative_person_id.as_str();
            if shown.contains(id) || truth.people.get(id).is_some_and(Person::is_restricted) {
                continue;
            }
            let how = match (people.get(id).map_or(0, BTreeSet::len), owners.contains(id)) {
                (0, _) => "without a record",
                (_, false) => "hidden within another person",
                (1, _) => "one person",
                _ => "in several parts",
            };
            let is_whole = people.get(child.as_str()).is_none_or(|parts| parts.len() == 1);
            let child_is = if is_whole { "child one person" } else { "child in several parts" };
            missed.add(format!("{} by {}, {how}, {child_is}", relative.kind, relative.evidence), || {
                format!("{}; child {}", truth.describe(id), truth.describe(child))
            });
        }
    }
    wrong.print("WRONG FAMILY MEMBERS");
    missed.print("MISSED FAMILY MEMBERS");
}
