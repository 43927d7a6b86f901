//! A question to paste: the population's own `question.json`, or the first exact one of its truth.

use std::fs;

use serde_json::{Value, json};

use super::population::Population;
use crate::cli::CommandError;

/// The purpose of a question that the population does not state: one that the printed token's role may ask for.
const PURPOSE: &str = "front_door_triage";

/// The question as JSON on one line.
pub(super) fn choose(population: &Population) -> Result<String, CommandError> {
    let stated = population.folder.join("question.json");
    if let Ok(text) = fs::read_to_string(&stated) {
        let question: Value =
            serde_json::from_str(&text).map_err(|problem| CommandError::failed(format!("{}: {problem}", stated.display())))?;
        return Ok(question.to_string());
    }
    let file = population.folder.join("truth/lookups.csv");
    let problem = |problem| CommandError::failed(format!("{}: {problem}", file.display()));
    let mut reader = csv::Reader::from_path(&file).map_err(problem)?;
    let columns = reader.headers().map_err(problem)?.clone();
    for row in reader.records() {
        let row = row.map_err(problem)?;
        let cell =
            |name: &str| columns.iter().position(|column| column == name).and_then(|index| row.get(index)).filter(|cell| !cell.is_empty());
        if cell("kind") == Some("exact") && cell("family_name").is_some() && cell("date_of_birth").is_some() {
            return Ok(question(cell).to_string());
        }
    }
    Err(CommandError::failed(format!("{} holds no exact question", file.display())))
}

fn question<'row>(cell: impl Fn(&str) -> Option<&'row str>) -> Value {
    let mut child = json!({
        "given_name": cell("given_name"),
        "family_name": cell("family_name"),
        "date_of_birth": cell("date_of_birth"),
    });
    if let Some(postcode) = cell("postcode") {
        child["address"] = json!({ "postcode": postcode });
    }
    json!({ "child": child, "purpose": PURPOSE })
}
