//! Telephone numbers and email addresses: several on either side; one that agrees is enough, and a difference says little.

use super::{Findings, are_parents_of_one_home, strings};
use crate::matching::{
    Model,
    field::{birth_date, family_name, given_name, name_order, reach, sex, table},
    profile::{Profile, Value},
};

/// Compares telephone numbers with each other and email addresses with each other, after everything else: what they say depends on it.
pub fn compare(left: &Profile, right: &Profile, model: &Model, findings: &mut Findings) {
    let may_be_one = may_be_one_grown_up(left, right, model, findings);
    let context = context_of(left, right, may_be_one, findings);
    let (left, right) = (&left.reach, &right.reach);
    for table in [table::PHONE, table::EMAIL] {
        let mut best: Option<(u8, f32, u8)> = None;
        for one in left.iter().filter(|value| value.table == table) {
            for other in right.iter().filter(|value| value.table == table) {
                let level = level(one, other);
                let frequency_bits = one.word.frequency_bits.min(other.word.frequency_bits);
                let is_line_at_home = table == table::PHONE && !(is_mobile(one) && is_mobile(other)) && level < reach::DIFFERENT;
                let context = if is_line_at_home && (!may_be_one || findings.same_dwelling) {
                    context.min(reach::context::SAME_HOUSEHOLD)
                } else {
                    context
                };
                if best.is_none_or(|(known, bits, within)| (level, -frequency_bits, within) < (known, -bits, context)) {
                    best = Some((level, frequency_bits, context));
                }
            }
        }
        if let Some((level, frequency_bits, context)) = best {
            findings.add(table, context, level, frequency_bits);
        }
    }
}

/// British mobile numbers begin with 07.
fn is_mobile(number: &Value) -> bool {
    number.word.letters().starts_with(b"07")
}

/// Elsewhere the number is the person's own, as far as can be seen; within a household it is often shared. Two of one sex who are told of as parents, and
/// live in one home or were born on one day, each give a mobile number or an email address of their own; but not a line at home, which the families of two
/// brothers may share. So do twins who are grown up, whatever number it is where they are not known to live in one home: each has a line of their own.
fn context_of(left: &Profile, right: &Profile, may_be_one: bool, findings: &Findings) -> u8 {
    let is_elder = left.elder_until.is_some() || right.elder_until.is_some();
    if !may_be_household(findings, is_elder) {
        return reach::context::ELSEWHERE;
    }
    let is = |table: u8, level: u8| findings.level(table) == Some(level);
    let of_one_day = is(table::DATE_OF_BIRTH, birth_date::EXACT) && is(table::SEX, sex::SAME);
    if are_parents_of_one_home(findings.as_slice()) || (is_elder && of_one_day) || may_be_one {
        reach::context::PARENTS
    } else {
        reach::context::SAME_HOUSEHOLD
    }
}

/// One sex and one birth date, which is long ago and not 1 January.
fn may_be_one_grown_up(left: &Profile, right: &Profile, model: &Model, findings: &Findings) -> bool {
    findings.level(table::DATE_OF_BIRTH) == Some(birth_date::EXACT)
        && findings.level(table::SEX) == Some(sex::SAME)
        && [left, right].iter().all(|profile| profile.telling_birth_day().is_some_and(|born| born <= model.grown_up_until()))
}

/// No given name that agrees, or within one dwelling none that is the same name: a family shares its telephone, so that a number counts in full only
/// beside the person's own name. Twins, known by their birth date, may have names that are alike; a daughter may bear her father's given name as a middle
/// name; and the children whom two partners bring into one home may bear one given name, each beside a family name of their own.
fn may_be_household(findings: &Findings, is_elder: bool) -> bool {
    let is_fathers_name =
        findings.level(table::NAME_ORDER) == Some(name_order::MIDDLE_FIRST) && findings.level(table::SEX) == Some(sex::DIFFERENT);
    let are_two_families = findings.level(table::FAMILY_NAME) == Some(family_name::DIFFERENT);
    if is_fathers_name || (are_two_families && findings.same_dwelling && !is_elder && findings.level(table::DATE_OF_BIRTH).is_none()) {
        return true;
    }
    let least = match (findings.same_dwelling, findings.level(table::DATE_OF_BIRTH)) {
        (false, _) => given_name::PART,
        (true, None) => given_name::CLOSE,
        (true, Some(_)) => given_name::VARIANT,
    };
    findings.level(table::GIVEN_NAME).is_none_or(|level| level > least)
}

/// The digits of an email address: they tell namesakes apart (`jo.teal82@`, `jo.teal83@`), and are no slips.
fn digits(value: &Value) -> u64 {
    value
        .word
        .letters()
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .fold(1, |number: u64, digit| number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')))
}

fn level(left: &Value, right: &Value) -> u8 {
    if left.word.hash() == right.word.hash() {
        reach::SAME
    } else if strings::edits_up_to_one(left.word.letters(), right.word.letters()) == Some(1)
        && !(left.table == table::EMAIL && digits(left) != digits(right))
    {
        reach::CLOSE
    } else {
        reach::DIFFERENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::normalise::word::Word;

    fn between(table: u8, left: &str, right: &str) -> u8 {
        let value = |text: &str| Value { table, name: 0, word: Word::new(text).unwrap() };
        level(&value(left), &value(right))
    }

    #[test]
    fn a_digit_tells_namesakes_emails_apart_and_is_a_slip_in_a_telephone_number() {
        assert_eq!(between(table::EMAIL, "jo.teal82@example.org", "jo.teal83@example.org"), reach::DIFFERENT);
        assert_eq!(between(table::EMAIL, "jo.teal82@example.org", "jo.teel82@example.org"), reach::CLOSE);
        assert_eq!(between(table::PHONE, "01632960701", "01632960702"), reach::CLOSE);
    }
}
