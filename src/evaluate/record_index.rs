//! What is remembered of each record beside its profile: its file, its id, its true cluster, its group. A few bytes a record.

use std::{
    hash::{DefaultHasher, Hasher},
    path::{Path, PathBuf},
};

use crate::matching::HashedMap;

/// A hash that serves within one run.
pub(super) fn text_hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// Texts stored end to end; a million ids cost their own bytes and four more each.
#[derive(Default)]
pub struct TextStore {
    bytes: String,
    ends: Vec<u32>,
}

impl TextStore {
    /// Adds a text; `false` where the store is full (4 GiB).
    pub fn push(&mut self, text: &str) -> bool {
        let Ok(end) = u32::try_from(self.bytes.len() + text.len()) else { return false };
        self.bytes.push_str(text);
        self.ends.push(end);
        true
    }

    /// The text at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.bytes[start..self.ends[index] as usize]
    }

    /// How many texts it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Labels as numbers, one a record.
#[derive(Default)]
pub struct Labels {
    /// The number of each label, by a hash of its text; where two labels have one hash, the later stands behind it.
    numbers: HashedMap<u32>,
    names: TextStore,
    of_record: Vec<u32>,
}

impl Labels {
    /// Adds the next record's true cluster; `false` where its text cannot be held. An empty cell is none: the record stands alone, under a number of its own.
    pub fn push_cluster(&mut self, label: &str) -> bool {
        if label.is_empty() { self.push_new(label) } else { self.push_group(label) }
    }

    /// Adds the next record's group; `false` where its text cannot be held. All records with an empty cell are one group.
    pub fn push_group(&mut self, label: &str) -> bool {
        let mut hash = text_hash(label);
        while let Some(number) = self.numbers.get(&hash) {
            if self.name(*number) == label {
                self.of_record.push(*number);
                return true;
            }
            hash = hash.wrapping_add(1);
        }
        self.numbers.insert(hash, self.next());
        self.push_new(label)
    }

    fn push_new(&mut self, label: &str) -> bool {
        self.of_record.push(self.next());
        self.names.push(label)
    }

    fn next(&self) -> u32 {
        u32::try_from(self.names.len()).expect("there are at most as many labels as records, and records are counted in u32")
    }

    /// The labels as numbers, one a record.
    #[must_use]
    pub fn of_records(&self) -> &[u32] {
        &self.of_record
    }

    /// The label's text; empty where the record had none.
    #[must_use]
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize)
    }

    /// How many different numbers there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.names.len()
    }
}

/// All records of all files, in the order read. Records are known by their place in it.
#[derive(Default)]
pub struct RecordIndex {
    /// The files as they were named.
    pub files: Vec<PathBuf>,
    /// The first record of each file.
    pub starts: Vec<usize>,
    /// Each record's id.
    pub ids: TextStore,
    /// Each record's true cluster, where a column says it.
    pub clusters: Option<Labels>,
    /// Each record's group, where a column says it.
    pub groups: Option<Labels>,
}

impl RecordIndex {
    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether pairs are only looked for across two files.
    #[must_use]
    pub fn is_linkage(&self) -> bool {
        self.files.len() > 1
    }

    /// Where the second file starts; the number of records where there is one file.
    #[must_use]
    pub fn second_start(&self) -> usize {
        self.starts.get(1).copied().unwrap_or(self.len())
    }

    /// The file of a record.
    #[must_use]
    pub fn file_of(&self, record: usize) -> &Path {
        &self.files[usize::from(self.is_linkage() && record >= self.second_start())]
    }

    /// Whether two records may be a pair: any two of one file, or one of each.
    #[must_use]
    pub fn may_pair(&self, left: usize, right: usize) -> bool {
        left != right && (!self.is_linkage() || (left < self.second_start()) != (right < self.second_start()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_in_their_order() {
        let mut store = TextStore::default();
        for text in ["rec-1", "", "rec-22"] {
            assert!(store.push(text));
        }
        assert_eq!((store.get(0), store.get(1), store.get(2), store.len()), ("rec-1", "", "rec-22", 3));
    }

    #[test]
    fn a_record_without_a_label_stands_alone() {
        let mut labels = Labels::default();
        for label in ["a", "", "a", "", "b"] {
            assert!(labels.push_cluster(label));
        }
        assert_eq!(labels.of_records(), [0, 1, 0, 2, 3]);
        assert_eq!((labels.name(3), labels.name(1), labels.count()), ("b", "", 4));
    }

    #[test]
    fn two_files_pair_only_across() {
        let mut index = RecordIndex { files: vec!["a.csv".into(), "b.csv".into()], starts: vec![0, 2], ..RecordIndex::default() };
        for id in ["1", "2", "3", "4"] {
            index.ids.push(id);
        }
        assert!(index.may_pair(1, 2) && !index.may_pair(0, 1) && !index.may_pair(2, 3));
        assert_eq!(index.file_of(1), Path::new("a.csv"));
        assert_eq!(index.file_of(2), Path::new("b.csv"));
    }
}
