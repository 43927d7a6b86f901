//! Which pairs of records are truly one person, where somebody says so.

use std::{collections::HashMap, path::Path};

use rayon::prelude::*;

use super::{
    error::InputProblem,
    read::malformed,
    record_index::{Labels, RecordIndex},
};
use crate::matching::{Grouped, HashedMap};

/// A pair of records as one number, the earlier record first.
#[must_use]
pub fn pair_key(left: usize, right: usize) -> u64 {
    let (first, second) = (left.min(right) as u64, left.max(right) as u64);
    first << 32 | second
}

/// The two records of a pair's number.
#[must_use]
pub fn pair_of(key: u64) -> (usize, usize) {
    #[expect(clippy::cast_possible_truncation, reason = "each half of the key is the place of a record")]
    ((key >> 32) as usize, (key & u64::from(u32::MAX)) as usize)
}

/// The truth, as far as it is known.
pub enum Truth {
    /// Nobody says: nothing is scored.
    Unknown,
    /// Records with one label are one person.
    Clusters(Vec<u32>),
    /// The true pairs, in order, each once.
    Pairs(Vec<u64>),
}

/// Numbers of pairs: all, and those that touch each group.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct PairTotals {
    /// All pairs.
    pub all: u64,
    /// Pairs of which one record or both are in the group, by the group's number.
    pub by_group: Vec<u64>,
}

impl PairTotals {
    /// Adds what was counted of other pairs.
    pub fn merge(&mut self, other: &Self) {
        self.all += other.all;
        for (mine, theirs) in self.by_group.iter_mut().zip(&other.by_group) {
            *mine += theirs;
        }
    }
}

impl Truth {
    /// Whether anything is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }

    /// Whether two records are one person.
    #[must_use]
    pub fn holds(&self, left: usize, right: usize) -> bool {
        match self {
            Self::Unknown => false,
            Self::Clusters(labels) => labels[left] == labels[right],
            Self::Pairs(pairs) => pairs.binary_search(&pair_key(left, right)).is_ok(),
        }
    }

    /// How many true pairs there are.
    #[must_use]
    pub fn totals(&self, index: &RecordIndex) -> PairTotals {
        match self {
            Self::Unknown => PairTotals::default(),
            Self::Clusters(labels) => pairs_together(index, by_number(labels).iter()),
            Self::Pairs(pairs) => listed_pairs(index, pairs.iter().copied()),
        }
    }

    /// How many pairs a partition into people makes, and how many of them are true.
    #[must_use]
    pub fn of_people(&self, index: &RecordIndex, people: &[u32]) -> (PairTotals, PairTotals) {
        let of_people = by_number(people);
        let made = pairs_together(index, of_people.iter());
        let true_ones = match self {
            Self::Unknown => PairTotals::default(),
            Self::Clusters(labels) => {
                let label = |record: &u32| labels[*record as usize];
                let mut several: Vec<Vec<u32>> = of_people.iter().filter(|records| records.len() > 1).map(<[u32]>::to_vec).collect();
                several.par_iter_mut().for_each(|records| records.sort_by_key(label));
                pairs_together(index, several.iter().flat_map(|records| records.chunk_by(|one, other| label(one) == label(other))))
            }
            Self::Pairs(pairs) => {
                let together = pairs.iter().copied().filter(|key| {
                    let (left, right) = pair_of(*key);
                    people[left] == people[right]
                });
                listed_pairs(index, together)
            }
        };
        (made, true_ones)
    }

    /// Every true pair, up to `most`, in order.
    #[must_use]
    pub fn pairs(&self, index: &RecordIndex, most: usize) -> Vec<u64> {
        match self {
            Self::Unknown => Vec::new(),
            Self::Pairs(pairs) => pairs.iter().take(most).copied().collect(),
            Self::Clusters(labels) => {
                let mut found = Vec::new();
                for cluster in by_number(labels).iter() {
                    for (at, left) in cluster.iter().enumerate() {
                        for right in &cluster[at + 1..] {
                            if found.len() == most {
                                return found;
                            }
                            let (left, right) = (*left as usize, *right as usize);
                            if index.may_pair(left, right) {
                                found.push(pair_key(left, right));
                            }
                        }
                    }
                }
                found
            }
        }
    }

    /// Reads the true pairs from a file with the columns `left_id` and `right_id`.
    ///
    /// # Errors
    /// The file cannot be read, lacks a column, or names an id that no record has; a pair of one record with itself; with two files, a pair within one.
    pub fn read_pairs(file: &Path, index: &RecordIndex) -> Result<Self, InputProblem> {
        let ids = |range: std::ops::Range<usize>| range.map(|record| (index.ids.get(record), record)).collect::<HashMap<_, _>>();
        let first = ids(0..index.second_start());
        let second = if index.is_linkage() { ids(index.second_start()..index.len()) } else { HashMap::new() };
        let opened = std::fs::File::open(file).map_err(|source| InputProblem::unreadable(file, &source))?;
        let mut reader = csv::ReaderBuilder::new().from_reader(opened);
        let header = reader.headers().map_err(|error| malformed(file, &error))?.clone();
        let place = |column: &str| {
            header.iter().position(|name| name.trim_start_matches('\u{feff}').trim() == column).ok_or_else(|| {
                let remedy = "give the file the columns left_id and right_id";
                InputProblem::new(file, "has no such column", remedy).at_line(1).in_column(column)
            })
        };
        let (left_at, right_at) = (place("left_id")?, place("right_id")?);
        let mut pairs = Vec::new();
        for row in reader.records() {
            let row = row.map_err(|error| malformed(file, &error))?;
            let line = row.position().map_or(0, csv::Position::line);
            let (left, right) = (row[left_at].trim(), row[right_at].trim());
            let found = if index.is_linkage() {
                [(left, right), (right, left)].iter().find_map(|(a, b)| Some((*first.get(a)?, *second.get(b)?)))
            } else {
                first.get(left).copied().zip(first.get(right).copied())
            };
            let Some((left, right)) = found else {
                let known = |id: &str| first.contains_key(id) || second.contains_key(id);
                let (problem, column) = match (known(left), known(right)) {
                    (false, _) => ("no record has this id", "left_id"),
                    (_, false) => ("no record has this id", "right_id"),
                    _ => ("both ids are of one file, and pairs go across the two", "right_id"),
                };
                let remedy = "correct the pair, and see that the map's `id` names the column that the pairs use";
                return Err(InputProblem::new(file, problem, remedy).at_line(line).in_column(column));
            };
            if left == right {
                return Err(InputProblem::new(file, "the pair is of one record with itself", "remove the row").at_line(line));
            }
            pairs.push(pair_key(left, right));
        }
        pairs.par_sort_unstable();
        pairs.dedup();
        Ok(Self::Pairs(pairs))
    }

    /// The truth that a cluster column says.
    #[must_use]
    pub fn of_clusters(labels: &Labels) -> Self {
        Self::Clusters(labels.of_records().to_vec())
    }
}

/// The records of each number, in order.
fn by_number(numbers: &[u32]) -> Grouped<u32> {
    let highest = numbers.iter().max().map_or(0, |highest| *highest as usize + 1);
    Grouped::new(highest, || (0..).zip(numbers).map(|(record, number)| (*number as usize, record)))
}

/// Counts the pairs within groups of records.
fn pairs_together<'records>(index: &RecordIndex, groups_of_records: impl Iterator<Item = &'records [u32]>) -> PairTotals {
    let groups = index.groups.as_ref();
    let mut totals = PairTotals { all: 0, by_group: vec![0; groups.map_or(0, Labels::count)] };
    let mut members: HashedMap<[u64; 2]> = HashedMap::default();
    for together in groups_of_records.filter(|together| together.len() > 1) {
        let mut sides = [0u64; 2];
        members.clear();
        for record in together {
            let record = *record as usize;
            let side = usize::from(record >= index.second_start());
            sides[side] += 1;
            if let Some(groups) = groups {
                members.entry(u64::from(groups.of_records()[record])).or_default()[side] += 1;
            }
        }
        let pairs = |sides: [u64; 2]| {
            if index.is_linkage() { sides[0] * sides[1] } else { sides[0] * sides[0].saturating_sub(1) / 2 }
        };
        totals.all += pairs(sides);
        for (group, within) in &members {
            totals.by_group[usize::try_from(*group).expect("it is a group's number")] +=
                pairs(sides) - pairs([sides[0] - within[0], sides[1] - within[1]]);
        }
    }
    totals
}

/// Counts listed pairs.
fn listed_pairs(index: &RecordIndex, pairs: impl Iterator<Item = u64>) -> PairTotals {
    let mut totals = PairTotals { all: 0, by_group: vec![0; index.groups.as_ref().map_or(0, Labels::count)] };
    for key in pairs {
        let (left, right) = pair_of(key);
        totals.all += 1;
        for group in groups_of(index, left, right) {
            totals.by_group[group as usize] += 1;
        }
    }
    totals
}

/// The group or two groups that a pair touches.
pub fn groups_of(index: &RecordIndex, left: usize, right: usize) -> impl Iterator<Item = u32> {
    let groups = index.groups.as_ref().map(Labels::of_records);
    let of_left = groups.map(|groups| groups[left]);
    let of_right = groups.map(|groups| groups[right]).filter(|group| Some(*group) != of_left);
    of_left.into_iter().chain(of_right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::read_tests::written;

    fn index(clusters: &[&str], second_file_at: Option<usize>, groups: &[&str]) -> RecordIndex {
        let mut index = RecordIndex { files: vec!["a.csv".into()], starts: vec![0], ..RecordIndex::default() };
        if let Some(start) = second_file_at {
            index.files.push("b.csv".into());
            index.starts.push(start);
        }
        let mut labels = Labels::default();
        for (at, cluster) in clusters.iter().enumerate() {
            index.ids.push(&format!("r{at}"));
            labels.push_cluster(cluster);
        }
        index.clusters = Some(labels);
        if !groups.is_empty() {
            let mut labels = Labels::default();
            for group in groups {
                labels.push_group(group);
            }
            index.groups = Some(labels);
        }
        index
    }

    fn clusters(index: &RecordIndex) -> Truth {
        Truth::of_clusters(index.clusters.as_ref().unwrap())
    }

    #[test]
    fn clusters_count_every_pair_within_them() {
        let index = index(&["a", "a", "a", "b", "b", "", ""], None, &[]);
        let truth = clusters(&index);
        assert_eq!(truth.totals(&index).all, 4);
        assert!(truth.holds(0, 2) && !truth.holds(2, 3) && !truth.holds(5, 6));
        assert_eq!(truth.pairs(&index, 9).len(), 4);
        assert_eq!(truth.pairs(&index, 2).len(), 2);
    }

    #[test]
    fn two_files_count_only_pairs_across() {
        let index = index(&["a", "a", "b", "a", "a"], Some(3), &[]);
        assert_eq!(clusters(&index).totals(&index).all, 4);
        assert_eq!(clusters(&index).pairs(&index, 9).len(), 4);
    }

    #[test]
    fn people_are_held_against_the_truth() {
        let index = index(&["a", "a", "a", "b", "b"], None, &[]);
        let (made, true_ones) = clusters(&index).of_people(&index, &[0, 0, 1, 1, 1]);
        assert_eq!((made.all, true_ones.all), (4, 2));
    }

    #[test]
    fn a_pair_counts_once_for_each_group_it_touches() {
        let index = index(&["a", "a", "a", "b", "b"], None, &["x", "x", "y", "y", "y"]);
        assert_eq!(clusters(&index).totals(&index), PairTotals { all: 4, by_group: vec![3, 3] });
        let listed = listed_pairs(&index, clusters(&index).pairs(&index, 9).into_iter());
        assert_eq!(listed, PairTotals { all: 4, by_group: vec![3, 3] });
    }

    #[test]
    fn true_pairs_are_read_in_either_order_and_once() {
        let index = index(&["", "", "", ""], Some(2), &[]);
        let file = written("pairs.csv", b"left_id,right_id\nr0,r3\nr3,r0\nr1,r2\n");
        let truth = Truth::read_pairs(&file, &index).unwrap();
        assert_eq!(truth.totals(&index).all, 2);
        assert!(truth.holds(3, 0));
    }

    #[test]
    fn wrong_pairs_are_refused_with_their_line() {
        let index = index(&["", "", "", ""], Some(2), &[]);
        let refused = |content: &str| {
            let file = written("wrong_pairs.csv", content.as_bytes());
            let problem = Truth::read_pairs(&file, &index).err().unwrap().to_string();
            problem.replace(&file.display().to_string(), "PAIRS")
        };
        assert!(refused("left_id,other\n").starts_with("PAIRS, line 1, column `right_id`: has no such column."));
        assert!(refused("left_id,right_id\nr0,r9\n").starts_with("PAIRS, line 2, column `right_id`: no record has this id."));
        assert!(refused("left_id,right_id\nr0,r1\n").contains("both ids are of one file"));
    }
}
