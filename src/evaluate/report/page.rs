//! Puts the report together.

use std::fmt::Write;

use super::{
    bars::{LevelWeight, level_weights, waterfall},
    charts::{precision_and_recall, reliability, score_distribution},
    markup::{bits, escaped, percent, table},
};
use crate::evaluate::{
    metrics::{Accuracy, AccuracyAt, ScoreCounts},
    summary::Summary,
    worst::{ExplainedPair, Verdict},
};

/// What a report shows.
pub struct Report<'parts> {
    /// The figures.
    pub summary: &'parts Summary,
    /// The scores.
    pub counts: &'parts ScoreCounts,
    /// The model's levels.
    pub levels: &'parts [LevelWeight],
    /// The pairs to draw: errors, samples and those asked for.
    pub pairs: &'parts [ExplainedPair],
}

/// The style of the page. Colours are told apart without red and green, and by dash, and reach a contrast of 4.5 to 1 in light and dark.
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--quiet:#57606a;--line:#d0d7de;--for:#0a5aa8;--against:#b04a00;--total:#57606a;--second:#b04a00;--third:#6b3fa0}\
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--quiet:#9ea7b1;--line:#3d444d;--for:#5aaeff;--against:#ff9d4d;--total:#9ea7b1;--second:#ff9d4d;--third:#c49bff}}\
body{font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:52rem;margin:0 auto;padding:1rem}\
h1,h2{line-height:1.2}h2{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}\
.skip{position:absolute;left:-99rem}.skip:focus{position:static}\
figure{margin:1.5rem 0}figcaption{margin-bottom:.5rem}\
.scroll{overflow-x:auto}table{border-collapse:collapse;margin:.75rem 0}caption{text-align:left;color:var(--quiet)}\
th,td{border-bottom:1px solid var(--line);padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}td{font-variant-numeric:tabular-nums}\
summary{cursor:pointer}svg{max-width:none;font:12px system-ui,sans-serif;fill:var(--ink)}\
.axis{stroke:var(--ink);fill:none}.grid{stroke:var(--line)}.mark{stroke:var(--ink);stroke-dasharray:2 3}\
.word{paint-order:stroke;stroke:var(--paper);stroke-width:3px}\
.line{fill:none;stroke-width:2}.first{stroke:var(--for)}.second{stroke:var(--second);stroke-dasharray:7 3}.third{stroke:var(--third);stroke-dasharray:2 2}\
.ideal{stroke:var(--quiet);stroke-dasharray:6 4}.dot{fill:var(--for);fill-opacity:.7}\
.bar-for,.bar-true{fill:var(--for)}.bar-against{fill:var(--against)}.bar-total{fill:var(--total)}\
.bar-true{fill-opacity:.75}.bar-false{fill:var(--against);fill-opacity:.55}.legend-true{stroke:var(--for);stroke-width:8}.legend-false{stroke:var(--against);stroke-width:8}\
nav ul{padding-left:1.2rem}@media print{details{display:none}}";

/// The whole page.
#[must_use]
pub fn page(report: &Report) -> String {
    let summary = report.summary;
    let truth_known = summary.true_pairs.is_some();
    let mut sections: Vec<(&str, &str, String)> = vec![("results", "Results", results(summary))];
    if let Some(true_pairs) = summary.true_pairs {
        let chart = precision_and_recall(report.counts, true_pairs, summary.model.join_bits, summary.pairwise.best.as_ref());
        sections.push(("thresholds", "Accuracy and the threshold", chart));
        sections.push(("calibration", "What a probability means", reliability(report.counts)));
    }
    let scores = score_distribution(report.counts, truth_known, summary.model.join_bits, summary.model.review_bits);
    sections.push(("distribution", "Scores", scores));
    if !summary.groups.is_empty() {
        sections.push(("groups", "Groups", groups(summary)));
    }
    if !report.levels.is_empty() {
        sections.push(("model", "The model", model(summary, report.levels)));
    }
    let is_error = |pair: &&ExplainedPair| pair.verdict <= Verdict::MissedByBlocking;
    let drawn = |pairs: Vec<(usize, &ExplainedPair)>| -> String {
        pairs.into_iter().map(|(at, pair)| waterfall(&format!("pair-{at}"), pair)).collect()
    };
    let (errors, samples): (Vec<_>, Vec<_>) = report.pairs.iter().enumerate().partition(|(_, pair)| is_error(pair));
    if truth_known {
        let text = if errors.is_empty() { "<p>There are none.</p>".to_owned() } else { drawn(errors) };
        sections.push(("errors", "The worst errors", text));
    }
    if !samples.is_empty() {
        sections.push(("samples", "Other pairs, with those nearest to the threshold", drawn(samples)));
    }
    let mut html = format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>Matching evaluation</title><style>{STYLE}</style></head><body><a class=\"skip\" href=\"#main\">To the content</a>\
         <header><h1>Matching evaluation</h1></header><nav aria-label=\"Sections\"><ul>"
    );
    for (id, title, _) in &sections {
        let _ = write!(html, "<li><a href=\"#{id}\">{}</a></li>", escaped(title));
    }
    html.push_str("</ul></nav><main id=\"main\">");
    for (id, title, content) in &sections {
        let _ = write!(html, "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{}</h2>{content}</section>", escaped(title));
    }
    html.push_str("</main></body></html>\n");
    html
}

fn accuracy_row(name: &str, threshold: Option<f64>, accuracy: Option<Accuracy>) -> Vec<String> {
    let part = |part: fn(&Accuracy) -> Option<f64>| percent(accuracy.as_ref().and_then(part));
    let threshold = threshold.map_or_else(|| "–".to_owned(), bits);
    vec![name.to_owned(), threshold, part(|a| a.precision), part(|a| a.recall), part(|a| a.f1)]
}

fn results(summary: &Summary) -> String {
    let mut html = String::new();
    let files: Vec<Vec<String>> = summary.records.iter().map(|file| vec![file.file.clone(), file.records.to_string()]).collect();
    html.push_str(&table("Records", &["File", "Records"], &files));
    if let Some(true_pairs) = summary.true_pairs {
        let _ = write!(html, "<p>{true_pairs} pairs of records are truly one person.</p>");
        let split = |at: Option<AccuracyAt>| (at.map(|at| at.threshold_bits), at.map(|at| at.accuracy));
        let (operating, best) = (split(summary.pairwise.operating), split(summary.pairwise.best));
        let rows = [
            accuracy_row("Pairs, at the operating threshold", operating.0, operating.1),
            accuracy_row("Pairs, at the best threshold in hindsight", best.0, best.1),
            accuracy_row("People, after clustering", None, summary.clustered.operating),
        ];
        html.push_str(&table("Accuracy", &["", "Threshold (bits)", "Precision", "Recall", "F1"], &rows));
        let rows: Vec<Vec<String>> =
            summary.recall_at_precision.iter().map(|(precision, recall)| vec![(*precision).to_owned(), percent(*recall)]).collect();
        html.push_str(&table("Recall at high precision", &["Precision of at least", "Recall"], &rows));
    } else {
        html.push_str("<p>Nobody said which pairs are true, so accuracy cannot be told.</p>");
    }
    let blocking = &summary.blocking;
    let _ = write!(
        html,
        "<p>Blocking proposed {} pairs, {:.1} a record{}. Clustering made {} people.</p>",
        blocking.pairs,
        blocking.pairs_per_record,
        blocking.recall.map_or_else(String::new, |recall| format!(", with {} of the true pairs among them", percent(Some(recall)))),
        summary.clustered.people
    );
    let seconds = &summary.seconds;
    let rows: Vec<Vec<String>> = [
        ("Read", seconds.read),
        ("Train", seconds.train),
        ("Block", seconds.block),
        ("Score", seconds.score),
        ("Cluster", seconds.cluster),
        ("All until the report", seconds.total),
    ]
    .into_iter()
    .map(|(stage, seconds)| vec![stage.to_owned(), format!("{seconds:.2}")])
    .collect();
    html.push_str(&table("Time", &["Stage", "Seconds"], &rows));
    html
}

fn groups(summary: &Summary) -> String {
    let rows: Vec<Vec<String>> = summary
        .groups
        .iter()
        .map(|(name, group)| {
            vec![
                name.clone(),
                group.records.to_string(),
                group.true_pairs.to_string(),
                percent(group.blocking_recall),
                percent(group.operating.precision),
                percent(group.operating.recall),
                percent(group.clustered.precision),
                percent(group.clustered.recall),
                percent(group.clustered.f1),
            ]
        })
        .collect();
    let headings = [
        "Group",
        "Records",
        "True pairs",
        "Blocking recall",
        "Precision of pairs",
        "Recall of pairs",
        "Precision of people",
        "Recall of people",
        "F1 of people",
    ];
    table("Pairs that touch each group. A group that does worse than the others is treated unequally.", &headings, &rows)
}

fn model(summary: &Summary, levels: &[LevelWeight]) -> String {
    let model = &summary.model;
    let mut html = format!(
        "<p>Model {}: pairs of at least {} bits are joined, those of at least {} are for review.</p>",
        escaped(&model.version),
        bits(model.join_bits),
        bits(model.review_bits)
    );
    if let Some(training) = &model.training {
        let _ = write!(html, "<p>{}.</p>", escaped(&capitalised(&training.words())));
        let rows: Vec<Vec<String>> = training
            .iterations
            .iter()
            .enumerate()
            .map(|(round, iteration)| {
                vec![
                    (round + 1).to_string(),
                    format!("{:.5}", iteration.likelihood_bits),
                    format!("{:.1}", iteration.expected_true_pairs),
                    format!("{:.6}", iteration.change),
                ]
            })
            .collect();
        let headings = ["Round", "Mean likelihood (bits)", "Pairs of one person expected", "Largest change of a share"];
        let _ = write!(html, "<details><summary>The course of training</summary>{}</details>", table("Rounds", &headings, &rows));
    }
    html.push_str(&level_weights(levels));
    html
}

fn capitalised(words: &str) -> String {
    let mut signs = words.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}
