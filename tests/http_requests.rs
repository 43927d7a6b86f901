//! Requests that go wrong, and what every answer carries, over real TCP.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use crate::http_service::{Answer, Service, tokens::token};
use crate::support::TestDatabase;
use family_context::{cluster::ClusterRole, http::ServerSettings};
use serde_json::{Value, json};

const LOOKUPS: &str = "/v1/lookups";
const A_LOOKUP: &str = "/v1/lookups/0192f1de-7b5c-7c3e-9a52-0c2a1b3d0001";

fn question() -> Value {
    json!({ "child": { "given_name": "Mia", "family_name": "Novak", "date_of_birth": "2014-05-20" }, "purpose": "early_help_assessment" })
}

/// A service with a database: a user's refusals are audited before they are answered.
async fn served(change: impl FnOnce(&mut ServerSettings)) -> (Service, TestDatabase) {
    let database = TestDatabase::new().await;
    (Service::start_on(Some(database.url(ClusterRole::Serve)), change), database)
}

fn posted(service: &Service, body: &[u8]) -> Answer {
    service.send("POST", LOOKUPS, Some(&token(&["triage"])), &[("content-type", "application/json")], Some(body))
}

#[tokio::test]
async fn malformed_json_is_a_400_that_says_where() {
    let (service, _database) = served(|_| ()).await;
    for body in [&b""[..], b"{", b"{\"child\":", b"not json", b"\xff\xfe", b"{} {}", b"[1,]"] {
        let answer = posted(&service, body);
        assert_eq!((answer.status, answer.problem()), (400, "malformed-json"));
        assert_eq!(answer.pointers(), [""]);
    }
    assert_eq!(posted(&service, b"{\"child\":}").body["errors"][0]["detail"], "not JSON at line 1, column 10");
}

#[tokio::test]
async fn a_wrong_shape_is_a_400_that_points_at_every_place() {
    let (service, _database) = served(|_| ()).await;
    let answer = posted(&service, br#"{"child":{"given_name":7,"identifiers":[{"type":"upn","value":true}]}}"#);
    assert_eq!((answer.status, answer.problem()), (400, "wrong-shape"));
    assert_eq!(answer.pointers(), ["/child/given_name", "/child/identifiers/0/value", "/purpose"]);
}

#[tokio::test]
async fn an_unknown_key_is_a_422_that_points_at_it() {
    let (service, _database) = served(|_| ()).await;
    let mut body = question();
    body["child"]["nhsNumber"] = json!("999 000 0018");
    body["reason"] = json!("x");
    let answer = posted(&service, body.to_string().as_bytes());
    assert_eq!((answer.status, answer.problem()), (422, "unknown-key"));
    assert_eq!(answer.pointers(), ["/reason", "/child/nhsNumber"]);
}

#[tokio::test]
async fn values_that_cannot_be_taken_are_a_422_and_are_not_repeated() {
    let (service, _database) = served(|_| ()).await;
    let mut body = question();
    body["child"]["given_name"] = json!("Zebedee\u{0}");
    body["child"]["family_name"] = json!("Zebedee".repeat(100));
    body["child"]["identifiers"] = json!([{ "type": "Zebedee", "value": "1" }]);
    body["child"]["other_names"] = json!(vec!["Zebedee"; 21]);
    let answer = posted(&service, body.to_string().as_bytes());
    assert_eq!((answer.status, answer.problem()), (422, "invalid-value"));
    assert_eq!(answer.pointers(), ["/child/given_name", "/child/family_name", "/child/other_names", "/child/identifiers/0/type"]);
    assert!(!answer.body.to_string().contains("Zebedee"));
}

#[tokio::test]
async fn a_thoroughly_wrong_body_gets_a_short_list() {
    let (service, _database) = served(|_| ()).await;
    let keys: serde_json::Map<String, Value> = (0..500).map(|at| (format!("k{}", "x".repeat(at % 30)), json!(at))).collect();
    assert!(posted(&service, Value::Object(keys).to_string().as_bytes()).pointers().len() <= 20);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_a_413_whether_or_not_it_says_so() {
    let (service, _database) = served(|_| ()).await;
    let large = vec![b' '; 65 * 1024];
    let answer = posted(&service, &large);
    assert_eq!((answer.status, answer.problem()), (413, "body-too-large"));

    let mut chunked = format!(
        "POST {LOOKUPS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
        token(&["triage"])
    )
    .into_bytes();
    chunked.extend(format!("{:x}\r\n", large.len()).bytes());
    chunked.extend(&large);
    chunked.extend(b"\r\n0\r\n\r\n");
    let text = service.raw(&chunked);
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
    assert!(text.contains("/problems/body-too-large"), "{text}");
}

#[tokio::test]
async fn another_content_type_is_a_415() {
    let (service, _database) = served(|_| ()).await;
    let token = token(&["triage"]);
    let body = question().to_string();
    for headers in [
        &[("content-type", "text/plain")][..],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[("content-type", "application/json; charset=utf-16")],
        &[("content-type", "application/json"), ("content-encoding", "gzip")],
    ] {
        let answer = service.send("POST", LOOKUPS, Some(&token), headers, Some(body.as_bytes()));
        assert_eq!((answer.status, answer.problem()), (415, "unsupported-media-type"), "{headers:?}");
    }
}

#[test]
fn an_unknown_address_is_a_404_and_another_method_a_405_that_says_which_are_allowed() {
    let service = Service::start();
    let token = token(&["triage"]);
    for path in ["/", "/v1", "/v1/lookups/", "/v1/lookups/a/b", "/v2/lookups", "/%00", "/v1/lookups/../lookups"] {
        let answer = service.get(path, Some(&token));
        assert_eq!((answer.status, answer.problem()), (404, "not-found"), "{path}");
    }
    for (method, path, allowed) in [
        ("GET", LOOKUPS, "POST"),
        ("PUT", LOOKUPS, "POST"),
        ("DELETE", A_LOOKUP, "GET"),
        ("POST", "/health/live", "GET"),
        ("PATCH", "/openapi.yaml", "GET"),
        ("BREW", LOOKUPS, "POST"),
    ] {
        let answer = service.send(method, path, Some(&token), &[], None);
        assert_eq!((answer.status, answer.problem()), (405, "method-not-allowed"), "{method} {path}");
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
}

#[tokio::test]
async fn what_is_no_lookups_id_is_not_found() {
    let (service, _database) = served(|_| ()).await;
    let token = token(&["triage"]);
    for id in ["1", "0192f1de7b5c7c3e9a520c2a1b3d0001", "Mia%20Novak", "0192f1de-7b5c-7c3e-9a52-0c2a1b3d000g"] {
        assert_eq!(service.get(&format!("{LOOKUPS}/{id}"), Some(&token)).problem(), "not-found", "{id}");
        let selection = json!({ "person_id": "0192f1de-7b5c-7c3e-9a52-0c2a1b3d4e5f" });
        assert_eq!(service.post(&format!("{LOOKUPS}/{id}/selection"), &token, &selection).problem(), "not-found", "{id}");
        assert_eq!(service.post(&format!("{LOOKUPS}/{id}/feedback"), &token, &json!({ "kind": "useful" })).problem(), "not-found", "{id}");
    }
}

#[tokio::test]
async fn selections_and_feedback_have_their_shapes_too() {
    let (service, _database) = served(|_| ()).await;
    let token = token(&["triage"]);
    let selection = format!("{A_LOOKUP}/selection");
    assert_eq!(service.post(&selection, &token, &json!({})).problem(), "wrong-shape");
    assert_eq!(service.post(&selection, &token, &json!({ "person_id": "Mia" })).pointers(), ["/person_id"]);
    let feedback = format!("{A_LOOKUP}/feedback");
    assert_eq!(service.post(&feedback, &token, &json!({ "comment": "x" })).pointers(), ["/kind"]);
    assert_eq!(service.post(&feedback, &token, &json!({ "kind": "nice" })).problem(), "invalid-value");
    assert_eq!(service.post(&feedback, &token, &json!({ "kind": "useful", "stars": 5 })).problem(), "unknown-key");
}

#[test]
fn a_well_formed_request_id_is_kept_and_any_other_replaced() {
    let service = Service::start();
    let sent = "4bf92f3577b34da6a3ce929d0e0e4736";
    assert_eq!(service.send("GET", "/health/live", None, &[("x-request-id", sent)], None).header("x-request-id"), Some(sent));
    for sent in ["Mia-Novak-2014-05-20", "9990000018", ""] {
        let answer = service.send("GET", "/nowhere", None, &[("x-request-id", sent)], None);
        let given = answer.header("x-request-id").unwrap();
        assert!(given != sent && uuid::Uuid::try_parse(given).is_ok(), "{given}");
        assert_eq!(answer.body["request_id"], given);
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_a_408_and_a_head_that_does_not_is_cut_off() {
    let (service, _database) = served(|settings| settings.request_timeout = Duration::from_millis(300)).await;
    let started = Instant::now();
    let slow_body = format!(
        "POST {LOOKUPS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{",
        token(&["triage"])
    );
    let text = service.raw(slow_body.as_bytes());
    assert!(text.starts_with("HTTP/1.1 408 ") && text.contains("/problems/request-timeout"), "{text}");
    let text = service.raw(b"GET /health/live HTTP/1.1\r\nhost:");
    assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn what_is_no_http_is_refused_without_harm() {
    let service = Service::start();
    for bytes in [&b"\0\0\0\0\r\n\r\n"[..], b"GET\r\n\r\n", b"POST /v1/lookups HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n"] {
        assert!(service.raw(bytes).starts_with("HTTP/1.1 400 "));
    }
    assert_eq!(service.get("/health/live", None).status, 200);
}

#[tokio::test]
async fn requests_in_flight_are_finished_when_the_service_stops() {
    let (mut service, _database) = served(|_| ()).await;
    let body = b"{\"child\":7}";
    let head = format!(
        "POST {LOOKUPS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        token(&["triage"]),
        body.len()
    );
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    // Another request, to be sure that the service has begun with the first one.
    assert_eq!(service.get("/health/live", None).status, 200);
    service.stop_gracefully();
    std::thread::sleep(Duration::from_millis(300));
    stream.write_all(body).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 400 ") && text.contains("/problems/wrong-shape"), "{text}");
    let started = Instant::now();
    service.wait();
    assert!(started.elapsed() < Duration::from_secs(4), "it waited for something else");
    assert!(TcpStream::connect(service.address).is_err());
}
