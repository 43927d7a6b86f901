//! Whole answers about the story families of the demonstration, over real TCP; each is held against openapi.yaml as it comes in.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::path::{Path, PathBuf};

use crate::http_service::{
    Answer, Service,
    tokens::{Key, claims_with, sign, token},
};
use crate::support::{TestDatabase, TestFolder, program::family_context};
use family_context::cluster::ClusterRole;
use serde_json::{Value, json};

const LOOKUPS: &str = "/v1/lookups";

/// A database into which the story families' deliveries were imported.
async fn stories() -> TestDatabase {
    let database = TestDatabase::new().await;
    let state = TestFolder::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    for (map, files) in deliveries(&fixtures.join("feeds")) {
        let mut command = family_context(state.path());
        command.env("DATABASE_URL", database.url(ClusterRole::Owner).reveal()).env("CLOCK_DATE", "2026-11-01");
        command.env("AUTHORITY", fixtures.join("authority.toml")).arg("import").arg("--feed").arg(&map).args(files);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}: {}", map.display(), String::from_utf8_lossy(&output.stderr));
    }
    database
}

/// Each feed's map with its story files.
fn deliveries(feeds: &Path) -> Vec<(PathBuf, Vec<PathBuf>)> {
    let files = |folder: &Path| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let mut deliveries = Vec::new();
    for folder in files(feeds).into_iter().filter(|path| path.is_dir()) {
        let stories: Vec<PathBuf> = files(&folder).into_iter().filter(|file| file.to_string_lossy().ends_with("-stories.csv")).collect();
        if !stories.is_empty() {
            deliveries.push((folder.with_extension("toml"), stories));
        }
    }
    assert!(deliveries.len() >= 8, "only {} feeds have stories", deliveries.len());
    deliveries
}

fn started(database: &TestDatabase) -> Service {
    Service::start_on(Some(database.url(ClusterRole::Serve)), |_| ())
}

fn jory() -> Value {
    json!({ "child": { "given_name": "Jory", "family_name": "Penhallick", "date_of_birth": "2014-03-09" }, "purpose": "early_help_assessment" })
}

/// The twins, of whom one must be chosen.
fn twins() -> Value {
    json!({ "child": { "family_name": "Fennimore-Vask", "date_of_birth": "2019-04-12" }, "purpose": "early_help_assessment" })
}

fn ask(service: &Service, roles: &[&str], question: &Value) -> Answer {
    service.post(LOOKUPS, &token(roles), question)
}

fn path_of(answer: &Answer) -> String {
    format!("{LOOKUPS}/{}", answer.body["lookup_id"].as_str().unwrap())
}

async fn audit(database: &TestDatabase) -> Vec<(String, Value)> {
    let client = database.pool.get().await.unwrap();
    let rows = client.query("SELECT kind, content::jsonb FROM audit_entry ORDER BY sequence", &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn one_question_gets_the_child_the_family_and_whom_to_ring() {
    let database = stories().await;
    let service = started(&database);
    assert_eq!(service.get("/health/ready", None).status, 200);
    let answer = ask(&service, &["early_help_worker"], &jory());
    assert_eq!(answer.body["outcome"], "match", "{}", answer.body);
    let context = &answer.body["context"];
    let names: Vec<&str> = context["family"].as_array().unwrap().iter().map(|member| member["name"].as_str().unwrap()).collect();
    for name in ["Lowenna Penhallick", "Demelza Penhallick", "Torquil Garrowby", "Cadan Trevannion"] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    let reaches: Vec<&str> = context["calls"].as_array().unwrap().iter().map(|call| call["reach"].as_str().unwrap()).collect();
    assert!(reaches.contains(&"direct") && reaches.contains(&"team") && reaches.contains(&"brokered"), "{reaches:?}");
}

#[tokio::test]
async fn a_lookup_is_opened_again_by_its_own_user_only() {
    let database = stories().await;
    let service = started(&database);
    let answer = ask(&service, &["early_help_worker"], &jory());
    let again = service.get(&path_of(&answer), Some(&token(&["early_help_worker"])));
    assert_eq!((again.status, &again.body["context"]["child"]["name"]), (200, &answer.body["context"]["child"]["name"]));
    let colleague = sign(Key::Rsa, &claims_with(|claims| claims["sub"] = json!("a.colleague")));
    assert_eq!(service.get(&path_of(&answer), Some(&colleague)).problem(), "not-found");
    let feedback = format!("{}/feedback", path_of(&answer));
    assert_eq!(service.post(&feedback, &colleague, &json!({ "kind": "useful" })).problem(), "not-found");
    let given =
        service.post(&feedback, &token(&["early_help_worker"]), &json!({ "kind": "wrong_contact", "comment": "has left\nin June" }));
    assert_eq!(given.status, 204);
}

#[tokio::test]
async fn one_of_several_is_chosen_and_nobody_else_can_be() {
    let database = stories().await;
    let service = started(&database);
    let worker = token(&["early_help_worker"]);
    let answer = service.post(LOOKUPS, &worker, &twins());
    assert_eq!(answer.body["outcome"], "possible_matches", "{}", answer.body);
    assert_eq!(answer.body["candidates"].as_array().unwrap().len(), 2);
    let selection = format!("{}/selection", path_of(&answer));
    let stranger = ask(&service, &["early_help_worker"], &jory()).body["context"]["child"]["person_id"].clone();
    for person in [stranger, json!("0192f1de-7b5c-7c3e-9a52-0c2a1b3d4e5f")] {
        assert_eq!(service.post(&selection, &worker, &json!({ "person_id": person })).problem(), "not-found");
    }
    let chosen = answer.body["candidates"][1]["person_id"].clone();
    let colleague = sign(Key::Rsa, &claims_with(|claims| claims["sub"] = json!("a.colleague")));
    assert_eq!(service.post(&selection, &colleague, &json!({ "person_id": chosen })).problem(), "not-found");
    let selected = service.post(&selection, &worker, &json!({ "person_id": chosen }));
    assert_eq!((selected.status, &selected.body["outcome"]), (200, &json!("match")));
    assert_eq!(selected.body["context"]["child"]["person_id"], chosen);
}

#[tokio::test]
async fn an_expired_lookup_is_gone() {
    let database = stories().await;
    let service = Service::start_with_setting(database.url(ClusterRole::Serve), |setting| setting.lifetime_minutes = 0);
    let answer = ask(&service, &["triage"], &twins());
    let reopened = service.get(&path_of(&answer), Some(&token(&["triage"])));
    assert_eq!((reopened.status, reopened.problem()), (410, "expired"));
    let chosen = json!({ "person_id": answer.body["candidates"][0]["person_id"] });
    assert_eq!(service.post(&format!("{}/selection", path_of(&answer)), &token(&["triage"]), &chosen).problem(), "expired");
}

#[tokio::test]
async fn questions_that_cannot_be_asked_are_refused_and_recorded() {
    let database = TestDatabase::new().await;
    let service = started(&database);
    let with = |purpose: &str| {
        let mut question = jory();
        question["purpose"] = json!(purpose);
        question
    };
    for (roles, question, status, problem, pointer) in [
        (&["triage"][..], with("curiosity"), 422, "unknown-purpose", "/purpose"),
        (&["early_help_worker"], with("section_47"), 403, "purpose-not-allowed", "/purpose"),
        (&["triage"], json!({ "child": {}, "purpose": "section_47" }), 422, "insufficient-question", "/child"),
        (&["triage"], json!({ "child": { "given_name": "Jory" }, "purpose": "section_47" }), 422, "insufficient-question", "/child"),
    ] {
        let answer = ask(&service, roles, &question);
        assert_eq!((answer.status, answer.problem(), answer.pointers()), (status, problem, vec![pointer]));
    }
    let entries = audit(&database).await;
    assert_eq!(entries.iter().filter(|(kind, _)| kind == "refusal").count(), 4);
}

#[tokio::test]
async fn a_question_about_nobody_is_answered_and_recorded() {
    let database = TestDatabase::new().await;
    let service = started(&database);
    let question = json!({
        "child": { "identifiers": [{ "type": "nhs_number", "value": "999 900 0119" }, { "type": "source", "value": "x" }],
                   "given_name": "Nobody", "family_name": "Atall", "date_of_birth": "31/02/2014", "address": { "postcode": "MB15 4QT" } },
        "purpose": "section_17",
    });
    let answer = ask(&service, &["triage"], &question);
    assert_eq!(answer.body["outcome"], "no_match");
    let verdict = |field: &str| {
        let qualities = answer.body["query_quality"].as_array().unwrap();
        qualities.iter().find(|quality| quality["field"] == field).map(|quality| quality["verdict"].clone())
    };
    for (field, expected) in
        [("identifiers.0", "invalid"), ("identifiers.1", "ignored"), ("date_of_birth", "invalid"), ("given_name", "valid")]
    {
        assert_eq!(verdict(field), Some(json!(expected)), "{field}: {}", answer.body["query_quality"]);
    }
    assert_eq!(audit(&database).await[0].0, "lookup");
}

#[tokio::test]
async fn a_systems_lookup_is_the_workers_and_names_the_system_in_the_audit() {
    let database = TestDatabase::new().await;
    let service = started(&database);
    let acting = sign(
        Key::P256,
        &claims_with(|claims| {
            claims["roles"] = json!(["integration", "early_help_worker"]);
            claims["act"] = json!({ "sub": "case-management" });
        }),
    );
    assert_eq!(service.post(LOOKUPS, &acting, &jory()).status, 200);
    let mut question = jory();
    question["purpose"] = json!("section_47");
    assert_eq!(service.post(LOOKUPS, &acting, &question).problem(), "purpose-not-allowed");
    for (kind, content) in audit(&database).await {
        assert_eq!(content["acting_system"], "case-management", "{kind}");
    }
}

#[tokio::test]
async fn a_stale_policy_closes_the_service() {
    let database = TestDatabase::new().await;
    let service = Service::start_with_setting(database.url(ClusterRole::Serve), |setting| {
        setting.policy.valid_until = jiff::civil::date(2026, 10, 31);
    });
    let answer = ask(&service, &["triage"], &jory());
    assert_eq!((answer.status, answer.problem()), (503, "policy-closed"));
    assert_eq!(service.get("/health/ready", None).problem(), "not-ready");
}

#[test]
fn without_its_database_the_service_answers_nothing_and_says_so() {
    let service = Service::start();
    let answer = ask(&service, &["triage"], &jory());
    assert_eq!(answer.status, 503);
    assert!(matches!(answer.problem(), "store-unavailable" | "audit-unavailable"));
    assert_eq!(service.get("/health/ready", None).status, 503);
}
