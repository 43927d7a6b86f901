//! Term frequencies, counted.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::matching::{
    Profile,
    hashing::{self, HashedMap},
    model::frequencies::{FrequencyTable, Kind},
    normalise::{address::Dwelling, word::Word},
};

/// Values seen fewer times than this are not listed: they say nothing about frequency and might say something about a person.
const FEWEST_SEEN: u32 = 3;
/// A kind with fewer values than this keeps the table that it had.
const FEWEST_VALUES: u32 = 200;

/// Values of one kind with how often they were seen.
#[derive(Default)]
struct Count {
    seen: HashedMap<(u32, Option<String>)>,
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
    let counts: Vec<Count> = Kind::ALL.par_iter().map(|(kind, _)| counted(*kind, profiles)).collect();
    let mut tables = known.clone();
    for ((kind, name), count) in Kind::ALL.into_iter().zip(&counts) {
        if let Some(mut table) = count.table() {
            match kind {
                Kind::DayOfYear => keep_heaped_days(&mut table),
                Kind::Dwelling => keep_shared_dwellings(&mut table, count.total),
                _ => {}
            }
            tables.insert(name.to_owned(), table);
        }
    }
    if let Some(table) = other_columns(profiles) {
        tables.insert("other".to_owned(), table);
    }
    tables
}

/// Counts the values of one kind.
fn counted(kind: Kind, profiles: &[Profile]) -> Count {
    let mut count = Count::default();
    for profile in profiles {
        let names = &profile.names;
        let dwelling = profile.dwellings.first();
        match kind {
            Kind::GivenName => names.given.iter().chain(&names.middle).for_each(|word| count.add_name(word)),
            Kind::FamilyName => names.family.iter().chain(names.family_parts()).for_each(|word| count.add_name(word)),
            Kind::DayOfYear => {
                profile.birth_date.iter().filter(|birth| birth.valid).for_each(|birth| count.add(birth.day_of_year(), || None));
            }
            Kind::Dwelling => dwelling.and_then(Dwelling::key).into_iter().for_each(|key| count.add(key, || None)),
            Kind::Postcode => dwelling
                .map(|dwelling| u64::from_be_bytes(dwelling.postcode))
                .filter(|postcode| *postcode != 0)
                .into_iter()
                .for_each(|postcode| count.add(postcode, || None)),
            Kind::Street => {
                dwelling
                    .into_iter()
                    .flat_map(|home| home.street.iter().chain(home.locality.as_deref()))
                    .for_each(|word| count.add_name(word));
            }
            Kind::Town => dwelling.and_then(|dwelling| dwelling.town.as_ref()).into_iter().for_each(|word| count.add_name(word)),
            Kind::Reach => profile.reach.iter().for_each(|value| count.add(value.word.hash(), || None)),
            Kind::Other => {} // each column for itself
        }
    }
    count
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
fn other_columns(profiles: &[Profile]) -> Option<FrequencyTable> {
    let mut columns: BTreeMap<u64, Count> = BTreeMap::new();
    for value in profiles.iter().flat_map(|profile| &profile.other) {
        columns.entry(value.name).or_default().add(hashing::numbers(value.name, &[value.word.hash()]), || None);
    }
    let usual = 0.01;
    let mut share = BTreeMap::new();
    for table in columns.values().filter_map(Count::table) {
        share.extend(table.share.into_iter().map(|(value, listed)| (value, rounded((usual * listed / table.usual).min(1.0)))));
    }
    let source = "counted, each column for itself".to_owned();
    (!share.is_empty()).then_some(FrequencyTable { source, usual, rare: usual / 4.0, share })
}
