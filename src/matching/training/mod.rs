//! Learning a model from an authority's own records, without labels.
//!
//! Four steps, each the same for the same seed: term frequencies are counted; keys that too many records share are marked for refinement; the shares of
//! each level among pairs of two people (u) come from random pairs; those among pairs of one person (m), with the prior, from
//! expectation-maximisation over the pairs that blocking proposes. A guard then decides whether the result may replace the model it started from.

mod calibration;
mod counting;
mod expectation;
mod guard;
mod keys;
mod rules;
mod sample;
mod threshold;

use rayon::prelude::*;

use super::{
    Keyed, Linkage, Model, ModelError, Profile,
    model::file::{Blocking, Decision, ModelFile},
};
pub use expectation::Iteration;
pub use keys::MOST_PAIRS_A_RECORD;
pub use threshold::Goal;

/// How to train.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingSettings {
    /// Fixes every random choice.
    pub seed: u64,
    /// Within one list, or across two files.
    pub linkage: Linkage,
    /// What the upper threshold is set for.
    pub goal: Goal,
    /// Columns that get a table of their own, `identifier.NAME` or `other.NAME`; at most 64.
    pub named: Vec<String>,
    /// Version of the new model.
    pub version: String,
    /// Day of training, ISO; the caller has the clock.
    pub date: String,
    /// Random pairs drawn for u.
    pub random_pairs: usize,
    /// Most proposed pairs looked at for m; of more, a sample is taken.
    pub most_pairs: usize,
    /// Most iterations.
    pub most_iterations: usize,
}

impl Default for TrainingSettings {
    fn default() -> Self {
        Self {
            seed: 20_261_122,
            linkage: Linkage::Within,
            goal: Goal::Balance,
            named: Vec::new(),
            version: "trained".to_owned(),
            date: "1970-01-01".to_owned(),
            random_pairs: 1_000_000,
            most_pairs: 2_000_000,
            most_iterations: 60,
        }
    }
}

/// What training gave.
#[derive(Debug, Clone)]
pub struct TrainingReport {
    /// The new model, or the one it started from where the guard refused.
    pub model: Model,
    /// Whether the new model was taken.
    pub accepted: bool,
    /// Why it was refused; empty where it was taken.
    pub reasons: Vec<String>,
    /// The course of expectation-maximisation.
    pub iterations: Vec<Iteration>,
    /// Whether it came to rest.
    pub converged: bool,
    /// Pairs that blocking proposes with the new model's keys.
    pub proposed_pairs: usize,
    /// How many of them are expected to be of one person.
    pub expected_matches: f64,
    /// The profiles' keys under the new model, which training needed anyway; none where the guard refused it.
    pub keyed: Option<Keyed>,
}

/// Trains a model on `profiles`, starting from `model`. The profiles need no term frequencies, and come back with the resulting model's taken in.
#[must_use]
pub fn train(profiles: &mut [Profile], settings: &TrainingSettings, model: &Model) -> TrainingReport {
    let refused = |reason: String| TrainingReport {
        model: model.clone(),
        accepted: false,
        reasons: vec![reason],
        iterations: Vec::new(),
        converged: false,
        proposed_pairs: 0,
        expected_matches: 0.0,
        keyed: None,
    };
    let report = if profiles.len() < guard::FEWEST_RECORDS {
        refused(format!("there are fewer than {} records", guard::FEWEST_RECORDS))
    } else {
        attempt(profiles, settings, model).unwrap_or_else(|error| refused(error.to_string()))
    };
    profiles.par_iter_mut().for_each(|profile| profile.reweigh(&report.model));
    report
}

fn attempt(profiles: &mut [Profile], settings: &TrainingSettings, model: &Model) -> Result<TrainingReport, ModelError> {
    let mut file = start_file(settings, model);
    file.frequencies = counting::frequencies(profiles, &file.frequencies);
    let counted = Model::from_file(file.clone())?;
    profiles.par_iter_mut().for_each(|profile| profile.reweigh(&counted));
    let refined = keys::refine(profiles, settings.linkage, settings.goal, &counted)?;
    // What follows looks at findings, which hold what they need of the frequencies, and proposes no pairs: it goes without the two longest parts of the file.
    let blocking = refined.model.file().blocking.clone();
    let frequencies = std::mem::take(&mut file.frequencies);
    file.blocking = Blocking::default();
    // Where precision is the goal, the rules stay as they are: only a person may loosen them.
    let mut sample = sample::draw(profiles, settings, &refined, &Model::from_file(file.clone())?);
    if settings.goal == Goal::Balance {
        file.rules = rules::learn(profiles, &sample.proposed);
    }
    if file.rules != counted.rules() {
        sample = sample::draw(profiles, settings, &refined, &Model::from_file(file.clone())?);
    }
    let outcome = expectation::maximise(&sample, settings, &file)?;
    let mut file = outcome.file;
    file.calibration = calibration::fit(&sample, profiles, settings.linkage, &Model::from_file(file.clone())?);
    let chosen = threshold::choose(&sample, settings.goal, &Model::from_file(file.clone())?);
    file.decision = Decision { join_bits: chosen.join_bits, review_bits: chosen.review_bits, ..file.decision };
    (file.blocking, file.frequencies) = (blocking, frequencies);
    let trained = Model::from_file(file)?;
    let reasons = guard::objections(&trained, &outcome.iterations, outcome.converged, chosen.expected_matches);
    let accepted = reasons.is_empty();
    Ok(TrainingReport {
        model: if accepted { trained } else { model.clone() },
        accepted,
        reasons,
        iterations: outcome.iterations,
        converged: outcome.converged,
        proposed_pairs: refined.pairs,
        expected_matches: chosen.expected_matches,
        keyed: accepted.then_some(refined.keyed),
    })
}

/// Marks the keys that are too frequent among `profiles`, as for [`Goal::Balance`], without training anything else; gives the profiles' keys under the resulting model too.
///
/// # Errors
/// None that a valid model can bring about.
pub fn refine_keys(profiles: &[Profile], linkage: Linkage, model: &Model) -> Result<(Model, Keyed), ModelError> {
    keys::refine(profiles, linkage, Goal::Balance, model).map(|refined| (refined.model, refined.keyed))
}

/// The starting model's file with the new version and a table for each named column.
fn start_file(settings: &TrainingSettings, model: &Model) -> ModelFile {
    let mut file = model.file().clone();
    file.version.clone_from(&settings.version);
    file.date.clone_from(&settings.date);
    file.source = format!("Trained without labels (seed {}), starting from {}", settings.seed, model.version());
    for name in settings.named.iter().take(64) {
        let Some((kind, _)) = name.split_once('.') else { continue };
        if !file.named.contains(name)
            && let Some(weights) = file.weights.get(kind).cloned()
        {
            file.named.push(name.clone());
            file.weights.insert(name.clone(), weights);
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Address, BirthDate, PersonDetails};

    /// People of a few names, each taken down twice.
    fn people(count: usize) -> Vec<PersonDetails> {
        let person = |at: usize| PersonDetails {
            given_name: Some(["Noor", "Sara", "Jago", "Ellen", "Torquil"][at % 5].into()),
            family_name: Some(["Malik", "Teal", "Brook", "Nancarrow", "Tregenza", "Garrowby", "Hughes"][at % 7].into()),
            date_of_birth: BirthDate::new(jiff::civil::date(2010, 1 + i8::try_from(at % 12).unwrap(), 1 + i8::try_from(at % 28).unwrap())),
            addresses: vec![Address::from_cells([format!("{} High Street, Ashby, MB1 3XE", at % 40).as_str()], None)],
            ..PersonDetails::default()
        };
        (0..count).map(|at| person(at / 2)).collect()
    }

    #[test]
    fn training_needs_no_frequencies_in_what_it_is_given() {
        for count in [guard::FEWEST_RECORDS - 1, 1_200] {
            let trained = |make: fn(&PersonDetails, &Model) -> Profile| {
                let mut profiles: Vec<Profile> = people(count).iter().map(|person| make(person, Model::built_in())).collect();
                let report = train(&mut profiles, &TrainingSettings::default(), Model::built_in());
                (profiles, report.accepted, report.model.to_toml())
            };
            assert!(trained(Profile::unweighed) == trained(Profile::new), "{count} records");
        }
    }
}
