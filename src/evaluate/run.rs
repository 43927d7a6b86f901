//! The evaluation itself: read, train, block, score, cluster, measure.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rayon::prelude::*;

use super::{
    column_map::ColumnMap,
    error::{EvaluateError, InputProblem},
    field::Field,
    metrics::{Accuracy, AccuracyAt, ratio},
    outputs::{PairsFile, write_clusters, write_text},
    read::{Sources, read_records},
    record_index::RecordIndex,
    report::{LevelWeight, Report, page},
    scoring::{ERRORS_SHOWN, Scoring},
    summary::{
        BlockingSummary, CalibrationRow, CalibrationSummary, ClusteredSummary, FileSummary, GroupSummary, IterationSummary, ModelSummary,
        PairwiseSummary, Seconds, Summary, TrainingSummary,
    },
    truth::{PairTotals, Truth, pair_of},
    worst::{ExplainedFeature, ExplainedPair, Verdict, WeighedPair},
};
use crate::matching::{
    self, Edge, Keyed, Linkage, Model, Profile, Recorded,
    training::{self, TrainingSettings},
};

/// What to evaluate, and what to write.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// One file of records, or two to be linked.
    pub records: Vec<PathBuf>,
    /// The column map.
    pub columns: PathBuf,
    /// The column with the true cluster.
    pub cluster_column: Option<String>,
    /// The file of true pairs.
    pub true_pairs: Option<PathBuf>,
    /// Whether to train on the records, without labels.
    pub train: bool,
    /// The day a trained model is dated, ISO.
    pub day: String,
    /// A model to use in place of the built-in one.
    pub model: Option<PathBuf>,
    /// Where to write the model used.
    pub save_model: Option<PathBuf>,
    /// Where to write the scored pairs.
    pub pairs_out: Option<PathBuf>,
    /// Where to write the people.
    pub clusters_out: Option<PathBuf>,
    /// The column to tell results apart by.
    pub group_by: Option<String>,
    /// The folder for the report.
    pub report: Option<PathBuf>,
    /// Pairs to draw in the report, by their ids.
    pub explain: Vec<(String, String)>,
}

/// True pairs that are looked through for those that blocking missed.
const MOST_TRUE_PAIRS_LISTED: usize = 20_000_000;
/// The precisions at which recall is told.
const PRECISIONS: [(&str, f64); 2] = [("0.99", 0.99), ("0.999", 0.999)];

/// Runs an evaluation and writes what was asked for.
///
/// # Errors
/// Bad input, said with file, line and column; or a result that cannot be written.
pub fn evaluate(settings: &Settings) -> Result<Summary, EvaluateError> {
    let started = Instant::now();
    let mut seconds = Seconds::default();
    let base = match &settings.model {
        Some(file) => read_model(file)?,
        None => Model::built_in().clone(),
    };
    let map = ColumnMap::read(&settings.columns)?;
    let sources = Sources {
        files: &settings.records,
        map: &map,
        cluster_column: settings.cluster_column.as_deref(),
        group_column: settings.group_by.as_deref(),
    };
    let (index, mut profiles) = timed(&mut seconds.read, || {
        // Training counts how frequent terms are itself, and has every profile take that in.
        let make = if settings.train { Profile::unweighed } else { Profile::new };
        read_records(&sources, |person| make(person, &base))
    })?;
    let truth = match (&index.clusters, &settings.true_pairs) {
        (Some(labels), _) => Truth::of_clusters(labels),
        (None, Some(file)) => Truth::read_pairs(file, &index)?,
        (None, None) => Truth::Unknown,
    };
    let linkage = if index.is_linkage() { Linkage::Across(index.second_start()) } else { Linkage::Within };
    let trained = timed(&mut seconds.train, || settings.train.then(|| train(&mut profiles, linkage, &map, &settings.day, &base)));
    let (model, keyed, training) = match trained {
        Some((model, keyed, summary)) => (model, keyed, Some(summary)),
        // The built-in model never saw these records: its keys are refined where too many of them share one.
        None if settings.model.is_none() => match timed(&mut seconds.block, || training::refine_keys(&profiles, linkage, &base)) {
            Ok((model, keyed)) => (model, Some(keyed), None),
            Err(_) => (base, None, None),
        },
        None => (base, None, None),
    };
    if let Some(file) = &settings.save_model {
        write_text(file, &model.to_toml())?;
    }
    let candidates = timed(&mut seconds.block, || {
        let keyed = keyed.unwrap_or_else(|| Keyed::of(&profiles, &model));
        keyed.pairs(linkage, &model).pairs
    });
    let mut scoring = Scoring::new(&index, &truth, &model);
    let mut pairs_file = settings.pairs_out.as_deref().map(PairsFile::create).transpose()?;
    timed(&mut seconds.score, || scoring.all(&profiles, &candidates, pairs_file.as_mut()))?;
    if let Some(file) = pairs_file {
        file.finish()?;
    }
    drop(candidates);
    let people = timed(&mut seconds.cluster, || people_of(&profiles, &index, &scoring.edges, &model));
    if let Some(file) = &settings.clusters_out {
        write_clusters(file, &index, &people)?;
    }
    let asked = asked_pairs(settings, &index)?;
    let outcome = Outcome { index: &index, truth: &truth, model: &model, profiles: &profiles };
    let (mut summary, explained) = outcome.summary(&mut scoring, &people, training, &asked);
    seconds.total = started.elapsed().as_secs_f64();
    summary.seconds = seconds;
    if let Some(folder) = &settings.report {
        let levels = level_weights(&model);
        let report = Report { summary: &summary, counts: &scoring.counts, levels: &levels, pairs: &explained };
        write_text(&folder.join("index.html"), &page(&report))?;
    }
    Ok(summary)
}

fn timed<Result>(seconds: &mut f64, work: impl FnOnce() -> Result) -> Result {
    let started = Instant::now();
    let result = work();
    *seconds += started.elapsed().max(Duration::ZERO).as_secs_f64();
    result
}

fn read_model(file: &Path) -> Result<Model, InputProblem> {
    let text = std::fs::read_to_string(file).map_err(|source| InputProblem::unreadable(file, &source))?;
    Model::from_toml(&text)
        .map_err(|problem| InputProblem::new(file, problem.to_string(), "name a file that --save-model wrote, or leave --model out"))
}

/// The pairs that somebody asked to see, as records.
fn asked_pairs(settings: &Settings, index: &RecordIndex) -> Result<Vec<(usize, usize)>, InputProblem> {
    let find = |id: &str, from: usize| (from..index.len()).find(|record| index.ids.get(*record) == id);
    settings
        .explain
        .iter()
        .map(|(left, right)| {
            let left = find(left, 0);
            let start = if index.is_linkage() { index.second_start() } else { 0 };
            left.zip(find(right, start)).ok_or_else(|| {
                let remedy = "use ids as they stand in the id column (row numbers where the map names none)";
                InputProblem::new(&settings.records[0], "a pair named by --explain has an id that no record has", remedy)
            })
        })
        .collect()
}

/// The person of each record.
fn people_of(profiles: &[Profile], index: &RecordIndex, edges: &[Edge], model: &Model) -> Vec<u32> {
    let of_file = |record: usize| u32::from(record >= index.second_start());
    let recorded = profiles.iter().enumerate().map(|(record, profile)| {
        let list = of_file(record);
        Recorded { profile, order: (list, index.ids.get(record)), list, own_row: true, once: false }
    });
    matching::cluster(&recorded.collect::<Vec<_>>(), edges, &[], model)
}

/// What a finished run knows.
struct Outcome<'run> {
    index: &'run RecordIndex,
    truth: &'run Truth,
    model: &'run Model,
    profiles: &'run [Profile],
}

impl Outcome<'_> {
    /// The summary, and all explained pairs for the report (the summary has the errors alone).
    fn summary(
        &self,
        scoring: &mut Scoring,
        people: &[u32],
        training: Option<TrainingSummary>,
        asked: &[(usize, usize)],
    ) -> (Summary, Vec<ExplainedPair>) {
        let known = self.truth.is_known();
        let totals = self.truth.totals(self.index);
        let (made, rightly_made) = self.truth.of_people(self.index, people);
        let counts = &scoring.counts;
        let mut explained: Vec<ExplainedPair> = asked
            .iter()
            .map(|(left, right)| {
                let weight_bits = matching::score(&self.profiles[*left], &self.profiles[*right], self.model).weight_bits;
                let truth = known.then(|| self.truth.holds(*left, *right));
                let verdict = Verdict::of(weight_bits >= self.model.join_bits(), truth);
                self.explained(WeighedPair { left: *left, right: *right, weight_bits }, verdict)
            })
            .collect();
        explained.extend(scoring.look.finish().into_iter().map(|(pair, verdict)| self.explained(pair, verdict)));
        explained.extend(self.missed_by_blocking(&mut scoring.true_pairs_found));
        explained.sort_by_key(|pair| pair.verdict);
        let is_shown = |pair: &&ExplainedPair| !known || pair.verdict <= Verdict::MissedByBlocking;
        let operating = Accuracy::from_counts(scoring.joined.true_ones.all, scoring.joined.all.all, totals.all);
        let summary = Summary {
            model: ModelSummary {
                version: self.model.version().to_owned(),
                join_bits: self.model.join_bits(),
                review_bits: self.model.review_bits(),
                training,
            },
            records: self.files(),
            true_pairs: known.then_some(totals.all),
            blocking: BlockingSummary {
                pairs: counts.pairs(),
                pairs_per_record: ratio(counts.pairs(), self.index.len() as u64).unwrap_or(0.0),
                recall: if known { ratio(counts.true_pairs(), totals.all) } else { None },
            },
            pairwise: PairwiseSummary {
                operating: known.then_some(AccuracyAt { threshold_bits: self.model.join_bits(), accuracy: operating }),
                best: if known { counts.best(totals.all) } else { None },
            },
            clustered: ClusteredSummary {
                people: people.iter().copied().max().map_or(0, |highest| highest as usize + 1),
                operating: known.then(|| Accuracy::from_counts(rightly_made.all, made.all, totals.all)),
            },
            recall_at_precision: PRECISIONS
                .into_iter()
                .map(|(name, precision)| (name, if known { counts.recall_at_precision(precision, totals.all) } else { None }))
                .collect(),
            calibration: known.then(|| CalibrationSummary {
                bins: counts
                    .calibration()
                    .iter()
                    .map(|bin| CalibrationRow { bin: *bin, mean_probability: bin.mean_probability(), share_true: bin.share_true() })
                    .collect(),
            }),
            groups: if known { self.groups(scoring, &totals, &made, &rightly_made) } else { BTreeMap::new() },
            seconds: Seconds::default(),
            worst: explained.iter().filter(is_shown).cloned().collect(),
        };
        (summary, explained)
    }

    fn files(&self) -> Vec<FileSummary> {
        let ends = self.index.starts.iter().skip(1).copied().chain([self.index.len()]);
        let counts = self.index.starts.iter().zip(ends).map(|(start, end)| end - start);
        self.index.files.iter().zip(counts).map(|(file, records)| FileSummary { file: file.display().to_string(), records }).collect()
    }

    fn groups(&self, scoring: &Scoring, totals: &PairTotals, made: &PairTotals, rightly: &PairTotals) -> BTreeMap<String, GroupSummary> {
        let Some(groups) = &self.index.groups else { return BTreeMap::new() };
        let mut records = vec![0; groups.count()];
        for group in groups.of_records() {
            records[*group as usize] += 1;
        }
        (0..groups.count())
            .map(|group| {
                let of = |pairs: &PairTotals| pairs.by_group[group];
                let name = groups.name(u32::try_from(group).expect("groups are counted in u32"));
                let summary = GroupSummary {
                    records: records[group],
                    true_pairs: of(totals),
                    blocking_recall: ratio(of(&scoring.blocked), of(totals)),
                    operating: Accuracy::from_counts(of(&scoring.joined.true_ones), of(&scoring.joined.all), of(totals)),
                    clustered: Accuracy::from_counts(of(rightly), of(made), of(totals)),
                };
                (if name.is_empty() { "(empty)".to_owned() } else { name.to_owned() }, summary)
            })
            .collect()
    }

    /// The first few true pairs that were never proposed.
    fn missed_by_blocking(&self, found: &mut [u64]) -> Vec<ExplainedPair> {
        found.par_sort_unstable();
        let all = self.truth.pairs(self.index, MOST_TRUE_PAIRS_LISTED);
        let missed = all.into_iter().filter(|key| found.binary_search(key).is_err()).take(ERRORS_SHOWN);
        missed
            .map(|key| {
                let (left, right) = pair_of(key);
                let weight_bits = matching::score(&self.profiles[left], &self.profiles[right], self.model).weight_bits;
                self.explained(WeighedPair { left, right, weight_bits }, Verdict::MissedByBlocking)
            })
            .collect()
    }

    fn explained(&self, pair: WeighedPair, verdict: Verdict) -> ExplainedPair {
        let features = matching::explain(&self.profiles[pair.left], &self.profiles[pair.right], self.model);
        ExplainedPair {
            left_id: self.index.ids.get(pair.left).to_owned(),
            right_id: self.index.ids.get(pair.right).to_owned(),
            verdict,
            weight_bits: pair.weight_bits,
            probability: self.model.probability(pair.weight_bits),
            features: features
                .into_iter()
                .map(|feature| ExplainedFeature {
                    feature: feature.feature,
                    level: feature.level,
                    weight_bits: feature.weight_bits,
                    text: feature.text,
                })
                .collect(),
        }
    }
}

/// The weights of a model's levels, as its file has them.
fn level_weights(model: &Model) -> Vec<LevelWeight> {
    let mut levels = Vec::new();
    for (table, contexts) in &model.file().weights {
        for (context, weights) in contexts {
            let feature = if contexts.len() > 1 { format!("{table} ({context})") } else { table.clone() };
            let mut of_feature: Vec<LevelWeight> = weights
                .iter()
                .map(|(level, weight)| LevelWeight {
                    feature: feature.clone(),
                    level: level.clone(),
                    weight_bits: weight.bits.unwrap_or_else(|| (weight.m / weight.u).log2()),
                })
                .collect();
            of_feature.sort_by(|one, other| other.weight_bits.total_cmp(&one.weight_bits));
            levels.extend(of_feature);
        }
    }
    levels
}

/// Trains on the records, without labels; gives the model, the records' keys where it knows them, and what training said.
fn train(profiles: &mut [Profile], linkage: Linkage, map: &ColumnMap, day: &str, base: &Model) -> (Model, Option<Keyed>, TrainingSummary) {
    let named = map.columns.values().filter(|field| matches!(field, Field::Identifier(_) | Field::Other(_))).map(Field::to_string);
    let settings = TrainingSettings {
        linkage,
        named: named.collect(),
        version: format!("{day}-trained"),
        date: day.to_owned(),
        ..TrainingSettings::default()
    };
    let report = training::train(profiles, &settings, base);
    let summary = TrainingSummary {
        accepted: report.accepted,
        reasons: report.reasons,
        converged: report.converged,
        expected_true_pairs: report.expected_matches,
        iterations: report
            .iterations
            .iter()
            .map(|iteration| IterationSummary {
                likelihood_bits: iteration.likelihood_bits,
                expected_true_pairs: iteration.expected_matches,
                change: iteration.change,
            })
            .collect(),
    };
    (report.model, report.keyed, summary)
}
