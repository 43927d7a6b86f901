//! Two who look like twins.

use crate::matching::{
    Model, Profile,
    compare::Findings,
    conflict,
    field::{birth_date, dwelling, family_name, given_name, postcode, sex, street, table},
};

/// Twins, as two groups look like them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Twins {
    /// One given name of which is a first name that is often left out, so that both may be names of one person.
    MayBeOneName,
    /// Of one family name and dwelling; if children, known to be of one sex.
    Together,
    /// Grown up, as far as is known not in one dwelling.
    GrownUp,
    /// Children who are not known to be of one dwelling and sex, and all whose birth date stands for the year alone.
    Other,
}

impl Twins {
    /// Of two records that look like twins; `None` where they are of two sexes, which nothing but a number speaks against.
    pub(super) fn of((one, other): (&Profile, &Profile), findings: &Findings, model: &Model) -> Option<Self> {
        let born = one.telling_birth_day();
        let is_grown_up = born.is_some_and(|born| born <= model.grown_up_until());
        let live_together = findings.level(table::FAMILY_NAME).is_some_and(|level| level <= family_name::FORMER)
            && are_of_one_dwelling((one, other), findings);
        let may_be_one_name = findings.level(table::GIVEN_NAME) == Some(given_name::WEAK_DIFFERS)
            && ![one, other].iter().any(|side| side.names.is_called_by_another());
        let known_sex = findings.level(table::SEX);
        match known_sex {
            Some(sex::DIFFERENT) => None,
            _ if may_be_one_name => Some(Self::MayBeOneName),
            _ if live_together && (is_grown_up || (born.is_some() && known_sex == Some(sex::SAME))) => Some(Self::Together),
            _ if is_grown_up => Some(Self::GrownUp),
            _ => Some(Self::Other),
        }
    }

    /// Of groups of which both are true: they lived together where any records of theirs say so.
    pub(super) fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Together, _) | (_, Self::Together) => Self::Together,
            (Self::Other, _) | (_, Self::Other) => Self::Other,
            (Self::GrownUp, _) | (_, Self::GrownUp) => Self::GrownUp,
            (Self::MayBeOneName, Self::MayBeOneName) => Self::MayBeOneName,
        }
    }
}

/// Whether it is one dwelling, for all that is known: also where one side does not tell the flat, or two digits of the number have changed places.
fn are_of_one_dwelling((one, other): (&Profile, &Profile), findings: &Findings) -> bool {
    let leaves_flat_out = |side: &Profile| side.dwellings.iter().chain(&side.family_homes).all(|dwelling| dwelling.flat == 0);
    let is_one_place = findings.level(table::POSTCODE) == Some(postcode::SAME) && findings.level(table::STREET) == Some(street::SAME);
    match findings.level(table::DWELLING) {
        Some(dwelling::SAME) => findings.same_dwelling,
        Some(dwelling::BUILDING) => is_one_place && (leaves_flat_out(one) || leaves_flat_out(other)),
        Some(dwelling::DIGITS_SWAPPED) => is_one_place,
        _ => false,
    }
}

/// Whether two rows of one list look like twins' who have a number in common: who writes a list hardly writes one person by two names, and elderly sisters
/// may share a line. (Of a parent more is known.)
pub(super) fn are_twins_with_one_number((one, other): (&Profile, &Profile), findings: &Findings) -> bool {
    one.elder_until.is_none() && other.elder_until.is_none() && conflict::are_of_one_day_by_two_names(findings.as_slice())
}

/// Whether two rows of one list are twins', by names that have only a little in common (Mahesh and Manish) or, where the one is a boy and the other a girl,
/// are not quite the same (Yuxuan and Yixuan): who writes a list has both before them.
pub(super) fn are_twins_to_a_list(findings: &Findings) -> bool {
    let sexes_differ = findings.level(table::SEX) == Some(sex::DIFFERENT);
    let are_two_names =
        findings.level(table::GIVEN_NAME).is_some_and(|given| given == given_name::REMOTE || (sexes_differ && given >= given_name::CLOSE));
    findings.level(table::DATE_OF_BIRTH) == Some(birth_date::EXACT) && are_two_names && conflict::may_be_of_one_family(findings.as_slice())
}
