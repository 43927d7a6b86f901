//! Whoever is known and refused is in the audit, before they hear of it; and no number of refusals keeps lookups out of it.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::time::Duration;

use crate::http_service::{Service, tokens::token};
use crate::support::TestDatabase;
use family_context::cluster::ClusterRole;
use serde_json::{Value, json};

const LOOKUPS: &str = "/v1/lookups";
const A_LOOKUP: &str = "/v1/lookups/0192f1de-7b5c-7c3e-9a52-0c2a1b3d0001";
const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

/// What stands in bodies and addresses, and may stand nowhere else.
const CANARY: &str = "Zebedee";

async fn served() -> (Service, TestDatabase) {
    let database = TestDatabase::new().await;
    (Service::start_on(Some(database.url(ClusterRole::Serve)), |_| ()), database)
}

fn question(purpose: &str) -> String {
    json!({ "child": { "given_name": "Nobody", "family_name": "Atall", "date_of_birth": "2014-05-20" }, "purpose": purpose }).to_string()
}

/// Method, path, headers and body; operation, status and problem.
type Refused<'request> =
    (&'request str, &'request str, &'request [(&'request str, &'request str)], Option<&'request [u8]>, &'static str, u16, &'static str);

/// Kind, subject and content of every entry.
async fn audit(database: &TestDatabase) -> Vec<(String, String, Value)> {
    let client = database.pool.get().await.unwrap();
    let rows = client.query("SELECT kind, subject, content::jsonb FROM audit_entry ORDER BY sequence", &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

#[tokio::test]
async fn what_is_refused_before_a_question_is_read_is_audited_without_a_word_of_it() {
    let (service, database) = served().await;
    let (large, selection, feedback) = (vec![b' '; 65 * 1024], format!("{A_LOOKUP}/selection"), format!("{A_LOOKUP}/feedback"));
    let canary_path = format!("{LOOKUPS}/{CANARY}");
    let canary_key = format!(r#"{{"child":{{"given_name":"{CANARY}","{CANARY}":1}},"purpose":"section_47"}}"#);
    let canary_broken = format!(r#"{{"child":{{"given_name":"{CANARY}""#);
    let canary_value = format!(r#"{{"child":{{"given_name":"{CANARY}\u0000"}},"purpose":"section_47"}}"#);
    let canary_selection = format!(r#"{{"person_id":"{CANARY}"}}"#);
    let canary_feedback = format!(r#"{{"kind":"{CANARY}"}}"#);
    let requests: [Refused<'_>; 11] = [
        ("POST", LOOKUPS, JSON, Some(canary_broken.as_bytes()), "createLookup", 400, "malformed-json"),
        ("POST", LOOKUPS, JSON, Some(br#"{"child":7}"#), "createLookup", 400, "wrong-shape"),
        ("POST", LOOKUPS, JSON, Some(&large), "createLookup", 413, "body-too-large"),
        ("POST", LOOKUPS, &[("content-type", "text/plain")], Some(CANARY.as_bytes()), "createLookup", 415, "unsupported-media-type"),
        ("POST", LOOKUPS, JSON, Some(canary_key.as_bytes()), "createLookup", 422, "unknown-key"),
        ("POST", LOOKUPS, JSON, Some(canary_value.as_bytes()), "createLookup", 422, "invalid-value"),
        ("POST", &selection, JSON, Some(canary_selection.as_bytes()), "selectCandidate", 422, "invalid-value"),
        ("POST", &feedback, JSON, Some(canary_feedback.as_bytes()), "giveFeedback", 422, "invalid-value"),
        ("GET", &canary_path, &[], None, "reopenLookup", 404, "not-found"),
        ("GET", A_LOOKUP, &[], None, "reopenLookup", 404, "not-found"),
        ("POST", LOOKUPS, JSON, Some(b""), "createLookup", 400, "malformed-json"),
    ];
    for (number, (method, path, headers, body, operation, status, problem)) in requests.into_iter().enumerate() {
        let answer = service.send(method, path, Some(&token(&["triage"])), headers, body);
        assert_eq!((answer.status, answer.problem()), (status, problem), "{method} {path}");
        let entries = audit(&database).await;
        assert_eq!(entries.len(), number + 1, "{problem}: one entry, committed before the answer");
        let (kind, subject, content) = entries.last().unwrap();
        assert_eq!((kind.as_str(), subject.as_str()), ("refusal", "w.okafor"));
        assert_eq!((&content["operation"], &content["problem"]), (&json!(operation), &json!(problem)));
        assert_eq!(content["roles"], json!(["triage"]));
        assert!(!content.to_string().contains(CANARY), "{content}");
    }
}

#[tokio::test]
async fn what_a_steward_is_refused_is_audited_like_any_refusal() {
    let (service, database) = served().await;
    let requests: [Refused<'_>; 9] = [
        ("GET", "/v1/reviews?state=Zebedee", &[], None, "listReviews", 422, "invalid-value"),
        ("GET", "/v1/reviews?cursor=Zebedee", &[], None, "listReviews", 422, "invalid-value"),
        ("GET", "/v1/reviews/Zebedee", &[], None, "showReview", 404, "not-found"),
        ("POST", "/v1/reviews/1/decision", JSON, Some(b"{"), "decideReview", 400, "malformed-json"),
        ("GET", "/v1/people/Zebedee", &[], None, "showPerson", 404, "not-found"),
        ("POST", "/v1/people/0192f1de-7b5c-7c3e-9a52-0c2a1b3d0001/split", JSON, Some(b"{"), "splitPerson", 400, "malformed-json"),
        ("GET", "/v1/decisions?cursor=Zebedee", &[], None, "listDecisions", 422, "invalid-value"),
        ("POST", "/v1/decisions/1/undo", JSON, Some(b"{"), "undoDecision", 400, "malformed-json"),
        ("GET", "/v1/reviews/1", &[], None, "showReview", 404, "not-found"),
    ];
    for (number, (method, path, headers, body, operation, status, problem)) in requests.into_iter().enumerate() {
        let answer = service.send(method, path, Some(&token(&["steward"])), headers, body);
        assert_eq!((answer.status, answer.problem()), (status, problem), "{method} {path}");
        let entries = audit(&database).await;
        assert_eq!(entries.len(), number + 1, "{method} {path}: one entry, committed before the answer");
        let (kind, _, content) = entries.last().unwrap();
        assert_eq!((kind.as_str(), &content["operation"], &content["problem"]), ("refusal", &json!(operation), &json!(problem)));
        assert!(!content.to_string().contains(CANARY), "{content}");
    }
}

#[tokio::test]
async fn a_role_or_a_purpose_that_is_not_open_is_audited_under_its_problem() {
    let (service, database) = served().await;
    let asked =
        |role: &str, purpose: &str| service.send("POST", LOOKUPS, Some(&token(&[role])), JSON, Some(question(purpose).as_bytes())).status;
    assert_eq!(asked("auditor", "section_47"), 403);
    assert_eq!(asked("early_help_worker", "section_47"), 403);
    assert_eq!(asked("triage", "curiosity"), 422);
    let problems: Vec<Value> = audit(&database).await.into_iter().map(|(_, _, content)| content["problem"].clone()).collect();
    assert_eq!(problems, ["role-not-allowed", "purpose-not-allowed", "unknown-purpose"]);
}

#[tokio::test]
async fn whoever_is_not_known_is_in_the_log_alone() {
    let (service, database) = served().await;
    for token in [None, Some("eyJhbGciOiJub25lIn0.e30."), Some("nonsense")] {
        assert_eq!(service.send("POST", LOOKUPS, token, JSON, Some(b"{")).status, 401);
    }
    assert_eq!(audit(&database).await.len(), 0);
}

#[tokio::test]
async fn a_refusal_that_cannot_be_recorded_is_a_503() {
    let (service, database) = served().await;
    let rename = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
    database.pool.get().await.unwrap().batch_execute(&rename("audit_entry", "elsewhere")).await.unwrap();
    for (role, body) in [("triage", "{"), ("auditor", "{}")] {
        let answer = service.send("POST", LOOKUPS, Some(&token(&[role])), JSON, Some(body.as_bytes()));
        assert_eq!((answer.status, answer.problem()), (503, "audit-unavailable"), "{role}");
    }
    database.pool.get().await.unwrap().batch_execute(&rename("elsewhere", "audit_entry")).await.unwrap();
    assert_eq!(service.send("POST", LOOKUPS, Some(&token(&["triage"])), JSON, Some(b"{")).status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_refusals_leaves_room_for_lookups() {
    let (service, database) = served().await;
    let holder = database.pool.get().await.unwrap();
    // The audit's own lock: while it is held nothing is appended, and entries wait.
    holder.execute("SELECT pg_advisory_lock(7160411)", &[]).await.unwrap();
    let (refused, answered): (Vec<u16>, Vec<u16>) = std::thread::scope(|scope| {
        let send = |body: String| {
            scope.spawn({
                let service = &service;
                move || service.send("POST", LOOKUPS, Some(&token(&["triage"])), JSON, Some(body.as_bytes())).status
            })
        };
        let refusals: Vec<_> = (0..1_300).map(|_| send("{".to_owned())).collect();
        std::thread::sleep(Duration::from_secs(1));
        let lookups: Vec<_> = (0..12).map(|_| send(question("section_47"))).collect();
        std::thread::sleep(Duration::from_secs(1));
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async { holder.execute("SELECT pg_advisory_unlock(7160411)", &[]).await.unwrap() })
        });
        let ended =
            |requests: Vec<std::thread::ScopedJoinHandle<'_, u16>>| requests.into_iter().map(|request| request.join().unwrap()).collect();
        (ended(refusals), ended(lookups))
    });
    assert_eq!(answered, [200; 12]);
    let (recorded, turned_away) = refused.into_iter().partition::<Vec<u16>, _>(|status| *status == 400);
    assert!(turned_away.iter().all(|status| *status == 503) && !turned_away.is_empty(), "{turned_away:?}");
    let entries = audit(&database).await;
    assert_eq!(entries.iter().filter(|(kind, _, _)| kind == "refusal").count(), recorded.len(), "each that was told, and no other");
}
