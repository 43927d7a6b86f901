//! The figures of an evaluation, as JSON and as a short text.

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
};

use serde::Serialize;

use super::{
    metrics::{Accuracy, AccuracyAt, CalibrationBin},
    worst::ExplainedPair,
};

/// Everything measured. What needs a truth is null where there is none.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// The model that scored.
    pub model: ModelSummary,
    /// Records of each file.
    pub records: Vec<FileSummary>,
    /// True pairs there are.
    pub true_pairs: Option<u64>,
    /// What blocking proposed.
    pub blocking: BlockingSummary,
    /// Pairs before clustering.
    pub pairwise: PairwiseSummary,
    /// People after clustering.
    pub clustered: ClusteredSummary,
    /// The greatest recall at any threshold with at least the precision named.
    pub recall_at_precision: BTreeMap<&'static str, Option<f64>>,
    /// How far probabilities can be taken at their word.
    pub calibration: Option<CalibrationSummary>,
    /// The same by group.
    pub groups: BTreeMap<String, GroupSummary>,
    /// Where the time went.
    pub seconds: Seconds,
    /// The worst errors, or without a truth the pairs nearest to the threshold.
    pub worst: Vec<ExplainedPair>,
}

/// The model that scored.
#[derive(Debug, Clone, Serialize)]
pub struct ModelSummary {
    /// Its version.
    pub version: String,
    /// Pairs of at least this weight are joined.
    pub join_bits: f64,
    /// Pairs of at least this weight are for review.
    pub review_bits: f64,
    /// How training went; none where the model was taken as it is.
    pub training: Option<TrainingSummary>,
}

/// How training went.
#[derive(Debug, Clone, Serialize)]
pub struct TrainingSummary {
    /// Whether the trained model was taken; else the one before it was used.
    pub accepted: bool,
    /// Why it was refused.
    pub reasons: Vec<String>,
    /// Whether it came to rest.
    pub converged: bool,
    /// Pairs of one person that the model expects.
    pub expected_true_pairs: f64,
    /// Its course.
    pub iterations: Vec<IterationSummary>,
}

/// One round of expectation-maximisation.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct IterationSummary {
    /// Mean log2 likelihood of the proposed pairs against all being of two people.
    pub likelihood_bits: f64,
    /// Pairs of one person expected.
    pub expected_true_pairs: f64,
    /// The largest change of a level's share.
    pub change: f64,
}

impl TrainingSummary {
    /// How it went, in a sentence without its full stop.
    #[must_use]
    pub fn words(&self) -> String {
        if !self.accepted {
            return format!("training was refused and the model before it used: {}", self.reasons.join("; "));
        }
        let rest = if self.converged { "came to rest" } else { "did not come to rest" };
        format!("trained on these records without labels; it {rest} after {} rounds", self.iterations.len())
    }
}

/// One file.
#[derive(Debug, Clone, Serialize)]
pub struct FileSummary {
    /// As it was named.
    pub file: String,
    /// Its records.
    pub records: usize,
}

/// What blocking proposed.
#[derive(Debug, Clone, Serialize)]
pub struct BlockingSummary {
    /// Pairs proposed.
    pub pairs: u64,
    /// Pairs proposed for each record, on average.
    pub pairs_per_record: f64,
    /// Share of the true pairs among them.
    pub recall: Option<f64>,
}

/// Pairs before clustering.
#[derive(Debug, Clone, Serialize)]
pub struct PairwiseSummary {
    /// At the model's own threshold.
    pub operating: Option<AccuracyAt>,
    /// At the best threshold in hindsight.
    pub best: Option<AccuracyAt>,
}

/// People after clustering.
#[derive(Debug, Clone, Serialize)]
pub struct ClusteredSummary {
    /// People made, including those of one record.
    pub people: usize,
    /// Pairs of records of one person.
    pub operating: Option<Accuracy>,
}

/// How far probabilities can be taken at their word.
#[derive(Debug, Clone, Serialize)]
pub struct CalibrationSummary {
    /// Ranges of probability.
    pub bins: Vec<CalibrationRow>,
}

/// One range of probability.
#[derive(Debug, Clone, Serialize)]
pub struct CalibrationRow {
    /// The range and its counts.
    #[serde(flatten)]
    pub bin: CalibrationBin,
    /// Mean probability stated.
    pub mean_probability: Option<f64>,
    /// Share that is true.
    pub share_true: Option<f64>,
}

/// The figures of one group: pairs of which one record or both are in it.
#[derive(Debug, Clone, Serialize)]
pub struct GroupSummary {
    /// Records of the group.
    pub records: usize,
    /// True pairs that touch it.
    pub true_pairs: u64,
    /// Share of those that blocking proposed.
    pub blocking_recall: Option<f64>,
    /// At the operating threshold, before clustering.
    #[serde(flatten)]
    pub operating: Accuracy,
    /// After clustering.
    pub clustered: Accuracy,
}

/// Seconds of wall time for each stage.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Seconds {
    /// Reading the files.
    pub read: f64,
    /// Training, where asked for.
    pub train: f64,
    /// Proposing pairs.
    pub block: f64,
    /// Comparing them.
    pub score: f64,
    /// Making people of them.
    pub cluster: f64,
    /// All of it, with the outputs.
    pub total: f64,
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"))
}

fn line(name: &str, threshold: Option<f64>, accuracy: Option<Accuracy>) -> String {
    let threshold = threshold.map_or_else(String::new, |bits| format!("{bits:.2}"));
    let [precision, recall, f1] = accuracy.map_or([None; 3], |accuracy| [accuracy.precision, accuracy.recall, accuracy.f1]);
    format!("{name:<28}{threshold:>10}{:>11}{:>9}{:>9}\n", share(precision), share(recall), share(f1))
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for file in &self.records {
            writeln!(text, "{}: {} records", file.file, file.records)?;
        }
        let trained = self.model.training.as_ref().map_or_else(String::new, |training| format!(" ({})", training.words()));
        writeln!(
            text,
            "model {}{trained}: joins at {:.2} bits, review from {:.2}",
            self.model.version, self.model.join_bits, self.model.review_bits
        )?;
        writeln!(
            text,
            "blocking: {} pairs ({:.1} a record), recall {}",
            self.blocking.pairs,
            self.blocking.pairs_per_record,
            share(self.blocking.recall)
        )?;
        writeln!(text, "people: {}", self.clustered.people)?;
        if let Some(true_pairs) = self.true_pairs {
            writeln!(text, "true pairs: {true_pairs}\n\n{:<28}{:>10}{:>11}{:>9}{:>9}", "", "bits", "precision", "recall", "F1")?;
            let at = |accuracy: Option<AccuracyAt>| (accuracy.map(|at| at.threshold_bits), accuracy.map(|at| at.accuracy));
            let (threshold, accuracy) = at(self.pairwise.operating);
            text.push_str(&line("pairs, operating threshold", threshold, accuracy));
            let (threshold, accuracy) = at(self.pairwise.best);
            text.push_str(&line("pairs, best in hindsight", threshold, accuracy));
            text.push_str(&line("people after clustering", None, self.clustered.operating));
            text.push('\n');
            for (precision, recall) in &self.recall_at_precision {
                writeln!(text, "recall at precision {precision}: {}", share(*recall))?;
            }
            if let Some(last) = self.calibration.as_ref().and_then(|calibration| calibration.bins.last()) {
                writeln!(
                    text,
                    "of {} pairs scored {} to 1: {} true where {} was stated",
                    last.bin.pairs,
                    last.bin.from,
                    share(last.share_true),
                    share(last.mean_probability)
                )?;
            }
        }
        if !self.groups.is_empty() {
            writeln!(text, "\n{:<28}{:>10}{:>11}{:>9}{:>9}", "group (after clustering)", "pairs", "precision", "recall", "F1")?;
            for (name, group) in &self.groups {
                let [precision, recall, f1] = [group.clustered.precision, group.clustered.recall, group.clustered.f1].map(share);
                writeln!(text, "{name:<28}{:>10}{precision:>11}{recall:>9}{f1:>9}", group.true_pairs)?;
            }
        }
        let seconds = &self.seconds;
        write!(
            text,
            "\nseconds: read {:.2}, train {:.2}, block {:.2}, score {:.2}, cluster {:.2}, all {:.2}",
            seconds.read, seconds.train, seconds.block, seconds.score, seconds.cluster, seconds.total
        )?;
        formatter.write_str(&text)
    }
}
