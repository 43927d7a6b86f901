//! Blocking in memory, for work in bulk.

use rayon::prelude::*;

use super::{Model, Profile, blocking::blocking_keys};

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

/// Proposes the pairs that share a key, on all cores.
#[must_use]
pub fn pairs(profiles: &[Profile], linkage: Linkage, model: &Model) -> PairSet {
    let keyed = sorted_keys(profiles, model);
    let mut skipped_keys = 0;
    let mut found: Vec<u64> = Vec::new();
    let mut compacted = 0;
    for group in keyed.chunk_by(|one, other| one.0 == other.0) {
        if group.len() > LARGEST_GROUP {
            skipped_keys += 1;
            continue;
        }
        for (place, (_, one)) in group.iter().enumerate() {
            for (_, other) in &group[place + 1..] {
                if linkage.wants(*one, *other) {
                    found.push(u64::from(*one) << 32 | u64::from(*other));
                }
            }
        }
        if found.len() > compacted * 2 + (1 << 24) {
            found.par_sort_unstable();
            found.dedup();
            compacted = found.len();
        }
    }
    found.par_sort_unstable();
    found.dedup();
    PairSet { pairs: found.into_iter().map(unpacked).collect(), skipped_keys }
}

fn unpacked(pair: u64) -> (u32, u32) {
    let half = |number: u64| u32::try_from(number).expect("half of 64 bits");
    (half(pair >> 32), half(pair & 0xffff_ffff))
}

/// Every key with the places that have it, sorted.
pub(crate) fn sorted_keys(profiles: &[Profile], model: &Model) -> Vec<(i64, u32)> {
    let mut keyed: Vec<(i64, u32)> = profiles
        .par_iter()
        .enumerate()
        .fold(Vec::new, |mut all, (place, profile)| {
            let mut keys = Vec::with_capacity(48);
            blocking_keys(profile, model, &mut keys);
            let place = u32::try_from(place).expect("fewer than 2^32 records");
            all.extend(keys.into_iter().map(|key| (key, place)));
            all
        })
        .reduce(Vec::new, |mut one, other| {
            one.extend(other);
            one
        });
    keyed.par_sort_unstable();
    keyed
}
