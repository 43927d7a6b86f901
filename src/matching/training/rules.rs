//! Whether the data shows people that a rule holds apart, or only unreliable names.
//!
//! The rule for twins is for populations with twins. Some data replaces given names at random: there the rule would part one person's records. Twins show
//! themselves: each of the two usually has another record that agrees with it. Where pairs that look like twins are many, and the two hardly ever
//! both have such a record although records in general do, there are no twins, and the weight may decide.

use std::collections::HashSet;

use super::sample::Pairs;
use crate::matching::{
    compare::Finding,
    conflict,
    field::{birth_date, family_name, given_name, table},
    model::file::Rule,
};

/// Pairs expected to be confirmed on both sides, were they twins, before anything is concluded.
const FEWEST_EXPECTED: f64 = 10.0;
/// Below this part of what is expected, there are no twins.
const NO_TWINS: f64 = 0.03;

/// The rule for twins that the proposed pairs call for.
pub(super) fn twins(pairs: &Pairs, records: usize) -> Rule {
    let mut confirmed: HashSet<u32> = HashSet::new();
    let mut alike: Vec<(u32, u32)> = Vec::new();
    for place in 0..pairs.len() {
        let findings = pairs.get(place);
        if is_confirming(findings) {
            let (left, right) = pairs.places(place);
            confirmed.extend([left, right]);
        } else if conflict::are_like_twins(findings) {
            alike.push(pairs.places(place));
        }
    }
    let share = super::sample::number(confirmed.len()) / super::sample::number(records.max(1));
    let expected = super::sample::number(alike.len()) * share * share;
    let both = alike.iter().filter(|(left, right)| confirmed.contains(left) && confirmed.contains(right)).count();
    if expected >= FEWEST_EXPECTED && super::sample::number(both) < NO_TWINS * expected { Rule::Weigh } else { Rule::Apart }
}

/// Given name, family name and birth date all agree.
fn is_confirming(findings: &[Finding]) -> bool {
    let level = |table: u8| findings.iter().find(|finding| finding.table == table).map(|finding| finding.level);
    level(table::DATE_OF_BIRTH) == Some(birth_date::EXACT)
        && level(table::FAMILY_NAME).is_some_and(|level| level <= family_name::FORMER)
        && level(table::GIVEN_NAME).is_some_and(|level| level <= given_name::PART)
}
