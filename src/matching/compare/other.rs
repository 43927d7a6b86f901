//! Other named columns, by exact agreement with term frequency; a slip of a letter in a longer value is a level of its own.

use super::{Findings, strings};
use crate::matching::{field::other, profile::Value};

/// Compares the columns that both sides have.
pub fn compare(left: &[Value], right: &[Value], findings: &mut Findings) {
    for one in left {
        let Some(another) = right.iter().find(|value| value.name == one.name) else { continue };
        let (one_letters, other_letters) = (one.word.letters(), another.word.letters());
        let level = if one.word.hash() == another.word.hash() {
            other::SAME
        } else if one_letters.len().min(other_letters.len()) >= 3 && strings::edits_up_to_one(one_letters, other_letters) == Some(1) {
            other::CLOSE
        } else {
            other::DIFFERENT
        };
        findings.add(one.table, 0, level, one.word.frequency_bits.min(another.word.frequency_bits));
    }
}
