//! What stewards' decisions say of the records that are there, and whether they contradict each other. Pure.
//!
//! Decisions name records as their feeds do. A record that a feed has dropped still ties the others: who decided that A and B are one, and that B and C
//! are, also decided that A and C are, whether B is there or not.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use crate::store::{
    decision::{DecidedRecord, Ruling},
    resolve::StandingDecision,
};

/// A record as its feed names it.
type Key<'ruling> = (&'ruling str, &'ruling str, &'ruling str);

fn key(record: &DecidedRecord) -> Key<'_> {
    (&record.feed, &record.source_id, &record.dependent)
}

/// Records with the ones that they were decided to be one person with.
struct Decided<'ruling> {
    place: HashMap<Key<'ruling>, usize>,
    group: Vec<usize>,
}

impl<'ruling> Decided<'ruling> {
    fn new(rulings: &'ruling [Ruling]) -> Self {
        let mut decided = Self { place: HashMap::new(), group: Vec::new() };
        for record in rulings.iter().flat_map(|ruling| &ruling.records) {
            let next = decided.group.len();
            if *decided.place.entry(key(record)).or_insert(next) == next {
                decided.group.push(next);
            }
        }
        for ruling in rulings.iter().filter(|ruling| ruling.together) {
            for pair in ruling.records.windows(2) {
                let (one, other) = (decided.of(&pair[0]), decided.of(&pair[1]));
                decided.group[one.max(other)] = one.min(other);
            }
        }
        decided
    }

    /// The group of a record.
    fn of(&self, record: &DecidedRecord) -> usize {
        let mut group = self.place[&key(record)];
        while self.group[group] != group {
            group = self.group[group];
        }
        group
    }
}

/// What decisions say of pairs of records that are there.
#[must_use]
pub fn standing(rulings: &[Ruling]) -> Vec<StandingDecision> {
    let decided = Decided::new(rulings);
    let mut present: BTreeMap<usize, BTreeSet<i64>> = BTreeMap::new();
    for record in rulings.iter().flat_map(|ruling| &ruling.records) {
        if let Some(number) = record.record {
            present.entry(decided.of(record)).or_default().insert(number);
        }
    }
    let mut said = BTreeSet::new();
    for group in present.values() {
        let mut members = group.iter();
        if let Some(first) = members.next() {
            said.extend(members.map(|other| (*first, *other, true)));
        }
    }
    let one_of = |record: &DecidedRecord| present.get(&decided.of(record)).and_then(|group| group.first().copied());
    for ruling in rulings.iter().filter(|ruling| !ruling.together) {
        let (right, left): (Vec<&DecidedRecord>, Vec<&DecidedRecord>) = ruling.records.iter().partition(|record| record.right);
        let right: BTreeSet<i64> = right.into_iter().filter_map(one_of).collect();
        for one in left.into_iter().filter_map(one_of).collect::<BTreeSet<_>>() {
            said.extend(right.iter().map(|other| (one.min(*other), one.max(*other), false)));
        }
    }
    said.into_iter().map(|(left, right, together)| StandingDecision { left, right, together }).collect()
}

/// The decisions that cannot stand beside `new`; empty where all can.
#[must_use]
pub fn contradicted_by(standing: &[Ruling], new: &Ruling) -> Vec<i64> {
    let all: Vec<Ruling> = standing.iter().chain([new]).cloned().collect();
    let decided = Decided::new(&all);
    for apart in all.iter().filter(|ruling| !ruling.together) {
        let (right, left): (Vec<&DecidedRecord>, Vec<&DecidedRecord>) = apart.records.iter().partition(|record| record.right);
        for one in left {
            if let Some(other) = right.iter().find(|other| decided.of(other) == decided.of(one)) {
                let mut ids = path(&all, one, other);
                ids.insert(apart.id);
                ids.remove(&new.id);
                return ids.into_iter().collect();
            }
        }
    }
    Vec::new()
}

/// The fewest decisions by which two records are one person.
fn path(rulings: &[Ruling], from: &DecidedRecord, to: &DecidedRecord) -> BTreeSet<i64> {
    let mut reached: HashMap<Key<'_>, Option<(Key<'_>, i64)>> = HashMap::from([(key(from), None)]);
    let mut waiting = VecDeque::from([key(from)]);
    while let Some(here) = waiting.pop_front() {
        for ruling in rulings.iter().filter(|ruling| ruling.together && ruling.records.iter().any(|record| key(record) == here)) {
            for record in &ruling.records {
                reached.entry(key(record)).or_insert_with(|| {
                    waiting.push_back(key(record));
                    Some((here, ruling.id))
                });
            }
        }
    }
    let mut ids = BTreeSet::new();
    let mut step = reached.get(&key(to)).copied().flatten();
    while let Some((before, ruling)) = step {
        ids.insert(ruling);
        step = reached.get(&before).copied().flatten();
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruling(id: i64, together: bool, left: &[&str], right: &[&str]) -> Ruling {
        let record = |name: &str, right| DecidedRecord {
            feed: "police".to_owned(),
            source_id: name.to_owned(),
            dependent: String::new(),
            record: name.parse().ok(),
            right,
        };
        let records = left.iter().map(|name| record(name, false)).chain(right.iter().map(|name| record(name, true)));
        Ruling { id, together, records: records.collect() }
    }

    fn said(rulings: &[Ruling]) -> Vec<(i64, i64, bool)> {
        standing(rulings).into_iter().map(|decision| (decision.left, decision.right, decision.together)).collect()
    }

    #[test]
    fn all_records_of_both_sides_are_one_person() {
        assert_eq!(said(&[ruling(1, true, &["3", "1"], &["2"])]), [(1, 2, true), (1, 3, true)]);
    }

    #[test]
    fn each_record_of_one_side_is_apart_from_each_of_the_other() {
        assert_eq!(said(&[ruling(1, false, &["1", "2"], &["3"])]), [(1, 3, false), (2, 3, false)]);
    }

    #[test]
    fn a_record_that_is_gone_still_ties_the_others() {
        assert_eq!(said(&[ruling(1, true, &["1"], &["gone"]), ruling(2, true, &["gone"], &["2"])]), [(1, 2, true)]);
        assert_eq!(said(&[ruling(1, true, &["1"], &["gone"]), ruling(2, false, &["gone"], &["2"])]), [(1, 2, false)]);
        assert_eq!(said(&[ruling(1, false, &["gone"], &["2"])]), []);
    }

    #[test]
    fn a_contradiction_names_the_decisions_that_make_it() {
        let standing = [ruling(4, true, &["1"], &["2"]), ruling(5, true, &["2"], &["3"]), ruling(6, true, &["8"], &["9"])];
        assert_eq!(contradicted_by(&standing, &ruling(0, false, &["1"], &["3"])), [4, 5]);
        assert_eq!(contradicted_by(&standing, &ruling(0, false, &["1"], &["8"])), [] as [i64; 0]);
        let apart = [ruling(4, true, &["1"], &["2"]), ruling(7, false, &["2"], &["3"])];
        assert_eq!(contradicted_by(&apart, &ruling(0, true, &["1"], &["3"])), [4, 7]);
        assert_eq!(contradicted_by(&apart, &ruling(0, true, &["1"], &["9"])), [] as [i64; 0]);
    }
}
