//! Hard conflicts: what must never be joined automatically, however high the weight. Only a person may decide otherwise; but of twins, a third record or
//! the lists may tell that they are none (`cluster`).

use crate::domain::Sex;

use super::{
    Model, Profile,
    compare::{self, Finding, Findings, Scope, strings},
    field::{address_time, age, birth_date, family_name, given_name, identifier, name_order, reach, sex, table},
    model::file::Rule,
    profile::BirthDigits,
};

/// Why two records are held apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conflict {
    /// Two valid, different NHS numbers.
    NhsNumbers,
    /// Two valid, different unique pupil numbers, and no NHS number that says otherwise.
    PupilNumbers,
    /// One birth date and family name, two given names: twins.
    Twins,
    /// One name, birth dates a generation apart: a parent and a child of one name.
    Generations,
    /// Their families, or the lists that hold them, tell that they cannot have been born on one day: a parent named in a child's row is no child.
    BornApart,
    /// A child not yet named: joined only through an identifier.
    Unnamed,
}

/// Years between births from which one name means two generations.
const GENERATION_YEARS: u16 = 13;
/// Years by which a mother's birth date may be too late for a child and still be hers: a decade mistaken, mostly.
const MOST_YEARS_LATE: u32 = 10;
/// Years between births where the century of one was mistaken.
const CENTURY_YEARS: u16 = 100;

impl Conflict {
    /// A sentence for people. It states no value.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::NhsNumbers => "Both have a valid NHS number, and the numbers differ.",
            Self::PupilNumbers => "Both have a valid unique pupil number, and the numbers differ.",
            Self::Twins => "Birth date and family name are the same but the given names differ, as twins' do.",
            Self::Generations => "The names are the same but the births lie a generation apart, as a parent's and a child's do.",
            Self::BornApart => {
                "What a family or a list tells of the one's birth does not fit the other's: a parent is no child, a list of grown-ups holds none, and whoever has the care of a grown-up is 16 or more."
            }
            Self::Unnamed => "One is a child without a name yet, and no identifier says that it is the same child.",
        }
    }
}

/// The conflict between two profiles, where there is one.
#[must_use]
pub fn conflict(left: &Profile, right: &Profile, model: &Model) -> Option<Conflict> {
    of_findings(left, right, &compare::compare(left, right, Scope::ALL, model), model)
}

/// The conflict that findings already made show.
#[must_use]
pub fn of_findings(left: &Profile, right: &Profile, findings: &Findings, model: &Model) -> Option<Conflict> {
    let level = |table| findings.level(table);
    if level(table::NHS_NUMBER) == Some(identifier::DIFFERENT) {
        return Some(Conflict::NhsNumbers);
    }
    if level(table::UPN) == Some(identifier::DIFFERENT) && level(table::NHS_NUMBER) != Some(identifier::SAME) {
        return Some(Conflict::PupilNumbers);
    }
    if shares_identifier(left, right, findings) {
        return None;
    }
    let are_dated = left.birth_date.is_some() && right.birth_date.is_some();
    if left.born_between.exclude(right.born_between) && !are_dated && !are_one_mother(left, right, findings.as_slice()) {
        return Some(Conflict::BornApart);
    }
    if left.names.unnamed || right.names.unnamed {
        return Some(Conflict::Unnamed);
    }
    if model.rules().twins == Rule::Apart && are_like_twins(findings.as_slice()) {
        return Some(Conflict::Twins);
    }
    (model.rules().generations == Rule::Apart && are_like_generations(left, right, findings.as_slice())).then_some(Conflict::Generations)
}

/// One name, told of as the mother in one home: who would be born some years too late to have had one of the children has a birth date that was written
/// wrong. (Sons bear their fathers' names far more often than daughters their mothers'.)
fn are_one_mother(left: &Profile, right: &Profile, findings: &[Finding]) -> bool {
    let are_women = left.sex == Some(Sex::Female) && right.sex == Some(Sex::Female);
    let is_late = |dated: &Profile, other: &Profile| {
        let years = dated.birth_day().zip(other.elder_until).map(|(born, until)| (born / 10_000).saturating_sub(until / 10_000));
        years.is_some_and(|years| (1..=MOST_YEARS_LATE).contains(&years))
    };
    compare::level_of(findings, table::ADDRESS_TIME) == Some(address_time::SAME_PARENT)
        && are_women
        && bear_one_name(findings)
        && (is_late(left, right) || is_late(right, left))
}

/// The names agree in their places, but for spelling or a slip.
fn bear_one_name(findings: &[Finding]) -> bool {
    let level = |table: u8| compare::level_of(findings, table);
    level(table::GIVEN_NAME).is_some_and(|given| given <= given_name::CLOSE)
        && level(table::FAMILY_NAME).is_some_and(|family| family <= family_name::CLOSE)
        && level(table::NAME_ORDER) == Some(name_order::AS_GIVEN)
}

/// One birth date and family name, two given names; or two sexes, where a given name is not known. A family name that is often exchanged need not be one:
/// a boy is Khan where his twin is Begum.
#[must_use]
pub fn are_like_twins(findings: &[Finding]) -> bool {
    // Twins seldom bring up children in one home, or by one telephone: who is old enough there and born on the mother's day is the mother.
    let of_parents = |found: &Finding| {
        [table::PHONE, table::EMAIL].contains(&found.table) && found.context == reach::context::PARENTS && found.level == reach::SAME
    };
    let is_parent = compare::are_parents_of_one_home(findings) || findings.iter().any(of_parents);
    are_of_one_day_by_two_names(findings) && !is_parent
}

/// The same, whatever home or number they have in common.
pub(super) fn are_of_one_day_by_two_names(findings: &[Finding]) -> bool {
    let level = |table: u8| compare::level_of(findings, table);
    let sexes_differ = level(table::SEX) == Some(sex::DIFFERENT);
    let two_given_names = level(table::GIVEN_NAME).map_or(sexes_differ, |given| {
        given >= given_name::WEAK_DIFFERS || (sexes_differ && matches!(given, given_name::REMOTE | given_name::SIMILAR))
    });
    level(table::DATE_OF_BIRTH) == Some(birth_date::EXACT) && may_be_of_one_family(findings) && two_given_names
}

/// Whether the family names are one, or one of them is often exchanged.
pub(super) fn may_be_of_one_family(findings: &[Finding]) -> bool {
    let family = compare::level_of(findings, table::FAMILY_NAME);
    family.is_some_and(|level| level <= family_name::FORMER || level == family_name::WEAK_DIFFERS)
}

/// One name, births a generation apart, and no age that says otherwise.
#[must_use]
pub fn are_like_generations(left: &Profile, right: &Profile, findings: &[Finding]) -> bool {
    let level = |table: u8| compare::level_of(findings, table);
    let dates = left.birth_date.as_ref().zip(right.birth_date.as_ref()).filter(|(left, right)| left.valid && right.valid);
    let ages_agree = level(table::AGE).is_some_and(|level| level <= age::ONE_YEAR);
    bear_one_name(findings) && !ages_agree && dates.is_some_and(|(left, right)| are_born_a_generation_apart(left, right))
}

/// Whether two whole dates lie a generation apart by more than one slip: one digit of the year, two of them that changed places, or its century.
fn are_born_a_generation_apart(left: &BirthDigits, right: &BirthDigits) -> bool {
    let Some(years) = compare::birth_date::years_apart(left, right).filter(|years| *years >= GENERATION_YEARS) else { return false };
    let ((one, birthday), (other, other_birthday)) = (left.digits.split_at(4), right.digits.split_at(4));
    let is_one_digit = one.iter().zip(other).filter(|(one, other)| one != other).count() == 1;
    let is_a_slip = is_one_digit || years == CENTURY_YEARS || strings::are_neighbours_swapped(one, other);
    birthday != other_birthday || !is_a_slip
}

/// A valid identifier of one name that both have, and neither by mistake.
pub(super) fn shares_identifier(left: &Profile, right: &Profile, findings: &Findings) -> bool {
    let is_by_mistake = |table: u8| findings.as_slice().iter().any(|found| found.table == table && found.level == identifier::SHARED);
    left.identifiers.iter().any(|one| {
        one.valid && !is_by_mistake(one.table) && right.identifiers.iter().any(|other| other.name == one.name && other.hash == one.hash)
    })
}
