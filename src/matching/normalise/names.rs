//! Names as recorded, taken apart for comparison.

use std::{borrow::Cow, rc::Rc};

use super::{
    fold,
    name_words::{PARTICLES, ROLE_LINKS, ROLES, ROLES_AND_NAMES, TITLES, without_marks},
    recent::Recent,
    word::Word,
};
use crate::{
    domain::{PersonDetails, Sex, redacted_debug, text},
    matching::profile::Few,
};

/// All names of one person.
#[derive(Clone, Default, PartialEq)]
pub struct Names {
    /// The given name, its words run together.
    pub given: Option<Word>,
    /// Middle names.
    pub middle: Few<Word>,
    /// Given and middle names run together, where there are both.
    pub given_and_middle: Option<Box<Word>>,
    /// The family name, its words run together.
    pub family: Option<Word>,
    /// What most people have not, apart, so that profiles are small.
    further: Option<Box<FurtherNames>>,
    /// Whether the given name says that the child has no name yet ("Baby", "Twin 1").
    pub unnamed: bool,
}
redacted_debug!(Names);

/// Names in several words, and other names.
#[derive(Clone, Default, PartialEq)]
struct FurtherNames {
    given_parts: Box<[Word]>,
    family_parts: Box<[Word]>,
    other_given: Box<[Word]>,
    other_family: Box<[Word]>,
    lent_family: Box<[Word]>,
}

impl Names {
    /// Takes the names of `details` apart.
    #[must_use]
    pub fn new(details: &PersonDetails) -> Self {
        let given = GIVEN_NAMES.with(|recent| recent.get_or_make(details.given_name.as_deref().unwrap_or_default(), NameCell::given));
        let middle = MIDDLE_NAMES.with(|recent| recent.get_or_make(details.middle_names.as_deref().unwrap_or_default(), NameCell::middle));
        let family = FAMILY_NAMES.with(|recent| recent.get_or_make(details.family_name.as_deref().unwrap_or_default(), NameCell::family));
        let given = if given.whole.is_none() && is_name_after_all(details, &middle) { NameCell::given_like_a_role(details) } else { given };
        let mut names = Self {
            given: given.whole,
            middle: middle.parts.iter().copied().collect(),
            given_and_middle: None,
            family: family.whole,
            further: None,
            unnamed: given.unnamed,
        };
        if given.whole.is_some() && !middle.together.is_empty() {
            names.given_and_middle = Word::seldom_seen(&[&*given.together, &*middle.together].concat()).map(Box::new);
        }
        let mut further = FurtherNames { given_parts: given.parts.clone(), family_parts: family.parts.clone(), ..FurtherNames::default() };
        further.set_other_names(details, &names);
        if further != FurtherNames::default() {
            names.further = Some(Box::new(further));
        }
        names
    }

    /// Whether the given name is one that many bear beside the name by which they are called.
    #[must_use]
    pub fn may_be_left_out(&self) -> bool {
        self.given.as_ref().is_some_and(Word::is_often_left_out)
    }

    /// Whether beside such a given name the one is known by which they are called.
    #[must_use]
    pub fn is_called_by_another(&self) -> bool {
        self.may_be_left_out() && self.middle.iter().any(|word| !word.is_often_left_out())
    }

    /// The words of a given name of several.
    #[must_use]
    pub fn given_parts(&self) -> &[Word] {
        self.further.as_ref().map_or(&[], |further| &further.given_parts)
    }

    /// The words of a double-barrelled family name, or what stands behind a particle.
    #[must_use]
    pub fn family_parts(&self) -> &[Word] {
        self.further.as_ref().map_or(&[], |further| &further.family_parts)
    }

    /// Given names among the other names used.
    #[must_use]
    pub fn other_given(&self) -> &[Word] {
        self.further.as_ref().map_or(&[], |further| &further.other_given)
    }

    /// Former family names and those among the other names used.
    #[must_use]
    pub fn other_family(&self) -> &[Word] {
        self.further.as_ref().map_or(&[], |further| &further.other_family)
    }

    /// Family names that records of relatives lend: they count only beside a name that the other side's own record has.
    #[must_use]
    pub fn lent_family(&self) -> &[Word] {
        self.further.as_ref().map_or(&[], |further| &further.lent_family)
    }

    /// Takes in family names of relatives, and returns whether any is not its own.
    pub(crate) fn lend_family_names(&mut self, names: &[Word]) -> bool {
        let own = |name: &Word| self.family.iter().chain(self.other_family()).any(|known| known.hash() == name.hash());
        let lent = distinct(names.iter().filter(|name| !own(name)).copied().collect());
        let is_any = !lent.is_empty();
        if is_any {
            self.further.get_or_insert_default().lent_family = lent;
        }
        is_any
    }

    /// Every word that carries a frequency, with whether it is a family name.
    pub(crate) fn words_mut(&mut self) -> impl Iterator<Item = (&mut Word, bool)> {
        let further = self.further.as_deref_mut().map(|further| {
            let given = further.given_parts.iter_mut().chain(&mut further.other_given);
            let family = further.family_parts.iter_mut().chain(&mut further.other_family);
            given.map(|word| (word, false)).chain(family.map(|word| (word, true)))
        });
        let given = self.given.iter_mut().chain(&mut self.middle);
        let all = given.map(|word| (word, false)).chain(self.family.iter_mut().map(|word| (word, true)));
        all.chain(further.into_iter().flatten())
    }
}

impl FurtherNames {
    fn set_other_names(&mut self, details: &PersonDetails, names: &Names) {
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
                family.extend(Word::family_name(&run_together(&before)));
            }
            given.extend(before.first().and_then(|word| Word::given_name(word)));
            family.extend(family_name(&after.join(" ")).0);
        }
        let known = |word: &Word, primary: Option<&Word>| primary.is_some_and(|primary| primary.hash() == word.hash());
        given.retain(|word| !known(word, names.given.as_ref()));
        family.retain(|word| !known(word, names.family.as_ref()));
        self.other_given = distinct(given);
        self.other_family = distinct(family);
    }
}

thread_local! {
    static GIVEN_NAMES: Recent<Rc<NameCell>> = const { Recent::new() };
    static MIDDLE_NAMES: Recent<Rc<NameCell>> = const { Recent::new() };
    static FAMILY_NAMES: Recent<Rc<NameCell>> = const { Recent::new() };
}

/// A name cell taken apart.
#[derive(Default)]
struct NameCell {
    /// Its words run together, as a name.
    whole: Option<Word>,
    /// The words that are compared one by one.
    parts: Box<[Word]>,
    /// Its words run together, as text.
    together: Box<str>,
    unnamed: bool,
}

impl NameCell {
    fn given(cell: &str) -> Rc<Self> {
        let is_unnamed = text::is_unnamed(cell);
        let folded = folded_name(if is_unnamed { "" } else { cell });
        let all = name_words(&folded);
        let together = run_together(&all);
        let parts = if all.len() > 1 { words(&all, Word::given_name) } else { Box::default() };
        let unnamed = is_unnamed && has_birth_word(cell);
        Rc::new(Self { whole: Word::given_name(&together), parts, together: together.into(), unnamed })
    }

    /// A given name that would be a role by itself.
    fn given_like_a_role(details: &PersonDetails) -> Rc<Self> {
        let together = folded_name(details.given_name.as_deref().unwrap_or_default());
        Rc::new(Self { whole: Word::given_name(&together), together: together.into(), ..Self::default() })
    }

    fn middle(cell: &str) -> Rc<Self> {
        let folded = folded_name(cell);
        let all = further_name_words(&folded);
        Rc::new(Self { parts: words(&all, Word::given_name), together: run_together(&all).into(), ..Self::default() })
    }

    fn family(cell: &str) -> Rc<Self> {
        let (whole, parts) = family_name(cell);
        Rc::new(Self { whole, parts, ..Self::default() })
    }
}

/// Whether a given name that is a role of men is a name here: a middle name stands behind it, or the person is a woman.
fn is_name_after_all(details: &PersonDetails, middle: &NameCell) -> bool {
    let is_listed = |cell: &str| ROLES_AND_NAMES.contains(&folded_name(cell));
    let tells = middle.parts.iter().any(|word| !may_tell_of_role(word.text()));
    (tells || details.sex == Some(Sex::Female)) && details.given_name.as_deref().is_some_and(is_listed)
}

fn words(folded: &[impl AsRef<str>], make: fn(&str) -> Option<Word>) -> Box<[Word]> {
    folded.iter().filter_map(|word| make(word.as_ref())).collect()
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
    words.iter().any(|word| ROLES.contains(word)) && words.iter().all(|word| may_tell_of_role(word))
}

fn may_tell_of_role(word: &str) -> bool {
    ROLES.contains(word) || ROLE_LINKS.contains(word) || TITLES.contains(word)
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
    let whole = Word::family_name(&unified_prefix(&run_together(&all)));
    if all.len() < 2 {
        return (whole, Box::default());
    }
    let core: Vec<Cow<'_, str>> = all.iter().filter(|word| !PARTICLES.contains(word)).map(|word| unified_prefix(word)).collect();
    (whole, words(&core, Word::family_name))
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
        assert_eq!(named("A", "Al-Hassan").family_parts().len(), 1);
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
    fn a_word_for_a_man_is_a_name_before_a_middle_name_or_of_a_woman() {
        let given = |middle: Option<&str>, sex| {
            let details = PersonDetails {
                given_name: Some("Man".into()),
                middle_names: middle.map(str::to_owned),
                family_name: Some("Lin".into()),
                sex,
                ..PersonDetails::default()
            };
            Names::new(&details).given.is_some()
        };
        assert!(given(Some("Yi"), None) && given(None, Some(Sex::Female)));
        assert!(!given(None, None) && !given(None, Some(Sex::Male)));
        for told in ["of the house", "Jnr", "Partner"] {
            assert!(!given(Some(told), None), "{told}");
        }
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
        assert_eq!((names.other_given().len(), names.other_family().len()), (1, 2));
    }
}
