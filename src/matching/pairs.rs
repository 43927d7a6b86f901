//! Blocking in memory, for work in bulk: keys and pairs are sorted in buckets that fit the caches, on all cores.

use rayon::prelude::*;

use super::{Model, Profile, blocking::blocking_keys, hashing::HashedSet};

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

/// Buckets that keys are sorted in, by their highest bits, and pairs, by their first record.
const BUCKETS: usize = 256;
/// Records keyed at a time by one thread.
const RECORDS_AT_A_TIME: usize = 16_384;
/// Buckets of keys whose pairs are collected before repetitions are dropped, at least.
const BUCKETS_AT_A_TIME: usize = 16;
/// Pairs collected before repetitions are dropped, at least.
const PAIRS_AT_A_TIME: usize = 1 << 26;

/// Proposes the pairs that share as many keys as the model asks for, on all cores.
#[must_use]
pub fn pairs(profiles: &[Profile], linkage: Linkage, model: &Model) -> PairSet {
    let keyed = Keyed::new(profiles, |profile, keys| blocking_keys(profile, model, keys));
    let skipped_keys = keyed.groups().filter(|group| group.len() > LARGEST_GROUP).count();
    let least = model.shared_keys();
    let width = profiles.len().div_ceil(BUCKETS).max(1);
    let mut found: Vec<Vec<u64>> = vec![Vec::new(); BUCKETS];
    let (mut compacted, mut collected) = (0, 0);
    for buckets in keyed.0.chunks(BUCKETS_AT_A_TIME) {
        let parts: Vec<Vec<Vec<u64>>> = buckets.par_iter().map(|bucket| pairs_of(bucket, linkage, width)).collect();
        found.par_iter_mut().enumerate().for_each(|(place, all)| parts.iter().for_each(|part| all.extend_from_slice(&part[place])));
        collected += parts.iter().flatten().map(Vec::len).sum::<usize>();
        if collected > compacted + PAIRS_AT_A_TIME {
            found.par_iter_mut().for_each(|pairs| thin(pairs, least));
            compacted = found.iter().map(Vec::len).sum();
            collected = compacted;
        }
    }
    drop(keyed);
    let buckets: Vec<Vec<(u32, u32)>> = found
        .into_par_iter()
        .map(|mut pairs| {
            thin(&mut pairs, least);
            often_enough(&pairs, least).map(unpacked).collect()
        })
        .collect();
    PairSet { pairs: buckets.concat(), skipped_keys }
}

/// The pairs of one bucket of keys, in buckets of `width` first records.
fn pairs_of(keyed: &[(i64, u32)], linkage: Linkage, width: usize) -> Vec<Vec<u64>> {
    let mut found = vec![Vec::new(); BUCKETS];
    for group in keyed.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() <= LARGEST_GROUP) {
        for (place, (_, one)) in group.iter().enumerate() {
            let of_one: &mut Vec<u64> = &mut found[*one as usize / width];
            let others = group[place + 1..].iter().filter(|(_, other)| linkage.wants(*one, *other));
            of_one.extend(others.map(|(_, other)| u64::from(*one) << 32 | u64::from(*other)));
        }
    }
    found
}

/// Sorts pairs, and of each keeps as many copies as say whether it shares enough keys.
fn thin(pairs: &mut Vec<u64>, least: usize) {
    pairs.sort_unstable();
    let mut copies = 0;
    pairs.dedup_by(|pair, kept| {
        copies = if pair == kept { copies + 1 } else { 0 };
        copies >= least
    });
}

/// Of sorted pairs, each once that stands there at least so often.
fn often_enough<Pair: Copy + PartialEq>(pairs: &[Pair], least: usize) -> impl Iterator<Item = Pair> {
    pairs.chunk_by(|one, other| one == other).filter(move |copies| copies.len() >= least).map(|copies| copies[0])
}

fn unpacked(pair: u64) -> (u32, u32) {
    let half = |number: u64| u32::try_from(number).expect("half of 64 bits");
    (half(pair >> 32), half(pair & 0xffff_ffff))
}

/// Every key with the places that have it, sorted within buckets; a key is in one bucket only.
pub(crate) struct Keyed(Vec<Vec<(i64, u32)>>);

impl Keyed {
    /// The keys that `keys_of` gives each profile.
    pub(crate) fn new(profiles: &[Profile], keys_of: impl Fn(&Profile, &mut Vec<i64>) + Sync) -> Self {
        let part = |(start, profiles): (usize, &[Profile])| {
            let mut buckets = vec![Vec::new(); BUCKETS];
            let mut keys = Vec::with_capacity(64);
            for (place, profile) in (start * RECORDS_AT_A_TIME..).zip(profiles) {
                keys_of(profile, &mut keys);
                let place = u32::try_from(place).expect("fewer than 2^32 records");
                for key in &keys {
                    buckets[bucket_of(*key)].push((*key, place));
                }
            }
            buckets
        };
        let parts: Vec<Vec<Vec<(i64, u32)>>> = profiles.par_chunks(RECORDS_AT_A_TIME).enumerate().map(part).collect();
        let bucket = |place: usize| {
            let mut bucket = Vec::with_capacity(parts.iter().map(|part| part[place].len()).sum());
            for part in &parts {
                bucket.extend_from_slice(&part[place]);
            }
            bucket.sort_unstable();
            bucket
        };
        Self((0..BUCKETS).into_par_iter().map(bucket).collect())
    }

    /// The places that share a key, by key.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &[(i64, u32)]> {
        self.0.iter().flat_map(|bucket| bucket.chunk_by(|one, other| one.0 == other.0))
    }

    /// Puts other keys in the place of some.
    pub(crate) fn replace(&mut self, replaced: &HashedSet, by: Self) {
        self.0.par_iter_mut().zip(by.0).for_each(|(bucket, more)| {
            bucket.retain(|(key, _)| !replaced.contains(key));
            bucket.extend(more);
            bucket.sort_unstable();
        });
    }

    /// The pairs that touch a record whose place is a multiple of `every`, and share at least so many keys: all pairs of these records. Sorted, without
    /// repetition.
    pub(crate) fn pairs_of_every(&self, every: usize, shared_keys: usize, linkage: Linkage) -> Vec<(u32, u32)> {
        let is_chosen = |place: u32| (place as usize).is_multiple_of(every);
        let pairs_of = |bucket: &Vec<(i64, u32)>| {
            let mut found = Vec::new();
            for group in bucket.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() <= LARGEST_GROUP) {
                for (_, one) in group.iter().filter(|(_, place)| is_chosen(*place)) {
                    // Of a pair of two chosen records, the first tells.
                    let others = group.iter().filter(|(_, other)| other > one || (other < one && !is_chosen(*other)));
                    let wanted = others.filter(|(_, other)| linkage.wants(*one, *other));
                    found.extend(wanted.map(|(_, other)| ((*one).min(*other), (*one).max(*other))));
                }
            }
            found
        };
        let mut found: Vec<(u32, u32)> = self.0.par_iter().map(pairs_of).collect::<Vec<_>>().concat();
        found.par_sort_unstable();
        often_enough(&found, shared_keys).collect()
    }
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
        let keyed = Keyed::new(&profiles, |profile, keys| blocking_keys(profile, Model::built_in(), keys));
        for (every, least) in [(1, 1), (7, 1), (7, 2)] {
            let chosen = |place: u32| place.is_multiple_of(every);
            let mut expected = by_definition(&profiles, Linkage::Within, least);
            expected.retain(|(one, other)| chosen(*one) || chosen(*other));
            assert_eq!(keyed.pairs_of_every(every as usize, least, Linkage::Within), expected);
        }
    }
}
