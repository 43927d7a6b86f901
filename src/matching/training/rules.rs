//! Whether the data shows people that a rule holds apart, or only unreliable names and dates.
//!
//! The rules for twins and for generations are for populations that have them. Some data replaces given names or birth dates at random: there a rule
//! would part one person's records. Twins show themselves: each of the two usually has another record that agrees with it. Where pairs that look like
//! twins are many, and the two hardly ever both have such a record although records in general do, there are no twins, and the weight may decide. The
//! same goes for a parent and a child of one name.

use std::collections::HashSet;

use super::sample::{Pairs, number};
use crate::matching::{
    Profile,
    compare::{Finding, level_of},
    conflict,
    field::{birth_date, dwelling, family_name, given_name, table},
    model::file::{Rule, Rules},
};

/// Pairs expected to be confirmed on both sides, were they what they look like, before anything is concluded.
const FEWEST_EXPECTED: f64 = 8.0;
/// Up to this part of what is expected (or one by accident), there are none.
const NONE_SEEN: f64 = 0.03;

/// The rules that the proposed pairs call for.
pub(super) fn learn(profiles: &[Profile], pairs: &Pairs) -> Rules {
    let mut confirmed: HashSet<u32> = HashSet::new();
    let (mut twins, mut generations) = (Vec::new(), Vec::new());
    for place in 0..pairs.len() {
        let (findings, (left, right)) = (pairs.get(place), pairs.places(place));
        if is_confirming(findings) {
            confirmed.extend([left, right]);
        } else if conflict::are_like_twins(findings) {
            twins.push((left, right));
        } else if share_dwelling(findings) && conflict::are_like_generations(&profiles[left as usize], &profiles[right as usize], findings)
        {
            generations.push((left, right));
        }
    }
    let share = number(confirmed.len()) / number(profiles.len().max(1));
    // Replaced names and replaced dates come from one cause, so that both kinds are looked at together.
    twins.extend(generations);
    let expected = number(twins.len()) * share * share;
    let both = twins.iter().filter(|(left, right)| confirmed.contains(left) && confirmed.contains(right)).count();
    let none_seen = number(both) <= (NONE_SEEN * expected).max(1.0);
    let rule = if expected >= FEWEST_EXPECTED && none_seen { Rule::Weigh } else { Rule::Apart };
    Rules { twins: rule, generations: rule }
}

/// Elsewhere, one name and two birth dates are mostly two strangers.
fn share_dwelling(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| {
        finding.table == table::DWELLING && finding.context == dwelling::context::STREET_AGREES && finding.level == dwelling::SAME
    })
}

/// Given name, family name and birth date all agree.
fn is_confirming(findings: &[Finding]) -> bool {
    let level = |table: u8| level_of(findings, table);
    level(table::DATE_OF_BIRTH) == Some(birth_date::EXACT)
        && level(table::FAMILY_NAME).is_some_and(|level| level <= family_name::FORMER)
        && level(table::GIVEN_NAME).is_some_and(|level| level <= given_name::PART)
}
