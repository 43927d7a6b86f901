//! A set of keys behind a filter of bits: most keys that are asked for are not in it, and the filter, which fits the caches, tells so at once.

use std::{collections::HashSet, hash::BuildHasherDefault};

use super::hashing::{self, Spread};

/// Keys to a word of the filter: of its 64 bits each key sets two, so that a key that is not there is taken for one about once in sixty times.
const KEYS_A_WORD: usize = 4;

/// A set of keys, which are hashes already.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct KeySet {
    keys: HashSet<i64, BuildHasherDefault<Spread>>,
    /// A power of two of words; none where there are no keys.
    filter: Vec<u64>,
}

impl KeySet {
    /// Whether the key is one of them.
    pub(crate) fn contains(&self, key: i64) -> bool {
        if self.filter.is_empty() {
            return false;
        }
        let (word, bits) = self.place_of(key);
        self.filter[word] & bits == bits && self.keys.contains(&key)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = i64> {
        self.keys.iter().copied()
    }

    /// Adds keys.
    pub(crate) fn extend(&mut self, keys: impl IntoIterator<Item = i64>) {
        self.keys.extend(keys);
        self.filter = vec![0; if self.keys.is_empty() { 0 } else { (self.keys.len() / KEYS_A_WORD).next_power_of_two() }];
        for key in &self.keys {
            let (word, bits) = self.place_of(*key);
            self.filter[word] |= bits;
        }
    }

    /// The word of the filter that stands for a key, and the key's bits in it.
    fn place_of(&self, key: i64) -> (usize, u64) {
        let hash = hashing::of_bigint(key);
        let word = usize::try_from((hash >> 12) & (self.filter.len() as u64 - 1)).expect("below the number of words");
        (word, 1 << (hash & 63) | 1 << ((hash >> 6) & 63))
    }
}

impl FromIterator<i64> for KeySet {
    fn from_iter<Keys: IntoIterator<Item = i64>>(keys: Keys) -> Self {
        let mut set = Self::default();
        set.extend(keys);
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_was_put_into_it_and_nothing_else(
            first in prop::collection::vec(-40_i64..40, 0..30),
            more in prop::collection::vec(any::<i64>(), 0..30),
            asked in prop::collection::vec(-40_i64..40, 0..30),
        ) {
            let mut set: KeySet = first.iter().copied().collect();
            set.extend(more.iter().copied());
            let held: HashSet<i64> = first.iter().chain(&more).copied().collect();
            prop_assert_eq!(set.is_empty(), held.is_empty());
            for key in asked.iter().chain(&first).chain(&more) {
                prop_assert_eq!(set.contains(*key), held.contains(key));
            }
        }
    }
}
