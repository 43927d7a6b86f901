//! The model file: what it holds, read and written as TOML.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::frequencies::FrequencyTable;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Version, unique among models.
    pub version: String,
    /// Day it was made, ISO.
    pub date: String,
    /// Where its figures come from.
    pub source: String,
    /// Thresholds and the prior, in bits.
    pub decision: Decision,
    /// What is held apart by rule.
    #[serde(default)]
    pub rules: Rules,
    /// How bits become a probability.
    pub calibration: Calibration,
    /// Keys.
    #[serde(default)]
    pub blocking: Blocking,
    /// Named identifiers and other columns that have a table of their own, `identifier.NAME` and `other.NAME`.
    #[serde(default)]
    pub named: Vec<String>,
    /// Weights by table, context and level.
    pub weights: BTreeMap<String, BTreeMap<String, BTreeMap<String, WeightEntry>>>,
    /// Term frequencies by kind.
    #[serde(default)]
    pub frequencies: BTreeMap<String, FrequencyTable>,
}

/// Thresholds and the prior, in bits. The weight of a pair does not include the prior.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// log2 of the odds that two records at random are of one person.
    pub prior_bits: f64,
    /// From here, records are joined.
    pub join_bits: f64,
    /// From here to `join_bits`, a steward decides.
    pub review_bits: f64,
    /// A question's best person must stand this far above the runner-up to be a match.
    pub lead_bits: f64,
}

/// What is held apart by rule, whatever the weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Same birth date and family name, different given names.
    pub twins: Rule,
    /// Same name, births a generation apart.
    pub generations: Rule,
}

/// Whether a rule holds, or the weight alone decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Such records are never joined automatically.
    #[default]
    Apart,
    /// The weight decides. Only for data that shows no such people (training looks for them).
    Weigh,
}

/// Probability = 1 / (1 + 2^-(slope × (weight + prior) + offset)).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// How far the bits are to be believed; below 1 where fields agree together more often than if they were independent.
    pub slope: f64,
    /// Bits added after that.
    pub offset: f64,
}

/// Blocking keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Blocking {
    /// Keys that two records must share to be compared: 1 to 5. One is not written: a model is known by its text, and older models do not say it.
    #[serde(skip_serializing_if = "is_one")]
    pub shared_keys: usize,
    /// Keys that too many records have, as hexadecimal: each is replaced by finer keys.
    pub refined: Vec<String>,
    /// Rules that are not used, by name.
    pub unused: Vec<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_one(count: &usize) -> bool {
    *count == 1
}

impl Default for Blocking {
    fn default() -> Self {
        Self { shared_keys: 1, refined: Vec::new(), unused: Vec::new() }
    }
}

/// One level's weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightEntry {
    /// Share of pairs of one person at this level.
    pub m: f64,
    /// Share of pairs of two people at this level.
    pub u: f64,
    /// log2(m / u) where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<f64>,
    /// What part of the value's rarity counts at this level, 0 to 1.
    #[serde(default)]
    pub rarity: f64,
}
