//! Sex, with care: it is mistyped, guessed from names and changed, so a difference weighs little.

use super::Findings;
use crate::{
    domain::Sex,
    matching::field::{given_name, sex, table},
};

/// Compares sex as recorded; `Other` on either side says nothing. Given names must have been compared before.
pub fn compare(left: Option<Sex>, right: Option<Sex>, findings: &mut Findings) {
    let (Some(left), Some(right)) = (left, right) else { return };
    if left == Sex::Other || right == Sex::Other {
        return;
    }
    // A given name mostly tells the sex already.
    let context = u8::from(findings.level(table::GIVEN_NAME).is_some_and(|level| level <= given_name::PART));
    findings.add(table::SEX, context, if left == right { sex::SAME } else { sex::DIFFERENT }, 0.0);
}
