//! Other spellings and everyday forms, from tables of this generator's own.

use std::collections::BTreeMap;

use super::super::chance::Chance;

/// The tables of other spellings and everyday forms that mistakes are made from.
pub struct Spellings {
    variants: BTreeMap<&'static str, Vec<&'static str>>,
    diminutives: BTreeMap<&'static str, Vec<&'static str>>,
}

fn table(text: &'static str) -> BTreeMap<&'static str, Vec<&'static str>> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('|'))
        .map(|(name, others)| (name, others.split(';').filter(|other| *other != name).collect()))
        .collect()
}

impl Spellings {
    /// Reads the tables that come with the program.
    #[must_use]
    pub fn load() -> Self {
        Self { variants: table(include_str!("../data/variants.csv")), diminutives: table(include_str!("../data/diminutives.csv")) }
    }

    /// Another spelling of the same name.
    pub fn variant(&self, name: &str, chance: &mut Chance) -> Option<String> {
        Self::other(&self.variants, name, chance)
    }

    /// An everyday form of a given name.
    pub fn diminutive(&self, name: &str, chance: &mut Chance) -> Option<String> {
        Self::other(&self.diminutives, name, chance)
    }

    fn other(table: &BTreeMap<&'static str, Vec<&'static str>>, name: &str, chance: &mut Chance) -> Option<String> {
        table.get(name).filter(|others| !others.is_empty()).map(|others| (*chance.one_of(others)).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_spellings_are_read_and_never_give_the_same_name() {
        let spellings = Spellings::load();
        assert!(spellings.variants.len() > 200 && spellings.diminutives.len() > 150);
        for (name, others) in spellings.variants.iter().chain(&spellings.diminutives) {
            assert!(!others.contains(name) && !others.is_empty(), "{name}");
        }
    }
}
