//! openapi.yaml and the service are one: the same routes, the same problems, and examples that keep to their own schemas.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::collections::BTreeSet;

use crate::http_service::{
    Service,
    openapi::{DOCUMENT, complaints, resolve},
};
use family_context::http::{
    access::{Access, Operation},
    problem::ProblemKind,
};
use serde_json::{Value, json};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Every operation of the document: method, path, operation id, whether it is open.
fn documented() -> BTreeSet<(String, String, String, bool)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let operations = paths
        .iter()
        .flat_map(|(path, item)| METHODS.iter().filter_map(move |method| item.get(method).map(|operation| (path, method, operation))));
    operations
        .map(|(path, method, operation)| {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            (method.to_uppercase(), path.clone(), id, operation.get("security") == Some(&json!([])))
        })
        .collect()
}

#[test]
fn the_routes_are_those_of_the_document() {
    let served: BTreeSet<_> = Operation::ALL
        .into_iter()
        .map(|operation| {
            let is_open = operation.access() == Access::Open;
            (operation.method().to_string(), operation.path().to_owned(), operation.id().to_owned(), is_open)
        })
        .collect();
    assert_eq!(served, documented());
}

#[test]
fn the_problems_are_those_of_the_document() {
    let documented: Vec<&str> = DOCUMENT["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let known: Vec<String> = ProblemKind::ALL.into_iter().map(ProblemKind::type_path).collect();
    assert_eq!(documented, known);
}

#[test]
fn the_document_is_served_as_it_is() {
    let answer = Service::start().get("/openapi.yaml", None);
    assert_eq!(answer.body, json!(include_str!("../openapi.yaml")));
}

#[test]
fn every_example_keeps_to_its_schema() {
    let mut seen = 0;
    let mut check = |content: &'static Value, place: &str| {
        for media in content.as_object().unwrap().values() {
            let several = media.get("examples").and_then(Value::as_object).into_iter().flatten().map(|(_, example)| &example["value"]);
            for example in several.chain(media.get("example")) {
                seen += 1;
                assert_eq!(complaints(&media["schema"], example), Vec::<String>::new(), "{place}: {example}");
            }
        }
    };
    for (name, response) in DOCUMENT["components"]["responses"].as_object().unwrap() {
        check(&response["content"], name);
    }
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        for operation in METHODS.iter().filter_map(|method| item.get(method)) {
            if let Some(body) = operation.get("requestBody") {
                check(&body["content"], path);
            }
            for response in operation["responses"].as_object().unwrap().values() {
                if let Some(content) = resolve(response).get("content") {
                    check(content, path);
                }
            }
        }
    }
    assert!(seen > 30, "only {seen} examples were found");
}

#[test]
fn every_example_of_a_problem_has_the_words_of_its_kind() {
    for response in DOCUMENT["components"]["responses"].as_object().unwrap().values() {
        let Some(examples) = response.pointer("/content/application~1problem+json/examples") else { continue };
        for example in examples.as_object().unwrap().values() {
            let problem = &example["value"];
            let kind = ProblemKind::ALL.into_iter().find(|kind| problem["type"] == kind.type_path()).unwrap();
            assert_eq!((&problem["title"], &problem["status"]), (&json!(kind.title()), &json!(kind.status().as_u16())));
        }
    }
}

#[test]
fn requests_with_unknown_keys_are_refused_by_the_document_too() {
    let question = json!({ "$ref": "#/components/schemas/Question" });
    assert!(complaints(&question, &json!({ "child": {}, "purpose": "p" })).is_empty());
    for wrong in
        [json!({ "child": {} }), json!({ "child": {}, "purpose": "p", "x": 1 }), json!({ "child": { "nhsNumber": "1" }, "purpose": "p" })]
    {
        assert!(!complaints(&question, &wrong).is_empty(), "{wrong}");
    }
}
