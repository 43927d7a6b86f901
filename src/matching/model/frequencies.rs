//! How often values occur: an agreement on a rare value weighs more than one on a common value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::matching::hashing::{self, HashedMap};

/// What a frequency table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Given names.
    GivenName,
    /// Family names.
    FamilyName,
    /// Day and month of birth (`MMDD`).
    DayOfYear,
    /// Postcodes.
    Postcode,
    /// Streets, without their type.
    Street,
    /// Towns.
    Town,
    /// Telephone numbers and email addresses.
    Reach,
    /// Values of other columns, the column's name in the hash.
    Other,
    /// Dwellings that stand out by how many people share them; only listed ones count.
    Dwelling,
}

impl Kind {
    /// Every kind with its name in the model file.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::GivenName, "given_name"),
        (Self::FamilyName, "family_name"),
        (Self::DayOfYear, "day_of_year"),
        (Self::Postcode, "postcode"),
        (Self::Street, "street"),
        (Self::Town, "town"),
        (Self::Reach, "reach"),
        (Self::Other, "other"),
        (Self::Dwelling, "dwelling"),
    ];
}

/// How many kinds there are.
pub const KINDS: usize = Kind::ALL.len();

/// One table of the model file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrequencyTable {
    /// Where the figures come from.
    pub source: String,
    /// Chance that two people at random have the same value: the level's random share stands for it.
    pub usual: f64,
    /// Share taken for a value that is not listed.
    pub rare: f64,
    /// Share of people by value; a value may stand as `#` and its hash in hexadecimal.
    #[serde(default)]
    pub share: BTreeMap<String, f64>,
}

/// All frequency tables, as bits by hash.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frequencies {
    tables: BTreeMap<String, FrequencyTable>,
    bits: [HashedMap<f32>; KINDS],
    rare_bits: [f32; KINDS],
}

impl Frequencies {
    /// Frequencies of the model file's tables, by the name of their kind. Names of no kind are kept but not used.
    #[must_use]
    pub fn new(tables: BTreeMap<String, FrequencyTable>) -> Self {
        let mut frequencies = Self::default();
        for (kind, name) in Kind::ALL {
            let Some(table) = tables.get(name) else { continue };
            let place = kind as usize;
            frequencies.rare_bits[place] = rarity_bits(table.usual, table.rare);
            frequencies.bits[place] =
                table.share.iter().map(|(value, share)| (value_hash(value), rarity_bits(table.usual, *share))).collect();
        }
        frequencies.tables = tables;
        frequencies
    }

    /// Bits by which agreeing on this value says more (above 0) or less (below 0) than agreeing on a usual one.
    #[must_use]
    pub fn bits(&self, kind: Kind, hash: u64) -> f32 {
        let place = kind as usize;
        self.bits[place].get(&hash).copied().unwrap_or(self.rare_bits[place])
    }

    /// Whether the value is listed.
    #[must_use]
    pub fn is_listed(&self, kind: Kind, hash: u64) -> bool {
        self.bits[kind as usize].contains_key(&hash)
    }

    /// The tables as the model file holds them.
    #[must_use]
    pub fn tables(&self) -> &BTreeMap<String, FrequencyTable> {
        &self.tables
    }
}

/// A value's hash: `#…` is one already, anything else is a folded word.
fn value_hash(value: &str) -> u64 {
    let hashed = value.strip_prefix('#').and_then(|digits| u64::from_str_radix(digits, 16).ok());
    hashed.unwrap_or_else(|| hashing::text(value))
}

/// log2(usual / share), within 8 bits either way, in steps of 1/1024 so that sums are the same in any order.
#[allow(clippy::cast_possible_truncation, reason = "within 8 bits either way, and a step of 1/1024 is exact in 32 bits")]
fn rarity_bits(usual: f64, share: f64) -> f32 {
    if usual <= 0.0 || share <= 0.0 {
        return 0.0;
    }
    ((usual / share).log2().clamp(-8.0, 8.0) * 1024.0).round() as f32 / 1024.0
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::PersonDetails,
        matching::{Model, hashing, normalise::names::Names},
    };

    #[test]
    fn every_listed_name_stands_as_it_is_folded() {
        let tables = Model::built_in().frequencies().tables();
        for name in tables["family_name"].share.keys() {
            let folded = Names::new(&PersonDetails { family_name: Some(name.clone()), ..PersonDetails::default() });
            assert_eq!(folded.family.map(|word| word.hash()), Some(hashing::text(name)), "{name}");
        }
        for name in tables["given_name"].share.keys() {
            let folded = Names::new(&PersonDetails { given_name: Some(name.clone()), ..PersonDetails::default() });
            assert_eq!(folded.given.map(|word| word.hash()), Some(hashing::text(name)), "{name}");
        }
    }
}
