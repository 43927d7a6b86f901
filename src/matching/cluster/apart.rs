//! What keeps two groups apart, whatever lists tell.

use crate::matching::{
    Conflict, Profile,
    compare::{self, Findings},
    conflict,
    field::{middle_names, sex, table},
    share_birth_date,
};

/// Whether something keeps two groups apart, whatever lists tell; what weighs more comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Apart {
    No,
    /// Nothing but two valid numbers that differ: one of them may have been mistaken.
    ByNumbers,
    /// Another conflict, a decision, or what one row tells; or numbers of two who look like twins as well.
    Otherwise,
}

impl Apart {
    /// Of two records with this conflict, which only look like twins or do not.
    pub(super) fn of(conflict: Option<Conflict>, are_taken_for_twins: bool, findings: &Findings) -> Self {
        match conflict {
            None => Self::No,
            Some(_) if are_taken_for_twins => Self::No,
            Some(Conflict::NhsNumbers | Conflict::PupilNumbers) if !conflict::are_like_twins(findings.as_slice()) => Self::ByNumbers,
            Some(_) => Self::Otherwise,
        }
    }
}

/// Whether two records are of two people by what they are: both told of as somebody's parents or carers, of two sexes, as mother and father are (but one who
/// was typed into both columns has one telephone number in both); or two rows of one list, whose middle names are two and no birth date is common, or whose
/// birth dates have neither year nor month nor day in common, since nobody would write both of one. A number that both have tells more.
pub(super) fn are_two_people((one, other): (&Profile, &Profile), findings: &Findings, of_one_list: bool, share_reach: bool) -> bool {
    let are_elders = one.elder_until.is_some() && other.elder_until.is_some();
    let mother_and_father = are_elders && findings.level(table::SEX) == Some(sex::DIFFERENT) && !share_reach;
    let middle_names_differ = findings.level(table::MIDDLE_NAMES) == Some(middle_names::DIFFERENT) && !share_birth_date(one, other);
    let dates = one.birth_date.zip(other.birth_date).filter(|_| are_dates_telling(one, other));
    let dates_differ = dates.is_some_and(|(one, other)| compare::birth_date::differ_throughout(&one, &other));
    (mother_and_father || (of_one_list && (middle_names_differ || dates_differ))) && !conflict::shares_identifier(one, other, findings)
}

/// Whether both have a birth date that is not 1 January.
pub(super) fn are_dates_telling(one: &Profile, other: &Profile) -> bool {
    one.telling_birth_day().is_some() && other.telling_birth_day().is_some()
}
