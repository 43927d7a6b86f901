//! What became of a delivery, line by line: counts and places, never a value.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Field, Rule};
use crate::domain::Origin;

/// The most findings that a report names one by one; beyond it they are only counted.
const MOST_EXAMPLES: usize = 200;
/// The most findings of one rule in one field that a report names, so that one broken column does not crowd out the others.
const MOST_EXAMPLES_OF_A_KIND: u64 = 10;

/// One thing found: where, in which field, by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file's name.
    pub file: String,
    /// The line at which the row starts; the header is line 1.
    pub line: u64,
    /// The field's name in the map; none where it concerns the whole row.
    pub field: Option<String>,
    /// The rule.
    pub rule: Rule,
}

/// What one file held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// Its name, without the folder.
    pub name: String,
    /// Rows, without the header.
    pub rows: u64,
    /// Rows rejected. A row whose cells run over several lines counts for each, since that is how an unclosed quote swallows rows.
    pub rejected: u64,
}

/// The report of reading one delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// The files in the order in which they were read.
    pub files: Vec<FileReport>,
    /// Records read, people told of in other people's rows included.
    pub records: u64,
    /// Involvements read.
    pub involvements: u64,
    /// Relationships read.
    pub relationships: u64,
    counts: BTreeMap<(Option<Field>, Rule), u64>,
    examples: Vec<Finding>,
}

impl LoadReport {
    /// Counts a finding, and names its place while there are few.
    pub fn find(&mut self, origin: Origin, field: Option<Field>, rule: Rule) {
        let count = self.counts.entry((field, rule)).or_default();
        *count += 1;
        if *count <= MOST_EXAMPLES_OF_A_KIND && self.examples.len() < MOST_EXAMPLES {
            let file = self.files.get(usize::from(origin.file)).map_or_else(String::new, |file| file.name.clone());
            self.examples.push(Finding { file, line: origin.line, field: field.map(Field::name), rule });
        }
    }

    /// Counts findings whose places are not all known.
    pub fn find_many(&mut self, field: Option<Field>, rule: Rule, count: u64, places: &[Origin]) {
        for origin in places {
            self.find(*origin, field, rule);
        }
        let unnamed = count.saturating_sub(places.len() as u64);
        if unnamed > 0 {
            *self.counts.entry((field, rule)).or_default() += unnamed;
        }
    }

    /// Rows read, without headers.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// Rows rejected.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.files.iter().map(|file| file.rejected).sum()
    }

    /// How often each rule found something.
    #[must_use]
    pub fn by_rule(&self) -> BTreeMap<&'static str, u64> {
        let mut by_rule = BTreeMap::new();
        for ((_, rule), count) in &self.counts {
            *by_rule.entry(rule.name()).or_default() += count;
        }
        by_rule
    }

    /// How often that rule found something in that field.
    #[must_use]
    pub fn count(&self, field: Option<Field>, rule: Rule) -> u64 {
        self.counts.get(&(field, rule)).copied().unwrap_or_default()
    }

    /// The findings that are named one by one.
    #[must_use]
    pub fn examples(&self) -> &[Finding] {
        &self.examples
    }

    /// The report as JSON: what `--json` prints and the store keeps, without the outcome and the changes.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let by_field: Vec<serde_json::Value> = self
            .counts
            .iter()
            .map(|((field, rule), count)| serde_json::json!({ "field": field.map(Field::name), "rule": rule.name(), "count": count }))
            .collect();
        serde_json::json!({
            "files": self.files,
            "rows": self.rows(),
            "rejected": self.rejected(),
            "records": self.records,
            "involvements": self.involvements,
            "relationships": self.relationships,
            "rules": self.by_rule(),
            "fields": by_field,
            "examples": self.examples,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::PersonField;

    #[test]
    fn a_broken_column_is_counted_whole_but_named_only_a_few_times() {
        let mut report =
            LoadReport { files: vec![FileReport { name: "people.csv".into(), ..FileReport::default() }], ..LoadReport::default() };
        let field = Some(Field::Person(PersonField::Postcode));
        for line in 2..1002 {
            report.find(Origin { file: 0, line }, field, Rule::PostcodeInvalid);
        }
        assert_eq!(report.by_rule()["postcode-invalid"], 1000);
        assert_eq!(report.examples().len(), 10);
        assert_eq!(report.examples()[0].field.as_deref(), Some("postcode"));
    }

    #[test]
    fn findings_without_places_are_counted() {
        let mut report = LoadReport::default();
        report.find_many(None, Rule::PersonUnknown, 7, &[Origin { file: 0, line: 3 }]);
        assert_eq!(report.by_rule()["person-unknown"], 7);
        assert_eq!(report.examples().len(), 1);
    }
}
