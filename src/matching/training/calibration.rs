//! Probabilities that can be believed, without labels.
//!
//! Fields agree together more often than if they were independent (rare names run in families and in years), so that middling weights promise too much.
//! How much too much can be seen: a record that has one certain partner tells that its other candidates are other people. How often such candidates
//! reach each weight gives the pairs of two people to be expected there among all records; what is left are pairs of one person. A line through
//! the log-odds is fitted to that, held towards the identity where there is little to see.

use std::collections::{HashMap, HashSet};

use super::sample::{Sample, number};
use crate::matching::{
    Linkage, Model, Profile,
    compare::{self, Scope},
    conflict,
    model::file::Calibration,
    score,
};

/// A partner of this probability is certain.
const CERTAIN: f64 = 0.9999;
/// Log-odds in bits between which the line is fitted.
const FROM_BITS: i32 = -6;
const TO_BITS: i32 = 14;
/// What the identity counts, in pairs, at each bit.
const HELD: f64 = 1.0;
/// Fewer false candidates than this say nothing.
const FEWEST_FALSE: f64 = 20.0;

/// Steps up to here hold hardly any pair of one person, however far the weights promise too much.
const UNLIKELY_TO_BITS: i32 = -4;
/// The false pairs to be expected are raised by no more than this.
const MOST_RAISED: f64 = 4.0;

/// Pairs by log-odds: all of them, and the false ones to be expected.
#[derive(Default, Clone, Copy)]
struct Step {
    pairs: f64,
    of_two: f64,
}

pub(super) fn fit(sample: &Sample, profiles: &[Profile], linkage: Linkage, model: &Model) -> Calibration {
    let mut steps = steps(sample, profiles, linkage, model);
    if linkage == Linkage::Within {
        raise(&mut steps);
    }
    let known = model.file().calibration;
    if steps.values().map(|step| step.of_two).sum::<f64>() < FEWEST_FALSE {
        return known;
    }
    let mut best = (f64::MIN, known);
    for slope_step in 4_i32..=24 {
        for offset_step in -48_i32..=16 {
            let (slope, offset) = (f64::from(slope_step) / 20.0, f64::from(offset_step) / 4.0);
            let likelihood = likelihood(&steps, slope, offset);
            if likelihood > best.0 {
                best = (likelihood, Calibration { slope, offset });
            }
        }
    }
    best.1
}

/// In one list of several feeds, records without a certain partner have more false candidates than those that tell: a household's members who are in one
/// feed only. How many more shows where hardly any pair is of one person.
fn raise(steps: &mut HashMap<i32, Step>) {
    let unlikely = steps.iter().filter(|(bits, _)| **bits <= UNLIKELY_TO_BITS);
    let (pairs, of_two) = unlikely
        .fold((0.0, 0.0), |(pairs, of_two), (bits, step)| (pairs + step.pairs / (1.0 + f64::from(*bits).exp2()), of_two + step.of_two));
    if of_two >= FEWEST_FALSE {
        let raised = (pairs / of_two).clamp(1.0, MOST_RAISED);
        for step in steps.values_mut() {
            step.of_two *= raised;
        }
    }
}

fn likelihood(steps: &HashMap<i32, Step>, slope: f64, offset: f64) -> f64 {
    (FROM_BITS..=TO_BITS)
        .map(|bits| {
            let step = steps.get(&bits).copied().unwrap_or_default();
            let probability = |odds_bits: f64| (1.0 / (1.0 + (-odds_bits).exp2())).clamp(1e-9, 1.0 - 1e-9);
            let fitted = probability(slope * f64::from(bits) + offset);
            let held = probability(f64::from(bits));
            let of_one = (step.pairs - step.of_two).max(0.0) + HELD * held;
            let of_two = step.of_two.min(step.pairs) + HELD * (1.0 - held);
            of_one * fitted.ln() + of_two * (1.0 - fitted).ln()
        })
        .sum()
}

#[allow(clippy::cast_possible_truncation, reason = "log-odds lie within a few hundred bits")]
fn steps(sample: &Sample, profiles: &[Profile], linkage: Linkage, model: &Model) -> HashMap<i32, Step> {
    let pairs = &sample.proposed;
    let prior = model.decision().prior_bits;
    let odds: Vec<f64> = (0..pairs.len())
        .map(|place| {
            if pairs.is_conflict(place) {
                f64::MIN
            } else {
                pairs.get(place).iter().map(|finding| model.bits(finding)).sum::<f64>() + prior
            }
        })
        .collect();
    let certain_bits = (CERTAIN / (1.0 - CERTAIN)).log2();
    // Of the chosen records all candidates are known, and only they tell.
    let is_chosen = |place: u32| (place as usize).is_multiple_of(sample.every);
    let mut partners: HashMap<u32, Vec<u32>> = HashMap::new();
    for (place, _) in odds.iter().enumerate().filter(|(_, bits)| **bits >= certain_bits) {
        let (left, right) = pairs.places(place);
        for (one, other) in [(left, right), (right, left)] {
            if is_chosen(one) {
                partners.entry(one).or_default().push(other);
            }
        }
    }
    // Where every proposed pair is in the sample, it tells which are likely; else they are weighed when they are needed.
    let likely: HashSet<(u32, u32)> =
        odds.iter().enumerate().filter(|(_, bits)| **bits >= f64::from(FROM_BITS)).map(|(place, _)| pairs.places(place)).collect();
    let is_likely = |one: u32, other: u32| {
        if sample.every == 1 {
            return likely.contains(&(one.min(other), one.max(other)));
        }
        let (one, other) = (&profiles[one as usize], &profiles[other as usize]);
        let findings = compare::compare(one, other, Scope::ALL, model);
        conflict::of_findings(one, other, &findings, model).is_none()
            && score::weigh(&findings, model).weight_bits + prior >= f64::from(FROM_BITS)
    };
    let mut steps: HashMap<i32, Step> = HashMap::new();
    let scale = number(profiles.len().div_ceil(sample.every)) / number(partners.len().max(1)) / 2.0;
    for (place, bits) in odds.iter().enumerate() {
        let at = bits.round().clamp(-1000.0, 1000.0) as i32;
        if !(FROM_BITS..=TO_BITS).contains(&at) {
            continue;
        }
        let (left, right) = pairs.places(place);
        let step = steps.entry(at).or_default();
        for (one, other) in [(left, right), (right, left)].into_iter().filter(|(one, _)| is_chosen(*one)) {
            step.pairs += 0.5;
            // Its certain partner is another record, and that record is not like this candidate either.
            let is_false = partners.get(&one).is_some_and(|known| {
                !known.contains(&other)
                    && (linkage != Linkage::Within || !known.iter().any(|partner| *partner == other || is_likely(*partner, other)))
            });
            if is_false {
                step.of_two += scale;
            }
        }
    }
    steps
}
