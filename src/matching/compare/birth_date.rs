//! Dates of birth, and ages where a date does not decide.

use super::{Findings, strings};
use crate::matching::{
    field::{age, birth_date, table},
    profile::{BirthDigits, Profile},
};

/// Compares birth dates and ages. An age counts only where a date is missing or the years of birth lie more than two years apart: otherwise it would
/// say again what the dates say.
pub fn compare(left: &Profile, right: &Profile, findings: &mut Findings) {
    let mut context = 0;
    if let (Some(left), Some(right)) = (&left.birth_date, &right.birth_date) {
        let level = level(left, right);
        let frequency_bits = if level == birth_date::EXACT { left.frequency_bits.min(right.frequency_bits) } else { 0.0 };
        findings.add(table::DATE_OF_BIRTH, 0, level, frequency_bits);
        if years_apart(left, right).is_none_or(|years| years <= 2) {
            return;
        }
        context = 1;
    }
    if let (Some(left), Some(right)) = (left.age, right.age) {
        findings.add(table::AGE, context, age_level(left, right), 0.0);
    }
}

fn age_level(left: u16, right: u16) -> u8 {
    match left.abs_diff(right) {
        0 => age::SAME,
        1 => age::ONE_YEAR,
        difference => {
            let (tens, units) = (left / 10 != right / 10, left % 10 != right % 10);
            if tens != units {
                age::ONE_DIGIT
            } else if difference <= 3 {
                age::NEAR
            } else {
                age::DIFFERENT
            }
        }
    }
}

/// Whether two whole dates have neither the year nor the month nor the day in common.
#[must_use]
pub fn differ_throughout(left: &BirthDigits, right: &BirthDigits) -> bool {
    let differ = [0..4, 4..6, 6..8].into_iter().all(|part| left.digits[part.clone()] != right.digits[part]);
    left.valid && right.valid && differ
}

/// The level of agreement of two birth dates.
#[must_use]
pub fn level(left: &BirthDigits, right: &BirthDigits) -> u8 {
    if left.digits == right.digits && left.valid && right.valid {
        return birth_date::EXACT;
    }
    if !left.valid || !right.valid {
        return partial_level(left, right);
    }
    let (one, other) = (&left.digits, &right.digits);
    let year = one[..4] == other[..4];
    let month = one[4..6] == other[4..6];
    let day = one[6..] == other[6..];
    if year && one[4..6] == other[6..] && one[6..] == other[4..6] {
        return birth_date::DAY_MONTH_SWAPPED;
    }
    let differing = one.iter().zip(other).filter(|(one, other)| one != other).count();
    // A year that differs is as often a namesake's as a slip.
    if year && differing == 1 {
        return birth_date::ONE_DIGIT;
    }
    if year && strings::are_neighbours_swapped(&left.digits, &right.digits) {
        return birth_date::DIGITS_SWAPPED;
    }
    if year && (is_first_of_january(left) || is_first_of_january(right)) {
        return birth_date::YEAR_ALONE;
    }
    match (year, month, day) {
        (true, true, false) => return birth_date::DAY_DIFFERS,
        (true, false, true) => return birth_date::MONTH_DIFFERS,
        (false, true, true) => return birth_date::YEAR_DIFFERS,
        _ => {}
    }
    if differing == 2 {
        return birth_date::TWO_DIGITS;
    }
    if days_apart(left, right).is_some_and(|days| days <= 10) {
        birth_date::NEAR
    } else if year {
        birth_date::SAME_YEAR
    } else if years_apart(left, right).is_some_and(|years| years <= 2) {
        birth_date::NEAR_YEAR
    } else {
        birth_date::DIFFERENT
    }
}

fn is_first_of_january(date: &BirthDigits) -> bool {
    date.digits[4..] == *b"0101"
}

/// Where one of the dates can be read only in part: the digits that both show decide, as far as they go.
fn partial_level(left: &BirthDigits, right: &BirthDigits) -> u8 {
    let both = left.digits.iter().zip(&right.digits).filter(|(one, other)| **one != b'?' && **other != b'?');
    let (seen, differing) = both.fold((0, 0), |(seen, differing), (one, other)| (seen + 1, differing + usize::from(one != other)));
    if left.digits[..4] == right.digits[..4] && left.digits[4..6] == right.digits[6..] && left.digits[6..] == right.digits[4..6] {
        return birth_date::DAY_MONTH_SWAPPED;
    }
    match (seen, differing) {
        (4.., 0) | (6.., 1) => birth_date::PARTIAL,
        (8, 2) if strings::are_neighbours_swapped(&left.digits, &right.digits) => birth_date::PARTIAL,
        (8, 2) => birth_date::TWO_DIGITS,
        _ if left.digits[..4] == right.digits[..4] => birth_date::SAME_YEAR,
        _ => birth_date::DIFFERENT,
    }
}

/// Days between two dates of nearly the same time, counting every month as 31 days: enough to see that they lie within ten days.
fn days_apart(left: &BirthDigits, right: &BirthDigits) -> Option<u32> {
    let days = |date: &BirthDigits| Some(u32::from(date.year()?) * 372 + u32::from(date.month()?) * 31 + u32::from(date.day()?));
    Some(days(left)?.abs_diff(days(right)?))
}

/// Years between two dates, by their year alone.
#[must_use]
pub fn years_apart(left: &BirthDigits, right: &BirthDigits) -> Option<u16> {
    Some(left.year()?.abs_diff(right.year()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(left: &str, right: &str) -> u8 {
        let date =
            |text: &str| BirthDigits { digits: text.as_bytes().try_into().unwrap(), valid: !text.contains('?'), frequency_bits: 0.0 };
        level(&date(left), &date(right))
    }

    #[test]
    fn each_kind_of_slip_has_its_level() {
        for (left, right, expected) in [
            ("20150304", "20150304", birth_date::EXACT),
            ("20150304", "20150403", birth_date::DAY_MONTH_SWAPPED),
            ("20150304", "20150314", birth_date::ONE_DIGIT),
            ("20150304", "20160304", birth_date::YEAR_DIFFERS),
            ("20150312", "20150321", birth_date::DIGITS_SWAPPED),
            ("20150304", "20150328", birth_date::DAY_DIFFERS),
            ("20150304", "20151204", birth_date::MONTH_DIFFERS),
            ("20150304", "19870304", birth_date::YEAR_DIFFERS),
            ("20150330", "20150403", birth_date::NEAR),
            ("20150304", "20151127", birth_date::SAME_YEAR),
            ("20150101", "20151127", birth_date::YEAR_ALONE),
            ("20150101", "20150128", birth_date::YEAR_ALONE),
            ("20150304", "20171127", birth_date::NEAR_YEAR),
            ("20150304", "19871127", birth_date::DIFFERENT),
            ("201503??", "20150328", birth_date::PARTIAL),
            ("201503??", "19871127", birth_date::DIFFERENT),
        ] {
            assert_eq!(between(left, right), expected, "{left} {right}");
        }
    }
}
