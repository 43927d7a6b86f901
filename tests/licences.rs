//! Every dependency is under a permissive licence and comes from the registry.

#![allow(clippy::unwrap_used, reason = "a test that cannot read fails")]

use std::process::Command;

use serde_json::Value;

/// Licences that ask for nothing but their own text to be kept.
const PERMISSIVE: [&str; 14] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "0BSD",
    "ISC",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "CDLA-Permissive-2.0",
];

/// The one source that packages may come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn every_dependency_is_permissive_and_from_the_registry() {
    let compiler = Command::new("rustc").arg("-vV").output().unwrap();
    let said = String::from_utf8(compiler.stdout).unwrap();
    // What is built here: packages for other systems are not on this machine.
    let platform = said.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", platform])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50);
    let mut offences = Vec::new();
    for package in packages.iter().filter(|package| package["name"] != "family-context") {
        let name = format!("{} {}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
        let licence = package["license"].as_str().unwrap_or("no licence");
        if !is_permissive(licence) {
            offences.push(format!("{name}: {licence}"));
        }
        if package["source"] != REGISTRY {
            offences.push(format!("{name}: from {}", package["source"]));
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

/// Whether a licence expression (SPDX) can be met by permissive licences alone. `/` is the old way to write OR.
fn is_permissive(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (permissive, rest) = any_of(&words);
    permissive && rest.is_empty()
}

fn any_of<'words>(words: &'words [&'words str]) -> (bool, &'words [&'words str]) {
    let (mut permissive, mut rest) = all_of(words);
    while let ["OR", more @ ..] = rest {
        let (next, left) = all_of(more);
        permissive |= next;
        rest = left;
    }
    (permissive, rest)
}

fn all_of<'words>(words: &'words [&'words str]) -> (bool, &'words [&'words str]) {
    let (mut permissive, mut rest) = one(words);
    while let ["AND", more @ ..] = rest {
        let (next, left) = one(more);
        permissive &= next;
        rest = left;
    }
    (permissive, rest)
}

fn one<'words>(words: &'words [&'words str]) -> (bool, &'words [&'words str]) {
    match words {
        ["(", inside @ ..] => {
            let (permissive, rest) = any_of(inside);
            (permissive, rest.strip_prefix(&[")"]).unwrap_or(rest))
        }
        [licence, "WITH", exception, rest @ ..] => (PERMISSIVE.contains(&format!("{licence} WITH {exception}").as_str()), rest),
        [licence, rest @ ..] => (PERMISSIVE.contains(licence), rest),
        [] => (false, words),
    }
}

#[test]
fn a_licence_expression_is_read_as_written() {
    for permissive in ["MIT", "MIT/Apache-2.0", "MIT OR GPL-3.0", "(MIT OR Apache-2.0) AND Unicode-3.0", "Apache-2.0 WITH LLVM-exception"] {
        assert!(is_permissive(permissive), "{permissive}");
    }
    for other in
        ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND MPL-2.0", "", "no licence", "Apache-2.0 WITH Classpath-exception-2.0"]
    {
        assert!(!is_permissive(other), "{other}");
    }
}
