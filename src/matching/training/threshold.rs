//! Where to put the thresholds, from the model's own probabilities.

use super::sample::Sample;
use crate::matching::Model;

/// What the upper threshold is set for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// The highest expected F1 over the proposed pairs.
    Balance,
    /// Of the pairs joined, at least this share is expected to be of one person.
    Precision(f64),
}

/// Thresholds in bits.
pub(super) struct Chosen {
    pub join_bits: f64,
    pub review_bits: f64,
    pub expected_matches: f64,
}

/// Probability from which a pair is worth a steward's time.
const REVIEW_PROBABILITY: f64 = 0.02;

pub(super) fn choose(sample: &Sample, goal: Goal, model: &Model) -> Chosen {
    let proposed = &sample.proposed;
    let mut bits: Vec<f64> = (0..proposed.len())
        .filter(|place| !proposed.is_conflict(*place))
        .map(|place| proposed.get(place).iter().map(|finding| model.bits(finding)).sum())
        .collect();
    bits.sort_unstable_by(|one, other| other.total_cmp(one));
    let all: f64 = bits.iter().map(|bits| model.probability(*bits)).filter(|probability| *probability >= 0.05).sum();
    let (mut taken, mut expected) = (0.0, 0.0);
    let mut best = (f64::MIN, model.bits_at(0.5));
    for bits in &bits {
        taken += 1.0;
        expected += model.probability(*bits);
        let worth = match goal {
            Goal::Balance => 2.0 * expected / (taken + all),
            Goal::Precision(share) if expected / taken >= share => taken,
            Goal::Precision(_) => f64::MIN,
        };
        if worth > best.0 {
            best = (worth, *bits);
        }
    }
    let join_bits = (best.1 * 16.0).floor() / 16.0;
    let review_bits = (model.bits_at(REVIEW_PROBABILITY) * 16.0).floor() / 16.0;
    Chosen { join_bits, review_bits: review_bits.min(join_bits), expected_matches: all / sample.share }
}
