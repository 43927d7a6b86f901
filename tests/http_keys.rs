//! Where the keys come from that tokens are checked with, over real TCP.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::http_service::{
    self, Service,
    entry::{asked, assert_kept_out, assert_let_in},
    temporary,
    tokens::{self, Key, claims, sign},
    trusting,
};
use crate::support::TestDatabase;
use family_context::{
    cluster::ClusterRole,
    domain::Role,
    http::{
        Server, ServerSettings,
        authentication::{AuthenticationSettings, DevelopmentKey, KeyLocation, TokenRequest},
    },
};

/// An issuer's key address on loopback: how often it was asked, and what it answers.
struct KeyServer {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    document: Arc<std::sync::Mutex<String>>,
}

impl KeyServer {
    fn start(document: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server =
            Self { address: listener.local_addr().unwrap(), asked: Arc::default(), document: Arc::new(std::sync::Mutex::new(document)) };
        let (asked, document) = (Arc::clone(&server.asked), Arc::clone(&server.document));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 4096];
                let _length = stream.read(&mut request).unwrap();
                asked.fetch_add(1, Ordering::SeqCst);
                let body = document.lock().unwrap().clone();
                let head = if body.starts_with("http") {
                    format!("HTTP/1.1 302 Found\r\nlocation: {body}\r\n")
                } else {
                    "HTTP/1.1 200 OK\r\n".to_owned()
                };
                let answer = format!("{head}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
                // The service hangs up on a key set that is too long.
                stream.write_all(answer.as_bytes()).ok();
            }
        });
        server
    }

    fn settings(&self, cool_down: Duration) -> ServerSettings {
        let mut settings = trusting(KeyLocation::Address(format!("http://{}/keys", self.address)));
        if let AuthenticationSettings::Trusted(issuer) = &mut settings.authentication {
            issuer.refetch_cool_down = cool_down;
        }
        settings
    }

    fn publish(&self, document: String) {
        *self.document.lock().unwrap() = document;
    }

    fn times_asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[test]
fn a_new_key_is_fetched_when_a_token_names_it() {
    let keys = KeyServer::start(tokens::key_set(&[Key::Rsa]));
    let service = Service::run(keys.settings(Duration::ZERO), None);
    assert_let_in(&asked(&service, &sign(Key::Rsa, &claims(&["triage"]))));
    assert_eq!(keys.times_asked(), 1);
    keys.publish(tokens::key_set(&[Key::Ed25519Other]));
    assert_let_in(&asked(&service, &sign(Key::Ed25519Other, &claims(&["triage"]))));
    assert_eq!(keys.times_asked(), 2);
    // The key that is published no longer is taken no longer.
    assert_kept_out(&service, &sign(Key::Rsa, &claims(&["triage"])), "the token is signed with a key that its issuer does not publish");
}

#[test]
fn unknown_keys_do_not_make_the_service_ask_again_and_again() {
    let keys = KeyServer::start(tokens::key_set(&[Key::Rsa]));
    let service = Service::run(keys.settings(Duration::from_mins(10)), None);
    for _ in 0..5 {
        assert_eq!(asked(&service, &sign(Key::Ed25519Other, &claims(&["triage"]))).status, 401);
    }
    assert_eq!(keys.times_asked(), 2, "at the start, and for the first unknown key");
    assert_let_in(&asked(&service, &sign(Key::Rsa, &claims(&["triage"]))));
}

#[test]
fn keys_that_cannot_be_fetched_close_the_service_until_they_can() {
    let keys = KeyServer::start("no key set".to_owned());
    let service = Service::run(keys.settings(Duration::ZERO), None);
    let token = sign(Key::Rsa, &claims(&["triage"]));
    let answer = asked(&service, &token);
    assert_eq!((answer.status, answer.problem()), (503, "keys-unavailable"));
    assert_eq!(service.get("/health/ready", None).status, 503);
    assert_eq!(service.get("/health/live", None).status, 200);
    for refused in ["x".repeat(600 * 1024), format!("http://{}/elsewhere", keys.address)] {
        keys.publish(refused);
        assert_eq!(asked(&service, &token).problem(), "keys-unavailable");
    }
    keys.publish(tokens::key_set(&[Key::Rsa]));
    assert_let_in(&asked(&service, &token));
}

#[test]
fn keys_once_fetched_are_kept_while_the_issuer_is_away() {
    let keys = KeyServer::start(tokens::key_set(&[Key::Rsa]));
    let service = Service::run(keys.settings(Duration::ZERO), None);
    keys.publish("no key set".to_owned());
    assert_eq!(asked(&service, &sign(Key::Ed25519Other, &claims(&["triage"]))).status, 401);
    assert_let_in(&asked(&service, &sign(Key::Rsa, &claims(&["triage"]))));
}

fn development(state: &std::path::Path, address: [u8; 4]) -> ServerSettings {
    let key_path = state.join("development.key");
    let mut settings = ServerSettings::new(SocketAddr::from((address, 0)), AuthenticationSettings::Development { key_path });
    settings.workers = 1;
    settings
}

#[tokio::test]
async fn the_development_key_signs_tokens_for_a_service_on_loopback() {
    let database = TestDatabase::new().await;
    let url = Some(database.url(ClusterRole::Serve));
    let state = temporary("state");
    let service = Service::run(development(&state, [127, 0, 0, 1]), url);
    let key = DevelopmentKey::open(&state.join("development.key")).unwrap();
    let mut request = TokenRequest {
        subject: "w.okafor".to_owned(),
        name: "Wale Okafor".to_owned(),
        roles: vec![Role::Triage],
        acting_system: Some("case-management".to_owned()),
        expires_in_minutes: 1,
    };
    assert_let_in(&asked(&service, &key.token(&request).unwrap()));
    request.roles = vec![Role::Auditor];
    assert_eq!(asked(&service, &key.token(&request).unwrap()).status, 403);
    let elsewhere = DevelopmentKey::open(&temporary("state").join("development.key")).unwrap();
    request.roles = vec![Role::Triage];
    assert_kept_out(&service, &elsewhere.token(&request).unwrap(), "the token's signature is wrong");
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn a_development_token_is_nothing_to_a_service_with_an_issuer() {
    let service = Service::start();
    let state = temporary("state");
    let request = TokenRequest {
        subject: "w.okafor".to_owned(),
        name: "Wale Okafor".to_owned(),
        roles: vec![Role::Triage],
        acting_system: None,
        expires_in_minutes: 1,
    };
    let token = DevelopmentKey::open(&state.join("development.key")).unwrap().token(&request).unwrap();
    assert_eq!(asked(&service, &token).status, 401);
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn the_development_key_is_refused_off_loopback_and_is_not_even_made() {
    let state = temporary("state");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bind = async {
        let (lookups, stewardship) = http_service::use_cases();
        Server::bind(development(&state, [0, 0, 0, 0]), lookups, stewardship).await
    };
    let error = runtime.block_on(bind).unwrap_err();
    assert!(error.to_string().starts_with("the development key is for 127.0.0.1 only"), "{error}");
    assert!(!state.exists());
}

#[test]
fn a_key_set_file_that_is_missing_or_useless_stops_the_start() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let path = temporary("keys.json");
    for document in [None, Some("{}"), Some(r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#)] {
        if let Some(document) = document {
            fs::write(&path, document).unwrap();
        }
        let settings = trusting(KeyLocation::File(path.clone()));
        let bind = async {
            let (lookups, stewardship) = http_service::use_cases();
            Server::bind(settings, lookups, stewardship).await
        };
        let error = runtime.block_on(bind).unwrap_err();
        assert!(error.to_string().starts_with("JWT_JWKS names no readable"), "{error}");
    }
    fs::remove_file(path).unwrap();
}
