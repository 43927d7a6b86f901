//! Precision, recall and calibration from counts of scored pairs. Memory does not grow with their number.

use serde::Serialize;

/// Precision, recall and their harmonic mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Accuracy {
    /// Share of the pairs found that are true; none where no pair was found.
    pub precision: Option<f64>,
    /// Share of the true pairs that were found; none where there are none.
    pub recall: Option<f64>,
    /// Harmonic mean of the two.
    pub f1: Option<f64>,
}

/// Accuracy at a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AccuracyAt {
    /// Pairs of at least this weight (bits) count as found.
    pub threshold_bits: f64,
    /// How right that is.
    #[serde(flatten)]
    pub accuracy: Accuracy,
}

impl Accuracy {
    /// From the number of true pairs found, of pairs found and of true pairs there are.
    #[must_use]
    pub fn from_counts(true_found: u64, found: u64, true_pairs: u64) -> Self {
        Self { precision: ratio(true_found, found), recall: ratio(true_found, true_pairs), f1: ratio(2 * true_found, found + true_pairs) }
    }
}

/// A ratio; `None` of nothing.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of pairs are far below 2^52")]
pub fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The lowest and highest weights told apart, in bits; whatever lies beyond counts as at the end.
const LOWEST_BITS: f64 = -200.0;
const HIGHEST_BITS: f64 = 300.0;
/// Steps to a bit: thresholds are searched to a hundredth of a bit.
const STEPS_PER_BIT: f64 = 100.0;

/// How many true and false pairs have which weight.
#[derive(Clone)]
pub struct ScoreCounts {
    /// False and true pairs of each step.
    steps: Vec<[u64; 2]>,
    /// The pairs within each range of probability.
    calibration: Vec<CalibrationBin>,
}

/// Pairs whose probability lies in one range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CalibrationBin {
    /// The range's start, inclusive.
    pub from: f64,
    /// The range's end, exclusive but for 1.
    pub to: f64,
    /// Pairs in it.
    pub pairs: u64,
    /// Those that are true.
    pub true_pairs: u64,
    /// The sum of their probabilities.
    #[serde(skip)]
    pub probability_sum: f64,
}

impl CalibrationBin {
    /// The mean probability stated for its pairs.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of pairs are far below 2^52")]
    pub fn mean_probability(&self) -> Option<f64> {
        (self.pairs > 0).then(|| self.probability_sum / self.pairs as f64)
    }

    /// The share of its pairs that are true.
    #[must_use]
    pub fn share_true(&self) -> Option<f64> {
        ratio(self.true_pairs, self.pairs)
    }
}

/// Where the ranges of probability meet. Finer at the ends, where decisions are taken.
const PROBABILITY_EDGES: [f64; 14] = [0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0];

impl Default for ScoreCounts {
    fn default() -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive constant")]
        let count = ((HIGHEST_BITS - LOWEST_BITS) * STEPS_PER_BIT) as usize;
        let calibration = PROBABILITY_EDGES
            .windows(2)
            .map(|edge| CalibrationBin { from: edge[0], to: edge[1], pairs: 0, true_pairs: 0, probability_sum: 0.0 })
            .collect();
        Self { steps: vec![[0; 2]; count], calibration }
    }
}

/// One point of the curve of precision and recall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// Pairs of at least this weight (bits) count as found.
    pub threshold_bits: f64,
    /// Pairs found.
    pub found: u64,
    /// True pairs found.
    pub true_found: u64,
}

impl ScoreCounts {
    /// Counts one scored pair.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the steps there are")]
    pub fn add(&mut self, weight_bits: f64, probability: f64, is_true: bool) {
        let last = self.steps.len() - 1;
        let step = ((weight_bits - LOWEST_BITS) * STEPS_PER_BIT).max(0.0) as usize;
        self.steps[step.min(last)][usize::from(is_true)] += 1;
        let bin = PROBABILITY_EDGES[1..PROBABILITY_EDGES.len() - 1].partition_point(|edge| *edge <= probability);
        let bin = &mut self.calibration[bin];
        bin.pairs += 1;
        bin.true_pairs += u64::from(is_true);
        bin.probability_sum += probability;
    }

    /// Adds what was counted of other pairs.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.steps.iter_mut().flatten().zip(other.steps.iter().flatten()) {
            *mine += theirs;
        }
        for (mine, theirs) in self.calibration.iter_mut().zip(&other.calibration) {
            mine.pairs += theirs.pairs;
            mine.true_pairs += theirs.true_pairs;
            mine.probability_sum += theirs.probability_sum;
        }
    }

    /// All pairs counted.
    #[must_use]
    pub fn pairs(&self) -> u64 {
        self.steps.iter().map(|step| step[0] + step[1]).sum()
    }

    /// All true pairs counted.
    #[must_use]
    pub fn true_pairs(&self) -> u64 {
        self.steps.iter().map(|step| step[1]).sum()
    }

    /// The curve, from the highest weight down: one point for each step that holds a pair.
    #[must_use]
    pub fn curve(&self) -> Vec<CurvePoint> {
        let (mut found, mut true_found) = (0, 0);
        let mut points = Vec::new();
        for (step, counts) in self.steps.iter().enumerate().rev() {
            if counts[0] + counts[1] == 0 {
                continue;
            }
            found += counts[0] + counts[1];
            true_found += counts[1];
            points.push(CurvePoint { threshold_bits: bits_of(step), found, true_found });
        }
        points
    }

    /// The threshold with the best F1, in hindsight, of `true_pairs` there are in all.
    #[must_use]
    pub fn best(&self, true_pairs: u64) -> Option<AccuracyAt> {
        let mut best: Option<AccuracyAt> = None;
        for point in self.curve() {
            let accuracy = Accuracy::from_counts(point.true_found, point.found, true_pairs);
            if accuracy.f1 > best.and_then(|best| best.accuracy.f1) {
                best = Some(AccuracyAt { threshold_bits: point.threshold_bits, accuracy });
            }
        }
        best
    }

    /// The greatest recall at any threshold with at least this precision; 0 where none reaches it.
    #[must_use]
    pub fn recall_at_precision(&self, precision: f64, true_pairs: u64) -> Option<f64> {
        let reached = self.curve().into_iter().filter(|point| ratio(point.true_found, point.found) >= Some(precision));
        ratio(reached.map(|point| point.true_found).max().unwrap_or(0), true_pairs)
    }

    /// The ranges of probability with what was stated and what was true.
    #[must_use]
    pub fn calibration(&self) -> &[CalibrationBin] {
        &self.calibration
    }

    /// False and true pairs within ranges of `width_bits`, from the lowest weight to the highest that there are: (range's start, false, true).
    #[must_use]
    pub fn distribution(&self, width_bits: f64) -> Vec<(f64, u64, u64)> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number of steps")]
        let width = ((width_bits * STEPS_PER_BIT).round() as usize).max(1);
        let ranges: Vec<(f64, u64, u64)> = self
            .steps
            .chunks(width)
            .enumerate()
            .map(|(at, steps)| (bits_of(at * width), steps.iter().map(|step| step[0]).sum(), steps.iter().map(|step| step[1]).sum()))
            .collect();
        let holds = |range: &(f64, u64, u64)| range.1 + range.2 > 0;
        match (ranges.iter().position(holds), ranges.iter().rposition(holds)) {
            (Some(first), Some(last)) => ranges[first..=last].to_vec(),
            _ => Vec::new(),
        }
    }
}

/// The weight at which a step starts, rounded to the hundredth that it stands for.
#[expect(clippy::cast_precision_loss, reason = "there are 50,000 steps")]
fn bits_of(step: usize) -> f64 {
    ((LOWEST_BITS * STEPS_PER_BIT) + step as f64) / STEPS_PER_BIT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(pairs: &[(f64, bool)]) -> ScoreCounts {
        let mut counts = ScoreCounts::default();
        for (weight, is_true) in pairs {
            counts.add(*weight, 1.0 / (1.0 + (-weight).exp2()), *is_true);
        }
        counts
    }

    #[test]
    fn precision_recall_and_f1_of_a_hand_made_truth() {
        let accuracy = Accuracy::from_counts(3, 4, 6);
        assert_eq!((accuracy.precision, accuracy.recall, accuracy.f1), (Some(0.75), Some(0.5), Some(0.6)));
        assert_eq!(Accuracy::from_counts(0, 0, 0), Accuracy { precision: None, recall: None, f1: None });
    }

    #[test]
    fn the_best_threshold_takes_the_true_and_leaves_the_false() {
        let counts = counted(&[(10.0, true), (8.0, true), (6.5, false), (5.0, true), (-3.0, false), (-3.0, false)]);
        let best = counts.best(4).unwrap();
        assert!((best.threshold_bits - 5.0).abs() < 1e-9);
        assert_eq!(best.accuracy, Accuracy::from_counts(3, 4, 4));
    }

    #[test]
    fn recall_at_a_precision_is_the_greatest_of_any_threshold_that_reaches_it() {
        let counts = counted(&[(10.0, true), (9.0, false), (8.0, true), (7.0, true), (-1.0, false)]);
        assert_eq!(counts.recall_at_precision(0.75, 5), Some(0.6));
        assert_eq!(counts.recall_at_precision(0.99, 5), Some(0.2));
        assert_eq!(counted(&[(1.0, false)]).recall_at_precision(0.99, 5), Some(0.0));
    }

    #[test]
    fn pairs_of_one_weight_are_found_together() {
        let counts = counted(&[(4.0, true), (4.0, false), (4.0, true)]);
        assert_eq!(counts.curve(), [CurvePoint { threshold_bits: 4.0, found: 3, true_found: 2 }]);
    }

    #[test]
    fn calibration_sets_the_mean_stated_beside_the_share_true() {
        let mut counts = ScoreCounts::default();
        for is_true in [true, true, true, false] {
            counts.add(5.0, 0.97, is_true);
        }
        let last = counts.calibration().last().unwrap();
        assert_eq!((last.from, last.pairs, last.share_true()), (0.95, 4, Some(0.75)));
        assert!((last.mean_probability().unwrap() - 0.97).abs() < 1e-12);
        counts.add(90.0, 1.0, true);
        assert_eq!(counts.calibration().last().unwrap().pairs, 5);
    }

    #[test]
    fn pairs_counted_in_parts_are_counted_as_in_one_go() {
        let pairs = [(10.0, true), (8.0, true), (6.5, false), (-3.0, false)];
        let mut in_parts = counted(&pairs[..1]);
        in_parts.merge(&counted(&pairs[1..]));
        let whole = counted(&pairs);
        assert_eq!(in_parts.curve(), whole.curve());
        let shares = |counts: &ScoreCounts| counts.calibration().iter().map(|bin| (bin.pairs, bin.true_pairs)).collect::<Vec<_>>();
        assert_eq!(shares(&in_parts), shares(&whole));
    }

    #[test]
    fn weights_beyond_the_ends_are_counted_at_the_ends() {
        let counts = counted(&[(-1e9, false), (1e9, true)]);
        assert_eq!((counts.pairs(), counts.true_pairs()), (2, 1));
    }

    #[test]
    fn the_distribution_spans_what_there_is() {
        let ranges = counted(&[(-1.5, false), (0.5, true), (0.6, true)]).distribution(1.0);
        assert_eq!(ranges, [(-2.0, 1, 0), (-1.0, 0, 0), (0.0, 0, 2)]);
    }
}
