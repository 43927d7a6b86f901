//! Names as recorded, taken apart for comparison.

use std::borrow::Cow;

use super::{fold, word::Word};
use crate::domain::{PersonDetails, WordList, redacted_debug, text};

/// Words before a family name that services write together, apart, or leave out.
const PARTICLES: &WordList = &WordList::new(&[
    "al", "el", "ul", "ur", "bin", "bint", "binti", "ibn", "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van",
    "von", "den", "der", "ter", "ten", "o", "mac", "mc", "st", "ap", "ab", "abu", "umm",
]);

/// Titles and suffixes that are no names.
const TITLES: &WordList = &WordList::new(&[
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "lady", "master", "jr", "jnr", "junior", "sr", "snr", "senior", "ii",
    "iii", "iv",
]);

/// Marks that operators and migrations put before a name, joined by underscores (`DUPLICATE_`, `MIG_ERROR_`, `NO_SHOW_`).
const MARKS: &WordList = &WordList::new(&[
    "mig",
    "error",
    "err",
    "duplicate",
    "dup",
    "no",
    "show",
    "do",
    "not",
    "use",
    "test",
    "deleted",
    "old",
    "inactive",
    "merged",
]);

/// Words for a role in a household that stand where nobody knew the name ("Occupier", "The Householder", "Daughter of", "Lady of the house").
const ROLES: &WordList = &WordList::new(&[
    "adult",
    "brother",
    "child",
    "dad",
    "daughter",
    "father",
    "female",
    "gentleman",
    "girl",
    "guest",
    "head",
    "householder",
    "husband",
    "kid",
    "lady",
    "male",
    "man",
    "member",
    "minor",
    "mother",
    "mum",
    "neighbour",
    "occupant",
    "occupier",
    "owner",
    "parent",
    "partner",
    "person",
    "resident",
    "sister",
    "son",
    "spouse",
    "tenant",
    "visitor",
    "wife",
    "woman",
    "boy",
    "senor",
    "senora",
    "madam",
]);
const ROLE_LINKS: &WordList = &WordList::new(&[
    "of",
    "in",
    "the",
    "house",
    "home",
    "household",
    "a",
    "at",
    "this",
    "unknown",
    "family",
    "one",
    "two",
    "three",
    "1",
    "2",
    "3",
]);

/// All names of one person.
#[derive(Clone, Default, PartialEq)]
pub struct Names {
    /// The given name, its words run together.
    pub given: Option<Word>,
    /// The words of a given name of several.
    pub given_parts: Box<[Word]>,
    /// Middle names.
    pub middle: Box<[Word]>,
    /// Given and middle names run together, where there are both.
    pub given_and_middle: Option<Word>,
    /// The family name, its words run together.
    pub family: Option<Word>,
    /// The words of a double-barrelled family name, or what stands behind a particle.
    pub family_parts: Box<[Word]>,
    /// Given names among the other names used.
    pub other_given: Box<[Word]>,
    /// Former family names and those among the other names used.
    pub other_family: Box<[Word]>,
    /// Whether the given name says that the child has no name yet ("Baby", "Twin 1").
    pub unnamed: bool,
}
redacted_debug!(Names);

impl Names {
    /// Takes the names of `details` apart.
    #[must_use]
    pub fn new(details: &PersonDetails) -> Self {
        let mut names = Self::default();
        let given = details.given_name.as_deref().unwrap_or_default();
        let is_unnamed = text::is_unnamed(given);
        names.unnamed = is_unnamed && has_birth_word(given);
        let folded_given = folded_name(if is_unnamed { "" } else { given });
        let given_words = name_words(&folded_given);
        names.given = Word::new(&run_together(&given_words)).map(Word::as_given_name);
        if given_words.len() > 1 {
            names.given_parts = words(&given_words, Word::as_given_name);
        }
        let folded_middle = folded_name(details.middle_names.as_deref().unwrap_or_default());
        let middle_words = further_name_words(&folded_middle);
        names.middle = words(&middle_words, Word::as_given_name);
        if names.given.is_some() && !middle_words.is_empty() {
            names.given_and_middle = Word::new(&[given_words, middle_words].concat().concat());
        }
        let (family, parts) = family_name(details.family_name.as_deref().unwrap_or_default());
        names.family = family;
        names.family_parts = parts;
        names.set_other_names(details);
        names
    }

    fn set_other_names(&mut self, details: &PersonDetails) {
        let mut given = Vec::new();
        let mut family = Vec::new();
        family.extend(details.former_family_name.as_deref().and_then(|name| family_name(name).0));
        for name in details.other_names.iter().filter(|name| !text::is_placeholder(name)) {
            let (family_part, given_part) = name.split_once(',').unwrap_or(("", name));
            let (folded_given, folded_family) = (folded_name(given_part), folded_name(family_part));
            let (before, after) = if name.contains(',') {
                (name_words(&folded_given), name_words(&folded_family))
            } else {
                split_whole_name(name_words(&folded_given))
            };
            if after.is_empty() {
                // One word alone may be either; it is looked for on both sides.
                family.extend(Word::new(&run_together(&before)).map(Word::as_family_name));
            }
            given.extend(before.first().and_then(|word| Word::new(word)).map(Word::as_given_name));
            family.extend(family_name(&after.join(" ")).0);
        }
        let known = |word: &Word, primary: Option<Word>| primary.is_some_and(|primary| primary.hash() == word.hash());
        given.retain(|word| !known(word, self.given));
        family.retain(|word| !known(word, self.family));
        self.other_given = distinct(given);
        self.other_family = distinct(family);
    }

    /// Every word that carries a frequency, with whether it is a family name.
    pub(crate) fn words_mut(&mut self) -> impl Iterator<Item = (&mut Word, bool)> {
        let given = self.given.iter_mut().chain(&mut self.given_parts).chain(&mut self.middle).chain(&mut self.other_given);
        let family = self.family.iter_mut().chain(&mut self.family_parts).chain(&mut self.other_family);
        given.map(|word| (word, false)).chain(family.map(|word| (word, true)))
    }
}

fn words(folded: &[impl AsRef<str>], kind: fn(Word) -> Word) -> Box<[Word]> {
    folded.iter().filter_map(|word| Word::new(word.as_ref())).map(kind).collect()
}

/// Words as one; a single word, as most names are, stays as it is.
fn run_together<'word>(words: &[&'word str]) -> Cow<'word, str> {
    if let [word] = words { Cow::Borrowed(word) } else { Cow::Owned(words.concat()) }
}

fn distinct(mut words: Vec<Word>) -> Box<[Word]> {
    words.sort_by_key(Word::hash);
    words.dedup_by_key(|word| word.hash());
    words.into_boxed_slice()
}

/// The words of a folded name cell, without titles, brackets and operators' marks; none where they are those of a role.
fn name_words(folded: &str) -> Vec<&str> {
    let all = folded_words(folded);
    if is_role(&all) { Vec::new() } else { without_titles(all) }
}

/// The same, also where the words alone would be those of a role: behind a given name, "Man" is a name.
fn further_name_words(folded: &str) -> Vec<&str> {
    without_titles(folded_words(folded))
}

/// A name cell folded, without operators' marks; empty where it says nothing.
fn folded_name(cell: &str) -> String {
    if text::is_placeholder(cell) { String::new() } else { fold(without_marks(cell)) }
}

fn folded_words(folded: &str) -> Vec<&str> {
    folded.split(' ').filter(|word| !word.is_empty()).collect()
}

fn without_titles(mut words: Vec<&str>) -> Vec<&str> {
    let is_title = |word: &&str| TITLES.contains(word);
    if !words.iter().all(is_title) {
        words.retain(|word| !is_title(word));
    }
    words
}

/// Words that newborn children are recorded under; "Male" or "Girl" alone also stands for a name that nobody took down.
fn has_birth_word(given: &str) -> bool {
    const WORDS: &[&str] = &["baby", "twin", "triplet", "infant", "newborn", "unborn", "foetus", "fetus"];
    fold(given).split(' ').any(|word| WORDS.contains(&word))
}

/// Only words for a role, perhaps with words that link them.
fn is_role(words: &[&str]) -> bool {
    let may_stand = |word: &&str| ROLES.contains(word) || ROLE_LINKS.contains(word) || TITLES.contains(word);
    words.iter().any(|word| ROLES.contains(word)) && words.iter().all(may_stand)
}

fn without_marks(cell: &str) -> &str {
    let mut rest = cell;
    while let Some((first, after)) = rest.split_once('_') {
        if !MARKS.contains(&first.trim().to_lowercase()) || after.trim().is_empty() {
            break;
        }
        rest = after;
    }
    rest
}

/// "Mary Ann van Dyke" into given and family words: the family name starts at the first particle behind the first word, or is the last word.
fn split_whole_name(mut words: Vec<&str>) -> (Vec<&str>, Vec<&str>) {
    if words.len() < 2 {
        return (words, Vec::new());
    }
    let particle = words.iter().skip(1).take(words.len() - 2).position(|word| PARTICLES.contains(word));
    let family = words.split_off(particle.map_or(words.len() - 1, |at| at + 1));
    (words, family)
}

/// The family name run together, and its parts where it has several or a particle.
fn family_name(cell: &str) -> (Option<Word>, Box<[Word]>) {
    let folded = folded_name(cell);
    let all = name_words(&folded);
    let whole = Word::new(&unified_prefix(&run_together(&all))).map(Word::as_family_name);
    if all.len() < 2 {
        return (whole, Box::default());
    }
    let core: Vec<Cow<'_, str>> = all.iter().filter(|word| !PARTICLES.contains(word)).map(|word| unified_prefix(word)).collect();
    (whole, words(&core, Word::as_family_name))
}

/// `macdonald` and `mcdonald` as one.
fn unified_prefix(word: &str) -> Cow<'_, str> {
    match word.strip_prefix("mac") {
        Some(rest) if rest.len() > 3 => Cow::Owned(format!("mc{rest}")),
        _ => Cow::Borrowed(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(given: &str, family: &str) -> Names {
        Names::new(&PersonDetails { given_name: Some(given.into()), family_name: Some(family.into()), ..PersonDetails::default() })
    }

    fn text_of(word: Option<Word>) -> String {
        word.map(|word| word.text().to_owned()).unwrap_or_default()
    }

    #[test]
    fn prefixes_are_written_in_one_way() {
        assert_eq!(named("A", "Mac Donald").family, named("A", "McDonald").family);
        assert_eq!(named("A", "O Brien").family.unwrap().hash(), named("A", "O'Brien").family.unwrap().hash());
        assert_eq!(text_of(named("A", "van der Berg").family), "vanderberg");
        assert_eq!(named("A", "Al-Hassan").family_parts.len(), 1);
    }

    #[test]
    fn marks_and_titles_are_left_out() {
        assert_eq!(text_of(named("DUPLICATE_Noor", "NO_SHOW_Malik").given), "noor");
        assert_eq!(text_of(named("Mrs Noor", "Malik").given), "noor");
    }

    #[test]
    fn an_unnamed_child_has_no_given_name() {
        let names = named("Twin 1", "Teal");
        assert!(names.given.is_none() && names.unnamed);
    }

    #[test]
    fn a_role_in_the_household_is_no_name() {
        for name in ["Occupier", "The Householder", "Lady of the House", "Daughter"] {
            assert!(named(name, "Teal").given.is_none(), "{name}");
        }
        assert!(named("Guest", "Brown").family.is_some());
        assert!(named("Mandy", "Male").given.is_some());
    }

    #[test]
    fn a_given_name_in_two_words_is_the_same_in_one() {
        assert_eq!(named("Li Na", "Wang").given.unwrap().hash(), named("Lina", "Wang").given.unwrap().hash());
    }

    #[test]
    fn a_word_for_a_role_is_a_name_behind_a_given_name() {
        let names = |given: &str, middle: Option<&str>| {
            Names::new(&PersonDetails {
                given_name: Some(given.into()),
                middle_names: middle.map(str::to_owned),
                ..PersonDetails::default()
            })
        };
        assert_eq!(names("Kin", Some("Man")).given_and_middle.unwrap().hash(), names("Kin-Man", None).given.unwrap().hash());
    }

    #[test]
    fn other_names_give_given_and_family_names() {
        let details = PersonDetails {
            given_name: Some("Ann".into()),
            family_name: Some("Teal".into()),
            other_names: vec!["Nancy van Dyke".into()],
            former_family_name: Some("Brook".into()),
            ..PersonDetails::default()
        };
        let names = Names::new(&details);
        assert_eq!((names.other_given.len(), names.other_family.len()), (1, 2));
    }
}
