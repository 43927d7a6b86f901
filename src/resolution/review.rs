//! What is doubtful after a resolution: pairs of people who may be one, and how well each person holds together. Pure.
//!
//! Two people are in doubt where two of their records share a blocking key and weigh at least the lower threshold together, unless a feed ties
//! somebody's records of the one to those of the other (it holds them for two people) or a standing decision keeps them apart. One item stands for two
//! people, by the pair that weighs most. That is a function of the records, the people, the ties and the decisions; a resolution of a part looks at every
//! pair of which one record is of that part.

use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry};

use rayon::prelude::*;
use uuid::Uuid;

use crate::{
    matching::{self, Conflict, Model, Profile},
    store::{
        record::StoredRecord,
        resolve::{RecordTie, StandingDecision},
        review::{KeptItem, ReviewItem, Why},
    },
};

/// Two records that weigh at least the lower threshold, or nearly so, by number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Near {
    pub left: i64,
    pub right: i64,
    pub weight_bits: f64,
}

/// A record of a person whom a resolution does not touch, though one of their records is near one that it does.
pub(super) struct Beyond {
    pub person: Uuid,
    /// Only of the records that are near; `None` of the person's others.
    pub near: Option<(StoredRecord, Profile)>,
}

/// What was resolved: records in the order of their numbers, with their profiles and people, and what lies beyond.
pub(super) struct Scene<'scene> {
    pub records: &'scene [StoredRecord],
    pub profiles: &'scene [Profile],
    pub people: &'scene [Uuid],
    pub beyond: &'scene HashMap<i64, Beyond>,
    pub ties: &'scene [RecordTie],
    pub decisions: &'scene [StandingDecision],
    pub model: &'scene Model,
}

/// Two people, the lower id first.
type Pair = (Uuid, Uuid);

impl<'scene> Scene<'scene> {
    fn place(&self, record: i64) -> Option<usize> {
        self.records.binary_search_by_key(&record, |known| known.id).ok()
    }

    fn person(&self, record: i64) -> Option<Uuid> {
        self.place(record).map(|place| self.people[place]).or_else(|| self.beyond.get(&record).map(|beyond| beyond.person))
    }

    fn known(&self, record: i64) -> Option<(&'scene StoredRecord, &'scene Profile)> {
        match self.place(record) {
            Some(place) => Some((&self.records[place], &self.profiles[place])),
            None => self.beyond.get(&record).and_then(|beyond| beyond.near.as_ref()).map(|(record, profile)| (record, profile)),
        }
    }

    /// The people of two records, where they are two.
    fn pair(&self, left: i64, right: i64) -> Option<Pair> {
        let (one, other) = (self.person(left)?, self.person(right)?);
        (one != other).then(|| (one.min(other), one.max(other)))
    }

    /// By what stays with the records, so that neither their numbers nor their turn of arrival count where weights are equal.
    fn order(&self, near: Near) -> Option<[(&'scene str, &'scene str, &'scene str); 2]> {
        let name =
            |record| self.known(record).map(|(record, _)| (record.feed.as_str(), record.source_id.as_str(), record.dependent.as_str()));
        let (one, other) = (name(near.left)?, name(near.right)?);
        Some([one.min(other), one.max(other)])
    }

    fn outweighs(&self, one: Near, other: Near) -> bool {
        one.weight_bits > other.weight_bits
            || (one.weight_bits.to_bits() == other.weight_bits.to_bits() && self.order(one) < self.order(other))
    }

    /// The items, in the order of their records.
    pub(super) fn items(&self, near: impl Iterator<Item = Near>) -> Vec<ReviewItem> {
        let mut best: HashMap<Pair, Near> = HashMap::new();
        for near in near {
            let Some(pair) = self.pair(near.left, near.right) else { continue };
            match best.entry(pair) {
                Entry::Vacant(entry) => {
                    entry.insert(near);
                }
                Entry::Occupied(mut entry) if self.outweighs(near, *entry.get()) => {
                    entry.insert(near);
                }
                Entry::Occupied(_) => {}
            }
        }
        let tied = self.ties.iter().map(|tie| (tie.from, tie.to));
        let decided = self.decisions.iter().filter(|decision| !decision.together).map(|decision| (decision.left, decision.right));
        for (left, right) in tied.chain(decided) {
            if let Some(pair) = self.pair(left, right) {
                best.remove(&pair);
            }
        }
        let in_doubt: BTreeSet<Uuid> = best
            .iter()
            .filter(|(_, near)| near.weight_bits >= self.model.join_bits())
            .flat_map(|((one, other), _)| [*one, *other])
            .collect();
        let mut members: HashMap<Uuid, Vec<usize>> = HashMap::new();
        for (place, person) in self.people.iter().enumerate().filter(|(_, person)| in_doubt.contains(person)) {
            members.entry(*person).or_default().push(place);
        }
        let mut items: Vec<ReviewItem> = best.into_par_iter().filter_map(|(pair, near)| self.item(pair, near, &members)).collect();
        items.sort_unstable_by_key(|item| (item.left_record, item.right_record));
        items
    }

    fn item(&self, (one, other): Pair, near: Near, members: &HashMap<Uuid, Vec<usize>>) -> Option<ReviewItem> {
        let ((_, left), (_, right)) = (self.known(near.left)?, self.known(near.right)?);
        let conflict = matching::conflict(left, right, self.model);
        let (why, conflict) = if near.weight_bits < self.model.join_bits() {
            (Why::BetweenThresholds, conflict)
        } else {
            self.why(members.get(&one)?, members.get(&other)?, conflict)
        };
        let (left_record, right_record) = (near.left.min(near.right), near.left.max(near.right));
        Some(ReviewItem { left_record, right_record, weight_bits: near.weight_bits, why, conflict: conflict.map(conflict_name) })
    }

    /// Why two people stand apart though two of their records weigh enough. Both are among those resolved, since what weighs enough is linked.
    fn why(&self, one: &[usize], other: &[usize], of_the_pair: Option<Conflict>) -> (Why, Option<Conflict>) {
        let pairs = || one.iter().flat_map(|one| other.iter().map(move |other| (&self.profiles[*one], &self.profiles[*other])));
        let conflict = of_the_pair.or_else(|| pairs().find_map(|(one, other)| matching::conflict(one, other, self.model)));
        if conflict.is_some() {
            return (Why::Conflict, conflict);
        }
        let profiles = |places: &[usize]| places.iter().map(|place| &self.profiles[*place]).collect::<Vec<_>>();
        (if matching::enough_speaks(&profiles(one), &profiles(other), self.model) { Why::Torn } else { Why::Mean }, None)
    }

    /// The cohesion of every person of several records.
    pub(super) fn cohesion(&self) -> BTreeMap<Uuid, f64> {
        let mut places: Vec<(Uuid, usize)> = self.people.iter().copied().zip(0..).collect();
        places.par_sort_unstable();
        let several: Vec<&[(Uuid, usize)]> = places.chunk_by(|one, other| one.0 == other.0).filter(|places| places.len() > 1).collect();
        let cohesion = |places: &[(Uuid, usize)]| {
            let profiles: Vec<&Profile> = places.iter().map(|(_, place)| &self.profiles[*place]).collect();
            (places[0].0, matching::cohesion(&profiles, self.model))
        };
        several.into_par_iter().map(cohesion).collect()
    }
}

/// The name of a conflict in the database and in the API.
#[must_use]
pub fn conflict_name(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::NhsNumbers => "nhs_numbers",
        Conflict::PupilNumbers => "pupil_numbers",
        Conflict::Twins => "twins",
        Conflict::Generations => "generations",
        Conflict::BornApart => "born_apart",
        Conflict::Unnamed => "unnamed",
    }
}

/// Kept items that are open no longer, and items that are new, different or open again.
pub(super) fn differences(kept: &[KeptItem], items: Vec<ReviewItem>) -> (Vec<i64>, Vec<ReviewItem>) {
    let found: BTreeSet<(i64, i64)> = items.iter().map(|item| (item.left_record, item.right_record)).collect();
    let is_over = |item: &&KeptItem| item.is.is_some() && !found.contains(&(item.left_record, item.right_record));
    let closed = kept.iter().filter(is_over).map(|item| item.id).collect();
    let open: HashMap<(i64, i64), &(f64, String, Option<String>)> =
        kept.iter().filter_map(|item| Some(((item.left_record, item.right_record), item.is.as_ref()?))).collect();
    let is_same = |item: &ReviewItem| {
        open.get(&(item.left_record, item.right_record)).is_some_and(|(weight_bits, why, conflict)| {
            weight_bits.to_bits() == item.weight_bits.to_bits() && why == item.why.name() && conflict.as_deref() == item.conflict
        })
    };
    (closed, items.into_iter().filter(|item| !is_same(item)).collect())
}
