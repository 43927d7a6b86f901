//! A feed of a test's own: a map, files, and the program that loads them into the test's database.

#![allow(clippy::unwrap_used, reason = "what a test stands on either works or fails the test")]

use std::process::{Command, Output};

use family_context::cluster::ClusterRole;
use serde_json::Value;

use crate::support::{TestDatabase, TestFolder, program};

/// A feed with a database of its own.
pub struct Feed {
    pub database: TestDatabase,
    pub folder: TestFolder,
}

/// What the program said.
pub struct Said {
    pub code: i32,
    pub json: Value,
    pub error: String,
}

/// People, their involvements and their relationships, each in a file of its own.
pub const MAP: &str = r#"feed = "police"
service = "police"
delivery = "snapshot"
absent = "ended"
fresh_days = 35
[[file]]
match = "people*.csv"
rows = "person"
discard = ["Notes"]
[file.columns]
"Ref" = "source_id"
"Given" = "given_name"
"Family" = "family_name"
"Mum" = "related.mother.full_name"
[[file]]
match = "work*.csv"
rows = "involvement"
discard = ["Offence"]
[file.columns]
"Ref" = "source_id"
"Unit" = "involvement.organisation"
"Opened" = "involvement.started"
"Closed" = "involvement.ended"
"Officer" = "lead_professional.name"
[[file]]
match = "ties*.csv"
rows = "relationship"
[file.columns]
"A" = "from_source_id"
"Is" = "type"
"B" = "to_source_id"
"Since" = "started"
"#;

pub const PEOPLE: &str = "Ref,Given,Family,Mum,Notes\n1,Noor,Teal,Ana Teal,\n2,Ben,Teal,,\n3,Chidi,Okafor,,\n";
pub const WORK: &str =
    "Ref,Unit,Opened,Closed,Officer,Offence\n1,North,2026-01-05,,Jo Smith,\n2,North,2026-02-05,,Jo Smith,\n3,South,2025-02-05,,Li Wei,\n";
pub const TIES: &str = "A,Is,B,Since\n1,sibling,2,\n3,parents_partner,2,2024-01-01\n";

impl Feed {
    /// A feed with [`MAP`] and nothing loaded.
    pub async fn new() -> Self {
        let feed = Self { database: TestDatabase::new().await, folder: TestFolder::new() };
        feed.map(MAP);
        feed
    }

    pub fn map(&self, map: &str) {
        self.folder.write("feed.toml", map);
    }

    /// The program, ready to load those files as of that day.
    pub fn command(&self, as_of: &str, files: &[(&str, &str)]) -> Command {
        let mut command = program::family_context(self.folder.path());
        command.env("DATABASE_URL", self.database.url(ClusterRole::Owner).reveal()).env("CLOCK_DATE", "2026-11-01").env("LOG", "trace");
        command.args(["import", "--json", "--as-of", as_of, "--feed"]).arg(self.folder.path().join("feed.toml"));
        for (name, content) in files {
            command.arg(self.folder.write(name, content));
        }
        command
    }

    /// Loads files as of a day.
    pub fn import(&self, as_of: &str, files: &[(&str, &str)]) -> Said {
        said(&self.command(as_of, files).output().unwrap())
    }

    /// Loads [`PEOPLE`], [`WORK`] and [`TIES`] or what stands in their place, as of a day.
    pub fn deliver(&self, as_of: &str, people: &str, work: &str, ties: &str) -> Said {
        self.import(as_of, &[("people.csv", people), ("work.csv", work), ("ties.csv", ties)])
    }

    /// The rows of a query, each as JSON.
    pub async fn rows(&self, query: &str) -> Vec<Value> {
        let client = self.database.pool.get().await.unwrap();
        let rows = client.query(&format!("SELECT to_jsonb(answer) FROM ({query}) AS answer"), &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The one value of a query.
    pub async fn value(&self, query: &str) -> Value {
        let rows = self.rows(&format!("SELECT ({query}) AS value")).await;
        rows[0]["value"].clone()
    }

    /// Everything that the database holds, with the transaction that wrote each row: the same before and after means that nothing was touched.
    pub async fn everything(&self) -> String {
        let mut everything = String::new();
        for table in ["feed", "load", "record", "involvement", "relationship", "membership"] {
            let rows = self.rows(&format!("SELECT xmin::text AS written, ctid::text AS place, {table}.* FROM {table} ORDER BY ctid")).await;
            everything.push_str(&format!("{table}: {rows:?}\n"));
        }
        everything
    }
}

pub fn said(output: &Output) -> Said {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    Said { code: output.status.code().unwrap_or(-1), json: serde_json::from_str(&text).unwrap_or(Value::Null), error }
}
