//! Is it the same human being? Fellegi-Sunter comparison of records, blocking, clustering, questions and training.
//!
//! Everything here is pure: no I/O, no clock, no randomness but a seed that the caller gives. The way of the data: [`Profile::new`] folds a person's
//! details; [`blocking_keys`] says which records to compare; [`score`] weighs a pair in bits and [`explain`] says why; [`conflict`] holds apart what
//! must never be joined automatically; [`cluster()`] makes people of records; [`match_question`] and [`choose`] answer a question; [`training`] learns
//! the model from an authority's own records without labels. docs/matching.md has every level, formula and table.

pub mod blocking;
pub mod cluster;
pub mod compare;
pub mod conflict;
pub mod field;
mod grouped;
mod hashing;
mod key_set;
pub mod model;
pub mod normalise;
pub mod pairs;
pub mod profile;
pub mod question;
pub mod score;
pub mod training;

pub use blocking::blocking_keys;
pub use cluster::{Decision, Edge, Needed, Recorded, cluster, cohesion, enough_speaks};
pub use conflict::{Conflict, conflict};
pub(crate) use grouped::Grouped;
pub(crate) use hashing::HashedMap;
pub use model::{Model, ModelError};
pub use normalise::address::Dwelling;
pub use pairs::{Keyed, Linkage, PairSet, pairs};
pub use profile::Profile;
pub use question::{Choice, ListedRecord, QuestionMatch, choose, match_question};
pub use score::{Feature, Score, explain, for_each_pair, score};
pub use training::{Goal, TrainingReport, TrainingSettings, train};

use crate::domain::{Address, Sex};

/// Stable keys of the dwelling an address names. Two addresses are of one dwelling where they share either.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DwellingKeys {
    /// By its words, however written ("12A" or "Flat A, 12"). `None` where too little is said: no house number or name, or neither postcode nor
    /// street and town.
    pub by_words: Option<i64>,
    /// By its valid unique property reference number.
    pub by_uprn: Option<i64>,
}

/// The keys of the dwelling an address names.
#[must_use]
pub fn dwelling_keys(address: &Address) -> DwellingKeys {
    let mut dwelling = Dwelling::new(address, None, None);
    let by_uprn = if dwelling.uprn == 0 { None } else { dwelling.key() };
    dwelling.uprn = 0;
    DwellingKeys { by_words: dwelling.key().map(hashing::as_bigint), by_uprn: by_uprn.map(hashing::as_bigint) }
}

/// What two records' names must have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NamesWanted {
    /// The given names are the same or forms of one name, and the family names agree, exactly or nearly.
    TheVeryNames,
    /// Both agree, exactly or nearly.
    Alike,
    /// The given names agree, exactly or nearly; the family names may differ.
    GivenName,
}

/// Whether the names agree as far as is `wanted`; a name that is missing does not.
#[must_use]
pub fn names_agree(left: &Profile, right: &Profile, wanted: NamesWanted, model: &Model) -> bool {
    let findings = compare::compare(left, right, compare::Scope::WHO, model);
    let is_up_to = |table, least: u8| findings.level(table).is_some_and(|level| level <= least);
    let very = wanted == NamesWanted::TheVeryNames;
    let least = if very { field::given_name::VARIANT } else { field::given_name::CLOSE };
    // A sister may bear as given name what stands in the middle of the child's; then they were hardly born on one day.
    let in_place = findings.level(field::table::NAME_ORDER) != Some(field::name_order::MIDDLE_FIRST);
    let one_day = findings.level(field::table::DATE_OF_BIRTH) == Some(field::birth_date::EXACT);
    is_up_to(field::table::GIVEN_NAME, least)
        && (!very || in_place || one_day)
        && (wanted == NamesWanted::GivenName || is_up_to(field::table::FAMILY_NAME, field::family_name::CLOSE))
}

/// Whether two who are both told of as the mother, or both as the father, of a child in one home are one whatever given name they go by, where it is known
/// otherwise that they have one child, or each a child beside the same other parent. Their family names must agree: a mother's second husband has another.
/// A father's second wife may have the same, and two husbands one that very many have or two telephone numbers: these must be reached by one telephone
/// number or email address, unless their given names have something in common.
#[must_use]
pub fn are_one_parent(left: &Profile, right: &Profile, model: &Model) -> bool {
    let findings = compare::compare(left, right, compare::Scope::ROWS, model);
    let reached = |as_level: u8| [field::table::PHONE, field::table::EMAIL].iter().any(|table| findings.level(*table) == Some(as_level));
    let is_weak = [left, right].iter().any(|side| side.names.family.is_some_and(|name| name.is_weak()));
    let are_men = left.sex == Some(Sex::Male) && right.sex == Some(Sex::Male);
    let is_rare = are_men && !is_weak && !reached(field::reach::DIFFERENT);
    let given = findings.level(field::table::GIVEN_NAME);
    let is_alike = given.is_some_and(|level| !matches!(level, field::given_name::DIFFERENT | field::given_name::INITIAL_DIFFERS));
    findings.level(field::table::ADDRESS_TIME) == Some(field::address_time::SAME_PARENT)
        && findings.level(field::table::FAMILY_NAME).is_some_and(|level| level <= field::family_name::CLOSE)
        && (is_rare || is_alike || reached(field::reach::SAME))
}

/// Whether two bear different names, as one hand wrote both: a slip, a former family name, or a given name that is shortened or often left out, is no
/// difference; a form of the name is one (Christine and Kirsty), and so are two family names of a custom (Bibi and Sultana).
#[must_use]
pub fn are_named_as_two(left: &Profile, right: &Profile, model: &Model) -> bool {
    use field::{family_name, given_name, middle_names, name_order, table};
    let findings = compare::compare(left, right, compare::Scope::WHO, model);
    let is_none_of = |table, levels: &[u8]| findings.level(table).is_some_and(|level| !levels.contains(&level));
    is_none_of(table::GIVEN_NAME, &[given_name::EXACT, given_name::CLOSE, given_name::PART, given_name::INITIAL])
        || is_none_of(table::FAMILY_NAME, &[family_name::EXACT, family_name::CLOSE, family_name::PART, family_name::FORMER])
        || findings.level(table::MIDDLE_NAMES) == Some(middle_names::DIFFERENT)
        || (findings.level(table::NAME_ORDER) == Some(name_order::MIDDLE_FIRST)
            && ![left, right].iter().any(|side| side.names.may_be_left_out()))
}

/// Whether both are known to have the same names, in the same places, or one identifier, and the same birth date.
#[must_use]
pub fn say_the_same(left: &Profile, right: &Profile, model: &Model) -> bool {
    let findings = compare::compare(left, right, compare::Scope::WHO, model);
    let same_date = findings.level(field::table::DATE_OF_BIRTH) == Some(field::birth_date::EXACT);
    cluster::are_the_same(&findings) || (same_date && conflict::shares_identifier(left, right, &findings))
}

/// The same, as far as both know their names and birth date.
#[must_use]
pub fn may_say_the_same(left: &Profile, right: &Profile, model: &Model) -> bool {
    let findings = compare::compare(left, right, compare::Scope::WHO, model);
    let may_be_one_date = findings.level(field::table::DATE_OF_BIRTH).is_none_or(|level| level == field::birth_date::EXACT);
    cluster::may_be_the_same(&findings) || (may_be_one_date && conflict::shares_identifier(left, right, &findings))
}

/// Whether both have the same birth date, and not 1 January, which mostly stands for the year alone.
#[must_use]
pub fn share_birth_date(left: &Profile, right: &Profile) -> bool {
    left.telling_birth_day().is_some_and(|born| right.telling_birth_day() == Some(born))
}

/// Whether both have a birth date, and the dates differ in more than one of year, month and day, or in two digits.
#[must_use]
pub fn birth_dates_differ(left: &Profile, right: &Profile) -> bool {
    let dates = left.birth_date.as_ref().zip(right.birth_date.as_ref());
    dates.is_some_and(|(left, right)| compare::birth_date::level(left, right) >= field::birth_date::TWO_DIGITS)
}
