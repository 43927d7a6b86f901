//! An authority of fixtures/, loaded through the command line as its services would load it, and served.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "test code")]

use std::path::{Path, PathBuf};

use family_context::cluster::ClusterRole;
use serde_json::{Value, json};

use crate::{
    http_service::{Answer, Service, tokens},
    support::{TestDatabase, program},
};

/// A loaded authority and its service.
pub struct Loaded {
    pub service: Service,
    pub database: TestDatabase,
}

impl Loaded {
    /// Loads every feed of the authority in that folder, as of its data.
    pub async fn new(folder: &'static str) -> Self {
        let database = TestDatabase::new().await;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for map in feed_maps(&root) {
            let mut command = program::family_context(&root);
            command.env("DATABASE_URL", database.url(ClusterRole::Owner).reveal()).env("CLOCK_DATE", "2026-11-01");
            command.env("AUTHORITY", root.join("authority.toml")).env("LOG", "warn");
            command.args(["import", "--as-of", &as_of(&map), "--coverage-start", "2020-11-01", "--feed"]).arg(&map);
            let mut files: Vec<PathBuf> = std::fs::read_dir(map.with_extension("")).unwrap().map(|entry| entry.unwrap().path()).collect();
            files.sort();
            let output = command.args(files).output().unwrap();
            assert!(output.status.success(), "{}: {}", map.display(), String::from_utf8_lossy(&output.stderr));
        }
        let authority: &'static str = Box::leak(format!("{folder}/authority.toml").into_boxed_str());
        let service = Service::start_as(authority, database.url(ClusterRole::Serve));
        Self { service, database }
    }

    pub fn ask(&self, role: &str, purpose: &str, child: Value) -> Answer {
        self.post(role, "/v1/lookups", &json!({ "child": child, "purpose": purpose }))
    }

    pub fn post(&self, role: &str, path: &str, body: &Value) -> Answer {
        self.service.post(path, &tokens::token(&[role]), body)
    }

    pub fn get(&self, role: &str, path: &str) -> Answer {
        self.service.get(path, Some(&tokens::token(&[role])))
    }
}

/// As of when a feed's data is, from `loads.csv` beside its map, where there is one.
fn as_of(map: &Path) -> String {
    let loads = std::fs::read_to_string(map.with_file_name("loads.csv")).unwrap_or_default();
    let feed = map.file_stem().unwrap().to_str().unwrap();
    let row = loads.lines().map(|line| line.split(',').collect::<Vec<_>>()).find(|row| row[0] == feed);
    row.map_or_else(|| "2026-10-31".to_owned(), |row| row[1].to_owned())
}

/// The maps of a folder's feeds that have files.
fn feed_maps(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root.join("feeds")).unwrap().map(|entry| entry.unwrap().path());
    let mut maps: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "toml") && path.with_extension("").is_dir()).collect();
    maps.sort();
    maps
}

pub type Relative = (String, Option<u64>, String, String);
pub type Called = (String, String, Option<String>);

pub fn relative((name, age, kind, basis): (&str, Option<u64>, &str, &str)) -> Relative {
    (name.to_owned(), age, kind.to_owned(), basis.to_owned())
}

pub fn call((name, reach, status): (&str, &str, Option<&str>)) -> Called {
    (name.to_owned(), reach.to_owned(), status.map(str::to_owned))
}

/// What a worker takes from an answer with a match.
#[derive(Debug, PartialEq, Eq)]
pub struct Summary {
    pub child: (String, Option<u64>),
    pub family: Vec<Relative>,
    pub calls: Vec<Called>,
    pub coverage: Vec<(String, String)>,
}

impl Summary {
    pub fn of(answer: &Answer) -> Self {
        assert_eq!((answer.status, &answer.body["outcome"]), (200, &json!("match")), "{}", answer.body);
        let context = &answer.body["context"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let list = |value: &Value| value.as_array().unwrap().clone();
        Self {
            child: (text(&context["child"]["name"]), context["child"]["age"].as_u64()),
            family: list(&context["family"])
                .iter()
                .map(|member| {
                    let relationship = &member["relationship"];
                    (text(&member["name"]), member["age"].as_u64(), text(&relationship["type"]), text(&relationship["basis"]))
                })
                .collect(),
            calls: list(&context["calls"])
                .iter()
                .map(|call| (text(&call["contact"]["name"]), text(&call["reach"]), call["status"].as_str().map(str::to_owned)))
                .collect(),
            coverage: list(&context["coverage"]).iter().map(|row| (text(&row["service"]["code"]), text(&row["state"]))).collect(),
        }
    }
}
