//! Comparing two profiles: for each field that both know, the level of agreement. Pure functions, no allocation.

pub mod address;
pub mod birth_date;
pub mod identifier;
pub mod name;
mod name_further;
mod name_in_any_order;
pub mod name_likeness;
mod name_swapped;
pub mod other;
pub mod reach;
pub mod sex;
pub mod strings;

use super::{
    Model,
    field::{address_time, postcode, table},
    profile::Profile,
};

/// One field's agreement between two profiles.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Finding {
    /// The model's table.
    pub table: u8,
    /// The context within the table.
    pub context: u8,
    /// The level within the table.
    pub level: u8,
    /// Bits by which the agreeing value is rarer than usual; what share of them counts is for the level to say.
    pub frequency_bits: f32,
}

/// Most fields that one comparison finds something about; what comes beyond is left out.
pub const MOST_FINDINGS: usize = 32;

/// All findings of one comparison. A field that either side does not know has none: missing is neutral.
#[derive(Debug, Clone, Copy)]
pub struct Findings {
    list: [Finding; MOST_FINDINGS],
    length: usize,
    /// Whether both live or lived in one dwelling, as far as can be seen.
    pub same_dwelling: bool,
}

impl Default for Findings {
    fn default() -> Self {
        Self { list: [Finding::default(); MOST_FINDINGS], length: 0, same_dwelling: false }
    }
}

impl Findings {
    /// Adds a finding.
    pub fn add(&mut self, table: u8, context: u8, level: u8, frequency_bits: f32) {
        if let Some(place) = self.list.get_mut(self.length) {
            *place = Finding { table, context, level, frequency_bits };
            self.length += 1;
        }
    }

    /// Lets a rare value that agreed in a table count as one of usual frequency; a common one still counts for less.
    fn take_for_no_rarer_than_usual(&mut self, table: u8) {
        if let Some(finding) = self.list[..self.length].iter_mut().find(|finding| finding.table == table) {
            finding.frequency_bits = finding.frequency_bits.min(0.0);
        }
    }

    /// The findings in the order of the fields.
    #[must_use]
    pub fn as_slice(&self) -> &[Finding] {
        &self.list[..self.length]
    }

    /// The level found in a table, where there is one.
    #[must_use]
    pub fn level(&self, table: u8) -> Option<u8> {
        level_of(self.as_slice(), table)
    }

    /// The finding in a table, where there is one.
    #[must_use]
    pub fn finding(&self, table: u8) -> Option<&Finding> {
        self.as_slice().iter().find(|finding| finding.table == table)
    }
}

/// The level that is among the findings of one comparison for a table.
#[must_use]
pub fn level_of(findings: &[Finding], table: u8) -> Option<u8> {
    findings.iter().find(|finding| finding.table == table).map(|finding| finding.level)
}

/// Whether, by the findings of one comparison, both are told of as having the care of a child in one home, or one of them is and the other could be.
#[must_use]
pub fn are_parents_of_one_home(findings: &[Finding]) -> bool {
    matches!(level_of(findings, table::ADDRESS_TIME), Some(address_time::SAME_PARENT | address_time::FAMILY_ADULT))
}

/// Which groups of fields take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Addresses, telephone numbers, email addresses and other columns.
    pub whereabouts: bool,
    /// Where the family lives that tells of the person.
    pub family_homes: bool,
    /// Where else records of their relatives say that these lived.
    pub relatives_homes: bool,
}

impl Scope {
    /// Everything.
    pub const ALL: Self = Self { whereabouts: true, family_homes: true, relatives_homes: true };
    /// What each of the two rows tells by itself.
    pub const ROWS: Self = Self { whereabouts: true, family_homes: true, relatives_homes: false };
    /// Names, birth date, sex and identifiers only.
    pub const WHO: Self = Self { whereabouts: false, family_homes: false, relatives_homes: false };
    /// What a question may be compared with: all that is the person's own. An address that is only their family's must not answer for them.
    pub const OWN: Self = Self { whereabouts: true, family_homes: false, relatives_homes: false };

    /// Whether it is one that questions are compared by.
    fn is_of_question(self) -> bool {
        self == Self::WHO || self == Self::OWN
    }
}

/// Compares two profiles field by field.
#[must_use]
pub fn compare(left: &Profile, right: &Profile, scope: Scope, model: &Model) -> Findings {
    let mut findings = Findings::default();
    let place = if scope.whereabouts { address::best_pair(left, right, scope, model) } else { None };
    findings.same_dwelling = place.as_ref().is_some_and(|place| place.same_dwelling);
    let may_be_same_dwelling = place.as_ref().is_some_and(|place| place.may_be_same_dwelling);
    let both_dated = left.birth_date.is_some() && right.birth_date.is_some();
    let beside = name::Beside { may_be_same_dwelling, slips_are_likely: findings.same_dwelling && !both_dated && !scope.is_of_question() };
    name::compare(&left.names, &right.names, beside, &mut findings);
    birth_date::compare(left, right, &mut findings);
    sex::compare(left.sex, right.sex, &mut findings);
    identifier::compare(left, right, &mut findings);
    if let Some(place) = place {
        place.add_to(&mut findings);
    }
    // Of one rare family name and one postcode are mostly relatives; and whoever asks may mean a cousin of whom there is no record.
    if scope.is_of_question() || findings.level(table::POSTCODE) == Some(postcode::SAME) {
        findings.take_for_no_rarer_than_usual(table::FAMILY_NAME);
    }
    if scope.whereabouts {
        reach::compare(left, right, model, &mut findings);
        other::compare(&left.other, &right.other, &mut findings);
    }
    findings
}
