//! Who is let in, with real keys over real TCP.

#![allow(clippy::unwrap_used, reason = "test code")]

use crate::http_service::{
    Service,
    entry::{A_LOOKUP, asked, assert_kept_out, assert_let_in},
    tokens::{self, AUDIENCE, Key, RSA_PUBLIC, claims, claims_with, sign, sign_with, token},
};
use crate::support::TestDatabase;
use family_context::{cluster::ClusterRole, http::authentication::AuthenticationSettings};
use jsonwebtoken::{Algorithm, EncodingKey, Header, get_current_timestamp};
use serde_json::{Value, json};

#[test]
fn tokens_signed_by_each_of_the_three_algorithms_are_taken() {
    let service = Service::start();
    for key in [Key::Rsa, Key::P256, Key::Ed25519] {
        assert_let_in(&asked(&service, &sign(key, &claims(&["triage"]))));
    }
}

#[test]
fn without_a_token_every_operation_but_the_open_ones_asks_for_one() {
    use family_context::http::access::{Access, Operation};
    let service = Service::start();
    for operation in Operation::ALL {
        let path = operation.path().replace("{lookup_id}", "0192f1de-7b5c-7c3e-9a52-0c2a1b3d0001");
        let answer = service.send(operation.method().as_str(), &path, None, &[], None);
        let is_open = operation.access() == Access::Open;
        assert_eq!(answer.status != 401, is_open, "{}", operation.id());
        if !is_open {
            assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="family-context""#));
        }
    }
}

#[test]
fn two_tokens_are_as_good_as_none() {
    let service = Service::start();
    let second = format!("Bearer {}", token(&["triage"]));
    let answer = service.send("GET", A_LOOKUP, Some(&token(&["triage"])), &[("authorization", &second)], None);
    assert_eq!(answer.status, 401);
}

#[test]
fn a_token_without_a_signature_is_not_taken() {
    let service = Service::start();
    let taken = token(&["triage"]);
    let payload = taken.split('.').nth(1).unwrap();
    // {"alg":"none","typ":"JWT"}
    let header = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    for token in [format!("{header}.{payload}."), format!("{header}.{payload}"), format!("{header}.{payload}.e30")] {
        assert_kept_out(&service, &token, "the token cannot be read");
    }
}

#[test]
fn a_public_key_used_as_a_secret_is_not_taken() {
    let service = Service::start();
    let public = String::from_utf8(RSA_PUBLIC.to_vec()).unwrap();
    let bare: String = public.lines().filter(|line| !line.starts_with('-')).collect();
    for secret in [EncodingKey::from_secret(RSA_PUBLIC), EncodingKey::from_base64_secret(&bare).unwrap()] {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let mut header = Header::new(algorithm);
            header.kid = Some(Key::Rsa.id().to_owned());
            let token = jsonwebtoken::encode(&header, &claims(&["triage"]), &secret).unwrap();
            assert_kept_out(&service, &token, "the token is not signed by RS256, ES256 or EdDSA");
        }
    }
}

#[test]
fn other_algorithms_of_a_published_key_are_not_taken() {
    let service = Service::start();
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
        let mut header = Header::new(algorithm);
        header.kid = Some(Key::Rsa.id().to_owned());
        assert_kept_out(&service, &sign_with(Key::Rsa, &header, &claims(&["triage"])), "the token is not signed by RS256, ES256 or EdDSA");
    }
}

#[test]
fn a_key_is_not_taken_for_another_keys_algorithm() {
    let service = Service::start();
    let mut header = Key::P256.header();
    header.kid = Some(Key::Rsa.id().to_owned());
    let token = sign_with(Key::P256, &header, &claims(&["triage"]));
    assert_kept_out(&service, &token, "the token is signed with a key that its issuer does not publish");
}

#[test]
fn claims_that_do_not_fit_are_not_taken() {
    let service = Service::start();
    let now = get_current_timestamp();
    let cases: [(&str, Value, &str); 17] = [
        ("aud", json!("another-service"), "the token is for another audience"),
        ("aud", json!([]), "the token is for another audience"),
        ("aud", Value::Null, "the token is for another audience"),
        ("iss", json!("https://login.example.com/"), "the token comes from another issuer"),
        ("iss", json!([tokens::ISSUER, "x"]), "the token comes from another issuer"),
        ("iss", Value::Null, "the token comes from another issuer"),
        ("exp", json!(now - 60), "the token has expired"),
        ("exp", Value::Null, "the token has no expiry"),
        ("exp", json!("tomorrow"), "the token has no expiry"),
        ("nbf", json!(now + 120), "the token is not valid yet"),
        ("iat", json!(now + 120), "the token's times contradict each other or the clock"),
        ("iat", json!("now"), "the token's times contradict each other or the clock"),
        ("sub", Value::Null, "the token names no user"),
        ("sub", json!(""), "the token names no user"),
        ("sub", json!("a\u{0}b"), "the token names no user"),
        ("act", json!({}), "the token does not name the system that acts for the user"),
        ("act", json!("system"), "the token does not name the system that acts for the user"),
    ];
    for (claim, value, reason) in cases {
        let changed = claims_with(|claims| claims[claim] = value);
        assert_kept_out(&service, &sign(Key::Ed25519, &changed), reason);
    }
}

#[test]
fn a_missing_claim_is_no_wildcard() {
    let service = Service::start();
    for (claim, reason) in [
        ("aud", "the token is for another audience"),
        ("iss", "the token comes from another issuer"),
        ("exp", "the token has no expiry"),
        ("sub", "the token names no user"),
    ] {
        let changed = claims_with(|claims| {
            claims.as_object_mut().unwrap().remove(claim);
        });
        assert_kept_out(&service, &sign(Key::Ed25519, &changed), reason);
    }
}

#[test]
fn clocks_may_differ_a_little_and_an_audience_may_be_one_of_several() {
    let service = Service::start();
    let now = get_current_timestamp();
    for (claim, value) in
        [("exp", json!(now - 10)), ("nbf", json!(now + 10)), ("iat", json!(now + 10)), ("aud", json!(["other", AUDIENCE]))]
    {
        let changed = claims_with(|claims| {
            claims["iat"] = json!(now - 100);
            claims[claim] = value;
        });
        assert_let_in(&asked(&service, &sign(Key::Ed25519, &changed)));
    }
}

#[test]
fn a_token_whose_content_was_changed_is_not_taken() {
    let service = Service::start();
    let worker = token(&["early_help_worker"]);
    let other = sign(Key::Ed25519Other, &claims(&["triage"]));
    let parts: Vec<&str> = worker.split('.').collect();
    let swapped = format!("{}.{}.{}", parts[0], other.split('.').nth(1).unwrap(), parts[2]);
    assert_kept_out(&service, &swapped, "the token's signature is wrong");
    // Signed with another key under a published key's id.
    let forged = sign_with(Key::Ed25519Other, &Key::Ed25519.header(), &claims(&["triage"]));
    assert_kept_out(&service, &forged, "the token's signature is wrong");
}

#[test]
fn an_unknown_key_is_not_taken_nor_one_that_the_token_brings_along() {
    let service = Service::start();
    let reason = "the token is signed with a key that its issuer does not publish";
    assert_kept_out(&service, &sign(Key::Ed25519Other, &claims(&["triage"])), reason);
    let mut header = Key::Ed25519Other.header();
    header.jwk = Some(jsonwebtoken::jwk::Jwk::from_encoding_key(&Key::Ed25519Other.signing(), Algorithm::EdDSA).unwrap());
    header.jku = Some("http://127.0.0.1:9/keys".to_owned());
    assert_kept_out(&service, &sign_with(Key::Ed25519Other, &header, &claims(&["triage"])), reason);
}

#[test]
fn a_critical_header_is_not_passed_over() {
    let service = Service::start();
    let mut header = Key::Ed25519.header();
    header.crit = Some(vec!["exp".to_owned()]);
    let token = sign_with(Key::Ed25519, &header, &claims(&["triage"]));
    assert_kept_out(&service, &token, "the token has a critical header that is not understood here");
}

#[test]
fn what_is_no_token_is_not_taken() {
    let service = Service::start();
    for token in ["x", "a.b.c", "..", "e30.e30.e30", &"a".repeat(1000)] {
        assert_kept_out(&service, token, "the token cannot be read");
    }
    let endless = claims_with(|claims| claims["groups"] = json!("g".repeat(20_000)));
    assert_kept_out(&service, &sign(Key::Ed25519, &endless), "the token is too long");
}

#[tokio::test]
async fn a_user_without_a_role_for_it_is_refused() {
    let database = TestDatabase::new().await;
    let url = Some(database.url(ClusterRole::Serve));
    let service = Service::start_on(url, |_| ());
    for roles in [&[][..], &["cleaner"], &["steward", "auditor", "feed_manager", "service_manager"], &["TRIAGE"]] {
        let answer = asked(&service, &token(roles));
        assert_eq!((answer.status, answer.problem()), (403, "role-not-allowed"), "{roles:?}");
        assert!(answer.header("www-authenticate").unwrap().contains("insufficient_scope"));
    }
    for role in ["early_help_worker", "triage", "out_of_hours"] {
        assert_let_in(&asked(&service, &token(&["cleaner", role])));
    }
}

#[tokio::test]
async fn a_refusal_for_the_role_is_in_the_audit_and_without_the_audit_there_is_no_answer() {
    let database = TestDatabase::new().await;
    let auditor = token(&["auditor"]);
    assert_eq!(asked(&Service::start_on(Some(database.url(ClusterRole::Serve)), |_| ()), &auditor).problem(), "role-not-allowed");
    let client = database.pool.get().await.unwrap();
    let rows = client.query("SELECT kind, issuer, subject, content ->> 'problem' FROM audit_entry", &[]).await.unwrap();
    let entries: Vec<[String; 4]> = rows.iter().map(|row| [row.get(0), row.get(1), row.get(2), row.get(3)]).collect();
    assert_eq!(entries, [["refusal", tokens::ISSUER, "w.okafor", "role-not-allowed"]]);
    assert_eq!(asked(&Service::start(), &auditor).problem(), "audit-unavailable");
}

#[tokio::test]
async fn a_system_gets_in_only_with_a_workers_role() {
    let database = TestDatabase::new().await;
    let url = Some(database.url(ClusterRole::Serve));
    let service = Service::start_on(url, |_| ());
    let acting = |roles: &[&str]| {
        let roles = json!(roles);
        let changed = claims_with(|claims| {
            claims["roles"] = roles;
            claims["act"] = json!({ "sub": "case-management", "roles": ["triage"] });
        });
        asked(&service, &sign(Key::P256, &changed))
    };
    assert_let_in(&acting(&["integration", "early_help_worker"]));
    for roles in [&["integration"][..], &["integration", "auditor"], &[]] {
        assert_eq!(acting(roles).problem(), "role-not-allowed", "{roles:?}");
    }
    let nameless = claims(&["integration", "triage"]);
    assert_kept_out(&service, &sign(Key::P256, &nameless), "the token does not name the system that acts for the user");
}

#[tokio::test]
async fn roles_are_found_where_the_settings_say() {
    let database = TestDatabase::new().await;
    let url = Some(database.url(ClusterRole::Serve));
    let service = Service::start_on(url, |settings| {
        if let AuthenticationSettings::Trusted(issuer) = &mut settings.authentication {
            issuer.roles_claim = "realm_access.roles".to_owned();
        }
    });
    assert_eq!(asked(&service, &token(&["triage"])).status, 403);
    let nested = claims_with(|claims| claims["realm_access"] = json!({ "roles": "offline_access triage" }));
    assert_let_in(&asked(&service, &sign(Key::Rsa, &nested)));
}
