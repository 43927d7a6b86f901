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

fn level(left: &Value, right: &Value) -> u8 {
    if left.word.hash() == right.word.hash() {
        reach::SAME
    } else if strings::edits_up_to_one(left.word.letters(), right.word.letters()) == Some(1) {
        reach::CLOSE
    } else {
        reach::DIFFERENT
    }
}
