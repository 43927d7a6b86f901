//! Blocking in memory, for work in bulk: keys are sorted, and each record's partners gathered, in buckets that fit the caches, on all cores.

use rayon::prelude::*;

use crate::domain::redacted_debug;

use super::{Grouped, Model, Profile, blocking::blocking_keys, hashing, key_set::KeySet};

/// Which pairs are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linkage {
    /// Within one list.
    Within,
    /// Only across two files that stand one behind the other: the second starts at this place.
    Across(usize),
}

impl Linkage {
    /// Whether a pair of these places is wanted.
    #[must_use]
    pub fn wants(self, one: u32, other: u32) -> bool {
        match self {
            Self::Within => true,
            Self::Across(second) => ((one as usize) < second) != ((other as usize) < second),
        }
    }
}

/// Proposed pairs: places in the list, the lower first, sorted, without repetition.
#[derive(Debug, Clone, Default)]
pub struct PairSet {
    /// The pairs.
    pub pairs: Vec<(u32, u32)>,
    /// How many keys were left out since more than [`LARGEST_GROUP`] records have them. A model trained on the data has none.
    pub skipped_keys: usize,
}

/// Most records that one key may bring together. The model's refined keys keep groups far below; this is a guard for a model that never saw the data.
pub const LARGEST_GROUP: usize = 1500;

/// Buckets that keys are sorted in, by their highest bits, and records, by their place.
const BUCKETS: usize = 256;
/// Records keyed at a time by one thread.
const RECORDS_AT_A_TIME: usize = 16_384;
/// Records whose groups are brought into the caches before any of them is gone through.
const RECORDS_AHEAD: usize = 16;
/// A model asks for so many shared keys at most.
pub(crate) const MOST_SHARED_KEYS: usize = 5;

/// Proposes the pairs that share as many keys as the model asks for, on all cores.
#[must_use]
pub fn pairs(profiles: &[Profile], linkage: Linkage, model: &Model) -> PairSet {
    Keyed::of(profiles, model).pairs(linkage, model)
}

/// Every key that several records have, with their places: sorted within buckets; a key is in one bucket only.
#[derive(Clone, PartialEq)]
pub struct Keyed {
    buckets: Vec<Vec<(i64, u32)>>,
    records: usize,
}
redacted_debug!(Keyed);

impl Keyed {
    /// The keys of profiles under a model.
    #[must_use]
    pub fn of(profiles: &[Profile], model: &Model) -> Self {
        Self::new(profiles, |_, profile, keys| blocking_keys(profile, model, keys))
    }

    /// Proposes the pairs that share as many keys as the model asks for, on all cores.
    #[must_use]
    pub fn pairs(&self, linkage: Linkage, model: &Model) -> PairSet {
        let skipped_keys = self.groups().filter(|group| group.len() > LARGEST_GROUP).count();
        PairSet { pairs: self.pairs_of_every(1, model.shared_keys(), linkage), skipped_keys }
    }

    /// The keys that `keys_of` gives each profile, which it is given with its place.
    pub(crate) fn new(profiles: &[Profile], keys_of: impl Fn(usize, &Profile, &mut Vec<i64>) + Sync) -> Self {
        let part = |(start, profiles): (usize, &[Profile])| {
            let mut buckets = vec![Vec::new(); BUCKETS];
            let mut keys = Vec::with_capacity(64);
            for (place, profile) in (start * RECORDS_AT_A_TIME..).zip(profiles) {
                keys_of(place, profile, &mut keys);
                let place = place_number(place);
                for key in &keys {
                    buckets[bucket_of(*key)].push((*key, place));
                }
            }
            buckets
        };
        let parts: Vec<Vec<Vec<(i64, u32)>>> = profiles.par_chunks(RECORDS_AT_A_TIME).enumerate().map(part).collect();
        let bucket = |place: usize| {
            let keyed = || parts.iter().flat_map(|part| &part[place]);
            let mut seen = Seen::new(parts.iter().map(|part| part[place].len()).sum());
            keyed().for_each(|(key, _)| seen.add(*key));
            let mut bucket: Vec<(i64, u32)> = keyed().filter(|(key, _)| seen.is_repeated(*key)).copied().collect();
            bucket.sort_unstable();
            bucket
        };
        Self { buckets: (0..BUCKETS).into_par_iter().map(bucket).collect(), records: profiles.len() }
    }

    /// The places that share a key, by key. Of the keys that one record alone has, some are left.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &[(i64, u32)]> {
        self.buckets.iter().flat_map(|bucket| bucket.chunk_by(|one, other| one.0 == other.0))
    }

    /// Puts other keys in the place of some.
    pub(crate) fn replace(&mut self, replaced: &KeySet, by: Self) {
        self.buckets.par_iter_mut().zip(by.buckets).for_each(|(bucket, more)| {
            bucket.retain(|(key, _)| !replaced.contains(*key));
            bucket.extend(more);
            #[expect(clippy::stable_sort_primitive, reason = "there are two sorted runs, which a stable sort merges")]
            bucket.sort();
        });
    }

    /// The pairs that touch a record whose place is a multiple of `every`, and share at least so many keys: all pairs of these records. Sorted, without
    /// repetition.
    pub(crate) fn pairs_of_every(&self, every: usize, shared_keys: usize, linkage: Linkage) -> Vec<(u32, u32)> {
        let mut found = self.by_record(every, shared_keys, linkage, |one, others, found| {
            let often_enough = others.chunk_by(|one, other| one == other).filter(|copies| copies.len() >= shared_keys);
            found.extend(often_enough.map(|copies| (one.min(copies[0]), one.max(copies[0]))));
        });
        if every > 1 {
            found.par_sort_unstable();
        }
        found
    }

    /// How many pairs have a first record whose place is a multiple of `every`, by the least number of keys they share: one, two and so on.
    pub(crate) fn count_of_every(&self, every: usize, linkage: Linkage) -> [usize; MOST_SHARED_KEYS] {
        let counts = self.by_record(every, 1, linkage, |one, others, counts| {
            let mut count = [0; MOST_SHARED_KEYS];
            for copies in others.chunk_by(|one, other| one == other).filter(|copies| copies[0] > one) {
                count.iter_mut().take(copies.len()).for_each(|pairs| *pairs += 1);
            }
            counts.push(count);
        });
        counts.into_iter().fold([0; MOST_SHARED_KEYS], |mut sum, count| {
            sum.iter_mut().zip(count).for_each(|(sum, count)| *sum += count);
            sum
        })
    }

    /// Gives `find` each record whose place is a multiple of `every`, with the places of those that share a key with it: sorted, as often as they share
    /// one; some of those that share fewer than `least` are left out. Of two such records, the first is given the pair. What is found comes back in the
    /// order of the records.
    fn by_record<Found: Clone + Send>(
        &self,
        every: usize,
        least: usize,
        linkage: Linkage,
        find: impl Fn(u32, &[u32], &mut Vec<Found>) + Sync,
    ) -> Vec<Found> {
        let is_chosen = |place: u32| (place as usize).is_multiple_of(every);
        let width = self.records.div_ceil(BUCKETS).max(1);
        let members: Vec<Vec<u32>> = self.buckets.par_iter().map(|bucket| bucket.iter().map(|(_, place)| *place).collect()).collect();
        let visits: Vec<Vec<Vec<Visit>>> = self.buckets.par_iter().map(|bucket| visits(bucket, every, width)).collect();
        let find_in = |range: usize| {
            let first = range * width;
            let gathered = Gathered::new(first, width, || {
                let of_bucket = visits.iter().zip(&members);
                of_bucket.flat_map(|(visits, members)| {
                    visits[range].iter().map(|visit| (visit.place, &members[visit.from as usize..visit.to as usize]))
                })
            });
            let (mut others, mut found) = (Vec::new(), Vec::new());
            let mut tally = Tally::default();
            gathered.for_each(|one, groups| {
                let is_wanted = |other: u32| (other > one || (other < one && !is_chosen(other))) && linkage.wants(one, other);
                others.clear();
                for group in groups {
                    others.extend_from_slice(group);
                }
                // Where every record is chosen, a record is given those behind it only.
                if every > 1 || linkage != Linkage::Within {
                    others.retain(|other| is_wanted(*other));
                }
                tally.keep_frequent(&mut others, least);
                others.sort_unstable();
                find(one, &others, &mut found);
            });
            found
        };
        (0..BUCKETS).into_par_iter().map(find_in).collect::<Vec<_>>().concat()
    }
}

/// What each record of a range is to be paired with: members of groups, one record's behind another's.
struct Gathered<'members> {
    first: usize,
    groups: Grouped<&'members [u32]>,
}

impl<'members> Gathered<'members> {
    /// Sorts what `of_range` gives by record; there are `width` records from `first` on.
    fn new<Groups: Iterator<Item = (u32, &'members [u32])>>(first: usize, width: usize, of_range: impl Fn() -> Groups) -> Self {
        Self { first, groups: Grouped::new(width, || of_range().map(|(place, members)| (place as usize - first, members))) }
    }

    /// Gives `take` each record that has groups. Groups lie far apart in memory, which is slow to answer but can be asked for many things at once: so those
    /// of some records are glanced at together before they are gone through.
    fn for_each(&self, mut take: impl FnMut(u32, &[&[u32]])) {
        let width = self.groups.len();
        for start in (0..width).step_by(RECORDS_AHEAD) {
            let these = start..(start + RECORDS_AHEAD).min(width);
            let of_these = these.clone().flat_map(|record| self.groups.of(record));
            std::hint::black_box(of_these.fold(0, |glances, group| glances ^ group[0] ^ group[group.len() - 1]));
            for record in these {
                let groups = self.groups.of(record);
                if !groups.is_empty() {
                    take(place_number(self.first + record), groups);
                }
            }
        }
    }
}

/// How often records were seen, by the last bits of their places: most that are seen once or twice are known by it, and need not be sorted.
struct Tally([u8; 1024]);

impl Default for Tally {
    fn default() -> Self {
        Self([0; 1024])
    }
}

impl Tally {
    /// Leaves out most places that stand in the list fewer than `least` times, and no others.
    fn keep_frequent(&mut self, places: &mut Vec<u32>, least: usize) {
        if least < 2 {
            return;
        }
        self.0.fill(0);
        let slot = |place: u32| place as usize % 1024;
        for place in &*places {
            let count = &mut self.0[slot(*place)];
            *count = count.saturating_add(1);
        }
        places.retain(|place| usize::from(self.0[slot(*place)]) >= least);
    }
}

/// Members of a group, by their places in a bucket, that a record is to be paired with.
struct Visit {
    place: u32,
    from: u32,
    to: u32,
}

/// What every chosen record is to be paired with in a bucket of keys, in buckets of `width` records.
fn visits(keyed: &[(i64, u32)], every: usize, width: usize) -> Vec<Vec<Visit>> {
    let mut visits: Vec<Vec<Visit>> = (0..BUCKETS).map(|_| Vec::new()).collect();
    let mut start = 0;
    for group in keyed.chunk_by(|one, other| one.0 == other.0) {
        let end = start + group.len();
        if group.len() <= LARGEST_GROUP {
            for (at, (_, place)) in (start + 1..).zip(group).filter(|(_, (_, place))| (*place as usize).is_multiple_of(every)) {
                // Where every record is chosen, those before it have seen to the pairs with it.
                let (from, to) = (place_number(if every == 1 { at } else { start }), place_number(end));
                if from < to {
                    visits[*place as usize / width].push(Visit { place: *place, from, to });
                }
            }
        }
        start = end;
    }
    visits
}

/// Which keys of a bucket may have been seen more than once; it is never wrong about those that were. Most keys are of one record alone.
struct Seen {
    /// Two bits for each of 32 slots: seen, and seen again.
    words: Vec<u64>,
}

impl Seen {
    /// For so many keys: at least eight slots for each, so that few share one by chance.
    fn new(keys: usize) -> Self {
        Self { words: vec![0; (keys / 4).next_power_of_two()] }
    }

    /// The word and the slot of a key. Keys are hashes already.
    fn slot_of(&self, key: i64) -> (usize, u64) {
        let hash = hashing::of_bigint(key);
        let word = usize::try_from((hash >> 5) & (self.words.len() as u64 - 1)).expect("below the number of words");
        (word, (hash & 31) * 2)
    }

    fn add(&mut self, key: i64) {
        let (word, slot) = self.slot_of(key);
        let word = &mut self.words[word];
        *word |= 1 << slot | ((*word >> slot) & 1) << (slot + 1);
    }

    fn is_repeated(&self, key: i64) -> bool {
        let (word, slot) = self.slot_of(key);
        (self.words[word] >> slot) & 2 != 0
    }
}

fn place_number(place: usize) -> u32 {
    u32::try_from(place).expect("fewer than 2^32 records, and keys in a bucket")
}

/// The bucket of a key.
fn bucket_of(key: i64) -> usize {
    usize::from(key.to_be_bytes()[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Address, BirthDate, PersonDetails};

    fn people() -> Vec<Profile> {
        let person = |at: usize| PersonDetails {
            given_name: Some(["Noor", "Sara", "Jago", "Ellen"][at % 4].into()),
            family_name: Some(["Malik", "Teal", "Brook", "Nancarrow", "Tregenza"][at % 5].into()),
            date_of_birth: BirthDate::new(jiff::civil::date(2010, 1 + i8::try_from(at % 12).unwrap(), 1 + i8::try_from(at % 7).unwrap())),
            addresses: vec![Address::from_cells([format!("{} High Street, Ashby", at % 9).as_str()], None)],
            ..PersonDetails::default()
        };
        (0..400).map(|at| Profile::new(&person(at), Model::built_in())).collect()
    }

    /// The pairs as their definition says, without any bucket.
    fn by_definition(profiles: &[Profile], linkage: Linkage, least: usize) -> Vec<(u32, u32)> {
        let keys: Vec<Vec<i64>> = profiles
            .iter()
            .map(|profile| {
                let mut keys = Vec::new();
                blocking_keys(profile, Model::built_in(), &mut keys);
                keys
            })
            .collect();
        let shared = |one: usize, other: usize| keys[one].iter().filter(|key| keys[other].contains(key)).count();
        let places = |one: usize| (one + 1..profiles.len()).map(move |other| (one, other));
        let number = |place: usize| u32::try_from(place).unwrap();
        (0..profiles.len())
            .flat_map(places)
            .filter(|(one, other)| linkage.wants(number(*one), number(*other)) && shared(*one, *other) >= least)
            .map(|(one, other)| (number(one), number(other)))
            .collect()
    }

    #[test]
    fn pairs_are_those_that_share_as_many_keys_as_the_model_asks_for() {
        let profiles = people();
        for least in [1, 2] {
            let mut model = Model::built_in().clone();
            model.ask_for_shared_keys(least);
            for linkage in [Linkage::Within, Linkage::Across(150)] {
                let found = pairs(&profiles, linkage, &model);
                assert_eq!((found.pairs, found.skipped_keys), (by_definition(&profiles, linkage, least), 0));
            }
        }
    }

    #[test]
    fn a_part_of_the_pairs_holds_all_pairs_of_its_records() {
        let profiles = people();
        let keyed = Keyed::of(&profiles, Model::built_in());
        for (every, least) in [(1, 1), (7, 1), (7, 2)] {
            let chosen = |place: u32| place.is_multiple_of(every);
            let mut expected = by_definition(&profiles, Linkage::Within, least);
            expected.retain(|(one, other)| chosen(*one) || chosen(*other));
            assert_eq!(keyed.pairs_of_every(every as usize, least, Linkage::Within), expected);
            let first_is_chosen = expected.iter().filter(|(one, _)| chosen(*one)).count();
            assert_eq!(keyed.count_of_every(every as usize, Linkage::Within)[least - 1], first_is_chosen);
        }
    }
}
