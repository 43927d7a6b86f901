//! The live service against its own contract: schemathesis, with the demonstration's population.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::path::Path;
use std::process::Command;

use crate::support::demonstration::Demonstration;
use crate::support::{TestDatabase, TestFolder};
use family_context::cluster::ClusterRole;

#[tokio::test]
#[ignore = "needs Python and a way to its package index: make test sees to both, and runs it"]
async fn whatever_it_is_asked_the_service_keeps_to_its_contract() {
    let (database, folder) = (TestDatabase::empty().await, TestFolder::new());
    let service = Demonstration::start_on(folder.path(), Some(&database.url(ClusterRole::Owner)));
    // Both sides of the API: whoever looks up families, and whoever decides doubtful matches.
    let roles = ["--subject", "s.fuzzer", "--name", "Fuzzer", "--role", "triage", "--role", "steward"];
    let mut printing = Command::new(env!("CARGO_BIN_EXE_family-context"));
    let printed = printing.arg("token").args(roles).env("STATE_DIR", folder.path()).env("LOG", "off").output().unwrap();
    let token = String::from_utf8(printed.stdout).unwrap();
    let address = service.printed.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
    let fuzzer = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemathesis.sh");
    let status = Command::new(fuzzer).args([address, token.trim()]).env_remove("STATE_DIR").status().unwrap();
    assert!(status.success(), "schemathesis found something: see above");
    service.stop();
}
