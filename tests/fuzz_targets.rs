//! The fuzz targets do not rot: all are listed, and each holds over inputs of a fixed seed and over those of past findings. `make fuzz` runs them for
//! longer, led by coverage.

#![allow(clippy::unwrap_used, reason = "a test that cannot read fails")]

use crate::checks;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

#[test]
fn every_check_has_a_target_and_every_target_a_check() {
    let checks: BTreeSet<String> = checks::CHECKS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let files: BTreeSet<String> = fs::read_dir(folder().join("fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(checks, files);
    let manifest: toml::Table = fs::read_to_string(folder().join("Cargo.toml")).unwrap().parse().unwrap();
    let bins: BTreeSet<String> = manifest["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(checks, bins);
    for name in &checks {
        let text = fs::read_to_string(folder().join("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(text.contains(&format!("family_context_fuzz::run(\"{name}\", bytes)")), "{name} runs its own check");
    }
}

#[test]
fn every_check_holds_over_inputs_of_a_seed() {
    // As for the property tests: the same inputs on every run, others and more of them in the long ones.
    let number = |name: &str, otherwise| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (cases, seed) = (number("PROPTEST_CASES", 256), number("PROPTEST_RNG_SEED", 20_261_101));
    for (name, _) in checks::CHECKS {
        checks::run(name, &[]);
        let mut random = fastrand::Rng::with_seed(seed);
        // Training takes a hundred times as long as any other.
        let inputs = if *name == "training" { cases / 100 } else { cases };
        for case in 0..inputs {
            let bytes: Vec<u8> = (0..random.usize(..400)).map(|_| random.u8(..)).collect();
            let held = std::panic::catch_unwind(|| checks::run(name, &bytes));
            assert!(held.is_ok(), "{name}, case {case} of seed {seed}: {bytes:?}");
        }
    }
}

#[test]
fn no_past_finding_comes_back() {
    let mut seen = 0;
    for entry in fs::read_dir(folder().join("seeds")).unwrap() {
        let place = entry.unwrap().path();
        let name = place.file_name().unwrap().to_string_lossy().into_owned();
        for seed in fs::read_dir(&place).unwrap() {
            checks::run(&name, &fs::read(seed.unwrap().path()).unwrap());
            seen += 1;
        }
    }
    assert!(seen > 0, "the inputs of past findings are there");
}
