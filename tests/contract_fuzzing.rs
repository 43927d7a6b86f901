//! The live service against its own contract: schemathesis, with the demonstration's population.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use family_context::cluster::ClusterRole;
use serde_json::Value;
use support::demonstration::Demonstration;
use support::{TestDatabase, TestFolder};

#[tokio::test]
#[ignore = "needs Python and a way to its package index: make test sees to both, and runs it"]
async fn whatever_it_is_asked_the_service_keeps_to_its_contract() {
    let (database, folder) = (TestDatabase::empty().await, TestFolder::new());
    let service = Demonstration::start_on(folder.path(), Some(&database.url(ClusterRole::Owner)));
    let tokens: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("demo/tokens.json")).unwrap()).unwrap();
    let address = service.printed.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
    let fuzzer = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemathesis.sh");
    let status = Command::new(fuzzer).args([address, tokens["triage"].as_str().unwrap()]).env_remove("STATE_DIR").status().unwrap();
    assert!(status.success(), "schemathesis found something: see above");
    service.stop();
}
