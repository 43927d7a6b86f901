//! Telephone numbers and email addresses: several on either side; one that agrees is enough, and a difference says little.

use super::{Findings, strings};
use crate::matching::{
    field::{reach, table},
    profile::Value,
};

/// Compares telephone numbers with each other and email addresses with each other. `context` is 1 within one household, as far as can be seen: there
/// they are often shared.
pub fn compare(left: &[Value], right: &[Value], context: u8, findings: &mut Findings) {
    for table in [table::PHONE, table::EMAIL] {
        let mut best: Option<(u8, f32)> = None;
        for one in left.iter().filter(|value| value.table == table) {
            for other in right.iter().filter(|value| value.table == table) {
                let level = level(one, other);
                let frequency_bits = one.word.frequency_bits.min(other.word.frequency_bits);
                if best.is_none_or(|(known, bits)| level < known || (level == known && frequency_bits > bits)) {
                    best = Some((level, frequency_bits));
                }
            }
        }
        if let Some((level, frequency_bits)) = best {
            findings.add(table, context, level, frequency_bits);
        }
    }
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
