//! Sex, with care: it is mistyped, guessed from names and changed, so a difference weighs little.

use super::Findings;
use crate::{
    domain::Sex,
    matching::field::{given_name, name_order, sex, table},
};

/// Compares sex as recorded; `Other` on either side says nothing. Given names must have been compared before.
pub fn compare(left: Option<Sex>, right: Option<Sex>, findings: &mut Findings) {
    let (Some(left), Some(right)) = (left, right) else { return };
    if left == Sex::Other || right == Sex::Other {
        return;
    }
    // A given name mostly tells the sex already; but not where a daughter bears her father's as a middle name.
    let agree = findings.level(table::GIVEN_NAME).is_some_and(|level| level <= given_name::PART);
    let context = u8::from(agree && findings.level(table::NAME_ORDER) != Some(name_order::MIDDLE_FIRST));
    findings.add(table::SEX, context, if left == right { sex::SAME } else { sex::DIFFERENT }, 0.0);
}
