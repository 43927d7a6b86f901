//! People after clustering, against the truth: pairs of records that are together and ought to be.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use crate::{
    report::{Report, count, share},
    truth::{Census, Truth},
};

/// People from which on a naming group's figure says something.
const SMALLEST_GROUP: usize = 500;
/// Points of recall below the mean from which on a group is flagged.
const FLAGGED_BELOW: f64 = 0.02;

fn pairs(count: usize) -> usize {
    count * count.saturating_sub(1) / 2
}

/// Precision, recall and F1 over pairs, and recall by naming group.
pub fn report(report: &mut Report, truth: &Truth, census: &Census) {
    let mut cells: HashMap<(Uuid, &str), usize> = HashMap::new();
    let mut clusters: HashMap<Uuid, usize> = HashMap::new();
    let mut people: HashMap<&str, usize> = HashMap::new();
    for member in &census.members {
        *cells.entry((member.person, &member.truth)).or_default() += 1;
        *clusters.entry(member.person).or_default() += 1;
        *people.entry(&member.truth).or_default() += 1;
    }
    let both: usize = cells.values().map(|count| pairs(*count)).sum();
    let together: usize = clusters.values().map(|count| pairs(*count)).sum();
    let same: usize = people.values().map(|count| pairs(*count)).sum();
    let (precision, recall) = (share(both, together), share(both, same));
    report.section("People after clustering, over pairs of records");
    report.figure("records", count(census.members.len()), "count");
    report.figure("records of the truth that are not loaded", count(census.missing), "count");
    report.figure("people in the truth", count(people.len()), "count");
    report.figure("people found", count(clusters.len()), "count");
    report.noted("precision", precision, "", format!("{} false of {together} pairs; target 0.9995", together - both));
    report.noted("recall", recall, "", format!("{} missed of {same} pairs", same - both));
    report.noted("F1", 2.0 * precision * recall / (precision + recall), "", "target 0.99".to_owned());

    let mut groups: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let group_of = |person: &str| truth.people.get(person).map_or("", |person| person.naming_group.as_str());
    for (person, size) in &people {
        let group = groups.entry(group_of(person)).or_default();
        group.0 += 1;
        group.2 += pairs(*size);
    }
    for ((_, person), size) in &cells {
        groups.entry(group_of(person)).or_default().1 += pairs(*size);
    }
    for (group, (members, found, all)) in groups {
        let own = share(found, all);
        let flag = if members >= SMALLEST_GROUP && own < recall - FLAGGED_BELOW { "; MORE THAN 2 POINTS BELOW THE MEAN" } else { "" };
        report.noted(&format!("recall, {group} names"), own, "", format!("{members} people, {} pairs missed{flag}", all - found));
    }
}
