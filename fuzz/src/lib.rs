//! What holds for any input: one function a parser or comparator, from bytes to nothing, that panics where it does not hold.
//!
//! `fuzz_targets/` runs each under libFuzzer (`make fuzz`); `tests/fuzz_targets.rs` of the crate compiles the same functions and runs each over a few
//! thousand inputs of a fixed seed and over `seeds/`, where the inputs of past findings are kept.

pub mod compare;
pub mod domain;
pub mod files;
mod people;
pub mod people_found;
pub mod requests;
mod source;

/// A property of one input.
pub type Check = fn(&[u8]);

/// Every target and its check.
pub const CHECKS: &[(&str, Check)] = &[
    ("address", domain::addresses),
    ("audit_chain", requests::audit_chain),
    ("birth_date", domain::birth_dates),
    ("blocking_keys", people_found::keys),
    ("body", requests::bodies),
    ("cluster", people_found::clusters),
    ("column_map", files::column_maps),
    ("compare_addresses", compare::addresses),
    ("compare_birth_dates", compare::birth_dates),
    ("compare_identifiers", compare::identifiers),
    ("compare_names", compare::names),
    ("compare_reach_sex_other", compare::reach_sex_other),
    ("compare_words", compare::words),
    ("configuration", files::configuration),
    ("delivery", files::deliveries),
    ("email", domain::emails),
    ("encoding", files::encodings),
    ("evaluate_row", files::evaluate_rows),
    ("feed_map", files::feed_maps),
    ("identifier", domain::identifiers),
    ("model_file", files::models),
    ("name", domain::names),
    ("phone", domain::phones),
    ("postcode", domain::postcodes),
    ("question", people_found::questions),
    ("token", requests::tokens),
    ("training", people_found::training),
    ("weight", compare::weight),
];

/// Runs the check of that name.
///
/// # Panics
/// Where what the check says does not hold, or there is no such check.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, check) = CHECKS.iter().find(|(known, _)| *known == name).expect("the target is listed in CHECKS");
    check(bytes);
}
