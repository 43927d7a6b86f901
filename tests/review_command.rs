//! `family-context review`: the stewards' work from the command line.
#![allow(clippy::unwrap_used, reason = "test code")]

use std::path::Path;

use crate::steward_support::{Row, Stewards, row};
use crate::support;
use family_context::cluster::ClusterRole;
use serde_json::Value;

const OMAR: Row = row("early_help", "a", "Omar", "Haddad", "2011-02-03");
const OTHER_OMAR: Row = row("police", "b", "Omar", "Haddad", "2011-02-17");

/// Runs the command; its exit code and what it printed.
fn review(stewards: &Stewards, arguments: &[&str]) -> (i32, String) {
    let mut command = support::program::family_context(&std::env::temp_dir());
    command.env("DATABASE_URL", stewards.database.url(ClusterRole::Owner).reveal()).env("CLOCK_DATE", "2026-11-01").env("LOG", "off");
    command.env("AUTHORITY", Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/authority.toml"));
    let output = command.arg("review").args(arguments).output().unwrap();
    let printed = String::from_utf8(if output.status.success() { output.stdout } else { output.stderr }).unwrap();
    (output.status.code().unwrap(), printed)
}

fn json(stewards: &Stewards, arguments: &[&str]) -> Value {
    let (code, printed) = review(stewards, &[arguments, &["--json"]].concat());
    assert_eq!(code, 0, "{printed}");
    serde_json::from_str(&printed).unwrap()
}

fn text<'value>(value: &'value Value, key: &str) -> &'value str {
    value[key].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_listed_shown_joined_and_taken_back() {
    let stewards = Stewards::new(&[OMAR, OTHER_OMAR]).await;
    let list = json(&stewards, &["list"]);
    let item = &list["reviews"][0];
    let (id, version) = (text(item, "review_id"), text(item, "version"));
    assert_eq!(json(&stewards, &["show", id])["sides"][1]["records"][0]["source_id"], "b");
    assert!(review(&stewards, &["show", id]).1.contains(version));
    let joined = json(&stewards, &["join", id, "--by", "s.adeyemi", "--reason", "One boy.", "--version", version]);
    assert_eq!((text(&joined["decided"], "issuer"), text(&joined["decided"], "subject")), ("command line", "s.adeyemi"));
    assert_eq!(stewards.people().await, ["a b"]);
    assert_eq!(json(&stewards, &["list", "--closed"])["reviews"][0]["review_id"], id);

    let decision = text(&joined, "decision_id");
    let undo = ["undo", decision, "--by", "s.adeyemi", "--reason", "Two boys.", "--version", text(&joined, "version")];
    assert_eq!(text(&json(&stewards, &undo)["undone"], "reason"), "Two boys.");
    assert_eq!(stewards.people().await, ["a", "b"]);
    assert_eq!(text(&json(&stewards, &["decisions"])["decisions"][0], "decision_id"), decision);
    assert_eq!(review(&stewards, &undo).0, 2, "it stands no longer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_split_and_two_are_kept_apart() {
    let stewards = Stewards::new(&[OMAR, OTHER_OMAR, Row { feed: "housing", source_id: "c", ..OMAR }]).await;
    let id = stewards.person_of("a").await;
    let person = json(&stewards, &["person", &id]);
    let record = stewards.record("c").await;
    json(
        &stewards,
        &["split", &id, "--record", &record, "--by", "s", "--reason", "Father and son.", "--version", text(&person, "version")],
    );
    assert_eq!(stewards.people().await, ["a", "b", "c"]);
    let list = json(&stewards, &["list"]);
    let item = &list["reviews"][0];
    let apart = ["keep-apart", text(item, "review_id"), "--by", "s", "--reason", "Cousins.", "--version", text(item, "version")];
    assert_eq!(text(&json(&stewards, &apart), "kind"), "apart");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_ends_with_2_and_changes_nothing() {
    let stewards = Stewards::new(&[OMAR, OTHER_OMAR]).await;
    let list = json(&stewards, &["list"]);
    let (id, version) = (text(&list["reviews"][0], "review_id"), text(&list["reviews"][0], "version"));
    for (arguments, sentence) in [
        (vec!["join", id, "--reason", "x", "--version", version], "say who decides"),
        (vec!["join", id, "--by", " ", "--reason", "x", "--version", version], "say who decides"),
        (vec!["join", id, "--by", "s", "--reason", " ", "--version", version], "say why"),
        (vec!["join", id, "--by", "s", "--reason", "x", "--version", "old"], "changed since you read it"),
        (vec!["join", "999", "--by", "s", "--reason", "x", "--version", version], "no such item"),
        (vec!["list", "--why", "perhaps"], "must be one of"),
        (vec!["list", "--cursor", "x"], "next_cursor"),
    ] {
        let (code, said) = review(&stewards, &arguments);
        assert_eq!(code, 2, "{arguments:?}: {said}");
        assert!(said.contains(sentence), "{arguments:?}: {said}");
    }
    assert_eq!(stewards.people().await, ["a", "b"]);
    assert_eq!(stewards.rows("SELECT count(*)::text FROM decision").await, ["0"]);
}
