//! Expectation-maximisation: how the levels are shared among pairs of one person, without labels.
//!
//! A proposed pair's probability uses the prior over all pairs, not over the proposed ones: whether a pair is proposed depends only on its levels,
//! so that once they are known the choice says nothing more. u comes from random pairs (less what they hold of pairs of one person) and, in the
//! contexts of one dwelling and of an area that agrees, which random pairs hardly ever show, from pairs within dwellings and within postcodes: did
//! street and house count as among random pairs where the postcode has counted already, the members of a household would pass for one person.

use rayon::prelude::*;

use super::{
    TrainingSettings,
    sample::{Pairs, Sample, number},
};
use crate::matching::{
    Model, ModelError,
    compare::Finding,
    field::{MOST_CONTEXTS, MOST_LEVELS, age, birth_date, dwelling, family_name, given_name, identifier, reach, table},
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
/// A pair less likely than this to be of one person counts as one of two: hundreds of thousands of pairs that share only a given name would otherwise
/// add up to more than the pairs of one person and pull the shares their way.
const LEAST_PROBABILITY: f64 = 0.8;
/// With fewer pairs of one postcode, random pairs must do for what is weighed within an area that agrees.
const FEWEST_NEIGHBOURS: usize = 1000;
/// At rest: no share moves by more.
const AT_REST: f64 = 2e-5;
/// Pairs handled at a time.
const CHUNK: usize = 16_384;

/// Steps of half a bit, from -8 to 8, in which the rarity of what agreed is counted.
const RARITY_STEPS: usize = 33;

/// Sums of levels, by table and context.
struct Sums {
    levels: Vec<[[f64; MOST_LEVELS]; MOST_CONTEXTS]>,
    rarity: Vec<[[[f64; RARITY_STEPS]; RARE_LEVELS]; MOST_CONTEXTS]>,
}

/// Only the strongest levels look at rarity.
const RARE_LEVELS: usize = 5;

impl Sums {
    fn new(tables: usize) -> Self {
        Self {
            levels: vec![[[0.0; MOST_LEVELS]; MOST_CONTEXTS]; tables],
            rarity: vec![[[[0.0; RARITY_STEPS]; RARE_LEVELS]; MOST_CONTEXTS]; tables],
        }
    }

    fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.levels.iter_mut().flatten().flatten().zip(other.levels.iter().flatten().flatten()) {
            *mine += theirs;
        }
        for (mine, theirs) in self.rarity.iter_mut().flatten().flatten().flatten().zip(other.rarity.iter().flatten().flatten().flatten()) {
            *mine += theirs;
        }
    }

    fn count(&mut self, finding: Finding, share: f64) {
        let (table, context, level) = (usize::from(finding.table), usize::from(finding.context), usize::from(finding.level));
        self.levels[table][context][level] += share;
        if let Some(steps) = self.rarity[table][context].get_mut(level) {
            steps[rarity_step(finding.frequency_bits)] += share;
        }
    }
}

/// Runs until at rest, from the shares of `starting`.
pub(super) fn maximise(sample: &Sample, settings: &TrainingSettings, starting: &ModelFile) -> Result<Outcome, ModelError> {
    let mut file = starting.clone();
    // A first guess of the prior: a third of the records have a second one.
    file.decision.prior_bits = odds_bits(0.3 * sample.all_pairs.sqrt() / sample.all_pairs);
    let mut iterations: Vec<Iteration> = Vec::new();
    let mut converged = false;
    // u is settled once, with the starting weights telling the few pairs of one person among the random ones: were it to follow the weights, a crowd of
    // strangers at one address could pass for one person and take its own u with it.
    let start = Model::from_file(file.clone())?;
    let random = expect(&sample.random, &start, Side::Two);
    let household = expect(&sample.household, &start, Side::Two);
    let neighbours = expect(&sample.neighbours, &start, Side::Two);
    let neighbours = if sample.neighbours.len() < FEWEST_NEIGHBOURS { &random } else { &neighbours };
    while iterations.len() < settings.most_iterations && !converged {
        let model = Model::from_file(file.clone())?;
        let proposed = expect(&sample.proposed, &model, Side::One);
        let expected_matches = (proposed.matches / sample.share).clamp(1.0, sample.most_matches);
        file.decision.prior_bits = odds_bits(expected_matches / sample.all_pairs);
        let change = set_shares(&mut file, starting, &model, [&proposed.sums, &random.sums, &household.sums, &neighbours.sums]);
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
        let odds =
            if pairs.is_conflict(place) || !agrees_twice(findings) { 0.0 } else { (bits + model.decision().prior_bits).min(200.0).exp2() };
        let of_one = match odds / (1.0 + odds) {
            unlikely if unlikely < LEAST_PROBABILITY => 0.0,
            probability => probability,
        };
        part.matches += of_one;
        part.likelihood_bits += (1.0 + odds).log2();
        let share = if side == Side::One { of_one } else { 1.0 - of_one };
        for finding in findings {
            part.sums.count(*finding, share);
        }
    }
    part
}

/// Two of given name, family name, birth date, dwelling, identifier, telephone and email agree at least roughly. Other pairs count as of two people: there
/// are hundreds of thousands of them, and what little each seems to be of one person would add up and pull the shares its way.
fn agrees_twice(findings: &[Finding]) -> bool {
    let agreeing = findings.iter().filter(|finding| match finding.table {
        table::GIVEN_NAME => finding.level <= given_name::INITIAL,
        table::FAMILY_NAME => finding.level <= family_name::SIMILAR,
        table::DATE_OF_BIRTH => finding.level <= birth_date::DAY_DIFFERS,
        table::AGE => finding.level <= age::ONE_YEAR && finding.context == age::context::NO_BIRTH_DATE,
        table::DWELLING => finding.level == dwelling::SAME && finding.context == dwelling::context::STREET_AGREES,
        table::PHONE | table::EMAIL => finding.level <= reach::CLOSE,
        _ => finding.level <= identifier::CLOSE && Model::is_identifier(finding.table),
    });
    agreeing.take(2).count() == 2
}

/// Sets the shares of every level; returns the largest change.
fn set_shares(file: &mut ModelFile, starting: &ModelFile, model: &Model, [one, random, household, neighbours]: [&Sums; 4]) -> f64 {
    let mut change: f64 = 0.0;
    for table in 0..model.table_count() {
        let (name, field) = model.table(u8::try_from(table).expect("fewer than 256 tables"));
        for (context, context_name) in field.contexts.iter().enumerate() {
            let fixed = matches!(name, "name_order" | "address_time");
            let of_two = match *context_name {
                "same_dwelling" | "same_household" | "parents" => household,
                "area_agrees" | "street_agrees" | "postcode_agrees" => neighbours,
                _ => random,
            };
            let (m_sums, u_sums) = (&one.levels[table][context], &of_two.levels[table][context]);
            let (m_total, u_total): (f64, f64) = (m_sums.iter().sum(), u_sums.iter().sum());
            let Some(entries) = file.weights.get_mut(name).and_then(|contexts| contexts.get_mut(*context_name)) else { continue };
            for (place, level) in field.levels.iter().enumerate() {
                let start = starting.weights[name][*context_name][level.name];
                let m = (m_sums[place] + STARTING_PAIRS * start.m) / (m_total + STARTING_PAIRS);
                let u = if fixed { start.u } else { (u_sums[place] + STARTING_PAIRS * start.u) / (u_total + STARTING_PAIRS) };
                if let Some(entry) = entries.get_mut(level.name) {
                    change = change.max((entry.m - m).abs());
                    let steps = |sums: &Sums| sums.rarity[table][context].get(place).copied();
                    let learnt = steps(one)
                        .zip(steps(of_two))
                        .filter(|_| start.rarity > 0.0 && start.rarity < 1.0 && context > 0)
                        .and_then(|(one, two)| rarity(&one, &two));
                    let (rarity, usual_bits) = learnt.unwrap_or((start.rarity, 0.0));
                    let bits = ((m / u).log2() - usual_bits).clamp(-18.0, 40.0);
                    *entry = WeightEntry { m, u, bits: Some((bits * 1024.0).round() / 1024.0), rarity };
                }
            }
        }
    }
    change
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 32 after the clamp")]
fn rarity_step(frequency_bits: f32) -> usize {
    // A positive number is rounded by cutting it off half a step higher.
    ((frequency_bits.clamp(-8.0, 8.0) + 8.0) * 2.0 + 0.5) as usize
}

/// Pairs of two people that must show a level before its rarity is learnt.
const FEWEST_FOR_RARITY: f64 = 300.0;

/// What part of a value's rarity counts at a level, and the bits to take off so that the level as a whole keeps its weight.
///
/// Among pairs of two people, rarity is shared as `two` counts it; among pairs of one person as that times 2^(part × rarity), up to a constant. The part
/// is the one of greatest likelihood for what `one` counts, in eighths.
fn rarity(one: &[f64; RARITY_STEPS], two: &[f64; RARITY_STEPS]) -> Option<(f64, f64)> {
    let total: f64 = two.iter().sum();
    if total < FEWEST_FOR_RARITY || one.iter().sum::<f64>() < FEWEST_FOR_RARITY {
        return None;
    }
    let bits = |step: usize| f64::from(u8::try_from(step).unwrap_or(u8::MAX)) / 2.0 - 8.0;
    let mut best = (f64::MIN, 0.0, 0.0);
    for eighths in 0_u8..=8 {
        let part = f64::from(eighths) / 8.0;
        let usual: f64 = two.iter().enumerate().map(|(step, share)| share / total * (part * bits(step)).exp2()).sum();
        let likelihood: f64 = one.iter().enumerate().map(|(step, share)| share * (part * bits(step) - usual.log2())).sum();
        if likelihood > best.0 {
            best = (likelihood, part, usual.log2());
        }
    }
    Some((best.1, best.2))
}
