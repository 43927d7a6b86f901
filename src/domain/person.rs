//! What is known about one person from one place: a record of a feed, or a question.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Address, BirthDate, Email, FamilyHint, Identifier, Phone, redacted_debug};

/// Sex as recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Recorded as neither.
    Other,
}

impl Sex {
    /// Reads a sex cell: F, Female, Woman, Girl, 2; M, Male, Man, Boy, 1; Other, Indeterminate, Non-binary, I. `None` where nothing is known.
    #[must_use]
    pub fn parse(cell: &str) -> Option<Self> {
        let cell = cell.trim();
        let is_any = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(cell));
        if is_any(&["f", "female", "woman", "girl", "2"]) {
            Some(Self::Female)
        } else if is_any(&["m", "male", "man", "boy", "1"]) {
            Some(Self::Male)
        } else if is_any(&["other", "indeterminate", "non-binary", "nonbinary", "i"]) {
            Some(Self::Other)
        } else {
            None
        }
    }

    /// Its one-letter form for the store: `F`, `M` or `O`.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
            Self::Other => "O",
        }
    }
}

/// What one place says about one person: a feed's record, an `evaluate` row, or the child of a question.
///
/// Names stand as given (tidied, placeholders left out); how they are folded for comparison is for `matching::normalise`. This is the one input of
/// `matching`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PersonDetails {
    /// Given name or names.
    pub given_name: Option<String>,
    /// Middle names.
    pub middle_names: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Other names used: aliases, given names or whole names ("Given Family").
    pub other_names: Vec<String>,
    /// A former family name.
    pub former_family_name: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<BirthDate>,
    /// Age in whole years, where only that is known.
    pub age: Option<u16>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Addresses; the current one first where that is known.
    pub addresses: Vec<Address>,
    /// NHS number, valid or not.
    pub nhs_number: Option<Identifier>,
    /// Unique pupil number, valid or not.
    pub upn: Option<Identifier>,
    /// Telephone numbers.
    pub phones: Vec<Phone>,
    /// Email addresses.
    pub emails: Vec<Email>,
    /// Date of death.
    pub date_of_death: Option<Date>,
    /// Expected date of delivery of a child not yet born.
    pub expected_date_of_delivery: Option<Date>,
    /// Of what age they are at the least, where the birth date is not known and the list says that it holds nobody younger, or they have the care of a
    /// grown-up.
    pub least_age: Option<LeastAge>,
    /// What the row tells of somebody whom it only mentions, beside their own cells.
    pub family_hint: FamilyHint,
    /// Any other identifier by its name (`identifier.NAME` of `evaluate`).
    pub identifiers: BTreeMap<String, String>,
    /// Any other named column, compared by exact agreement (`other.NAME` of `evaluate`).
    pub other: BTreeMap<String, String>,
}
redacted_debug!(PersonDetails);

/// Of what age somebody is at the least, on a day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LeastAge {
    /// Whole years.
    pub years: u8,
    /// The day.
    pub on: Date,
}
redacted_debug!(LeastAge);

impl LeastAge {
    /// The last day on which they can have been born.
    #[must_use]
    pub fn latest_birth(self) -> Date {
        self.on.saturating_sub(jiff::Span::new().years(self.years))
    }
}

impl PersonDetails {
    /// Sets the names from one cell: "SURNAME, Given Middle" or "Given Middle Surname".
    ///
    /// The given name is the first word, the family name the last (or what stands before the comma), the rest are middle names. Titles ("Mrs") before
    /// the given name are left out.
    pub fn set_full_name(&mut self, full_name: &str) {
        let mut given = Vec::new();
        self.family_name = None;
        if let Some((family, rest)) = full_name.split_once(',') {
            self.family_name = meaningful(family);
            given.extend(rest.split_whitespace());
        } else {
            let mut words: Vec<&str> = full_name.split_whitespace().collect();
            if words.len() > 1 {
                self.family_name = words.pop().and_then(meaningful);
            }
            given = words;
        }
        let mut given = given.into_iter().skip_while(|word| is_title(word));
        self.given_name = given.next().and_then(meaningful);
        let middle = given.collect::<Vec<_>>().join(" ");
        self.middle_names = meaningful(&middle);
    }
}

fn meaningful(text: &str) -> Option<String> {
    super::text::meaningful(text).map(Cow::into_owned)
}

/// Whether a word before a given name is a title. "Master" is left alone: it is also a name.
fn is_title(word: &str) -> bool {
    matches!(word.trim_end_matches('.').to_lowercase().as_str(), "mr" | "mrs" | "ms" | "miss" | "mx" | "dr" | "prof" | "rev" | "revd")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_name_is_taken_apart_in_either_order() {
        let mut details = PersonDetails::default();
        details.set_full_name("OKAFOR, Chidi Paul");
        assert_eq!(
            (details.given_name.as_deref(), details.middle_names.as_deref(), details.family_name.as_deref()),
            (Some("Chidi"), Some("Paul"), Some("OKAFOR"))
        );
        details.set_full_name("Mary Ann Teal");
        assert_eq!(
            (details.given_name.as_deref(), details.middle_names.as_deref(), details.family_name.as_deref()),
            (Some("Mary"), Some("Ann"), Some("Teal"))
        );
        details.set_full_name("Mrs. Mary Teal");
        assert_eq!((details.given_name.as_deref(), details.middle_names.as_deref()), (Some("Mary"), None));
        details.set_full_name("TEAL, Ms Mary");
        assert_eq!((details.given_name.as_deref(), details.family_name.as_deref()), (Some("Mary"), Some("TEAL")));
        details.set_full_name("Mr Teal");
        assert_eq!((details.given_name.as_deref(), details.family_name.as_deref()), (None, Some("Teal")));
        details.set_full_name("Mary");
        assert_eq!((details.given_name.as_deref(), details.family_name.as_deref()), (Some("Mary"), None));
    }
}
