//! Charts of bits: the weight of each level, and a waterfall of one pair's score.

use std::fmt::Write;

use super::markup::{Figure, bits, escaped, table};
use crate::evaluate::worst::ExplainedPair;

/// What one comparison level is worth.
#[derive(Debug, Clone)]
pub struct LevelWeight {
    /// The feature compared.
    pub feature: String,
    /// The level.
    pub level: String,
    /// Its weight, before any adjustment for how common a value is.
    pub weight_bits: f64,
}

const WIDTH: f64 = 760.0;
const WORDS: f64 = 300.0;
const ROW: f64 = 20.0;
const NUMBERS: f64 = 60.0;

/// The scale of a chart of sideways bars.
struct Scale {
    lowest: f64,
    highest: f64,
}

impl Scale {
    fn over(values: impl Iterator<Item = f64>) -> Self {
        let (lowest, highest) = values.fold((0.0f64, 0.0f64), |(low, high), value| (low.min(value), high.max(value)));
        Self { lowest, highest: if highest > lowest { highest } else { lowest + 1.0 } }
    }

    fn across(&self, value: f64) -> f64 {
        WORDS + (value - self.lowest) / (self.highest - self.lowest) * (WIDTH - WORDS - NUMBERS)
    }

    /// A bar from one value to another with the word before and the bits between the two behind it.
    fn bar(&self, drawing: &mut String, row: usize, word: &str, (from, to): (f64, f64), class: &str) {
        let y = row_top(row);
        let (start, end) = (self.across(from.min(to)), self.across(from.max(to)));
        let _ = write!(
            drawing,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><rect class=\"{class}\" x=\"{start:.1}\" y=\"{:.1}\" width=\"{:.1}\" \
             height=\"{:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            WORDS - 8.0,
            y + 14.0,
            escaped(&shortened(word)),
            y + 3.0,
            (end - start).max(1.0),
            ROW - 6.0,
            end + 5.0,
            y + 14.0,
            bits(to - from)
        );
    }

    fn zero_line(&self, rows: usize) -> String {
        let x = self.across(0.0);
        format!("<line class=\"axis\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{:.1}\"/>", row_top(rows))
    }
}

fn row_top(row: usize) -> f64 {
    f64::from(u32::try_from(row).unwrap_or(u32::MAX)) * ROW
}

fn class_of(weight: f64) -> &'static str {
    if weight < 0.0 { "bar-against" } else { "bar-for" }
}

/// Words that fit before their bar.
fn shortened(words: &str) -> String {
    const MOST: usize = 44;
    if words.chars().count() <= MOST { words.to_owned() } else { words.chars().take(MOST - 1).chain(['…']).collect() }
}

/// The weight of each level of the model.
#[must_use]
pub fn level_weights(levels: &[LevelWeight]) -> String {
    let scale = Scale::over(levels.iter().map(|level| level.weight_bits));
    let mut drawing = scale.zero_line(levels.len());
    for (row, level) in levels.iter().enumerate() {
        let word = format!("{}: {}", level.feature, level.level);
        scale.bar(&mut drawing, row, &word, (0.0, level.weight_bits), class_of(level.weight_bits));
    }
    let rows: Vec<Vec<String>> =
        levels.iter().map(|level| vec![level.feature.clone(), level.level.clone(), bits(level.weight_bits)]).collect();
    Figure {
        id: "levels",
        title: "What each level of agreement is worth",
        description: "Bits for (to the right) or against (to the left) two records being one person, before the adjustment for how common a value \
                      is. Ten bits for it make it a thousand times as likely.",
        size: (WIDTH, row_top(levels.len()) + 4.0),
        drawing,
        table: table("Weights of the levels", &["Feature", "Level", "Weight (bits)"], &rows),
    }
    .html()
}

/// How one pair's features add up to its score.
#[must_use]
pub fn waterfall(id: &str, pair: &ExplainedPair) -> String {
    let mut reached = vec![0.0];
    for feature in &pair.features {
        reached.push(reached[reached.len() - 1] + feature.weight_bits);
    }
    let scale = Scale::over(reached.iter().copied().chain([pair.weight_bits]));
    let mut drawing = scale.zero_line(pair.features.len() + 1);
    for (row, feature) in pair.features.iter().enumerate() {
        let word = format!("{}: {}", feature.feature, feature.level);
        let class = class_of(feature.weight_bits);
        scale.bar(&mut drawing, row, &word, (reached[row], reached[row + 1]), class);
    }
    scale.bar(&mut drawing, pair.features.len(), "match weight", (0.0, pair.weight_bits), "bar-total");
    let rows: Vec<Vec<String>> = pair
        .features
        .iter()
        .map(|feature| vec![feature.feature.to_owned(), feature.level.to_owned(), bits(feature.weight_bits), feature.text.clone()])
        .collect();
    Figure {
        id,
        title: &format!("{} and {}", pair.left_id, pair.right_id),
        description: &format!(
            "{}. Match weight {} bits, probability {:.4}. From the top down, each feature moves the weight to where the next one starts.",
            pair.verdict.words(),
            bits(pair.weight_bits),
            pair.probability
        ),
        size: (WIDTH, row_top(pair.features.len() + 1) + 4.0),
        drawing,
        table: table("Features", &["Feature", "Level", "Weight (bits)", "In words"], &rows),
    }
    .html()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::worst::{ExplainedFeature, Verdict};

    fn pair() -> ExplainedPair {
        let feature = |feature, weight_bits| ExplainedFeature { feature, level: "exact", weight_bits, text: "The same.".to_owned() };
        ExplainedPair {
            left_id: "r<1".to_owned(),
            right_id: "r2".to_owned(),
            verdict: Verdict::WronglyJoined,
            weight_bits: 4.5,
            probability: 0.96,
            features: vec![feature("prior", -9.5), feature("name", 14.0)],
        }
    }

    #[test]
    fn a_waterfall_has_a_bar_a_feature_and_one_for_the_sum() {
        let html = waterfall("w1", &pair());
        assert_eq!(html.matches("<rect").count(), 3);
        assert!(html.contains("r&lt;1 and r2") && html.contains("+14.00") && html.contains("−9.50") && !html.contains("r<1"));
    }

    #[test]
    fn every_level_has_its_bar() {
        let level = |weight_bits| LevelWeight { feature: "name".to_owned(), level: "exact".to_owned(), weight_bits };
        let html = level_weights(&[level(5.0), level(-3.0)]);
        assert!(html.contains("bar-for") && html.contains("bar-against"));
    }
}
