//! What lies between two groups of records.

use super::{
    apart::{Apart, are_dates_telling, are_two_people},
    groups::MOST_BITS,
    needed::Needed,
    twins::{Twins, are_twins_to_a_list, are_twins_with_one_number},
};
use crate::domain::Sex;
use crate::matching::{
    Conflict, Model, Profile,
    compare::Findings,
    conflict,
    field::{address_time, birth_date, family_name, given_name, name_order, postcode, reach, table},
    model::file::Rule,
    score, share_birth_date,
};

/// What two groups may differ in although the pair that speaks loudest does not know it: a record without a birth date does not hide that those of the two
/// groups differ.
const TELLING: [u8; 4] = [table::DATE_OF_BIRTH, table::MIDDLE_NAMES, table::SEX, table::PHONE];

/// The place of birth dates among them.
const BIRTH_DATE: usize = 0;

/// The place of middle names among them.
const MIDDLE_NAMES: usize = 1;

/// The place of telephone numbers among them.
const PHONE: usize = 3;

/// Sets of the telling fields, a bit for each.
const SETS: usize = 1 << TELLING.len();

/// So many records of each (or, beside an email address alone, of one of them), of one person, would hardly have nothing but names and a birth date in
/// common, or names and a telephone number: one would tell of a home or another number that another of the other group knows too.
const RECORDS_THAT_TELL: usize = 3;

/// What lies between two groups.
#[expect(clippy::struct_excessive_bools, reason = "facts, each by itself, and no states")]
#[derive(Clone, Copy)]
pub(super) struct Between {
    /// The weights of all pairs together.
    pub(super) sum_bits: f64,
    /// The highest weight of a pair, by the set of telling fields that it knows.
    highest_bits: [f64; SETS],
    /// What each telling field adds where it agrees best.
    agreed_bits: [f64; TELLING.len()],
    /// The highest weight of a pair, less what it does not know that the groups differ in.
    best_bits: f64,
    /// Whether a record of each has the same birth date.
    pub(super) share_birth_date: bool,
    /// Whether a record of each has a birth date that is the same or may be but for a slip (1 January mostly stands for the year alone, and tells nothing).
    have_alike_dates: bool,
    /// Whether a record of each has the same names and birth date.
    pub(super) same_names_and_date: bool,
    /// Whether a record of each has the same valid identifier, and not by mistake.
    pub(super) share_identifier: bool,
    /// Whether a home of each is, as far as is known, the same dwelling or has the same postcode but for a slip.
    pub(super) share_home: bool,
    /// Whether more is known of such a home than that a family may live there which tells of one of them.
    share_known_home: bool,
    /// Whether homes of both are known, as far as the postcode.
    know_homes: bool,
    /// Whether a record of each has the same telephone number.
    share_telephone: bool,
    /// Whether a record of each has the same telephone number, which is no common one, and they bear one name but for a slip, with a first name that is none
    /// which all brothers may bear: as far as can be seen it is one person's own.
    share_own_telephone: bool,
    /// Whether a record of each has the same email address.
    share_email: bool,
    /// Whether both have an email address.
    know_emails: bool,
    /// Whether one list has a row of its own for each, and the two rows do not bear the very same names, or bear two birth dates.
    pub(super) are_two_to_a_list: bool,
    /// Whether the house of such a home is known to both, be it the same or not: else the postcode is all that is common.
    know_houses: bool,
    /// Whether a record of each is known to be of a man or a boy.
    are_male: bool,
    /// Whether both have a family name.
    know_family_names: bool,
    /// Whether a record of each has a family name that is the same, or has more than a little in common with the other's.
    share_family_name: bool,
    /// Whether a record of each is told of as a parent in one home, by two family names that have nothing in common.
    are_parents_by_two_names: bool,
    /// Whether a record of each has the same names, birth date and home, and their first name is none that all brothers may bear.
    alike_at_home: bool,
    /// Whether something keeps them apart, whatever lists tell.
    apart: Apart,
    /// Whether they are apart since twins would look like this.
    pub(super) like_twins: Option<Twins>,
}

impl Between {
    /// Nothing compared.
    pub(super) const NOTHING: Self = Self {
        sum_bits: 0.0,
        highest_bits: [f64::MIN; SETS],
        agreed_bits: [f64::MIN; TELLING.len()],
        best_bits: f64::MIN,
        share_birth_date: false,
        have_alike_dates: false,
        same_names_and_date: false,
        share_identifier: false,
        share_home: false,
        share_known_home: false,
        know_homes: false,
        share_telephone: false,
        share_own_telephone: false,
        share_email: false,
        know_emails: false,
        are_two_to_a_list: false,
        know_houses: false,
        are_male: false,
        know_family_names: false,
        share_family_name: false,
        are_parents_by_two_names: false,
        alike_at_home: false,
        apart: Apart::No,
        like_twins: None,
    };

    /// Between two records, of which this was found; `of_one_list` where both are rows of their own in one list.
    pub(super) fn of(
        (one, other): (&Profile, &Profile),
        findings: &Findings,
        conflict: Option<Conflict>,
        of_one_list: bool,
        model: &Model,
    ) -> Self {
        let like_twins = match conflict {
            Some(Conflict::Twins) => Twins::of((one, other), findings, model),
            None if of_one_list
                && model.rules().twins == Rule::Apart
                && (are_twins_to_a_list(findings) || are_twins_with_one_number((one, other), findings)) =>
            {
                Some(Twins::Other)
            }
            _ => None,
        };
        let agreed_bits = TELLING.map(|table| findings.finding(table).map_or(f64::MIN, |finding| model.bits(finding)));
        let share_home = share_home(findings);
        let share_telephone = findings.level(table::PHONE) == Some(reach::SAME);
        let share_email = findings.level(table::EMAIL) == Some(reach::SAME);
        let family = findings.level(table::FAMILY_NAME);
        let may_be_brothers = [one, other].iter().any(|side| side.names.may_be_left_out());
        let alone = Self {
            agreed_bits,
            share_birth_date: share_birth_date(one, other),
            have_alike_dates: agreed_bits[BIRTH_DATE] > 0.0 && are_dates_telling(one, other),
            same_names_and_date: are_the_same(findings),
            share_identifier: conflict::shares_identifier(one, other, findings),
            share_home,
            share_known_home: share_home && findings.level(table::ADDRESS_TIME) != Some(address_time::FAMILY),
            know_homes: findings.level(table::POSTCODE).is_some(),
            share_telephone,
            share_own_telephone: share_telephone
                && findings
                    .finding(table::PHONE)
                    .is_some_and(|found| found.context == reach::context::ELSEWHERE && found.frequency_bits >= 0.0)
                && findings.level(table::GIVEN_NAME).is_some_and(|level| level <= given_name::CLOSE)
                && family.is_none_or(|level| level < family_name::REMOTE)
                && !may_be_brothers,
            share_email,
            know_emails: findings.level(table::EMAIL).is_some(),
            are_two_to_a_list: of_one_list && !may_be_the_same(findings),
            know_houses: share_home && findings.level(table::DWELLING).is_some(),
            are_male: one.sex == Some(Sex::Male) && other.sex == Some(Sex::Male),
            know_family_names: family.is_some(),
            share_family_name: family.is_some_and(|level| level < family_name::REMOTE),
            are_parents_by_two_names: findings.level(table::ADDRESS_TIME) == Some(address_time::SAME_PARENT)
                && findings.level(table::FAMILY_NAME) == Some(family_name::DIFFERENT),
            alike_at_home: are_the_same(findings) && share_home && !may_be_brothers,
            apart: if are_two_people((one, other), findings, of_one_list, share_telephone || share_email) {
                Apart::Otherwise
            } else {
                Apart::of(conflict, like_twins.is_some(), findings)
            },
            like_twins,
            ..Self::NOTHING
        };
        alone.raised(score::weigh(findings, model).weight_bits)
    }

    /// The same of two records for which so much speaks.
    pub(super) fn raised(self, weight_bits: f64) -> Self {
        let bits = weight_bits.clamp(-MOST_BITS, MOST_BITS);
        let known = (0..TELLING.len()).filter(|field| self.agreed_bits[*field] > f64::MIN).fold(0, |known, field| known | 1 << field);
        let mut highest_bits = self.highest_bits;
        highest_bits[known] = bits;
        Self { sum_bits: bits, highest_bits, best_bits: bits, ..self }
    }

    /// The same where nothing keeps them apart.
    pub(super) fn together(self) -> Self {
        Self { apart: Apart::No, ..self.acquitted() }
    }

    /// The same where they do not look like twins.
    pub(super) fn acquitted(self) -> Self {
        Self { like_twins: None, ..self }
    }

    /// The same where something keeps them apart, whatever lists tell.
    pub(super) fn held_apart(self) -> Self {
        Self { apart: Apart::Otherwise, ..self }
    }

    /// Whether something keeps them apart. Who goes by two names is no twin of a record that has the one of them, or that has the same
    /// identifier.
    pub(super) fn is_apart(&self) -> bool {
        self.apart != Apart::No || (self.like_twins.is_some() && !self.same_names_and_date && !self.share_identifier)
    }

    /// Whether their best pair is a link, and nothing but that they look like twins keeps them apart.
    pub(super) fn may_join(&self, model: &Model) -> bool {
        self.apart == Apart::No && self.best_bits >= model.join_bits()
    }

    /// Whether their best pair is a link, and nothing keeps them apart.
    pub(super) fn joins(&self, model: &Model) -> bool {
        self.joins_from(model.join_bits())
    }

    /// Whether their best pair weighs so much, and nothing keeps them apart.
    pub(super) fn joins_from(&self, best_bits: f64) -> bool {
        !self.is_apart() && self.best_bits >= best_bits
    }

    /// Whether they live apart, as far as is known: the homes of both are known, and none is common.
    pub(super) fn live_apart(&self) -> bool {
        self.know_homes && !self.share_home
    }

    /// Whether both have a telephone number, and none in common.
    pub(super) fn have_other_telephones(&self) -> bool {
        self.agreed_bits[PHONE] > f64::MIN && !self.share_telephone
    }

    /// Whether they have other telephone numbers and other email addresses, and share no home and no identifier: names alone speak for them, or names and a
    /// birth date.
    pub(super) fn have_nothing_but_names(&self) -> bool {
        let other_emails = self.know_emails && !self.share_email;
        self.have_other_telephones() && other_emails && !self.share_home && !self.share_identifier
    }

    /// Whether they share, as far as is known, no birth date, identifier, home or telephone number: what is left is names, and email addresses that are made
    /// of names.
    pub(super) fn share_no_more_than_names(&self) -> bool {
        !self.share_birth_date && !self.share_identifier && !self.share_home && !self.share_telephone
    }

    /// Whether they share too little for a record that is left alone: names alone and no birth dates that are alike; or a home where a parent is told of by two
    /// family names.
    pub(super) fn share_too_little_for_the_lone(&self) -> bool {
        let share_more = self.share_birth_date || self.share_identifier || self.share_telephone;
        (self.are_parents_by_two_names && !share_more)
            || (self.share_no_more_than_names() && !self.have_alike_dates)
            || self.have_nothing_but_names()
            || self.are_neighbours_by_hearsay()
            || self.are_male_by_two_names()
    }

    /// Whether a birth date, or a telephone number, is all that they share beside names: their homes are known and none is common, nor is an email address or
    /// an identifier.
    fn share_one_thing_alone(&self) -> bool {
        let date_or_telephone = if self.share_telephone { !self.have_alike_dates } else { self.share_birth_date };
        self.live_apart() && date_or_telephone && !self.share_email && !self.share_identifier
    }

    /// Whether they have birth dates that are alike, or share a telephone number, an email address or an identifier.
    fn share_more_than_a_home(&self) -> bool {
        self.have_alike_dates || self.share_telephone || self.share_email || self.share_identifier
    }

    /// Whether all that they share beside names is the home of a family that may tell of one of them.
    fn share_a_familys_home_alone(&self) -> bool {
        self.share_home && !self.share_known_home && !self.share_more_than_a_home()
    }

    /// Whether they are male and go by two family names, with no number in common and no birth dates that are alike: a man seldom changes his name, and of a
    /// boy who does more is known.
    fn are_male_by_two_names(&self) -> bool {
        self.are_male && self.know_family_names && !self.share_family_name && !self.share_more_than_a_home()
    }

    /// Whether all that they share beside names is the postcode of a family that tells of one of them, and they have other telephone numbers: namesakes who
    /// are neighbours.
    fn are_neighbours_by_hearsay(&self) -> bool {
        self.share_a_familys_home_alone() && !self.know_houses && self.have_other_telephones()
    }

    /// What must speak for their being one person, of so many records each, by what they share.
    pub(super) fn needed(&self, one: usize, other: usize, model: &Model) -> Needed {
        let is_too_little = one.min(other) >= RECORDS_THAT_TELL && self.share_one_thing_alone();
        let needed = Needed::between(one, other, self.share_birth_date && !is_too_little, model);
        let needed = if self.share_email && self.share_no_more_than_names() {
            needed.by_email_alone(one.max(other) >= RECORDS_THAT_TELL)
        } else {
            needed
        };
        let needed = if one.min(other) > 1 && self.share_a_familys_home_alone() { needed.by_a_familys_home() } else { needed };
        let needed = if self.are_male_by_two_names() { needed.in_doubt() } else { needed };
        let needed = if self.share_own_telephone && !self.differ() { needed.by_own_telephone(model) } else { needed };
        if self.have_nothing_but_names() || self.are_neighbours_by_hearsay() || (is_too_little && self.share_telephone) {
            needed.by_names_alone()
        } else {
            needed
        }
    }

    /// Whether birth dates, middle names or sexes (no other field) are known of both, and those that agree best speak against one person.
    fn differ(&self) -> bool {
        (0..TELLING.len()).any(|field| field != PHONE && self.differ_in(field))
    }

    /// Whether both know a telling field, and where it agrees best it speaks against one person.
    fn differ_in(&self, field: usize) -> bool {
        self.agreed_bits[field] > f64::MIN && self.agreed_bits[field] < 0.0
    }

    /// Whether both have middle names, and no two of them agree.
    pub(super) fn middle_names_differ(&self) -> bool {
        self.differ_in(MIDDLE_NAMES)
    }

    /// Whether nothing keeps them apart but that a number of one person was mistaken, in all likelihood.
    pub(super) fn are_one_but_for_numbers(&self) -> bool {
        self.apart == Apart::ByNumbers && self.alike_at_home && self.like_twins.is_none() && !self.middle_names_differ()
    }

    /// The highest weight of a pair, less what it does not know that the groups differ in.
    pub(super) fn best_bits(&self) -> f64 {
        self.best_bits
    }

    /// Of a group made of two, of which both are true.
    pub(super) fn with(&self, other: &Self) -> Self {
        let mut both = Self {
            sum_bits: self.sum_bits + other.sum_bits,
            highest_bits: std::array::from_fn(|set| self.highest_bits[set].max(other.highest_bits[set])),
            agreed_bits: std::array::from_fn(|field| self.agreed_bits[field].max(other.agreed_bits[field])),
            best_bits: f64::MIN,
            share_birth_date: self.share_birth_date || other.share_birth_date,
            have_alike_dates: self.have_alike_dates || other.have_alike_dates,
            same_names_and_date: self.same_names_and_date || other.same_names_and_date,
            share_identifier: self.share_identifier || other.share_identifier,
            share_home: self.share_home || other.share_home,
            share_known_home: self.share_known_home || other.share_known_home,
            know_homes: self.know_homes || other.know_homes,
            share_telephone: self.share_telephone || other.share_telephone,
            share_own_telephone: self.share_own_telephone || other.share_own_telephone,
            share_email: self.share_email || other.share_email,
            know_emails: self.know_emails || other.know_emails,
            are_two_to_a_list: self.are_two_to_a_list || other.are_two_to_a_list,
            know_houses: self.know_houses || other.know_houses,
            are_male: self.are_male || other.are_male,
            know_family_names: self.know_family_names || other.know_family_names,
            share_family_name: self.share_family_name || other.share_family_name,
            are_parents_by_two_names: self.are_parents_by_two_names || other.are_parents_by_two_names,
            alike_at_home: self.alike_at_home || other.alike_at_home,
            apart: self.apart.max(other.apart),
            like_twins: match (self.like_twins, other.like_twins) {
                (Some(one), Some(other)) => Some(one.with(other)),
                (one, other) => one.or(other),
            },
        };
        let differing = both.agreed_bits.map(|bits| if bits > f64::MIN { bits.min(0.0) } else { 0.0 });
        for (set, highest_bits) in both.highest_bits.iter().enumerate().filter(|(_, bits)| **bits > f64::MIN) {
            let unknown = differing.iter().enumerate().filter(|(field, _)| set & 1 << field == 0);
            both.best_bits = both.best_bits.max(highest_bits + unknown.map(|(_, bits)| bits).sum::<f64>());
        }
        both
    }
}

/// Whether a home of each is the same dwelling, or has the same postcode but for a slip.
fn share_home(findings: &Findings) -> bool {
    findings.same_dwelling || findings.level(table::POSTCODE).is_some_and(|level| level <= postcode::CLOSE)
}

/// Whether two records have the same names in the same places, and the same birth date.
pub(in crate::matching) fn are_the_same(findings: &Findings) -> bool {
    let known = [table::GIVEN_NAME, table::FAMILY_NAME, table::DATE_OF_BIRTH];
    may_be_the_same(findings) && known.iter().all(|table| findings.level(*table).is_some())
}

/// Whether two records have the same names in the same places and the same birth date, as far as both know them.
pub(in crate::matching) fn may_be_the_same(findings: &Findings) -> bool {
    let is_or_missing = |table: u8, wanted: u8| findings.level(table).is_none_or(|level| level == wanted);
    is_or_missing(table::GIVEN_NAME, given_name::EXACT)
        && is_or_missing(table::FAMILY_NAME, family_name::EXACT)
        && is_or_missing(table::NAME_ORDER, name_order::AS_GIVEN)
        && is_or_missing(table::DATE_OF_BIRTH, birth_date::EXACT)
}
