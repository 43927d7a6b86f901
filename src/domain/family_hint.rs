//! What a row says of somebody whom it only tells of, beside their own cells: a mother named in a child's row was born well before the child, and
//! mostly lives where it lives.

use jiff::civil::Date;

use super::{Address, Sex, redacted_debug, relationship::RelationshipType as Kind};

/// What a dependent record owes to the row's own person. It helps to tell people apart and to find their other records; it is never an address of
/// theirs, and is never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FamilyHint {
    /// They were born on or after this day.
    pub born_from: Option<Date>,
    /// They were born on or before this day.
    pub born_until: Option<Date>,
    /// Where the row's own person lives or lived.
    pub homes: Vec<Address>,
    /// Nobody else whom the row tells of and of whom this is said as well is the same person: the form has an "other carer".
    pub is_another: bool,
}
redacted_debug!(FamilyHint);

/// Years between a parent's birth and a child's, at the least. (Mothers under 13 are not seen in the birth registrations of England and Wales by year.)
const PARENT_YEARS: i16 = 12;
/// Years between a mother's birth and a child's, at the most. (Of mothers over 55 the birth registrations of England and Wales know a handful a year.)
const MOTHER_MOST_YEARS: i16 = 55;
/// Years between a father's birth and a child's, at the most: of a few births in a thousand the father is older, but of those who bear his name in his
/// home and are older still, most are his own father.
const FATHER_MOST_YEARS: i16 = 60;
/// Years between a grandparent's birth and a grandchild's, at the least.
const GRANDPARENT_YEARS: i16 = 2 * PARENT_YEARS;
/// Years between the births of a step or foster parent and the child, at the least. So it is with a carer of a child.
const CARER_YEARS: i16 = 8;
/// Years since the birth of a parent of whose child the age is not known, at the least.
const UNTOLD_PARENT_YEARS: i16 = 16;
/// From here on somebody may be cared for by whoever is younger.
pub const AGE_OF_ADULTS: u8 = 18;
/// Of what age whoever has the care of a grown-up is at the least, in whole years. (Carer's Allowance is paid from 16 on.)
pub const AGE_OF_CARERS: u8 = 16;

impl FamilyHint {
    /// What is known of somebody who is the `kind` of a person born on `born` who lives at `homes`, as of `today`.
    #[must_use]
    pub fn of(kind: Kind, born: Option<Date>, homes: &[Address], today: Date) -> Self {
        let is_child = |born: &Date| born.year() + i16::from(AGE_OF_ADULTS) > today.year();
        let (born_from, born_until) = match (kind, born) {
            // However young the child is, a parent is no child.
            (Kind::Mother | Kind::Father | Kind::Parent | Kind::Grandparent, None) => (None, last_day(today.year() - UNTOLD_PARENT_YEARS)),
            (_, None) => (None, None),
            // Grown children care for their parents; who has the care of a child is older than the child.
            (Kind::Carer, Some(born)) if is_child(&born) => (None, last_day(born.year() - CARER_YEARS)),
            (_, Some(born)) => birth_bounds(kind, born),
        };
        let homes = if kind == Kind::FormerPartner { Vec::new() } else { homes.to_vec() };
        Self { born_from, born_until, homes, is_another: false }
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.born_from.is_none() && self.born_until.is_none() && self.homes.is_empty() && !self.is_another
    }
}

/// The first and the last day on which somebody can have been born who is the `kind` of a person born on `born`.
#[must_use]
pub fn birth_bounds(kind: Kind, born: Date) -> (Option<Date>, Option<Date>) {
    let from = |years: i16| first_day(born.year() + years);
    let until = |years: i16| last_day(born.year() + years);
    match kind {
        Kind::Mother => (from(-MOTHER_MOST_YEARS), until(-PARENT_YEARS)),
        Kind::Father | Kind::Parent => (from(-FATHER_MOST_YEARS), until(-PARENT_YEARS)),
        Kind::Grandparent => (None, until(-GRANDPARENT_YEARS)),
        Kind::StepParent | Kind::FosterCarer => (None, until(-CARER_YEARS)),
        Kind::Child => (from(PARENT_YEARS), None),
        Kind::Grandchild => (from(GRANDPARENT_YEARS), None),
        _ => (None, None),
    }
}

/// The sex that a word for a relative tells.
#[must_use]
pub fn sex_of(kind: Kind) -> Option<Sex> {
    match kind {
        Kind::Mother => Some(Sex::Female),
        Kind::Father => Some(Sex::Male),
        _ => None,
    }
}

/// The first of January: bounds are whole years, since the other's birth date may itself be off by months.
fn first_day(year: i16) -> Option<Date> {
    Date::new(year, 1, 1).ok()
}

/// The last of December.
fn last_day(year: i16) -> Option<Date> {
    Date::new(year, 12, 31).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 1);

    #[test]
    fn only_a_childs_carer_is_older() {
        let until = |born: Date| FamilyHint::of(Kind::Carer, Some(born), &[], TODAY).born_until;
        assert_eq!(until(date(2014, 3, 9)), Some(date(2006, 12, 31)));
        assert_eq!(until(date(1946, 3, 9)), None);
    }

    #[test]
    fn a_parent_is_born_twelve_years_before_the_child_or_earlier() {
        let hint = FamilyHint::of(Kind::Mother, Some(date(2014, 3, 9)), &[], TODAY);
        assert_eq!(hint.born_until, Some(date(2002, 12, 31)));
        let hint = FamilyHint::of(Kind::Child, Some(date(1980, 3, 9)), &[], TODAY);
        assert_eq!((hint.born_from, hint.born_until), (Some(date(1992, 1, 1)), None));
    }

    #[test]
    fn a_mother_is_at_most_55_years_older_than_the_child_and_a_father_60() {
        let from = |kind: Kind| FamilyHint::of(kind, Some(date(2014, 3, 9)), &[], TODAY).born_from;
        assert_eq!(from(Kind::Mother), Some(date(1959, 1, 1)));
        assert_eq!([from(Kind::Father), from(Kind::Parent)], [Some(date(1954, 1, 1)); 2]);
        assert_eq!([from(Kind::Grandparent), from(Kind::Carer), from(Kind::FosterCarer)], [None; 3]);
    }

    #[test]
    fn a_parent_of_a_child_of_unknown_age_is_no_child() {
        let hint = FamilyHint::of(Kind::Mother, None, &[], TODAY);
        assert_eq!((hint.born_from, hint.born_until), (None, Some(date(2010, 12, 31))));
        assert_eq!(FamilyHint::of(Kind::Carer, None, &[], TODAY).born_until, None);
    }

    #[test]
    fn a_former_partner_is_not_looked_for_at_the_home() {
        let home = [Address::from_cells(["1 High Street"], None)];
        assert!(FamilyHint::of(Kind::FormerPartner, Some(date(1980, 3, 9)), &home, TODAY).is_empty());
        assert_eq!(FamilyHint::of(Kind::Partner, None, &home, TODAY).homes.len(), 1);
    }
}
