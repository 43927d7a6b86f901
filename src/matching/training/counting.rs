//! Term frequencies, counted.

use std::collections::{BTreeMap, HashMap};

use crate::matching::{
    Profile, hashing,
    model::frequencies::{FrequencyTable, KINDS, Kind},
    normalise::word::Word,
};

/// Values seen fewer times than this are not listed: they say nothing about frequency and might say something about a person.
const FEWEST_SEEN: u32 = 3;
/// A kind with fewer values than this keeps the table that it had.
const FEWEST_VALUES: u32 = 200;

/// Values of one kind with how often they were seen.
#[derive(Default)]
struct Count {
    seen: HashMap<u64, (u32, Option<String>)>,
    total: u32,
}

impl Count {
    fn add(&mut self, hash: u64, name: impl FnOnce() -> Option<String>) {
        self.total += 1;
        self.seen.entry(hash).or_insert_with(|| (0, name())).0 += 1;
    }

    fn add_name(&mut self, word: &Word) {
        self.add(word.hash(), || word.is_whole().then(|| word.text().to_owned()));
    }

    /// The table: listed shares; the chance that two at random agree; and the share of a value that is not listed, taken as one and a half sightings.
    fn table(&self) -> Option<FrequencyTable> {
        if self.total < FEWEST_VALUES {
            return None;
        }
        let total = f64::from(self.total);
        // The sum of squares without pairing a sighting with itself.
        let together: f64 = self.seen.values().map(|(count, _)| f64::from(*count) * (f64::from(*count) - 1.0)).sum();
        let usual = (together / (total * (total - 1.0))).max(1.0 / (total * total));
        let listed = self.seen.iter().filter(|(_, (count, _))| *count >= FEWEST_SEEN);
        let share = listed
            .map(|(hash, (count, name))| (name.clone().unwrap_or_else(|| format!("#{hash:016x}")), rounded(f64::from(*count) / total)))
            .collect();
        let source = format!("counted over {} values", self.total);
        Some(FrequencyTable { source, usual: rounded(usual), rare: rounded(1.5 / total), share })
    }
}

/// Five significant digits are enough and keep the file readable.
fn rounded(share: f64) -> f64 {
    format!("{share:.4e}").parse().unwrap_or(share)
}

/// Counts every kind.
pub(super) fn frequencies(profiles: &[Profile], known: &BTreeMap<String, FrequencyTable>) -> BTreeMap<String, FrequencyTable> {
    let mut counts: [Count; KINDS] = Default::default();
    let mut columns: HashMap<u64, Count> = HashMap::new();
    for profile in profiles {
        count_profile(profile, &mut counts, &mut columns);
    }
    let mut tables = known.clone();
    for (kind, name) in Kind::ALL {
        if let Some(mut table) = counts[kind as usize].table() {
            match kind {
                Kind::DayOfYear => keep_heaped_days(&mut table),
                Kind::Dwelling => keep_shared_dwellings(&mut table, counts[kind as usize].total),
                _ => {}
            }
            tables.insert(name.to_owned(), table);
        }
    }
    if let Some(table) = other_columns(&columns) {
        tables.insert("other".to_owned(), table);
    }
    tables
}

fn count_profile(profile: &Profile, counts: &mut [Count; KINDS], columns: &mut HashMap<u64, Count>) {
    let names = &profile.names;
    for word in names.given.iter().chain(&names.middle) {
        counts[Kind::GivenName as usize].add_name(word);
    }
    for word in names.family.iter().chain(&names.family_parts) {
        counts[Kind::FamilyName as usize].add_name(word);
    }
    if let Some(birth) = profile.birth_date.filter(|birth| birth.valid) {
        counts[Kind::DayOfYear as usize].add(birth.day_of_year(), || None);
    }
    if let Some(dwelling) = profile.dwellings.first() {
        if let Some(key) = dwelling.key() {
            counts[Kind::Dwelling as usize].add(key, || None);
        }
        if dwelling.postcode != [0; 8] {
            counts[Kind::Postcode as usize].add(u64::from_be_bytes(dwelling.postcode), || None);
        }
        for word in dwelling.street.iter().chain(&dwelling.locality) {
            counts[Kind::Street as usize].add_name(word);
        }
        if let Some(word) = &dwelling.town {
            counts[Kind::Town as usize].add_name(word);
        }
    }
    for value in &profile.reach {
        counts[Kind::Reach as usize].add(value.word.hash(), || None);
    }
    for value in &profile.other {
        let hash = hashing::numbers(value.name, &[value.word.hash()]);
        columns.entry(value.name).or_default().add(hash, || None);
    }
}

/// Only days that stand out are listed; the rest of the year is level.
fn keep_heaped_days(table: &mut FrequencyTable) {
    let level = 1.0 / 365.25;
    table.share.retain(|_, share| *share > 2.5 * level);
    (table.usual, table.rare) = (level, level);
}

/// Only dwellings with more records than a household brings are listed: a large family known to several feeds, and then as many again.
fn keep_shared_dwellings(table: &mut FrequencyTable, total: u32) {
    let mean = table.share.values().sum::<f64>() / f64::from(u32::try_from(table.share.len().max(1)).unwrap_or(u32::MAX));
    let least = (40.0 / f64::from(total)).max(4.0 * mean);
    table.share.retain(|_, share| *share >= least);
}

/// One table for all other columns: each value's share against its own column's usual one, brought to one common usual share.
fn other_columns(columns: &HashMap<u64, Count>) -> Option<FrequencyTable> {
    let usual = 0.01;
    let mut share = BTreeMap::new();
    for table in columns.values().filter_map(Count::table) {
        share.extend(table.share.into_iter().map(|(value, listed)| (value, rounded((usual * listed / table.usual).min(1.0)))));
    }
    let source = "counted, each column for itself".to_owned();
    (!share.is_empty()).then_some(FrequencyTable { source, usual, rare: usual / 4.0, share })
}
