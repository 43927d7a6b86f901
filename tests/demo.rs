//! The demonstration, as a person meets it: started, asked, stopped, started again.

#![allow(clippy::unwrap_used, reason = "a test that cannot do its part fails")]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use crate::support::demonstration::Demonstration;
use crate::support::program::family_context;
use crate::support::{TestDatabase, TestFolder};
use family_context::cluster::ClusterRole;
use serde_json::Value;

#[test]
fn the_demonstration_answers_what_it_prints_stops_and_is_ready_again_at_once() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let first = Demonstration::start(folder.path());
    assert_eq!(first.paste()["outcome"], "match");
    let tokens = folder.path().join("demo/tokens.json");
    assert_eq!(fs::metadata(&tokens).unwrap().permissions().mode() & 0o777, 0o600);
    let tokens: serde_json::Map<String, Value> = serde_json::from_str(&fs::read_to_string(tokens).unwrap()).unwrap();
    assert_eq!(tokens.len(), 8, "one for each role");
    first.stop();
    assert!(!folder.path().join("postgres/data/postmaster.pid").exists(), "the private cluster was stopped");

    let begun = Instant::now();
    let second = Demonstration::start(folder.path());
    assert!(begun.elapsed() < Duration::from_secs(5), "ready again after {:?}", begun.elapsed());
    assert_eq!(second.paste()["outcome"], "match");
    second.stop();
}

#[test]
fn a_port_in_use_is_told_in_one_sentence_before_anything_is_begun() {
    let folder = TestFolder::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = family_context(folder.path()).arg("demo").env("BIND_ADDR", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("{address} is in use by another program")) && said.lines().count() == 1, "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn the_demonstration_runs_on_a_server_of_somebodys_as_an_ordinary_owner() {
    let (database, folder) = (TestDatabase::empty().await, TestFolder::new());
    let url = database.url(ClusterRole::Owner);
    let first = Demonstration::start_on(folder.path(), Some(&url));
    assert_eq!(first.paste()["outcome"], "match");
    first.stop();
    assert!(!folder.path().join("postgres").exists(), "no private cluster was made");

    // Its own data is found again, also where loading it was broken off.
    let mark = folder.path().join("demo/loaded.toml");
    let whole = fs::read_to_string(&mark).unwrap();
    for mark_left in [whole.clone(), whole.replace("complete = true", "complete = false")] {
        fs::write(&mark, mark_left).unwrap();
        let again = Demonstration::start_on(folder.path(), Some(&url));
        assert_eq!(again.paste()["outcome"], "match");
        again.stop();
    }

    // Data that another demonstration, or somebody else, loaded is left alone.
    fs::remove_file(&mark).unwrap();
    let output =
        family_context(folder.path()).arg("demo").env("BIND_ADDR", "127.0.0.1:0").env("DATABASE_URL", url.reveal()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("name an empty one") && said.lines().count() == 1, "{said}");
}
