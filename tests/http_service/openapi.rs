//! Holds an answer against openapi.yaml.

use std::{collections::HashMap, sync::LazyLock};

use serde_json::{Value, json};

use super::{Answer, yaml};

/// openapi.yaml, read.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| yaml::read(family_context::http::OPENAPI).unwrap());

/// Validators of the components' schemas and of inline ones, by their text.
static VALIDATORS: LazyLock<std::sync::Mutex<HashMap<String, std::sync::Arc<jsonschema::Validator>>>> = LazyLock::new(Default::default);

/// Follows a `$ref` into the document.
pub fn resolve(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => {
            resolve(DOCUMENT.pointer(reference.strip_prefix('#').unwrap()).unwrap_or_else(|| panic!("{reference} leads nowhere")))
        }
        None => value,
    }
}

/// What is wrong with a value under a schema of the document; empty where nothing is.
pub fn complaints(schema: &Value, value: &Value) -> Vec<String> {
    let validator = {
        let mut validators = VALIDATORS.lock().unwrap();
        let validator = validators.entry(schema.to_string()).or_insert_with(|| {
            let mut whole = schema.clone();
            whole["components"] = json!({ "schemas": DOCUMENT["components"]["schemas"] });
            let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012).should_validate_formats(true);
            std::sync::Arc::new(options.build(&whole).unwrap())
        });
        std::sync::Arc::clone(validator)
    };
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The operation of a request's path, where there is one.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap();
    let parts: Vec<&str> = path.split('/').collect();
    let (_, item) = DOCUMENT["paths"].as_object().unwrap().iter().find(|(template, _)| {
        let template: Vec<&str> = template.split('/').collect();
        template.len() == parts.len() && template.iter().zip(&parts).all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
    })?;
    item.get(method.to_ascii_lowercase())
}

/// Panics where the answer is none that openapi.yaml allows.
pub fn check(method: &str, path: &str, answer: &Answer) {
    let place = format!("{method} {path} answered {}", answer.status);
    for (name, value) in [("cache-control", "no-store"), ("x-content-type-options", "nosniff")] {
        assert_eq!(answer.header(name), Some(value), "{place}: {name}");
    }
    assert!(answer.header("content-security-policy").is_some(), "{place}: content-security-policy");
    let Some(operation) = operation(method, path) else {
        // What is at no address of the document is a problem all the same.
        assert!(matches!(answer.status, 404 | 405), "{place}");
        let problem = json!({ "$ref": "#/components/schemas/Problem" });
        assert_eq!(complaints(&problem, &answer.body), Vec::<String>::new(), "{place}");
        return;
    };
    let response = operation["responses"].get(answer.status.to_string()).unwrap_or_else(|| panic!("{place}, which is not documented"));
    let response = resolve(response);
    for (name, header) in response["headers"].as_object().unwrap() {
        let header = resolve(header);
        let text = answer.header(name).unwrap_or_else(|| panic!("{place} without {name}"));
        let value = text.parse::<u64>().map_or_else(|_| json!(text), |number| json!(number));
        assert_eq!(complaints(&header["schema"], &value), Vec::<String>::new(), "{place}: {name}");
    }
    let Some(content) = response.get("content") else {
        assert_eq!(answer.body, json!(""), "{place} with a body");
        return;
    };
    let kind = answer.header("content-type").unwrap_or_default();
    let content = content.get(kind).unwrap_or_else(|| panic!("{place} as {kind}"));
    assert_eq!(complaints(&content["schema"], &answer.body), Vec::<String>::new(), "{place}");
    if answer.status >= 400 {
        assert_eq!(answer.body["status"], answer.status, "{place}");
        assert_eq!(answer.body["request_id"].as_str(), answer.header("x-request-id"), "{place}");
    }
}
