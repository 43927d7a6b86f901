//! The documentation is true in what can be checked cheaply: its links lead somewhere, its settings are those of the program, and the questions that it
//! gives to paste are well formed.

#![allow(clippy::unwrap_used, reason = "a test that cannot read fails")]

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use family_context::config::Flags;

/// The longest README that somebody reads.
const MOST_LINES: usize = 250;

#[test]
fn every_link_between_pages_leads_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for target in links(&text).into_iter().filter(|target| !target.contains("://")) {
            let file = target.split('#').next().unwrap_or_default();
            if !page.parent().unwrap().join(file).exists() {
                broken.push(format!("{} leads to {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_table_of_settings_is_that_of_the_program() {
    let flags = Flags::augment_args(clap::Command::new("family-context"));
    let of_program: Vec<[String; 3]> = flags.get_arguments().map(setting).collect();
    let readme = readme();
    let of_readme: Vec<[String; 3]> = readme.lines().filter(|line| line.starts_with("| `--")).map(row).collect();
    assert_eq!(of_readme, of_program);
}

#[test]
fn the_table_of_commands_names_every_command() {
    let readme = readme();
    for command in ["serve", "migrate", "import", "evaluate", "generate", "token", "review", "audit", "doctor", "demo"] {
        assert!(readme.contains(&format!("| `family-context {command}")), "{command}");
    }
}

#[test]
fn every_question_to_paste_is_json() {
    let readme = readme();
    let questions: Vec<&str> = readme.split("-d '").skip(1).map(|rest| rest.split_once('\'').unwrap().0).collect();
    assert!(questions.len() >= 6, "the questions were found");
    for question in questions {
        let question: serde_json::Value = serde_json::from_str(question).unwrap();
        assert!(question["child"].is_object() && question["purpose"].is_string(), "{question}");
    }
}

#[test]
fn the_readme_can_be_read_in_one_go() {
    assert!(readme().lines().count() < MOST_LINES);
}

#[test]
fn decisions_are_numbered_without_a_gap() {
    let mut names: Vec<String> = files(&root().join("docs/adr")).iter().map(|file| name(file)).collect();
    names.sort();
    for (number, name) in (1..).zip(&names) {
        assert!(name.starts_with(&format!("{number:04}-")), "{name}");
    }
}

/// Flag, environment variable and default of an argument, as its help tells them.
fn setting(argument: &clap::Arg) -> [String; 3] {
    let flag = argument.get_long().unwrap();
    let environment = flag.to_uppercase().replace('-', "_");
    let help = argument.get_long_help().or(argument.get_help()).unwrap().to_string();
    let told = help.split_once("[env: ").unwrap().1.split(']').next().unwrap().to_owned();
    assert!(told.replace('`', "").starts_with(&environment), "the help of --{flag} says {told}");
    let default = told.split_once("default: ").map_or("none", |(_, default)| default.split(';').next().unwrap_or(default));
    [flag.to_owned(), environment, default.to_owned()]
}

/// The same of a row of the table.
fn row(line: &str) -> [String; 3] {
    let cells: Vec<String> = line.split('|').skip(1).map(|cell| cell.trim().trim_matches('`').to_owned()).collect();
    [cells[0].trim_start_matches("--").to_owned(), cells[1].clone(), cells[2].clone()]
}

/// The targets of Markdown links and pictures.
fn links(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md")];
    for folder in ["docs", "docs/adr"] {
        pages.extend(files(&root().join(folder)).into_iter().filter(|file| file.extension().is_some_and(|ending| ending == "md")));
    }
    pages
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect()
}

fn name(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().into_owned()
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
