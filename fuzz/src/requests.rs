//! What callers and issuers send: bodies, tokens, claims, key sets; and the seals of the audit.

use family_context::{
    domain::Role,
    http::{problem::Problem, reading},
    lookup::prepare::prepare,
    store::chain::{Head, SealedEntry, seal},
};
use jiff::{Timestamp, civil::date};
use serde_json::{Map, Value, json};

use super::source::Source;

/// A word that stands in for somebody's data: it must not come back in a problem.
const CANARY: &str = "Quillfeather7";

const KEYS: &[&str] = &[
    "child",
    "purpose",
    "case_reference",
    "given_name",
    "family_name",
    "other_names",
    "date_of_birth",
    "sex",
    "address",
    "lines",
    "postcode",
    "uprn",
    "identifiers",
    "type",
    "feed",
    "value",
    "phone",
    "email",
    "kind",
    "comment",
    "person_id",
    "keys",
    "kty",
    "alg",
    "crv",
    "x",
    "y",
    "n",
    "e",
    "use",
    "kid",
    "key_ops",
    "iss",
    "sub",
    "act",
    "roles",
    "name",
    "iat",
    "exp",
    "realm_access",
    "k",
    CANARY,
];
const TEXTS: &[&str] = &[
    CANARY,
    "",
    "Noor",
    "2015-02-01",
    "01/02/2015",
    "F",
    "SK1 3XE",
    "nhs_number",
    "upn",
    "source",
    "9434765919",
    "early_help",
    "wrong_person",
    "useful",
    "0190163d-8694-739b-aea5-966c26f8ad91",
    "RSA",
    "EC",
    "OKP",
    "RS256",
    "ES256",
    "EdDSA",
    "P-256",
    "Ed25519",
    "sig",
    "verify",
    "AQAB",
    "issuer",
    "triage integration",
    "early_help_worker",
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "*",
    "unknown",
    "baby",
];

/// A JSON value with keys that are known somewhere.
fn value(source: &mut Source, depth: u8) -> Value {
    match source.byte() % if depth == 0 { 5 } else { 9 } {
        0 => Value::Null,
        1 => json!(source.byte()),
        2 => json!(source.flag()),
        3 | 4 => json!(source.pick_or_text(TEXTS)),
        5 => (0..source.below(4)).map(|_| value(source, depth - 1)).collect(),
        _ => {
            let mut object = Map::new();
            for _ in 0..source.below(7) {
                object.insert(source.pick(KEYS).to_owned(), value(source, depth - 1));
            }
            Value::Object(object)
        }
    }
}

/// A question whose parts are each there or not, and now and then something else.
fn question_value(source: &mut Source) -> Value {
    let mut child = Map::new();
    for key in ["given_name", "family_name", "date_of_birth", "sex", "phone", "email"] {
        if source.flag() {
            child.insert(key.to_owned(), json!(source.pick_or_text(TEXTS)));
        }
    }
    if source.flag() {
        child.insert("other_names".to_owned(), json!([source.pick_or_text(TEXTS), source.pick_or_text(TEXTS)]));
    }
    if source.flag() {
        child.insert("address".to_owned(), json!({"lines": [source.pick_or_text(TEXTS)], "postcode": source.pick_or_text(TEXTS)}));
    }
    if source.flag() {
        child.insert(
            "identifiers".to_owned(),
            json!([{"type": source.pick_or_text(TEXTS), "value": source.pick_or_text(TEXTS), "feed": "education"}]),
        );
    }
    if source.rarely(6) {
        child.insert(source.pick(KEYS).to_owned(), value(source, 2));
    }
    let mut question = Map::from_iter([("child".to_owned(), Value::Object(child)), ("purpose".to_owned(), json!("section_47"))]);
    if source.rarely(6) {
        question.insert(source.pick(KEYS).to_owned(), value(source, 2));
    }
    Value::Object(question)
}

fn body(source: &mut Source, structured: fn(&mut Source) -> Value) -> Vec<u8> {
    if source.flag() { structured(source).to_string().into_bytes() } else { value(source, 4).to_string().into_bytes() }
}

/// The bytes as they are where they start with `!`; else a body that they describe.
fn body_of(bytes: &[u8], structured: fn(&mut Source) -> Value) -> Vec<u8> {
    if bytes.first() == Some(&b'!') { bytes[1..].to_vec() } else { body(&mut Source::new(bytes), structured) }
}

fn check_problem(problem: &Problem) {
    let said: String = problem.errors().iter().map(|error| format!("{} {}", error.pointer, error.detail)).collect();
    assert!(!said.contains(CANARY), "a problem repeats nothing of the request");
    assert!(problem.errors().iter().all(|error| error.pointer.is_empty() || error.pointer.starts_with('/')));
}

/// Bodies of questions, selections and feedback.
pub fn bodies(bytes: &[u8]) {
    let body = body_of(bytes, question_value);
    match reading::question(&body) {
        Ok(question) => {
            let written = serde_json::to_vec(&question).expect("a question can be written");
            let again = reading::question(&written).unwrap_or_else(|_| panic!("a question is read as itself"));
            assert_eq!(serde_json::to_vec(&again).expect("it can be written"), written);
            let prepared = prepare(&question.child, |feed| feed != "police", date(2026, 11, 1));
            let _ = prepared.is_sufficient();
            assert!(prepared.sources.iter().all(|(feed, value)| feed != "police" && !value.is_empty()));
            assert!(prepared.quality.iter().all(|quality| !quality.reason.contains(CANARY) && !quality.field.contains(CANARY)));
            assert!(prepared.details.date_of_birth.is_none_or(|born| born.day() <= date(2026, 11, 1)));
        }
        Err(problem) => check_problem(&problem),
    }
    if let Err(problem) = reading::selection(&body) {
        check_problem(&problem);
    }
    match reading::feedback(&body) {
        Ok((_, comment)) => assert!(comment.is_none_or(|comment| comment.chars().count() <= 1000)),
        Err(problem) => check_problem(&problem),
    }
}

/// Authorization headers, claims and key sets.
pub fn tokens(bytes: &[u8]) {
    if let Ok(token) = reading::token(bytes) {
        assert!(token.len() <= 16 * 1024 && bytes.len() > token.len());
    }
    let _ = reading::key_set(bytes);
    let mut source = Source::new(bytes);
    let claims = value(&mut source, 4);
    let wrapped = json!({ "keys": [claims] });
    assert!(reading::key_set(wrapped.to_string().as_bytes()).is_some(), "a document with a list of keys is a key set");
    let Value::Object(mut claims) = claims else { return };
    if source.flag() {
        claims.insert("iss".to_owned(), json!("issuer"));
        claims.insert("sub".to_owned(), json!(source.pick_or_text(TEXTS)));
        claims.insert("roles".to_owned(), json!(["triage", "integration"]));
    }
    let path = source.pick(&["roles", "realm_access.roles", "", ".", "act.sub"]);
    let Ok(principal) = reading::claims(&claims, "issuer", path, 1_800_000_000) else { return };
    assert!(principal.issuer == "issuer" && claims["iss"] == "issuer" && claims["sub"] == principal.subject.as_str());
    assert!(!principal.subject.trim().is_empty() && !principal.subject.contains(char::is_control));
    assert!(!principal.roles.contains(&Role::Integration), "the role of a system is not the worker's");
    assert!(principal.roles.windows(2).all(|two| two[0] < two[1]));
    assert!(principal.name.is_none_or(|name| name.chars().count() <= 255 && !name.is_empty()));
}

fn entry(source: &mut Source, sequence: i64, before: &[u8]) -> SealedEntry {
    let mut entry = SealedEntry {
        sequence,
        at: Timestamp::from_microsecond(1_700_000_000_000_000 + i64::from(source.byte())).expect("it is a time"),
        kind: source.pick_or_text(&["lookup", "selection"]),
        issuer: source.text(),
        subject: source.text(),
        lookup_id: source.flag().then(|| uuid::Uuid::from_u128(u128::from(source.byte()))),
        content: source.pick_or_text(&["{}", "[1, \"a\"]", "\"\\u0000\""]),
        seal: Vec::new(),
    };
    entry.seal = seal(before, &entry);
    entry
}

/// The audit's chain: what was sealed follows, and nothing that was altered does.
pub fn audit_chain(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let mut head = Head::start();
    for sequence in 1..=i64::from(source.byte() % 4) + 1 {
        let sealed = entry(&mut source, sequence, &head.seal);
        let next = head.follow(&sealed).expect("what was sealed follows");
        let mut altered = entry(&mut source, sequence, &head.seal);
        let same = altered.at == sealed.at
            && (&altered.kind, &altered.issuer, &altered.subject, &altered.content)
                == (&sealed.kind, &sealed.issuer, &sealed.subject, &sealed.content)
            && altered.lookup_id == sealed.lookup_id;
        altered.seal.clone_from(&sealed.seal);
        assert_eq!(head.follow(&altered).is_some(), same, "an altered entry does not follow");
        assert!(next.follow(&sealed).is_none(), "an entry stands once");
        head = next;
    }
}
