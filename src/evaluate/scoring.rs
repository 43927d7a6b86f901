//! Scores the proposed pairs on all cores and counts what is to be told of them.

use rayon::prelude::*;

use super::{
    error::EvaluateError,
    metrics::ScoreCounts,
    outputs::PairsFile,
    record_index::{Labels, RecordIndex},
    truth::{PairTotals, Truth, groups_of, pair_key},
    worst::{WeighedPair, WorthALook},
};
use crate::matching::{self, Edge, Model, Profile};

/// Errors of each kind that are explained.
pub(super) const ERRORS_SHOWN: usize = 20;
/// Samples of each kind that are explained.
const SAMPLES_SHOWN: usize = 3;
/// Pairs scored between two looks at them; what lies between is memory.
const PAIRS_AT_A_TIME: usize = 1 << 22;
/// Pairs that one thread scores and counts at a time: few enough that all threads end at about the same time.
const PAIRS_A_PART: usize = 1 << 16;

/// Everything that is counted while the pairs go by. Parts of the pairs are counted apart and added up in their order, so that threads and their turns
/// leave no trace.
pub(super) struct Scoring<'run> {
    index: &'run RecordIndex,
    truth: &'run Truth,
    model: &'run Model,
    pub counts: ScoreCounts,
    pub joined: Found,
    pub blocked: PairTotals,
    pub true_pairs_found: Vec<u64>,
    pub edges: Vec<Edge>,
    pub look: WorthALook,
}

/// Pairs from the operating threshold on.
#[derive(Default)]
pub(super) struct Found {
    pub all: PairTotals,
    pub true_ones: PairTotals,
}

/// A scored pair: its weight and probability.
type Scored = (f64, f64);

impl<'run> Scoring<'run> {
    pub(super) fn new(index: &'run RecordIndex, truth: &'run Truth, model: &'run Model) -> Self {
        let none = || PairTotals { all: 0, by_group: vec![0; index.groups.as_ref().map_or(0, Labels::count)] };
        Self {
            index,
            truth,
            model,
            counts: ScoreCounts::default(),
            joined: Found { all: none(), true_ones: none() },
            blocked: none(),
            true_pairs_found: Vec::new(),
            edges: Vec::new(),
            look: WorthALook::new(model.join_bits(), truth.is_known(), ERRORS_SHOWN, SAMPLES_SHOWN),
        }
    }

    /// Scores the pairs, and writes them where there is a file for them.
    pub(super) fn all(
        &mut self,
        profiles: &[Profile],
        candidates: &[(u32, u32)],
        mut file: Option<&mut PairsFile>,
    ) -> Result<(), EvaluateError> {
        let keeps_scores = file.is_some();
        let (index, truth, model) = (self.index, self.truth, self.model);
        for some in candidates.chunks(PAIRS_AT_A_TIME) {
            let parts: Vec<(Self, Vec<Scored>)> = some
                .par_chunks(PAIRS_A_PART)
                .map(|pairs| {
                    let mut part = Scoring::new(index, truth, model);
                    let scores = part.score(profiles, pairs, keeps_scores);
                    (part, scores)
                })
                .collect();
            let mut pairs = some.iter();
            for (part, scores) in parts {
                self.add(part);
                if let Some(file) = &mut file {
                    for ((left, right), (weight_bits, probability)) in pairs.by_ref().zip(scores) {
                        file.write(index.ids.get(*left as usize), index.ids.get(*right as usize), weight_bits, probability)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn score(&mut self, profiles: &[Profile], pairs: &[(u32, u32)], keeps_scores: bool) -> Vec<Scored> {
        let mut scores = Vec::with_capacity(if keeps_scores { pairs.len() } else { 0 });
        // Labels lie far apart in memory: they are asked for together, which it answers sooner than one by one.
        let truths: Vec<bool> = pairs.iter().map(|(left, right)| self.truth.holds(*left as usize, *right as usize)).collect();
        let mut truths = truths.into_iter();
        matching::for_each_pair(profiles, pairs, |(left, right), one, other| {
            let score = matching::score(one, other, self.model);
            let probability = score.probability(self.model);
            let is_true = truths.next() == Some(true);
            self.take(left, right, score.weight_bits, probability, is_true);
            if keeps_scores {
                scores.push((score.weight_bits, probability));
            }
        });
        scores
    }

    fn take(&mut self, left: u32, right: u32, weight_bits: f64, probability: f64, is_true: bool) {
        self.counts.add(weight_bits, probability, is_true);
        let (first, second) = (left as usize, right as usize);
        if is_true {
            count(&mut self.blocked, self.index, first, second);
            self.true_pairs_found.push(pair_key(first, second));
        }
        if weight_bits >= self.model.lone_bits() {
            self.edges.push(Edge { left, right, weight_bits });
        }
        if weight_bits >= self.model.join_bits() {
            count(&mut self.joined.all, self.index, first, second);
            if is_true {
                count(&mut self.joined.true_ones, self.index, first, second);
            }
        }
        self.look.offer(WeighedPair { left: first, right: second, weight_bits }, is_true);
    }

    fn add(&mut self, part: Self) {
        self.counts.merge(&part.counts);
        self.blocked.merge(&part.blocked);
        self.joined.all.merge(&part.joined.all);
        self.joined.true_ones.merge(&part.joined.true_ones);
        self.true_pairs_found.extend(part.true_pairs_found);
        self.edges.extend(part.edges);
        self.look.merge(part.look);
    }
}

fn count(totals: &mut PairTotals, index: &RecordIndex, left: usize, right: usize) {
    totals.all += 1;
    for group in groups_of(index, left, right) {
        totals.by_group[group as usize] += 1;
    }
}
