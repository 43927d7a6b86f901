//! What keeps a bad run from replacing a good model.

use super::Iteration;
use crate::matching::{
    Model,
    compare::Finding,
    field::{birth_date, family_name, given_name, table},
};

/// Fewer records than this are not trained on.
pub(super) const FEWEST_RECORDS: usize = 200;
/// Fewer expected pairs of one person than this say too little about slips and changes.
const FEWEST_MATCHES: f64 = 40.0;
/// Below this slope of the calibration, the weights hardly tell pairs of one person from others.
const LEAST_SLOPE: f64 = 0.4;
/// A last change above this is no rest.
const RESTLESS: f64 = 1e-2;

/// Why a trained model may not be taken.
pub(super) fn objections(model: &Model, iterations: &[Iteration], converged: bool, expected_matches: f64) -> Vec<String> {
    let mut reasons = Vec::new();
    if !converged && iterations.last().is_none_or(|last| last.change > RESTLESS) {
        reasons.push("the shares did not come to rest".to_owned());
    }
    if expected_matches < FEWEST_MATCHES {
        reasons.push(format!("fewer than {FEWEST_MATCHES} pairs of one person are expected"));
    }
    if iterations.iter().any(|iteration| !iteration.likelihood_bits.is_finite()) {
        reasons.push("the likelihood is no number".to_owned());
    }
    if model.file().calibration.slope < LEAST_SLOPE || model.decision().review_bits < 0.0 {
        reasons.push("strangers reach the weights of pairs of one person too often".to_owned());
    }
    let bits = |table: u8, level: u8| model.bits(&Finding { table, context: 0, level, frequency_bits: 0.0 });
    for (name, table, same, different) in [
        ("given names", table::GIVEN_NAME, given_name::EXACT, given_name::DIFFERENT),
        ("family names", table::FAMILY_NAME, family_name::EXACT, family_name::DIFFERENT),
        ("birth dates", table::DATE_OF_BIRTH, birth_date::EXACT, birth_date::DIFFERENT),
    ] {
        if bits(table, same) < 1.0 || bits(table, different) > -0.5 {
            reasons.push(format!("agreeing and differing {name} do not speak for and against"));
        }
    }
    reasons
}
