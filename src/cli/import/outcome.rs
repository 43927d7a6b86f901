//! What an import tells when it ends, for people and as JSON. Never a value of a cell.

use std::fmt::Write;

use crate::{
    import::{DeliveryDates, FeedMap, LoadReport},
    resolution::Resolved,
    store::load::Changes,
};

/// How an import ended.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The delivery is the newest load already.
    pub already_loaded: bool,
    /// What reading found.
    pub report: LoadReport,
    /// What became of records, involvements and relationships.
    pub changes: Option<(Changes, Changes, Changes)>,
    /// What became of people.
    pub resolved: Option<Resolved>,
    /// How long reading and merging took, and then resolving, in seconds.
    pub seconds: Option<(f64, f64)>,
    refusal: Option<(&'static str, String)>,
    feed: Option<(String, String)>,
    dates: Option<DeliveryDates>,
}

impl Outcome {
    /// Notes whose delivery it is.
    pub fn describe(&mut self, map: &FeedMap, dates: DeliveryDates) {
        self.feed = Some((map.feed.clone(), map.service.clone()));
        self.dates = Some(dates);
    }

    /// Notes why it was refused.
    pub fn refuse(&mut self, rule: &'static str, sentence: String) {
        self.refusal = Some((rule, sentence));
        self.changes = None;
        self.resolved = None;
        self.seconds = None;
    }

    fn name(&self) -> &'static str {
        match (&self.refusal, self.already_loaded) {
            (Some(_), _) => "refused",
            (None, true) => "unchanged",
            (None, false) => "loaded",
        }
    }

    /// The report as JSON; `docs/feeds.md` says what each key holds.
    pub fn to_json(&self) -> serde_json::Value {
        let mut json = self.report.to_json();
        json["outcome"] = self.name().into();
        json["feed"] = self.feed.as_ref().map(|(feed, _)| feed.as_str()).into();
        json["service"] = self.feed.as_ref().map(|(_, service)| service.as_str()).into();
        for (key, date) in [
            ("data_as_of", self.dates.map(|dates| dates.data_as_of)),
            ("coverage_start", self.dates.and_then(|dates| dates.coverage_start)),
            ("coverage_end", self.dates.and_then(|dates| dates.coverage_end)),
        ] {
            json[key] = date.map(|date| date.to_string()).into();
        }
        json["refusal"] = match &self.refusal {
            Some((rule, text)) => serde_json::json!({ "rule": rule, "text": text }),
            None => serde_json::Value::Null,
        };
        json["changes"] = match &self.changes {
            Some((records, involvements, relationships)) => {
                serde_json::json!({ "records": records, "involvements": involvements, "relationships": relationships })
            }
            None => serde_json::Value::Null,
        };
        json["people"] = serde_json::json!(self.resolved);
        json["seconds"] = self.seconds.map(|(load, resolve)| serde_json::json!({ "load": load, "resolve": resolve })).into();
        json
    }

    /// The report for people: a line on the whole, the changes, and what was found, rule by rule.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write_text(&mut text);
        text
    }

    fn write_text(&self, text: &mut String) -> std::fmt::Result {
        if let Some((feed, _)) = &self.feed {
            match self.name() {
                "unchanged" => return writeln!(text, "{feed}: this delivery is loaded already; nothing was changed"),
                outcome => writeln!(text, "{feed}: {outcome}; {} rows read, {} rejected", self.report.rows(), self.report.rejected())?,
            }
        }
        if let Some((records, involvements, relationships)) = &self.changes {
            for (name, changes) in [("records", records), ("involvements", involvements), ("relationships", relationships)] {
                let Changes { inserted, changed, unchanged, ended, removed } = changes;
                writeln!(text, "  {name}: {inserted} new, {changed} changed, {unchanged} unchanged, {ended} ended, {removed} removed")?;
            }
        }
        if let Some(Resolved { records, people, moved, retired, reviews }) = &self.resolved {
            writeln!(
                text,
                "  people: {people} among {records} records looked at, {moved} records moved, {retired} ids retired, {reviews} review items changed"
            )?;
        }
        for (rule, count) in self.report.by_rule() {
            writeln!(text, "  {rule}: {count}")?;
        }
        for finding in self.report.examples() {
            let field = finding.field.as_deref().unwrap_or("the whole row");
            writeln!(text, "    {}, line {}, {field}: {}", finding.file, finding.line, finding.rule.name())?;
        }
        Ok(())
    }
}
