//! Identifiers: those with check digits (NHS number, UPN) and any other named one.

use super::{Findings, birth_date::years_apart, strings};
use crate::matching::{
    field::{birth_date, given_name, identifier, sex, table},
    profile::{IdentifierDigits, Profile},
};

/// Compares the identifiers that both sides have under one name. Names, birth date and sex must have been compared before: they tell an identifier that a
/// family shares by mistake.
pub fn compare(left: &Profile, right: &Profile, findings: &mut Findings) {
    for one in &left.identifiers {
        let Some(other) = right.identifiers.iter().find(|other| other.name == one.name) else { continue };
        let level = match level(one, other) {
            identifier::SAME if is_another_person(left, right, findings) => identifier::SHARED,
            level => level,
        };
        findings.add(one.table, 0, level, 0.0);
    }
}

/// Given name and birth date both say plainly that it is another person; or the birth date alone, where a given name is not known; or the given names are two,
/// and the sexes, and no birth date is common.
fn is_another_person(left: &Profile, right: &Profile, findings: &Findings) -> bool {
    let given = findings.level(table::GIVEN_NAME);
    let born = findings.level(table::DATE_OF_BIRTH);
    let dates = left.birth_date.as_ref().zip(right.birth_date.as_ref());
    let in_other_years = dates.and_then(|(left, right)| years_apart(left, right)).is_some_and(|years| years > 0);
    let two_digits_differ = in_other_years && born == Some(birth_date::TWO_DIGITS);
    let Some(given) = given else {
        // One who has no name yet, and one whose name was not taken down: two slips are likelier in the date of the latter.
        let is_unnamed = left.names.unnamed || right.names.unnamed;
        return in_other_years && matches!(born, Some(birth_date::DIFFERENT | birth_date::NEAR_YEAR)) || (is_unnamed && two_digits_differ);
    };
    let dates_differ = matches!(born, Some(birth_date::DIFFERENT | birth_date::NEAR_YEAR | birth_date::SAME_YEAR | birth_date::NEAR));
    let sexes_differ = findings.level(table::SEX) == Some(sex::DIFFERENT) && born != Some(birth_date::EXACT);
    (dates_differ && given >= given_name::REMOTE)
        || (two_digits_differ && given >= given_name::REMOTE && given != given_name::WEAK_DIFFERS)
        || (sexes_differ && given >= given_name::DIFFERENT)
}

/// The level of agreement of two identifiers of one name.
#[must_use]
pub fn level(left: &IdentifierDigits, right: &IdentifierDigits) -> u8 {
    if left.hash == right.hash {
        return identifier::SAME;
    }
    let both_valid = left.checked && left.valid && right.checked && right.valid;
    // Check digits catch every single slip: two valid numbers that differ in one digit are two numbers.
    let length = |digits: &IdentifierDigits| digits.characters.iter().position(|byte| *byte == 0).unwrap_or(16);
    let (one, other) = (&left.characters[..length(left)], &right.characters[..length(right)]);
    if !both_valid && one.len().min(other.len()) >= 5 && strings::edits_up_to_one(one, other).is_some() {
        return identifier::CLOSE;
    }
    if left.valid && right.valid { identifier::DIFFERENT } else { identifier::UNSURE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Identifier, PersonDetails},
        matching::Model,
    };

    fn between(left: &str, right: &str) -> u8 {
        let profile = |cell: &str| {
            Profile::new(&PersonDetails { nhs_number: Identifier::nhs_number(cell), ..PersonDetails::default() }, Model::built_in())
        };
        level(&profile(left).identifiers[0], &profile(right).identifiers[0])
    }

    #[test]
    fn an_invalid_number_one_slip_away_is_a_near_miss() {
        assert_eq!(between("943 476 5919", "9434765919"), identifier::SAME);
        assert_eq!(between("9434765919", "9434765918"), identifier::CLOSE);
        assert_eq!(between("9434765919", "9434769519"), identifier::CLOSE);
    }

    #[test]
    fn two_valid_numbers_are_two_people_and_an_invalid_one_says_little() {
        assert_eq!(between("9434765919", "9434765870"), identifier::DIFFERENT);
        assert_eq!(between("9434765919", "1234567890"), identifier::UNSURE);
    }
}
