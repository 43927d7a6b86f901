//! Expectation-maximisation: how the levels are shared among pairs of one person, without labels.
//!
//! A proposed pair's probability uses the prior over all pairs, not over the proposed ones: whether a pair is proposed depends only on its levels,
//! so that once they are known the choice says nothing more. u comes from random pairs (less what they hold of pairs of one person) and, in the
//! context of one dwelling, which random pairs hardly ever show, from pairs within dwellings.

use rayon::prelude::*;

use super::{
    TrainingSettings,
    sample::{Pairs, Sample, number},
};
use crate::matching::{
    Model, ModelError,
    model::file::{ModelFile, WeightEntry},
};

/// One round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Iteration {
    /// Mean log2 likelihood of the proposed pairs, against all being of two people, in bits.
    pub likelihood_bits: f64,
    /// Expected pairs of one person.
    pub expected_matches: f64,
    /// Largest change of a level's share.
    pub change: f64,
}

/// What came out.
pub(super) struct Outcome {
    pub file: ModelFile,
    pub iterations: Vec<Iteration>,
    pub converged: bool,
}

/// Pairs that the starting shares are worth: enough to carry a level that the data never shows, too few to sway one that it does.
const STARTING_PAIRS: f64 = 12.0;
/// At rest: no share moves by more.
const AT_REST: f64 = 2e-5;
const MOST_CONTEXTS: usize = 2;
const MOST_LEVELS: usize = 12;
/// Pairs handled at a time.
const CHUNK: usize = 16_384;

/// Sums of levels, by table and context.
struct Sums(Vec<[[f64; MOST_LEVELS]; MOST_CONTEXTS]>);

impl Sums {
    fn new(tables: usize) -> Self {
        Self(vec![[[0.0; MOST_LEVELS]; MOST_CONTEXTS]; tables])
    }

    fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().flatten().flatten().zip(other.0.iter().flatten().flatten()) {
            *mine += theirs;
        }
    }
}

/// Runs until at rest, from the shares of `starting`.
pub(super) fn maximise(sample: &Sample, settings: &TrainingSettings, starting: ModelFile) -> Result<Outcome, ModelError> {
    let mut file = starting.clone();
    // A first guess of the prior: a third of the records have a second one.
    file.decision.prior_bits = odds_bits(0.3 * sample.all_pairs.sqrt() / sample.all_pairs);
    let mut iterations: Vec<Iteration> = Vec::new();
    let mut converged = false;
    while iterations.len() < settings.most_iterations && !converged {
        let model = Model::from_file(file.clone())?;
        let proposed = expect(&sample.proposed, &model, Side::One);
        let random = expect(&sample.random, &model, Side::Two);
        let household = expect(&sample.household, &model, Side::Two);
        let expected_matches = (proposed.matches / sample.share).max(1.0);
        file.decision.prior_bits = odds_bits(expected_matches / sample.all_pairs);
        let change = set_shares(&mut file, &starting, &model, [&proposed.sums, &random.sums, &household.sums]);
        let likelihood_bits = proposed.likelihood_bits / number(sample.proposed.len().max(1));
        iterations.push(Iteration { likelihood_bits, expected_matches, change });
        converged = change < AT_REST && iterations.len() > 2;
    }
    Ok(Outcome { file, iterations, converged })
}

fn odds_bits(share: f64) -> f64 {
    let share = share.clamp(1e-14, 0.5);
    ((share / (1.0 - share)).log2() * 1024.0).round() / 1024.0
}

/// For which pairs the levels are summed.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    /// Pairs of one person.
    One,
    /// Pairs of two people.
    Two,
}

struct Expected {
    sums: Sums,
    matches: f64,
    likelihood_bits: f64,
}

impl Expected {
    fn new(tables: usize) -> Self {
        Self { sums: Sums::new(tables), matches: 0.0, likelihood_bits: 0.0 }
    }
}

/// Sums each level over the pairs, by the probability that the pair is of one person, or of two.
fn expect(pairs: &Pairs, model: &Model, side: Side) -> Expected {
    let starts: Vec<usize> = (0..pairs.len()).step_by(CHUNK).collect();
    let parts: Vec<Expected> =
        starts.par_iter().map(|start| expect_chunk(pairs, *start..(start + CHUNK).min(pairs.len()), model, side)).collect();
    let mut all = Expected::new(model.table_count());
    for part in parts {
        all.sums.add(&part.sums);
        all.matches += part.matches;
        all.likelihood_bits += part.likelihood_bits;
    }
    all
}

fn expect_chunk(pairs: &Pairs, places: std::ops::Range<usize>, model: &Model, side: Side) -> Expected {
    let mut part = Expected::new(model.table_count());
    for place in places {
        let findings = pairs.get(place);
        let bits: f64 = findings.iter().map(|finding| model.bits(finding)).sum();
        let odds = if pairs.is_conflict(place) { 0.0 } else { (bits + model.decision().prior_bits).min(200.0).exp2() };
        let of_one = odds / (1.0 + odds);
        part.matches += of_one;
        part.likelihood_bits += (1.0 + odds).log2();
        let share = if side == Side::One { of_one } else { 1.0 - of_one };
        for finding in findings {
            part.sums.0[usize::from(finding.table)][usize::from(finding.context)][usize::from(finding.level)] += share;
        }
    }
    part
}

/// Sets the shares of every level; returns the largest change.
fn set_shares(file: &mut ModelFile, starting: &ModelFile, model: &Model, [one, random, household]: [&Sums; 3]) -> f64 {
    let mut change: f64 = 0.0;
    for table in 0..model.table_count() {
        let (name, field) = model.table(u8::try_from(table).expect("fewer than 256 tables"));
        for (context, context_name) in field.contexts.iter().enumerate() {
            let fixed = matches!(name, "name_order" | "address_time");
            let of_two = if *context_name == "same_dwelling" { household } else { random };
            let (m_sums, u_sums) = (&one.0[table][context], &of_two.0[table][context]);
            let (m_total, u_total): (f64, f64) = (m_sums.iter().sum(), u_sums.iter().sum());
            let Some(entries) = file.weights.get_mut(name).and_then(|contexts| contexts.get_mut(*context_name)) else { continue };
            for (place, level) in field.levels.iter().enumerate() {
                let start = starting.weights[name][*context_name][level.name];
                let m = (m_sums[place] + STARTING_PAIRS * start.m) / (m_total + STARTING_PAIRS);
                let u = if fixed { start.u } else { (u_sums[place] + STARTING_PAIRS * start.u) / (u_total + STARTING_PAIRS) };
                if let Some(entry) = entries.get_mut(level.name) {
                    change = change.max((entry.m - m).abs());
                    let bits = (m / u).log2().clamp(-18.0, 40.0);
                    *entry = WeightEntry { m, u, bits: Some((bits * 1024.0).round() / 1024.0), rarity: start.rarity };
                }
            }
        }
    }
    change
}
