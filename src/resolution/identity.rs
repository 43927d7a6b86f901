//! Which id each person keeps. Pure; the partition itself never depends on ids.
//!
//! An old id goes with its oldest record. Where several old ids come together, the oldest id stays and the others lead to it. Where an id's records
//! part and its own part came under an older id, it leads nowhere: it would mean two people.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

/// A record with the person that it belonged to.
#[derive(Debug, Clone, Copy)]
pub struct Belonging {
    /// The record's number; older records have lower ones.
    pub record: i64,
    /// The person so far; `None` for a new record.
    pub person: Option<Uuid>,
}

/// Who everybody is now.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Identities {
    /// The person of each record, in the order given.
    pub people: Vec<Uuid>,
    /// Ids that stand for nobody any more, with the person they lead to.
    pub retired: BTreeMap<Uuid, Option<Uuid>>,
}

/// Gives each part of a partition its id. `labels` name the part of each record; `emptied` are people all of whose records may be gone; `fresh` makes
/// new ids, each later (greater) than any before.
///
/// Every record of every person named must be among `records`, or gone.
pub fn assign(records: &[Belonging], labels: &[u32], emptied: &BTreeSet<Uuid>, mut fresh: impl FnMut() -> Uuid) -> Identities {
    let mut oldest: BTreeMap<Uuid, (i64, u32)> = BTreeMap::new();
    let mut parts_of: BTreeMap<Uuid, BTreeSet<u32>> = BTreeMap::new();
    for (belonging, label) in records.iter().zip(labels) {
        let Some(person) = belonging.person else { continue };
        let entry = oldest.entry(person).or_insert((belonging.record, *label));
        *entry = (*entry).min((belonging.record, *label));
        parts_of.entry(person).or_default().insert(*label);
    }
    let mut kept: BTreeMap<u32, Uuid> = BTreeMap::new();
    for (person, (_, label)) in &oldest {
        kept.entry(*label).and_modify(|id| *id = (*id).min(*person)).or_insert(*person);
    }
    let people: Vec<Uuid> = labels.iter().map(|label| *kept.entry(*label).or_insert_with(&mut fresh)).collect();
    let mut retired = BTreeMap::new();
    for (person, (_, label)) in &oldest {
        if kept[label] != *person {
            let parts = &parts_of[person];
            retired.insert(*person, (parts.len() == 1).then(|| kept[label]));
        }
    }
    for person in emptied {
        if !oldest.contains_key(person) {
            retired.insert(*person, None);
        }
    }
    Identities { people, retired }
}

/// People whose records are of several parts now: an id that led to one of them would be a guess.
#[must_use]
pub fn parted(records: &[Belonging], labels: &[u32]) -> Vec<Uuid> {
    let mut part_of: BTreeMap<Uuid, u32> = BTreeMap::new();
    let mut parted = BTreeSet::new();
    for (belonging, label) in records.iter().zip(labels) {
        let Some(person) = belonging.person else { continue };
        if *part_of.entry(person).or_insert(*label) != *label {
            parted.insert(person);
        }
    }
    parted.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn run(records: &[(i64, Option<u128>)], labels: &[u32]) -> Identities {
        let records: Vec<Belonging> =
            records.iter().map(|(record, person)| Belonging { record: *record, person: person.map(id) }).collect();
        let mut next = 100;
        assign(&records, labels, &BTreeSet::new(), || {
            next += 1;
            id(next)
        })
    }

    #[test]
    fn what_has_not_changed_keeps_its_ids() {
        let identities = run(&[(1, Some(10)), (2, Some(10)), (3, Some(11))], &[0, 0, 1]);
        assert_eq!(identities, Identities { people: vec![id(10), id(10), id(11)], retired: BTreeMap::new() });
    }

    #[test]
    fn a_merge_keeps_the_older_id_and_the_other_leads_to_it() {
        let identities = run(&[(1, Some(11)), (2, Some(10))], &[0, 0]);
        assert_eq!(identities.people, [id(10), id(10)]);
        assert_eq!(identities.retired, BTreeMap::from([(id(11), Some(id(10)))]));
    }

    #[test]
    fn after_a_split_the_id_stays_with_its_oldest_record() {
        let identities = run(&[(5, Some(10)), (2, Some(10))], &[0, 1]);
        assert_eq!(identities.people, [id(101), id(10)]);
        assert_eq!(identities.retired, BTreeMap::new());
    }

    #[test]
    fn an_id_whose_records_part_under_other_ids_leads_nowhere() {
        let identities = run(&[(1, Some(10)), (2, Some(11)), (3, Some(11))], &[0, 0, 1]);
        assert_eq!(identities.people, [id(10), id(10), id(101)]);
        assert_eq!(identities.retired, BTreeMap::from([(id(11), None)]));
    }

    #[test]
    fn a_person_whose_records_are_of_two_parts_has_parted() {
        let records = [(1, 10), (2, 10), (3, 11), (4, 11)].map(|(record, person)| Belonging { record, person: Some(id(person)) });
        assert_eq!(parted(&records, &[0, 1, 2, 2]), [id(10)]);
    }

    #[test]
    fn a_person_without_records_left_leads_nowhere() {
        let identities = assign(&[], &[], &BTreeSet::from([id(10)]), || id(1));
        assert_eq!(identities.retired, BTreeMap::from([(id(10), None)]));
    }
}
