//! The model: one dated, versioned TOML file that holds everything scoring, blocking and clustering need, frozen.

pub mod file;
pub mod frequencies;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::LazyLock,
};

use file::{Calibration, Decision, ModelFile, Rules, WeightEntry};
use frequencies::Frequencies;
use jiff::{Span, civil::Date};

use super::{
    blocking::RULES,
    compare::Finding,
    field::{self, Field, MOST_CONTEXTS, MOST_LEVELS, table},
    hashing,
    key_set::KeySet,
    pairs::MOST_SHARED_KEYS,
    profile::day_number,
};

/// From this age on, few live in one dwelling with their twin.
const GROWN_UP_YEARS: i16 = 25;

/// Bits below the upper threshold from which on two records are joined where nobody else is found for them (ADR 22 has the figures). It is measured with the
/// built-in model, and taken off the threshold of a trained one as well.
const LONE_BITS: f64 = 2.0;

static BUILT_IN: LazyLock<Model> =
    LazyLock::new(|| Model::from_toml(include_str!("built_in.toml")).expect("the built-in model is read in a test"));

/// Everything that decides whether two records are of one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    file: ModelFile,
    tables: Vec<Table>,
    identifiers: HashMap<u64, u8>,
    others: HashMap<u64, u8>,
    frequencies: Frequencies,
    refined: KeySet,
    /// A bit for each blocking rule, by its number.
    unused_rules: u32,
    grown_up_until: u32,
}

#[derive(Debug, Clone, PartialEq)]
struct Table {
    name: String,
    field: Field,
    weights: [[Weight; MOST_LEVELS]; MOST_CONTEXTS],
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Weight {
    bits: f64,
    rarity: f64,
}

/// What is wrong with a model file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelError {
    /// Not TOML of the right shape.
    Shape(String),
    /// A table, context or level is missing.
    Missing(String),
    /// A table, context or level that does not exist.
    Unknown(String),
    /// A figure is out of its range.
    Range(String),
}

impl fmt::Display for ModelError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(reason) => write!(formatter, "the model file cannot be read: {reason}"),
            Self::Missing(what) => write!(formatter, "the model file has no weight for {what}"),
            Self::Unknown(what) => write!(formatter, "the model file weighs {what}, which does not exist"),
            Self::Range(what) => write!(formatter, "the model file's {what} is out of range"),
        }
    }
}

impl std::error::Error for ModelError {}

impl Default for Model {
    fn default() -> Self {
        Self::built_in().clone()
    }
}

impl Model {
    /// The model that ships with the program: weights for English records; sources stand in the file and in docs/matching.md.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// Where the text is no model: shape, missing or unknown levels, figures out of range.
    pub fn from_toml(text: &str) -> Result<Self, ModelError> {
        Self::from_file(toml::from_str(text).map_err(|error| ModelError::Shape(error.message().to_owned()))?)
    }

    /// A model of a file's contents.
    ///
    /// # Errors
    /// As [`Model::from_toml`].
    pub fn from_file(file: ModelFile) -> Result<Self, ModelError> {
        check_ranges(&file)?;
        let mut named = Vec::new();
        let (mut identifiers, mut others) = (HashMap::new(), HashMap::new());
        for name in &file.named {
            let number = u8::try_from(table::ALL.len() + named.len()).map_err(|_| ModelError::Range("count of named columns".into()))?;
            let field = match name.split_once('.') {
                Some(("identifier", column)) => {
                    identifiers.insert(hashing::text(column), number);
                    field::identifier::FIELD
                }
                Some(("other", column)) => {
                    others.insert(hashing::text(column), number);
                    field::other::FIELD
                }
                _ => return Err(ModelError::Unknown(name.clone())),
            };
            named.push((name.as_str(), field));
        }
        let tables: Vec<Table> =
            table::ALL.iter().copied().chain(named).map(|(name, field)| read_table(name, field, &file)).collect::<Result<_, _>>()?;
        if let Some(unknown) = file.weights.keys().find(|name| !tables.iter().any(|table| table.name == **name)) {
            return Err(ModelError::Unknown(unknown.clone()));
        }
        let refined = file.blocking.refined.iter().map(|key| read_key(key)).collect::<Result<_, _>>()?;
        let frequencies = Frequencies::new(file.frequencies.clone());
        let is_unused = |rule: &&str| file.blocking.unused.iter().any(|unused| unused == rule);
        let unused_rules = RULES.iter().enumerate().filter(|(_, rule)| is_unused(rule)).fold(0, |bits, (number, _)| bits | 1 << number);
        let grown_up_until = file.date.parse().map_or(0, |date: Date| day_number(date.saturating_sub(Span::new().years(GROWN_UP_YEARS))));
        Ok(Self { file, tables, identifiers, others, frequencies, refined, unused_rules, grown_up_until })
    }

    /// The model as its file.
    ///
    /// # Panics
    /// Never: a model always has a TOML form.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(&self.file).expect("a model holds only tables, numbers and texts")
    }

    /// The file's contents.
    #[must_use]
    pub fn file(&self) -> &ModelFile {
        &self.file
    }

    /// Version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.file.version
    }

    /// From here, in bits without the prior, records are joined.
    #[must_use]
    pub fn join_bits(&self) -> f64 {
        self.file.decision.join_bits
    }

    /// From here on, two records may be of one person where nobody else is found for the one or the other.
    #[must_use]
    pub fn lone_bits(&self) -> f64 {
        (self.join_bits() - LONE_BITS).max(self.review_bits())
    }

    /// From here to [`Model::join_bits`], a steward decides.
    #[must_use]
    pub fn review_bits(&self) -> f64 {
        self.file.decision.review_bits
    }

    /// From here on, two records are as likely of one person as not.
    #[must_use]
    pub fn even_bits(&self) -> f64 {
        self.bits_at(0.5)
    }

    /// The log2 odds that two records at random are one person.
    #[must_use]
    pub fn prior_bits(&self) -> f64 {
        self.file.decision.prior_bits
    }

    /// Thresholds and the prior.
    #[must_use]
    pub fn decision(&self) -> Decision {
        self.file.decision
    }

    /// What is held apart by rule.
    #[must_use]
    pub fn rules(&self) -> Rules {
        self.file.rules
    }

    /// The last day, as a number `YYYYMMDD`, on which somebody was born who is grown up and mostly has left their parents' home; 0 where the model's own
    /// date is none. It goes by that date, since matching knows no clock: as the model grows old, fewer count as grown up than are.
    #[must_use]
    pub fn grown_up_until(&self) -> u32 {
        self.grown_up_until
    }

    /// The probability that a pair of this weight is of one person.
    #[must_use]
    pub fn probability(&self, weight_bits: f64) -> f64 {
        let Calibration { slope, offset } = self.file.calibration;
        1.0 / (1.0 + (-(slope * (weight_bits + self.file.decision.prior_bits) + offset)).exp2())
    }

    /// The weight at which the probability is this one.
    #[must_use]
    pub fn bits_at(&self, probability: f64) -> f64 {
        let Calibration { slope, offset } = self.file.calibration;
        ((probability / (1.0 - probability)).log2() - offset) / slope - self.file.decision.prior_bits
    }

    /// The bits of a finding.
    #[must_use]
    pub fn bits(&self, finding: &Finding) -> f64 {
        let weight = self.tables[usize::from(finding.table)].weights[usize::from(finding.context)][usize::from(finding.level)];
        weight.bits + weight.rarity * f64::from(finding.frequency_bits)
    }

    /// A table's field and name.
    pub(crate) fn table(&self, number: u8) -> (&str, &Field) {
        let table = &self.tables[usize::from(number)];
        (&table.name, &table.field)
    }

    /// Whether the fixed table of this number weighs an identifier.
    pub(crate) fn is_identifier(number: u8) -> bool {
        matches!(number, table::NHS_NUMBER | table::UPN | table::IDENTIFIER)
    }

    /// How many tables there are: the fixed ones and the named.
    #[must_use]
    pub fn table_count(&self) -> usize {
        self.tables.len()
    }

    pub(crate) fn frequencies(&self) -> &Frequencies {
        &self.frequencies
    }

    pub(crate) fn identifier_table(&self, name: u64) -> u8 {
        self.identifiers.get(&name).copied().unwrap_or(table::IDENTIFIER)
    }

    pub(crate) fn other_table(&self, name: u64) -> u8 {
        self.others.get(&name).copied().unwrap_or(table::OTHER)
    }

    /// Whether so many records have this key that finer keys stand in its place.
    pub(crate) fn is_refined(&self, key: i64) -> bool {
        self.refined.contains(key)
    }

    /// How many keys two records must share to be compared.
    #[must_use]
    pub fn shared_keys(&self) -> usize {
        self.file.blocking.shared_keys
    }

    /// Asks for so many shared keys.
    pub(crate) fn ask_for_shared_keys(&mut self, count: usize) {
        self.file.blocking.shared_keys = count;
    }

    /// Marks more keys as refined. The file does not list them before [`Model::list_refined`].
    pub(crate) fn refine(&mut self, keys: &KeySet) {
        self.refined.extend(keys.iter());
    }

    /// Brings the file's list of refined keys up to date.
    pub(crate) fn list_refined(&mut self) {
        let mut refined: Vec<u64> = self.refined.iter().map(hashing::of_bigint).collect();
        refined.sort_unstable();
        self.file.blocking.refined = refined.into_iter().map(|key| format!("{key:016x}")).collect();
    }

    /// Whether the blocking rule of this number is used.
    pub(crate) fn uses_rule(&self, number: u8) -> bool {
        self.unused_rules & (1 << number) == 0
    }
}

fn read_key(text: &str) -> Result<i64, ModelError> {
    u64::from_str_radix(text, 16).map(hashing::as_bigint).map_err(|_| ModelError::Range("list of refined keys".into()))
}

fn check_ranges(file: &ModelFile) -> Result<(), ModelError> {
    let Decision { prior_bits, join_bits, review_bits, lead_bits } = file.decision;
    let finite = [prior_bits, join_bits, review_bits, lead_bits, file.calibration.offset].iter().all(|bits| bits.abs() < 1000.0);
    if !finite || review_bits > join_bits || lead_bits < 0.0 {
        return Err(ModelError::Range("decision".into()));
    }
    if !(0.01..=10.0).contains(&file.calibration.slope) {
        return Err(ModelError::Range("calibration".into()));
    }
    if !(1..=MOST_SHARED_KEYS).contains(&file.blocking.shared_keys) {
        return Err(ModelError::Range("number of shared keys".into()));
    }
    let shares = file.frequencies.values().flat_map(|table| table.share.values().chain([&table.usual, &table.rare]));
    if shares.clone().any(|share| !(0.0..=1.0).contains(share)) {
        return Err(ModelError::Range("frequency".into()));
    }
    Ok(())
}

fn read_table(name: &str, field: Field, file: &ModelFile) -> Result<Table, ModelError> {
    let mut weights = [[Weight::default(); MOST_LEVELS]; MOST_CONTEXTS];
    let contexts = file.weights.get(name).ok_or_else(|| ModelError::Missing(name.to_owned()))?;
    check_names(name, contexts, &field)?;
    for (context, row) in field.contexts.iter().zip(&mut weights) {
        let levels = contexts.get(*context).ok_or_else(|| ModelError::Missing(format!("{name}.{context}")))?;
        for (level, weight) in field.levels.iter().zip(row) {
            let place = || format!("{name}.{context}.{}", level.name);
            let entry = levels.get(level.name).ok_or_else(|| ModelError::Missing(place()))?;
            *weight = read_weight(entry).ok_or_else(|| ModelError::Range(place()))?;
        }
    }
    Ok(Table { name: name.to_owned(), field, weights })
}

fn check_names(name: &str, contexts: &BTreeMap<String, BTreeMap<String, WeightEntry>>, field: &Field) -> Result<(), ModelError> {
    for (context, levels) in contexts {
        if !field.contexts.contains(&context.as_str()) {
            return Err(ModelError::Unknown(format!("{name}.{context}")));
        }
        if let Some(level) = levels.keys().find(|level| !field.levels.iter().any(|known| known.name == **level)) {
            return Err(ModelError::Unknown(format!("{name}.{context}.{level}")));
        }
    }
    Ok(())
}

fn read_weight(entry: &WeightEntry) -> Option<Weight> {
    let WeightEntry { m, u, bits, rarity } = *entry;
    let in_range = (0.0..=1.0).contains(&m) && (0.0..=1.0).contains(&u) && (0.0..=1.0).contains(&rarity);
    let bits = bits.unwrap_or_else(|| (m / u).log2());
    (in_range && bits.abs() <= 60.0).then(|| Weight { bits: (bits * 1024.0).round() / 1024.0, rarity: (rarity * 16.0).round() / 16.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_model_is_whole_and_survives_being_written() {
        let model = Model::built_in();
        let again = Model::from_toml(&model.to_toml()).unwrap();
        assert_eq!(*model, again);
    }

    #[test]
    fn the_number_of_shared_keys_is_kept_and_leaves_the_text_of_older_models_as_it_was() {
        let mut model = Model::built_in().clone();
        assert!(!model.to_toml().contains("shared_keys"));
        model.ask_for_shared_keys(3);
        assert_eq!(Model::from_toml(&model.to_toml()).unwrap().shared_keys(), 3);
        model.ask_for_shared_keys(6);
        assert!(matches!(Model::from_toml(&model.to_toml()), Err(ModelError::Range(_))));
    }

    #[test]
    fn a_level_left_out_or_made_up_is_refused() {
        let text = Model::built_in().to_toml();
        let left_out = text.replacen("[weights.sex.given_names_agree.same]", "[weights.sex.given_names_agree.equal]", 1);
        assert_ne!(left_out, text);
        assert!(matches!(Model::from_toml(&left_out), Err(ModelError::Unknown(_) | ModelError::Missing(_))));
        assert!(matches!(Model::from_toml("version = 1"), Err(ModelError::Shape(_))));
    }

    #[test]
    fn probability_and_bits_are_each_others_inverse() {
        let model = Model::built_in();
        assert!((model.probability(model.bits_at(0.95)) - 0.95).abs() < 1e-9);
    }
}
