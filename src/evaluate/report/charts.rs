//! The charts of a whole evaluation: precision and recall, scores, calibration.

use super::{
    markup::{Figure, bits, percent, table},
    plot::{Plot, round_marks},
};
use crate::evaluate::metrics::{Accuracy, AccuracyAt, ScoreCounts, ratio};

const SIZE: (f64, f64) = (760.0, 340.0);

/// At most this many rows stand in a chart's table.
const MOST_ROWS: usize = 60;

/// One part of an accuracy.
type Part = fn(&Accuracy) -> Option<f64>;

/// Precision, recall and F1 against the threshold.
#[must_use]
pub fn precision_and_recall(counts: &ScoreCounts, true_pairs: u64, join_bits: f64, best: Option<&AccuracyAt>) -> String {
    let curve = counts.curve();
    let accuracy = |point: &crate::evaluate::metrics::CurvePoint| Accuracy::from_counts(point.true_found, point.found, true_pairs);
    // What is far below the thresholds is all false and would squeeze the part that matters.
    let lowest = best.map_or(join_bits, |best| best.threshold_bits.min(join_bits)) - 15.0;
    let shown: Vec<_> = curve.iter().filter(|point| point.threshold_bits >= lowest).collect();
    let range = (shown.last().map_or(0.0, |point| point.threshold_bits), shown.first().map_or(1.0, |point| point.threshold_bits));
    let mut plot = Plot::new(SIZE, range, (0.0, 1.0));
    let shares: Vec<(f64, String)> = (0..=5u8).map(|fifth| (f64::from(fifth) / 5.0, format!("{}%", fifth * 20))).collect();
    plot.axes("Threshold (bits)", &round_marks(range, 9.0), "Share", &shares);
    let parts: [(&str, Part); 3] = [("first", |a| a.precision), ("second", |a| a.recall), ("third", |a| a.f1)];
    for (class, part) in parts {
        plot.line(class, shown.iter().filter_map(|point| Some((point.threshold_bits, part(&accuracy(point))?))));
    }
    plot.mark(join_bits, "operating threshold", 8.0);
    if let Some(best) = best {
        plot.mark(best.threshold_bits, "best F1 in hindsight", 9.0);
    }
    plot.legend(&[("first", "precision"), ("second", "recall (of all true pairs)"), ("third", "F1")]);
    let rows: Vec<Vec<String>> = thinned(&shown)
        .map(|point| {
            let found = accuracy(point);
            vec![bits(point.threshold_bits), percent(found.precision), percent(found.recall), percent(found.f1), point.found.to_string()]
        })
        .collect();
    Figure {
        id: "precision-recall",
        title: "Precision and recall against the threshold",
        description: "Pairs of at least the threshold's weight count as one person. Precision is the share of them that is true, recall the \
                      share of all true pairs among them.",
        size: SIZE,
        drawing: plot.finish(),
        table: table("Accuracy at thresholds", &["Threshold (bits)", "Precision", "Recall", "F1", "Pairs found"], &rows),
    }
    .html()
}

/// How many pairs have which weight, true and false apart.
#[must_use]
pub fn score_distribution(counts: &ScoreCounts, truth_known: bool, join_bits: f64, review_bits: f64) -> String {
    let ranges = counts.distribution(1.0);
    let across = (ranges.first().map_or(0.0, |range| range.0), ranges.last().map_or(1.0, |range| range.0 + 1.0));
    let height = |count: u64| ratio(count, 1).map_or(0.0, |count| (count + 1.0).log10());
    let highest = ranges.iter().map(|range| height(range.1.max(range.2))).fold(1.0, f64::max).ceil();
    let mut plot = Plot::new(SIZE, across, (0.0, highest));
    let mut powers = vec![(0.0, "0".to_owned())];
    let mut power = 1.0;
    while power <= highest {
        powers.push(((10f64.powf(power) + 1.0).log10(), format!("{}", 10f64.powf(power))));
        power += 1.0;
    }
    plot.axes("Match weight (bits)", &round_marks(across, 9.0), "Pairs (logarithmic)", &powers);
    for range in &ranges {
        plot.bar("bar-false", range.0, range.0 + 1.0, height(range.1));
    }
    if truth_known {
        for range in &ranges {
            plot.bar("bar-true", range.0, range.0 + 1.0, height(range.2));
        }
        plot.legend(&[("legend-true", "truly one person"), ("legend-false", "two people")]);
    }
    plot.mark(join_bits, "joined from here", 0.0);
    plot.mark(review_bits, "for review from here", 1.0);
    let rows: Vec<Vec<String>> = ranges
        .iter()
        .rev()
        .map(|range| {
            let mut row = vec![format!("{} to {}", bits(range.0), bits(range.0 + 1.0)), range.1.to_string()];
            if truth_known {
                row.push(range.2.to_string());
            }
            row
        })
        .collect();
    let headings: &[&str] = if truth_known { &["Weight (bits)", "Two people", "Truly one person"] } else { &["Weight (bits)", "Pairs"] };
    Figure {
        id: "scores",
        title: "Distribution of scores",
        description: "How many of the compared pairs have which match weight. The clearer the two hills stand apart, the fewer pairs are in doubt.",
        size: SIZE,
        drawing: plot.finish(),
        table: table("Pairs by weight", headings, &rows),
    }
    .html()
}

/// Stated probability against the share that is true.
#[must_use]
pub fn reliability(counts: &ScoreCounts) -> String {
    let shares: Vec<(f64, String)> = (0..=5u8).map(|fifth| (f64::from(fifth) / 5.0, format!("{}%", fifth * 20))).collect();
    let size = (480.0, 420.0);
    let mut plot = Plot::new(size, (0.0, 1.0), (0.0, 1.0));
    plot.axes("Mean probability stated", &shares, "Share of pairs that is true", &shares);
    plot.line("ideal", [(0.0, 0.0), (1.0, 1.0)].into_iter());
    let points: Vec<_> = counts.calibration().iter().filter_map(|bin| Some((bin.mean_probability()?, bin.share_true()?, bin))).collect();
    plot.line("first", points.iter().map(|point| (point.0, point.1)));
    for (stated, found, bin) in &points {
        let size = ratio(bin.pairs, 1).map_or(1.0, |pairs| 2.0 + pairs.log10().max(0.0));
        plot.dot("dot", *stated, *found, size);
    }
    plot.legend(&[("first", "measured (larger dot: more pairs)"), ("ideal", "perfectly calibrated")]);
    let rows: Vec<Vec<String>> = counts
        .calibration()
        .iter()
        .map(|bin| {
            vec![
                format!("{} to {}", bin.from, bin.to),
                bin.pairs.to_string(),
                percent(bin.mean_probability()),
                percent(bin.share_true()),
                match (bin.mean_probability(), bin.share_true()) {
                    (Some(stated), Some(found)) => format!("{:+.2}", (found - stated) * 100.0).replace('-', "−"),
                    _ => "–".to_owned(),
                },
            ]
        })
        .collect();
    Figure {
        id: "reliability",
        title: "Reliability of the probabilities",
        description: "Of the pairs to which about this probability was given, how many are true. On the broken line the number means what it says.",
        size,
        drawing: plot.finish(),
        table: table("Stated and true", &["Probability", "Pairs", "Mean stated", "Share true", "Difference (points)"], &rows),
    }
    .html()
}

/// Every so many of the items, so that a table stays readable; the last always.
fn thinned<T>(items: &[T]) -> impl Iterator<Item = &T> {
    let step = items.len().div_ceil(MOST_ROWS).max(1);
    let last = items.len().saturating_sub(1);
    items.iter().enumerate().filter(move |(at, _)| at % step == 0 || *at == last).map(|(_, item)| item)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts() -> ScoreCounts {
        let mut counts = ScoreCounts::default();
        for (weight, is_true) in [(20.0, true), (12.0, true), (3.0, false), (-9.0, false)] {
            counts.add(weight, 1.0 / (1.0 + f64::exp2(-weight)), is_true);
        }
        counts
    }

    #[test]
    fn the_charts_draw_something_and_say_it_in_a_table() {
        let counts = counts();
        for html in [
            precision_and_recall(&counts, 3, 8.0, counts.best(3).as_ref()),
            score_distribution(&counts, true, 8.0, 2.0),
            reliability(&counts),
        ] {
            assert!(html.contains("<path class=") && html.contains("<tbody><tr>") && !html.contains("NaN"), "{html}");
        }
    }

    #[test]
    fn nothing_scored_still_draws_its_axes() {
        let counts = ScoreCounts::default();
        for html in [precision_and_recall(&counts, 0, 8.0, None), score_distribution(&counts, false, 8.0, 2.0), reliability(&counts)] {
            assert!(html.contains("<svg") && !html.contains("NaN") && !html.contains("inf"), "{html}");
        }
    }
}
