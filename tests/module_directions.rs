//! Who may use whom in this crate. What decides stays away from what moves data.

#![allow(clippy::unwrap_used, reason = "a test that cannot read fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Module, and the modules that it may use. `cli` sees all.
const MAY_USE: [(&str, &[&str]); 15] = [
    ("domain", &[]),
    ("matching", &["domain"]),
    ("disclosure", &["domain"]),
    ("config", &["domain", "disclosure"]),
    ("telemetry", &[]),
    ("cluster", &["config"]),
    ("import", &["domain"]),
    ("generate", &["domain"]),
    ("evaluate", &["domain", "matching"]),
    ("store", &["domain", "matching", "config"]),
    ("resolution", &["store", "matching", "disclosure", "domain", "config", "telemetry"]),
    ("lookup", &["store", "matching", "disclosure", "domain", "config", "telemetry"]),
    ("stewardship", &["resolution", "lookup", "store", "matching", "disclosure", "domain", "telemetry"]),
    ("http", &["lookup", "stewardship", "domain", "config", "telemetry"]),
    ("web", &["lookup", "stewardship", "domain", "config", "telemetry"]),
];

/// What the pure modules may not touch: files, network, time, chance, the environment, the database.
const IMPURE: [&str; 14] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::time::SystemTime",
    "std::time::Instant",
    "tokio",
    "tokio_postgres",
    "deadpool_postgres",
    "actix_web",
    "fastrand",
    "tracing",
    "ureq",
    "uuid::Uuid::now",
];

#[test]
fn modules_use_only_those_they_may() {
    let mut offences = Vec::new();
    for (module, files) in modules() {
        if module == "cli" {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else {
            offences.push(format!("src/{module} is not in the table of this test"));
            continue;
        };
        for file in files {
            for used in uses(&file) {
                if used != module && !allowed.contains(&used.as_str()) {
                    offences.push(format!("{} uses {used}", file.display()));
                }
            }
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn what_decides_touches_nothing_outside_itself() {
    let mut offences = Vec::new();
    for (module, files) in modules() {
        if !["domain", "matching", "disclosure"].contains(&module.as_str()) {
            continue;
        }
        for file in files {
            let text = without_tests(&fs::read_to_string(&file).unwrap());
            for impure in IMPURE {
                if text.lines().any(|line| mentions(line, impure)) {
                    offences.push(format!("{} uses {impure}", file.display()));
                }
            }
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

/// Cargo looks for no tests by itself (`autotests`): a file that `tests/main.rs` does not name would never run.
#[test]
fn every_file_of_tests_is_part_of_the_test_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let program = fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_code = path.extension().is_some_and(|ending| ending == "rs") || path.join("mod.rs").is_file();
        assert!(
            !is_code || name == "main" || program.lines().any(|line| line == format!("mod {name};")),
            "tests/main.rs does not name {name}"
        );
    }
}

/// Every top-level module of the library with its files.
fn modules() -> BTreeMap<String, Vec<PathBuf>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut modules = BTreeMap::new();
    for file in rust_files(&source) {
        let first = file.strip_prefix(&source).unwrap().iter().next().unwrap().to_str().unwrap();
        let module = first.trim_end_matches(".rs");
        if module != "lib" && module != "main" {
            modules.entry(module.to_owned()).or_insert_with(Vec::new).push(file);
        }
    }
    assert!(modules.len() > 3, "the sources were found");
    modules
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

/// The top-level modules that a file names after `crate::`, outside its comments: in `use` lines, in groups, and in paths.
fn uses(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let code: String = without_tests(&text).lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (start, _) in code.match_indices("crate::") {
        let rest = code[start + "crate::".len()..].trim_start();
        if let Some(group) = rest.strip_prefix('{') {
            found.extend(group_heads(group));
        } else {
            found.push(head(rest));
        }
    }
    // What is named at the crate's root without a module of its own, such as a macro, is no module.
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    found.retain(|name| !name.is_empty() && (source.join(name).is_dir() || source.join(format!("{name}.rs")).is_file()));
    found.sort();
    found.dedup();
    found
}

/// The first names of a group's parts: `domain` and `matching` of `domain::{A, B}, matching::C}`.
fn group_heads(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (position, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                heads.push(head(group[start..position].trim()));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(head(group[start..position].trim()));
                start = position + 1;
            }
            _ => {}
        }
    }
    heads
}

fn head(path: &str) -> String {
    path.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
}

/// A file's text up to its tests, which stand last.
fn without_tests(text: &str) -> String {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned()
}

/// Whether a line of code names `path` as a whole word.
fn mentions(line: &str, path: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices(path).any(|(start, _)| {
        let before = code[..start].chars().next_back();
        let after = code[start + path.len()..].chars().next();
        let is_word = |character: char| character.is_alphanumeric() || character == '_';
        !before.is_some_and(is_word) && !after.is_some_and(|character| is_word(character) && !path.ends_with("now"))
    })
}
