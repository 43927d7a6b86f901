//! Sex, with care: it is mistyped, guessed from names and changed, so a difference weighs little.

use super::Findings;
use crate::{
    domain::Sex,
    matching::field::{sex, table},
};

/// Compares sex as recorded; `Other` on either side says nothing.
pub fn compare(left: Option<Sex>, right: Option<Sex>, findings: &mut Findings) {
    let (Some(left), Some(right)) = (left, right) else { return };
    if left == Sex::Other || right == Sex::Other {
        return;
    }
    findings.add(table::SEX, 0, if left == right { sex::SAME } else { sex::DIFFERENT }, 0.0);
}
