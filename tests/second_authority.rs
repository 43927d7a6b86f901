//! A quite different authority (fixtures/second/STORIES.md) works from its files alone: nothing of an authority is in the code.

use crate::authority_support::{Loaded, Summary};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

static QUERNSHIRE: OnceCell<Loaded> = OnceCell::const_new();

async fn quernshire() -> &'static Loaded {
    QUERNSHIRE.get_or_init(|| Loaded::new("fixtures/second")).await
}

fn mina() -> Value {
    json!({ "given_name": "Mina", "family_name": "Oxenbridge", "date_of_birth": "2012-12-03", "address": { "postcode": "QN4 6AB" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn its_family_its_services_and_its_people_to_ring_are_found() {
    let answer = quernshire().await.ask("early_help_worker", "family_hub_enquiry", mina());
    let summary = Summary::of(&answer);
    assert_eq!(summary.child.1, Some(13));
    let family: Vec<(Option<u64>, &str)> = summary.family.iter().map(|(_, age, kind, _)| (*age, kind.as_str())).collect();
    // "Mr G Zastrow" of the fire service may be the grandfather, whose birth date nobody else knows, or his son: shown, not joined.
    assert_eq!(family, [(Some(9), "sibling"), (Some(41), "mother"), (Some(74), "household_member"), (None, "grandparent")]);
    let names: Vec<&str> = summary.calls.iter().map(|call| call.0.as_str()).collect();
    for name in ["Thaddeus Croome", "Agnes Twill", "Cuthbert Hale", "Quern station", "Nursing north", "Hub team", "Single point of contact"]
    {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_own_policy_opens_its_sensitive_services() {
    let answer = quernshire().await.ask("triage", "missing_child", mina());
    let summary = Summary::of(&answer);
    assert!(summary.calls.iter().any(|call| call.0 == "Ignatia Plume"), "{:?}", summary.calls);
    assert!(summary.coverage.contains(&("drug_and_alcohol".to_owned(), "not_covered".to_owned())), "{:?}", summary.coverage);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_authoritys_purposes_are_none_of_its_own() {
    let answer = quernshire().await.ask("early_help_worker", "early_help_assessment", mina());
    assert_eq!(answer.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_id_that_two_children_share_is_a_choice() {
    let answer = quernshire().await.ask(
        "early_help_worker",
        "family_hub_enquiry",
        json!({ "identifiers": [{ "type": "source", "feed": "hubs", "value": "QF-77" }] }),
    );
    assert_eq!(answer.body["outcome"], "possible_matches");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_guarded_children_are_nobody() {
    let answer = quernshire().await.ask(
        "triage",
        "missing_child",
        json!({ "given_name": "Ottoline", "family_name": "Vexley", "date_of_birth": "2015-05-05" }),
    );
    assert_eq!(answer.body["outcome"], "no_match");
}
