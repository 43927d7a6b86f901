//! The figures: a table for people, and the same as JSON.

use serde_json::{Map, Value, json};

/// Sections of figures.
#[derive(Default)]
pub struct Report {
    sections: Vec<(String, Vec<Figure>)>,
}

struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    note: String,
}

impl Report {
    /// Begins a section.
    pub fn section(&mut self, title: &str) {
        self.sections.push((title.to_owned(), Vec::new()));
    }

    /// Adds a figure.
    pub fn figure(&mut self, name: &str, value: f64, unit: &'static str) {
        self.noted(name, value, unit, String::new());
    }

    /// Adds a figure that needs a word.
    pub fn noted(&mut self, name: &str, value: f64, unit: &'static str, note: String) {
        if let Some((_, figures)) = self.sections.last_mut() {
            figures.push(Figure { name: name.to_owned(), value, unit, note });
        }
    }

    /// Adds a share with what it is a share of.
    pub fn share(&mut self, name: &str, part: usize, whole: usize) {
        self.noted(name, share(part, whole), "", format!("{part} of {whole}"));
    }

    /// Prints the last section.
    pub fn print_last(&self) {
        let Some((title, figures)) = self.sections.last() else { return };
        println!("\n{title}");
        let width = figures.iter().map(|figure| figure.name.chars().count()).max().unwrap_or_default();
        for Figure { name, value, unit, note } in figures {
            let written = written(*value, unit);
            println!("  {name:width$}  {written:>12} {unit:<10} {note}");
        }
    }

    /// Everything as JSON.
    pub fn to_json(&self) -> Value {
        let mut all = Map::new();
        for (title, figures) in &self.sections {
            let section = figures
                .iter()
                .map(|figure| {
                    let value = json!({ "value": figure.value, "unit": figure.unit, "note": figure.note });
                    (figure.name.clone(), value)
                })
                .collect::<Map<String, Value>>();
            all.insert(title.clone(), Value::Object(section));
        }
        Value::Object(all)
    }
}

fn written(value: f64, unit: &str) -> String {
    match unit {
        "" => format!("{value:.5}"),
        "count" => format!("{value:.0}"),
        _ if value.abs() >= 1000.0 => format!("{value:.0}"),
        _ => format!("{value:.2}"),
    }
}

/// A part of a whole; 1 of nothing is nothing missing.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn count(number: usize) -> f64 {
    number as f64
}
