//! One person as all of their records together show them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{
    domain::{BirthDate, Sex, family::Facts, text},
    lookup::answer::CaseId,
    store::record::StoredRecord,
};

/// What is shown of a person, drawn from the feeds that may be told of.
#[derive(Debug, Clone)]
pub struct Portrait {
    /// Name as best known.
    pub name: String,
    /// Whether any record names the person.
    pub is_named: bool,
    /// Other names used.
    pub also_known_as: Vec<String>,
    /// Date of birth as best known.
    pub date_of_birth: Option<BirthDate>,
    /// Age in whole years.
    pub age: Option<u16>,
    /// Sex as best known.
    pub sex: Option<Sex>,
    /// Whether any feed records a death.
    pub deceased: bool,
    /// Case-management ids.
    pub case_ids: Vec<CaseId>,
    /// The words of every family name on record, folded: for the rules of family, never shown.
    family_names: BTreeSet<String>,
}

impl Portrait {
    /// Draws a person from their records. Names and case ids of feeds that are not `open` are left out: they would tell of the service. Where no
    /// open feed names the person, the name of the others stands, since the person is shown all the same.
    #[must_use]
    pub fn draw(records: &[&StoredRecord], is_open: impl Fn(&str) -> bool, today: Date) -> Self {
        let open: Vec<&StoredRecord> = records.iter().copied().filter(|record| is_open(&record.feed)).collect();
        let naming = if open.iter().any(|record| full_name(record).is_some()) { &open[..] } else { records };
        let usual = most_usual(naming.iter().filter_map(|record| full_name(record)));
        let is_named = usual.is_some();
        let name = usual.map_or_else(|| "Name not known".to_owned(), |name| display(&name));
        let also_known_as = other_names(&open, &name);
        let birth_date_of = |records: &[&StoredRecord]| plurality(records.iter().filter_map(|record| record.details.date_of_birth));
        let date_of_birth = birth_date_of(&open).or_else(|| birth_date_of(records));
        let mut case_ids: Vec<CaseId> =
            open.iter().filter_map(|record| Some(CaseId { feed: record.feed.clone(), value: record.case_id.clone()? })).collect();
        case_ids.sort();
        case_ids.dedup();
        Self {
            name,
            is_named,
            also_known_as,
            date_of_birth,
            age: date_of_birth.map(|day| day.age_on(today)),
            sex: plurality(records.iter().filter_map(|record| record.details.sex.map(Sex::letter))).and_then(Sex::parse),
            deceased: records.iter().any(|record| record.details.date_of_death.is_some()),
            case_ids,
            family_names: records.iter().flat_map(|record| family_names(record)).collect(),
        }
    }

    /// What the rules of family need to know.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts {
            name: self.is_named.then(|| self.name.clone()),
            family_names: self.family_names.clone(),
            age: self.age,
            sex: self.sex,
            deceased: self.deceased,
        }
    }
}

/// The words of a record's family names in lower case and without accents: the parts of a double name are shared with either parent.
fn family_names(record: &StoredRecord) -> BTreeSet<String> {
    let details = &record.details;
    let names = details.family_name.iter().chain(&details.former_family_name);
    names
        .flat_map(|name| deunicode::deunicode(name).to_lowercase().split([' ', '-']).map(str::to_owned).collect::<Vec<_>>())
        .filter(|word| word.len() > 1)
        .collect()
}

fn full_name(record: &StoredRecord) -> Option<String> {
    let details = &record.details;
    let given = details.given_name.as_deref().filter(|name| !text::is_unnamed(name));
    match (given, details.family_name.as_deref()) {
        (None, None) => None,
        (given, family) => Some([given, family].into_iter().flatten().collect::<Vec<_>>().join(" ")),
    }
}

/// Names that differ from the one shown, once each however they are written.
fn other_names(records: &[&StoredRecord], shown: &str) -> Vec<String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for record in records {
        let details = &record.details;
        let former = details
            .former_family_name
            .as_ref()
            .map(|former| details.given_name.as_ref().map_or_else(|| former.clone(), |given| format!("{given} {former}")));
        for name in full_name(record).into_iter().chain(former).chain(details.other_names.iter().cloned()) {
            names.entry(name.to_lowercase()).or_insert_with(|| display(&name));
        }
    }
    names.remove(&shown.to_lowercase());
    names.into_values().collect()
}

/// The spelling that most records use, whatever its case; fuller names win among equals, then the alphabet.
fn most_usual(names: impl Iterator<Item = String>) -> Option<String> {
    let mut spellings: BTreeMap<String, (usize, BTreeSet<String>)> = BTreeMap::new();
    for name in names {
        let (count, written) = spellings.entry(name.to_lowercase()).or_default();
        *count += 1;
        written.insert(name);
    }
    let best = spellings.into_iter().max_by(|left, right| {
        let words = |name: &str| name.split(' ').count().min(2);
        (words(&left.0), left.1.0).cmp(&(words(&right.0), right.1.0)).then_with(|| right.0.cmp(&left.0))
    });
    best.and_then(|(_, (_, written))| written.iter().find(|name| !is_shouted(name)).or_else(|| written.first()).cloned())
}

/// The value that most records give; the lowest among equals.
fn plurality<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts.into_iter().max_by(|left, right| left.1.cmp(&right.1).then_with(|| right.0.cmp(&left.0))).map(|(value, _)| value)
}

fn is_shouted(name: &str) -> bool {
    !name.chars().any(char::is_lowercase)
}

/// A name written all in capitals is shown with a capital at the start of each of its parts.
fn display(name: &str) -> String {
    name.split(' ')
        .map(|word| if word.chars().count() > 1 && is_shouted(word) { capitalised(word) } else { word.to_owned() })
        .collect::<Vec<_>>()
        .join(" ")
}

fn capitalised(word: &str) -> String {
    let mut starts = true;
    let mut shown = String::with_capacity(word.len());
    for character in word.chars() {
        if starts {
            shown.extend(character.to_uppercase());
        } else {
            shown.extend(character.to_lowercase());
        }
        starts = !character.is_alphanumeric();
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spelling_is_shown_and_not_in_capitals() {
        let names = ["CHIDI OKAFOR", "Chidi Okafor", "Chidy Okafor", "Okafor"].map(str::to_owned);
        assert_eq!(most_usual(names.into_iter()).as_deref(), Some("Chidi Okafor"));
        assert_eq!(display("SEÁN O'NEILL-WARD"), "Seán O'Neill-Ward");
        assert_eq!(display("Chidi McArthur"), "Chidi McArthur");
    }

    #[test]
    fn the_value_that_most_records_give_is_taken() {
        assert_eq!(plurality([3, 5, 5, 3, 5].into_iter()), Some(5));
        assert_eq!(plurality([5, 3].into_iter()), Some(3));
        assert_eq!(plurality(std::iter::empty::<u8>()), None);
    }
}
