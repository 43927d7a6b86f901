//! Everything asked and shown stands in the audit, the audit cannot be changed unseen, and nothing is shown without it.
#![allow(clippy::unwrap_used, reason = "test code")]

use std::process::Output;

use crate::authority_support::Loaded;
use crate::http_service;
use crate::support::program;
use family_context::cluster::ClusterRole;
use serde_json::{Value, json};
use uuid::Uuid;

fn mina() -> Value {
    json!({ "given_name": "Mina", "family_name": "Oxenbridge", "date_of_birth": "2012-12-03", "address": { "postcode": "QN4 6AB" } })
}

fn ask(quernshire: &Loaded, child: Value) -> http_service::Answer {
    quernshire.ask("early_help_worker", "family_hub_enquiry", child)
}

fn audit(quernshire: &Loaded, arguments: &[&str]) -> Output {
    let mut command = program::family_context(&std::env::temp_dir());
    command.env("DATABASE_URL", quernshire.database.url(ClusterRole::Owner).reveal()).env("LOG", "off");
    command.arg("audit").args(arguments).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap().trim().to_owned()
}

fn exported(quernshire: &Loaded) -> Vec<Value> {
    printed(&audit(quernshire, &["export"])).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn as_owner(quernshire: &Loaded, sql: &str) -> Result<(), tokio_postgres::Error> {
    quernshire.database.pool.get().await.unwrap().batch_execute(sql).await
}

/// What somebody with the owner's rights could do.
async fn tamper(quernshire: &Loaded, sql: &str) {
    as_owner(quernshire, &format!("ALTER TABLE audit_entry DISABLE TRIGGER USER; {sql}; ALTER TABLE audit_entry ENABLE TRIGGER USER"))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_and_each_item_shown_or_withheld_stand_in_the_audit() {
    let quernshire = Loaded::new("fixtures/second").await;
    let answer = ask(&quernshire, mina());
    let entries = exported(&quernshire);
    assert_eq!(entries.len(), 1);
    let content = &entries[0]["content"];
    assert_eq!((entries[0]["kind"].as_str(), entries[0]["lookup_id"].as_str()), (Some("lookup"), answer.body["lookup_id"].as_str()));
    assert_eq!(content["question"]["child"]["given_name"], "Mina");
    assert_eq!(content["person"], answer.body["context"]["child"]["person_id"]);
    assert_eq!(content["people"].as_array().unwrap().len(), 1 + answer.body["context"]["family"].as_array().unwrap().len());
    let effects: Vec<&str> = content["involvements"].as_array().unwrap().iter().map(|item| item["effect"].as_str().unwrap()).collect();
    assert!(effects.contains(&"allow") && effects.contains(&"broker"), "{effects:?}");
    assert!(content["policy_version"].is_string() && content["model_version"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_meets_a_guarded_child_is_told_to_the_auditor_alone() {
    let quernshire = Loaded::new("fixtures/second").await;
    let answer = ask(&quernshire, json!({ "given_name": "Ottoline", "family_name": "Vexley", "date_of_birth": "2015-05-05" }));
    assert_eq!(answer.body["outcome"], "no_match");
    let content = &exported(&quernshire)[0]["content"];
    assert_eq!(content["outcome"], "no_match");
    assert_eq!(content["withheld_people"][0]["rule"], "restricted-person");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_every_kind_are_recorded() {
    let quernshire = Loaded::new("fixtures/second").await;
    assert_eq!(ask(&quernshire, json!({ "given_name": "Mina" })).status, 422);
    assert_eq!(quernshire.ask("early_help_worker", "section_47", mina()).status, 403);
    let nobodys = Uuid::now_v7();
    assert_eq!(quernshire.get("triage", &format!("/v1/lookups/{nobodys}")).status, 404);
    let kinds: Vec<Value> = exported(&quernshire).into_iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["refusal", "refusal", "refusal"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_was_changed_removed_or_cut_off_shows() {
    let quernshire = Loaded::new("fixtures/second").await;
    for _ in 0..4 {
        ask(&quernshire, mina());
    }
    let head = printed(&audit(&quernshire, &["verify"]));
    assert!(head.starts_with("4:"), "{head}");
    assert!(as_owner(&quernshire, "DELETE FROM audit_entry").await.is_err(), "not even the owner may, by the way");

    tamper(&quernshire, "UPDATE audit_entry SET subject = 'somebody.else' WHERE sequence = 2").await;
    assert_eq!(audit(&quernshire, &["verify"]).status.code(), Some(1));
    tamper(&quernshire, "UPDATE audit_entry SET subject = 'w.okafor' WHERE sequence = 2").await;
    assert_eq!(printed(&audit(&quernshire, &["verify", "--head", &head])), head);

    tamper(&quernshire, "DELETE FROM audit_entry WHERE sequence = 4").await;
    assert!(audit(&quernshire, &["verify"]).status.success(), "a shorter chain is a chain");
    assert_eq!(audit(&quernshire, &["verify", "--head", &head]).status.code(), Some(1), "but not the one whose end was kept");
    tamper(&quernshire, "DELETE FROM audit_entry WHERE sequence = 2").await;
    assert_eq!(audit(&quernshire, &["verify"]).status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_not_shown() {
    let quernshire = Loaded::new("fixtures/second").await;
    as_owner(&quernshire, "ALTER TABLE audit_entry RENAME TO audit_entry_elsewhere").await.unwrap();
    for child in [mina(), json!({ "given_name": "Nobody", "family_name": "Nonesuch", "date_of_birth": "2012-12-03" })] {
        let answer = ask(&quernshire, child);
        assert_eq!(answer.status, 503);
        assert!(answer.body.get("context").is_none() && answer.body.get("outcome").is_none());
    }
    as_owner(&quernshire, "ALTER TABLE audit_entry_elsewhere RENAME TO audit_entry").await.unwrap();
    assert_eq!(ask(&quernshire, mina()).status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_questions_at_once_than_connections_are_all_answered() {
    let quernshire = Loaded::new("fixtures/second").await;
    let nobody = json!({ "given_name": "Nobody", "family_name": "Nonesuch", "date_of_birth": "2012-12-03" });
    std::thread::scope(|scope| {
        let askers: Vec<_> = (0..24)
            .map(|turn| {
                let child = if turn % 2 == 0 { mina() } else { nobody.clone() };
                let quernshire = &quernshire;
                scope.spawn(move || (0..4).map(|_| ask(quernshire, child.clone()).status).collect::<Vec<_>>())
            })
            .collect();
        for asker in askers {
            assert_eq!(asker.join().unwrap(), [200; 4]);
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_restricted_since_is_gone_and_stays_gone() {
    let quernshire = Loaded::new("fixtures/second").await;
    let answer = ask(&quernshire, mina());
    let path = format!("/v1/lookups/{}", answer.body["lookup_id"].as_str().unwrap());
    let person = answer.body["context"]["child"]["person_id"].as_str().unwrap();
    assert_eq!(quernshire.get("early_help_worker", &path).body["outcome"], "match");
    let restrict = format!("UPDATE record SET restricted = true FROM membership WHERE record_id = id AND person_id = '{person}'");
    as_owner(&quernshire, &restrict).await.unwrap();
    for _ in 0..2 {
        assert_eq!(quernshire.get("early_help_worker", &path).status, 410);
    }
    assert_eq!(ask(&quernshire, mina()).body["outcome"], "no_match");
}
