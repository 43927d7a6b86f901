//! Stewards see what is doubtful and decide it; what they decide holds at once, outlives loads and models, and can be taken back.
#![allow(clippy::unwrap_used, reason = "test code")]

use crate::http_service::tokens;
use crate::steward_support::{Row, Stewards, row};
use crate::{http_service, support};
use family_context::{cluster::ClusterRole, matching::Model, resolution};
use serde_json::{Value, json};

/// One name, three birth dates of one year: each two of them may be one person.
const OMAR: Row = row("early_help", "a", "Omar", "Haddad", "2011-02-03");
const OTHER_OMAR: Row = row("police", "b", "Omar", "Haddad", "2011-02-17");
const THIRD_OMAR: Row = row("housing", "c", "Omar", "Haddad", "2011-02-28");
/// One name and birth date, two NHS numbers.
const ZEBEDEE: Row = row("early_help", "n1", "Zebedee", "Quillfeather", "2012-03-04").numbered("9990000018").at("14 Lantern Row, MB15 4QT");
const OTHER_ZEBEDEE: Row = row("police", "n2", "Zebedee", "Quillfeather", "2012-03-04").numbered("9990000026");

fn decided(answer: &http_service::Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_doubtful_is_listed_the_likeliest_first_page_by_page() {
    let stewards = Stewards::new(&[OMAR, ZEBEDEE, OTHER_OMAR, OTHER_ZEBEDEE]).await;
    let open = stewards.open();
    let why: Vec<(&Value, &Value)> = open.iter().map(|item| (&item["why"], &item["conflict"]["kind"])).collect();
    assert_eq!(why, [(&json!("conflict"), &json!("nhs_numbers")), (&json!("between_thresholds"), &Value::Null)]);
    assert!(open[0]["probability"].as_f64() > open[1]["probability"].as_f64());

    let first = stewards.get("/v1/reviews?limit=1").body;
    let second = stewards.get(&format!("/v1/reviews?limit=1&cursor={}", first["next_cursor"].as_str().unwrap())).body;
    assert_eq!((&first["reviews"][0], &second["reviews"][0]), (&open[0], &open[1]));
    assert_eq!(second["next_cursor"], Value::Null);
    assert_eq!(stewards.get("/v1/reviews?why=between_thresholds").body["reviews"], json!([open[1]]));
    assert_eq!(stewards.get("/v1/reviews?state=closed").body["reviews"], json!([]));
    assert_eq!(stewards.get("/v1/decisions?cursor=007").status, 422);
    for query in ["cursor=x", "limit=0", "why=perhaps", "name=Omar"] {
        assert_eq!(stewards.get(&format!("/v1/reviews?{query}")).status, 422, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_adds_up_and_shows_no_address_number_telephone_or_email() {
    let stewards = Stewards::new(&[ZEBEDEE, OTHER_ZEBEDEE]).await;
    let item = stewards.only_open();
    let review = stewards.get(&format!("/v1/reviews/{}", item["review_id"].as_str().unwrap())).body;
    let bits =
        |side: &str| review["evidence"][side].as_array().unwrap().iter().map(|part| part["weight_bits"].as_f64().unwrap()).sum::<f64>();
    assert!(bits("together") > 0.0 && bits("apart") < 0.0);
    assert_eq!((bits("together") + bits("apart")).to_bits(), review["weight_bits"].as_f64().unwrap().to_bits());
    let record = &review["sides"][0]["records"][0];
    assert_eq!((&record["feed"], &record["source_id"], &record["given_name"]), (&json!("early_help"), &json!("n1"), &json!("Zebedee")));
    assert_eq!(record["has"], json!(["nhs_number", "address", "phone", "email"]));
    let text = review.to_string();
    for secret in ["9990000018", "9990000026", "Lantern", "4QT", &ZEBEDEE.phone()[6..], "example.org"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_joined_are_one_at_once_and_the_older_id_stays() {
    let stewards = Stewards::new(&[OMAR, OTHER_OMAR]).await;
    let (older, younger) = (stewards.person_of("a").await, stewards.person_of("b").await);
    let item = stewards.only_open();
    let decision = decided(&stewards.decide(&item, "together"));
    assert_eq!((decision["kind"].as_str(), &decision["people"]), (Some("together"), &json!([older])));
    assert_eq!((&decision["decided"]["subject"], &decision["decided"]["reason"]), (&json!("w.okafor"), &json!("Asked the school.")));
    assert_eq!(stewards.people().await, ["a b"]);
    assert_eq!(stewards.rows("SELECT successor::text FROM retired_person").await, std::slice::from_ref(&older));
    assert_eq!(stewards.open(), [] as [Value; 0]);
    assert_eq!(stewards.get("/v1/reviews?state=closed").body["reviews"][0]["review_id"], item["review_id"]);
    let person = stewards.get(&format!("/v1/people/{older}")).body;
    assert!(person["cohesion"].as_f64().unwrap() < 0.9, "{person}");
    assert_eq!(person["decisions"], json!([decision["decision_id"]]));
    assert_eq!(stewards.get(&format!("/v1/people/{younger}")).status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_twice_or_changed_since_it_was_read_is_stale() {
    let stewards = Stewards::new(&[OMAR, OTHER_OMAR]).await;
    let item = stewards.only_open();
    let changed = Row { born: "2011-02-04", ..OMAR };
    stewards.deliver("early_help", &[changed], &[]).await;
    let late = stewards.decide(&item, "together");
    assert_eq!((late.status, late.problem()), (409, "stale-edit"));
    assert_eq!(stewards.people().await, ["a", "b"]);

    let item = stewards.only_open();
    let decision = decided(&stewards.decide(&item, "apart"));
    assert_eq!(stewards.decide(&item, "together").problem(), "stale-edit");
    decided(&stewards.undo(&decision));
    assert_eq!(stewards.undo(&decision).problem(), "stale-edit");
    assert_eq!(stewards.rows("SELECT count(*)::text FROM decision").await, ["1"]);
    assert_eq!(stewards.decide(&json!({ "review_id": "999", "version": item["version"] }), "apart").status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_stewards_at_once_one_decides_and_the_other_is_told() {
    let stewards = Stewards::new(&[OMAR, OTHER_OMAR]).await;
    let item = stewards.only_open();
    let mut statuses = std::thread::scope(|scope| {
        let deciding: Vec<_> = ["together", "apart"].map(|kind| scope.spawn(|| stewards.decide(&item, kind).status)).into_iter().collect();
        deciding.into_iter().map(|one| one.join().unwrap()).collect::<Vec<u16>>()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_outlives_records_that_go_and_come_back() {
    for (kind, people) in [("together", ["a b"].as_slice()), ("apart", ["a", "b"].as_slice())] {
        let stewards = Stewards::new(&[OMAR, OTHER_OMAR]).await;
        decided(&stewards.decide(&stewards.only_open(), kind));
        stewards.deliver("police", &[], &[]).await;
        assert_eq!(stewards.people().await, ["a"]);
        let decision = &stewards.get("/v1/decisions").body["decisions"][0];
        assert_eq!(
            decision["records"][1],
            json!({ "side": "right", "record_id": null, "feed": "police", "source_id": "b", "dependent": null })
        );
        stewards.deliver("police", &[OTHER_OMAR], &[]).await;
        assert_eq!(stewards.people().await, people);
        assert_eq!(stewards.open(), [] as [Value; 0], "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_outlives_another_model() {
    let stewards = Stewards::new(&[OMAR, ZEBEDEE, OTHER_OMAR, OTHER_ZEBEDEE]).await;
    for item in stewards.open() {
        decided(&stewards.decide(&item, "together"));
    }
    let mut file = Model::built_in().file().clone();
    "another".clone_into(&mut file.version);
    file.decision.join_bits = 60.0;
    let mut client = stewards.database.pool.get().await.unwrap();
    let transaction = client.transaction().await.unwrap();
    assert!(resolution::put_in_force(&transaction, &Model::from_file(file).unwrap()).await.unwrap().is_some());
    transaction.commit().await.unwrap();
    assert_eq!(stewards.people().await, ["a b", "n1 n2"]);
    let decision = &stewards.get("/v1/decisions").body["decisions"][0];
    let refused = stewards.undo(decision);
    assert_eq!((refused.status, refused.problem()), (503, "store-unavailable"), "this service still has the model before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_taken_back_leaves_what_the_evidence_says() {
    for kind in ["together", "apart"] {
        let stewards = Stewards::new(&[OMAR, OTHER_OMAR]).await;
        let (item, merged) = (stewards.only_open(), stewards.person_of("b").await);
        let decision = decided(&stewards.decide(&item, kind));
        let undone = decided(&stewards.undo(&decision));
        assert_eq!((&undone["undone"]["reason"], &undone["undone"]["subject"]), (&json!("It was a mistake."), &json!("w.okafor")));
        assert_eq!(stewards.people().await, ["a", "b"]);
        let again = stewards.only_open();
        assert_eq!((&again["review_id"], &again["weight_bits"]), (&item["review_id"], &item["weight_bits"]));
        if kind == "together" {
            let led =
                stewards.rows(&format!("SELECT coalesce(successor::text, 'nowhere') FROM retired_person WHERE id = '{merged}'")).await;
            assert_eq!(led, ["nowhere"], "an id that was merged into somebody who parted since would be a guess");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_others_contradict_is_refused_and_names_them() {
    let stewards = Stewards::new(&[OMAR, OTHER_OMAR, THIRD_OMAR]).await;
    let between = |one: &str, other: &str, people: &[(&str, String)]| {
        let id = |name: &str| people.iter().find(|(known, _)| *known == name).unwrap().1.clone();
        let wanted = [id(one), id(other)];
        stewards.open().into_iter().find(|item| wanted.iter().all(|id| item["people"].as_array().unwrap().contains(&json!(id)))).unwrap()
    };
    let people = [("a", stewards.person_of("a").await), ("b", stewards.person_of("b").await), ("c", stewards.person_of("c").await)];
    let joined = decided(&stewards.decide(&between("a", "b", &people), "together"));
    let apart = decided(&stewards.decide(&between("a", "c", &people), "apart"));
    assert_eq!(stewards.open(), [] as [Value; 0]);

    let person = stewards.get(&format!("/v1/people/{}", stewards.person_of("a").await)).body;
    let split = json!({ "records": [stewards.record("b").await], "reason": "Two cousins.", "version": person["version"] });
    let refused = stewards.post(&format!("/v1/people/{}/split", person["person_id"].as_str().unwrap()), &split);
    assert_eq!((refused.status, refused.problem()), (409, "contradictory-decision"));
    assert!(
        refused.body["detail"].as_str().unwrap().contains(&format!(": {};", joined["decision_id"].as_str().unwrap())),
        "{}",
        refused.body
    );

    // Whoever wants it otherwise undoes that decision first.
    let list = stewards.get("/v1/decisions").body;
    let standing = list["decisions"].as_array().unwrap().iter().find(|one| one["decision_id"] == joined["decision_id"]).unwrap();
    decided(&stewards.undo(standing));
    assert_eq!(stewards.people().await, ["a", "b", "c"]);
    assert_eq!(apart["undone"], Value::Null);
    assert_eq!(stewards.only_open()["people"], json!([stewards.person_of("a").await, stewards.person_of("b").await]), "c was decided");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_of_somebody_else_is_split_off() {
    let same = Row { feed: "police", source_id: "b", ..OMAR };
    let stewards = Stewards::new(&[OMAR, same, Row { feed: "housing", source_id: "c", ..OMAR }]).await;
    assert_eq!(stewards.people().await, ["a b c"]);
    let id = stewards.person_of("a").await;
    let person = stewards.get(&format!("/v1/people/{id}")).body;
    let split = |records: Value| {
        let body = json!({ "records": records, "reason": "Father and son.", "version": person["version"] });
        stewards.post(&format!("/v1/people/{id}/split"), &body)
    };
    for records in
        [json!([]), json!(["999999"]), json!([stewards.record("a").await, stewards.record("b").await, stewards.record("c").await])]
    {
        assert_eq!(split(records.clone()).status, 422, "{records}");
    }
    let decision = decided(&split(json!([stewards.record("a").await])));
    assert_eq!(decision["people"].as_array().unwrap().len(), 2);
    assert_eq!(stewards.people().await, ["a", "b c"]);
    assert_eq!(stewards.person_of("a").await, id, "the id stays with the oldest record");
    assert_eq!(stewards.open(), [] as [Value; 0], "what was split is decided");
    assert_eq!(split(json!([stewards.record("a").await])).problem(), "stale-edit");
    decided(&stewards.undo(&decision));
    assert_eq!(stewards.people().await, ["a b c"]);
    assert_eq!(stewards.person_of("a").await, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn joining_two_people_keeps_all_their_records_together() {
    // The second record of each has a number of its own, and the numbers differ.
    let numbered = |row: Row, source_id, number| Row { feed: "housing", source_id, nhs_number: number, ..row };
    let stewards = Stewards::new(&[OMAR, OTHER_OMAR, numbered(OMAR, "a2", "9990000018"), numbered(OTHER_OMAR, "b2", "9990000026")]).await;
    assert_eq!(stewards.people().await, ["a a2", "b b2"]);
    decided(&stewards.decide(&stewards.only_open(), "together"));
    assert_eq!(stewards.people().await, ["a a2 b b2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_feed_ties_to_each_other_nobody_is_asked_about() {
    let other = Row { feed: "early_help", ..OTHER_OMAR };
    let stewards = Stewards::new(&[OMAR, other]).await;
    stewards.only_open();
    stewards.deliver("early_help", &[OMAR, other], &[("b", "a")]).await;
    assert_eq!(stewards.open(), [] as [Value; 0]);
    stewards.deliver("early_help", &[OMAR, other], &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_restricted_is_nobody_for_a_steward() {
    let stewards = Stewards::new(&[OMAR, OTHER_OMAR]).await;
    let item = stewards.only_open();
    let decision = decided(&stewards.decide(&item, "apart"));
    stewards.deliver("police", &[OTHER_OMAR.restricted()], &[]).await;
    let (restricted, id) = (stewards.person_of("b").await, item["review_id"].as_str().unwrap());
    for state in ["open", "closed"] {
        assert_eq!(stewards.get(&format!("/v1/reviews?state={state}")).body["reviews"], json!([]));
    }
    assert_eq!(stewards.get("/v1/decisions").body["decisions"], json!([]));
    assert_eq!(stewards.get(&format!("/v1/reviews/{id}")).status, 404);
    assert_eq!(stewards.get(&format!("/v1/people/{restricted}")).status, 404);
    assert_eq!(stewards.decide(&item, "together").status, 404);
    assert_eq!(stewards.undo(&decision).status, 404);
    let split = json!({ "records": [stewards.record("b").await], "reason": "x", "version": "x" });
    assert_eq!(stewards.post(&format!("/v1/people/{restricted}/split"), &split).status, 404);
    assert_eq!(stewards.get("/v1/reviews/999").body["detail"], stewards.get(&format!("/v1/reviews/{id}")).body["detail"]);
    stewards.deliver("police", &[OTHER_OMAR], &[]).await;
    assert_eq!(stewards.get(&format!("/v1/reviews/{id}")).status, 200);
}

/// A record that fits two people, who are held apart by their numbers.
const EITHER_ZEBEDEE: Row = row("housing", "n3", "Zebedee", "Quillfeather", "2012-03-04");

#[tokio::test(flavor = "multi_thread")]
async fn who_fits_two_people_is_asked_about_with_both() {
    let stewards = Stewards::new(&[ZEBEDEE, OTHER_ZEBEDEE, EITHER_ZEBEDEE]).await;
    assert_eq!(stewards.people().await, ["n1", "n2", "n3"]);
    let mut why: Vec<String> = stewards.open().iter().map(|item| item["why"].as_str().unwrap().to_owned()).collect();
    why.sort_unstable();
    assert_eq!(why, ["conflict", "torn", "torn"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_turns_out_to_be_somebody_restricted_is_nobody_from_then_on() {
    let stewards = Stewards::new(&[ZEBEDEE, OTHER_ZEBEDEE, EITHER_ZEBEDEE.restricted()]).await;
    let decision = decided(&stewards.decide(&stewards.only_open(), "together"));
    assert_eq!(stewards.people().await, ["n1 n2 n3"]);
    assert_eq!(stewards.get(&format!("/v1/people/{}", stewards.person_of("n1").await)).status, 404);
    assert_eq!(stewards.undo(&decision).status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sensitive_feed_is_not_named() {
    let stewards = Stewards::new(&[OMAR, Row { feed: "substance_misuse", ..OTHER_OMAR }]).await;
    let item = stewards.only_open();
    let review = stewards.get(&format!("/v1/reviews/{}", item["review_id"].as_str().unwrap())).body;
    let closed = &review["sides"][1]["records"][0];
    assert_eq!((&closed["feed"], &closed["source_id"], &closed["given_name"]), (&Value::Null, &Value::Null, &json!("Omar")));
    let decision = decided(&stewards.decide(&item, "apart"));
    assert!(!decision.to_string().contains("substance") && !review.to_string().contains("substance"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_stewards_decide() {
    let stewards = Stewards::new(&[OMAR, OTHER_OMAR]).await;
    for role in ["triage", "auditor", "feed_manager"] {
        let refused = stewards.service.get("/v1/reviews", Some(&tokens::token(&[role])));
        assert_eq!((refused.status, refused.problem()), (403, "role-not-allowed"), "{role}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_load_runs_a_decision_waits_a_little_and_is_then_refused() {
    let stewards = Stewards::new(&[OMAR, OTHER_OMAR]).await;
    let item = stewards.only_open();
    let mut client = stewards.database.pool.get().await.unwrap();
    let transaction = client.transaction().await.unwrap();
    transaction.execute("SELECT pg_advisory_xact_lock(7160412)", &[]).await.unwrap();
    let refused = stewards.decide(&item, "together");
    assert_eq!((refused.status, refused.problem(), refused.header("retry-after")), (503, "load-running", Some("5")));
    transaction.rollback().await.unwrap();
    decided(&stewards.decide(&item, "together"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stewards_see_and_decide_stands_in_the_audit_and_nothing_happens_without_it() {
    let stewards = Stewards::new(&[OMAR, OTHER_OMAR]).await;
    let item = stewards.only_open();
    let id = item["review_id"].as_str().unwrap();
    stewards.get(&format!("/v1/reviews/{id}"));
    let decision = decided(&stewards.decide(&item, "together"));
    stewards.decide(&item, "apart");
    decided(&stewards.undo(&decision));
    let entries: Vec<Value> = stewards
        .rows("SELECT json_build_object('kind', kind, 'subject', subject, 'content', content)::text FROM audit_entry ORDER BY sequence")
        .await
        .iter()
        .map(|text| serde_json::from_str(text).unwrap())
        .collect();
    let kinds: Vec<&str> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["review_list", "review", "decision", "refusal", "undoing"]);
    let records = json!([{ "feed": "early_help", "record": stewards.record("a").await.parse::<i64>().unwrap() }, { "feed": "police", "record": stewards.record("b").await.parse::<i64>().unwrap() }]);
    for (at, reason) in [(1, Value::Null), (2, json!("Asked the school.")), (4, json!("It was a mistake."))] {
        let content = &entries[at]["content"];
        assert_eq!((&entries[at]["subject"], &content["records"], &content["reason"]), (&json!("w.okafor"), &records, &reason));
        assert_eq!(content["model_version"], Model::built_in().version());
    }
    assert_eq!(entries[2]["content"]["decision_id"], decision["decision_id"]);
    let mut command = support::program::family_context(&std::env::temp_dir());
    command.env("DATABASE_URL", stewards.database.url(ClusterRole::Owner).reveal()).env("LOG", "off").args(["audit", "verify"]);
    assert!(command.output().unwrap().status.success(), "the chain of seals holds");

    stewards.execute("ALTER TABLE audit_entry RENAME TO elsewhere").await;
    for answer in [stewards.get("/v1/reviews"), stewards.get(&format!("/v1/reviews/{id}")), stewards.get("/v1/decisions")] {
        assert_eq!((answer.status, answer.problem()), (503, "audit-unavailable"));
    }
    stewards.execute("ALTER TABLE elsewhere RENAME TO audit_entry").await;
    let item = stewards.only_open();
    stewards.execute("ALTER TABLE audit_entry RENAME TO elsewhere").await;
    assert_eq!(stewards.decide(&item, "together").status, 503);
    stewards.execute("ALTER TABLE elsewhere RENAME TO audit_entry").await;
    assert_eq!(stewards.people().await, ["a", "b"]);
}
