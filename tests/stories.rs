//! The story families of fixtures/demo/STORIES.md, asked over HTTP of a service that was loaded from its extracts.

use std::collections::BTreeMap;

use crate::authority_support::{self as loaded, Loaded, Summary};
use crate::http_service::Answer;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

static MARLOWE: OnceCell<Loaded> = OnceCell::const_new();

async fn ask(role: &str, purpose: &str, child: Value) -> Answer {
    let marlowe = MARLOWE.get_or_init(|| Loaded::new("fixtures/demo")).await;
    marlowe.ask(role, purpose, child)
}

async fn ask_early_help(child: Value) -> Answer {
    ask("early_help_worker", "early_help_assessment", child).await
}

fn jory() -> Value {
    json!({ "given_name": "Jory", "family_name": "Penhallick", "date_of_birth": "2014-03-09", "address": { "postcode": "MB15 4QT" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_boy_his_family_and_whom_to_ring_come_in_one_answer() {
    let answer = ask_early_help(jory()).await;
    let summary = Summary::of(&answer);
    assert_eq!(summary.child, ("Jory Penhallick".to_owned(), Some(12)));
    assert_eq!(
        summary.family,
        [
            ("Lowenna Penhallick", Some(16), "sibling", "recorded_and_shared_address"),
            ("Demelza Penhallick", Some(38), "mother", "recorded_and_shared_address"),
            ("Torquil Garrowby", Some(40), "step_parent", "recorded_and_shared_address"),
            ("Cadan Trevannion", Some(42), "father", "recorded"),
        ]
        .map(loaded::relative)
    );
    let calls = [
        ("Morwenna Sharpley", "direct", Some("current")),
        ("Philippa Okell", "direct", Some("current")),
        ("Idris Okonjo", "direct", Some("current")),
        ("Vulnerability unit", "team", Some("current")),
        ("Gwil Parrington", "direct", Some("current")),
        ("Patch 2", "team", Some("current")),
        ("Assessment team", "team", Some("historic")),
        ("Rowland Speight", "direct", Some("historic")),
        ("Family front door", "brokered", None),
    ];
    assert_eq!(summary.calls, calls.map(loaded::call));
    let states: BTreeMap<&str, &str> = summary.coverage.iter().map(|(service, state)| (service.as_str(), state.as_str())).collect();
    assert_eq!(states["health_visiting"], "outside_age");
    assert_eq!(states["substance_misuse"], "withheld");
    assert_eq!(states["youth_justice"], "found");
    assert_eq!(answer.body["context"]["notices"][0]["code"], "consent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_management_id_goes_straight_to_the_child() {
    for (feed, value) in [("early_help", "EHF-900001"), ("childrens_social_care", "CS9000001")] {
        let answer = ask_early_help(json!({ "identifiers": [{ "type": "source", "feed": feed, "value": value }] })).await;
        assert_eq!(Summary::of(&answer).child.0, "Jory Penhallick", "{feed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mothers_misspelled_record_is_hers_and_opens_to_triage_under_section_47_only() {
    let open = Summary::of(&ask("triage", "section_47", jory()).await);
    assert!(open.calls.contains(&loaded::call(("Sunniva Drake", "direct", Some("current")))), "{:?}", open.calls);
    assert!(!open.calls.iter().any(|call| call.1 == "brokered"));
    let closed = ask("triage", "front_door_triage", jory()).await;
    assert!(!closed.body.to_string().contains("Sunniva Drake"));
    let refused = ask("early_help_worker", "section_47", jory()).await;
    assert_eq!(refused.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_twin_is_found_and_the_other_is_her_sibling() {
    let answer = ask_early_help(
        json!({ "given_name": "Isaura", "family_name": "Fennimore-Vask", "date_of_birth": "2019-04-12", "address": { "postcode": "MB15 6LD" } }),
    )
    .await;
    let summary = Summary::of(&answer);
    assert_eq!(summary.child.1, Some(7));
    assert!(summary.child.0.starts_with("Isaura"));
    let kinds: Vec<(&str, &str)> =
        summary.family.iter().map(|(name, _, kind, _)| (name.split(' ').next().unwrap(), kind.as_str())).collect();
    assert_eq!(kinds, [("Isolde", "sibling"), ("Saffi", "mother"), ("Tobiah", "father")]);
    let names: Vec<&str> = summary.calls.iter().map(|call| call.0.as_str()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    for name in ["Ludo Marchbank", "Agatha Prowse", "Nell Ashdowne", "Family front door"] {
        assert!(names.contains(&name), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shielded_child_is_nobody_however_he_is_asked_for() {
    let nobody = ask_early_help(json!({ "given_name": "Aurelian", "family_name": "Nonesuch", "date_of_birth": "2016-08-14" })).await;
    assert_eq!(nobody.body["outcome"], "no_match");
    let shape = |answer: &Answer| {
        let mut body = answer.body.clone();
        for volatile in ["lookup_id", "expires_at", "query_quality"] {
            body.as_object_mut().unwrap().remove(volatile);
        }
        (answer.status, body)
    };
    let named = |postcode: &str| json!({ "given_name": "Peregrin", "family_name": "Castellayne", "date_of_birth": "2016-08-14", "address": { "postcode": postcode } });
    let by = |kind: &str, value: &str| json!({ "identifiers": [{ "type": kind, "value": value }] });
    for child in [
        named("MB17 2WE"),
        named("MB17 9TH"),
        by("upn", "F990299920005"),
        by("nhs_number", "9999000444"),
        json!({ "identifiers": [{ "type": "source", "feed": "childrens_social_care", "value": "CS9000021" }] }),
    ] {
        for (role, purpose) in [("early_help_worker", "early_help_assessment"), ("triage", "section_47")] {
            assert_eq!(shape(&ask(role, purpose, child.clone()).await), shape(&nobody));
        }
    }
    let sister =
        ask_early_help(json!({ "given_name": "Sunniva", "family_name": "Castellayne", "date_of_birth": "2012-10-02", "address": { "postcode": "MB17 2WE" } }))
            .await;
    let summary = Summary::of(&sister);
    assert_eq!(summary.family, [loaded::relative(("Lucan Castellayne", Some(39), "father", "recorded_and_shared_address"))]);
    let text = sister.body.to_string();
    assert!(!text.contains("Peregrin") && !text.contains("Ondine"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_in_three_spellings_is_one_child() {
    let answer =
        ask_early_help(json!({ "given_name": "Hibaq", "family_name": "Gutaale", "other_names": ["Warfa"], "date_of_birth": "2015-11-23" }))
            .await;
    let summary = Summary::of(&answer);
    assert!(summary.child.0.starts_with("Hiba"), "{:?}", summary.child);
    let kinds: Vec<(Option<u64>, &str)> = summary.family.iter().map(|(_, age, kind, _)| (*age, kind.as_str())).collect();
    assert_eq!(kinds, [(Some(3), "sibling"), (Some(40), "mother")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_cousins_of_one_name_are_chosen_between() {
    let answer = ask_early_help(json!({ "given_name": "Emrys", "family_name": "Tollivant", "address": { "postcode": "MB15 7HN" } })).await;
    assert_eq!(answer.body["outcome"], "possible_matches");
    let candidates = answer.body["candidates"].as_array().unwrap();
    let mut ages: Vec<u64> = candidates.iter().map(|candidate| candidate["age"].as_u64().unwrap()).collect();
    ages.sort_unstable();
    assert_eq!(ages, [11, 13]);
    assert!(candidates.iter().all(|candidate| candidate["postcode_district"] == "MB15"));
    let younger = candidates.iter().find(|candidate| candidate["age"] == 11).unwrap();
    let marlowe = MARLOWE.get().unwrap();
    let lookup = answer.body["lookup_id"].as_str().unwrap();
    let selected =
        marlowe.post("early_help_worker", &format!("/v1/lookups/{lookup}/selection"), &json!({ "person_id": younger["person_id"] }));
    let names: Vec<String> = Summary::of(&selected).calls.into_iter().map(|call| call.0).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.contains(&"Ludo Marchbank".to_owned()) && names.contains(&"Philippa Okell".to_owned()));
    let reopened = marlowe.get("early_help_worker", &format!("/v1/lookups/{lookup}"));
    assert_eq!(Summary::of(&reopened), Summary::of(&selected));
    let sure = ask_early_help(
        json!({ "given_name": "Emrys", "family_name": "Tollivant", "date_of_birth": "2013-06-05", "address": { "postcode": "MB15 7HN" } }),
    )
    .await;
    assert_eq!(Summary::of(&sure).child.1, Some(13));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_holds_an_address() {
    let text = ask("triage", "section_47", jory()).await.body.to_string();
    assert!(!text.contains("MB15") && !text.contains("MB16"));
}
