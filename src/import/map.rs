//! The feed map: how one service's files are to be read. Parsed once and checked whole; `docs/feeds.md` describes every key.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use encoding_rs::Encoding;
use serde::Deserialize;
use toml::Spanned;

use super::{Field, RowKind, map_check};
use crate::domain::relationship::RelationshipType;

/// What becomes of what a new snapshot no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absent {
    /// Its involvements and relationships are over as of the snapshot; the record stays.
    Ended,
    /// It is deleted.
    Removed,
}

/// What a delivery holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryKind {
    /// Everything that the service has.
    Snapshot {
        /// What becomes of what it no longer holds.
        absent: Absent,
    },
    /// Only what changed: what it does not name stays as it is.
    Delta,
}

/// How one service's deliveries are to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedMap {
    /// The feed's code.
    pub feed: String,
    /// The code of the service whose data it is.
    pub service: String,
    /// The custodian.
    pub owner: Option<String>,
    /// The area that it covers.
    pub area: Option<String>,
    /// The freshness promise, in days: data older than this is stale.
    pub fresh_days: Option<u32>,
    /// Snapshot or delta.
    pub delivery: DeliveryKind,
    /// The files' encoding, unless a byte-order mark says otherwise.
    pub encoding: &'static Encoding,
    /// The cells' delimiter.
    pub delimiter: u8,
    /// The quote around cells; `None` where quotes mean nothing.
    pub quote: Option<u8>,
    /// Date formats in strftime signs, the first that fits is taken.
    pub date_formats: Vec<String>,
    /// A two-digit year below this is of this century, others of the last; `None`: the last such year that has been.
    pub two_digit_years_before: Option<u8>,
    /// Nobody whom the rows are about is younger, in years at the day that a delivery is as of.
    pub youngest_age: Option<u8>,
    /// More rejected rows than this, in percent, refuse a delivery.
    pub rejected_rows_percent: f64,
    /// A snapshot that lacks more of what the feed holds than this, in percent, is refused.
    pub largest_drop_percent: f64,
    /// What each file holds.
    pub files: Vec<FileMap>,
}

/// How the files of one name pattern are to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMap {
    /// The pattern of their names.
    pub pattern: String,
    /// What their rows are.
    pub rows: RowKind,
    /// Columns that are never looked at.
    pub discard: Vec<String>,
    /// Columns that are taken, in the map's order.
    pub columns: Vec<ColumnMap>,
    /// Values given to every row.
    pub constants: Vec<(Field, String)>,
    /// This feed's words (lower-case) to ours, by field.
    pub words: HashMap<Field, BTreeMap<String, String>>,
    /// Relatives told of in a row of whom no two are one person.
    pub different_people: Vec<RelationshipType>,
}

/// Where one column's cells go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMap {
    /// The column's name in the header.
    pub column: String,
    /// The field, or fields in order where the cell is split.
    pub fields: Vec<Field>,
    /// What the cell is split by.
    pub separator: Option<String>,
}

/// Why a feed map cannot be used: the file, the line, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapError {
    /// The map's file name.
    pub file: String,
    /// The line, from 1; none where it concerns the whole map.
    pub line: Option<usize>,
    /// What is wrong, in one sentence.
    pub reason: String,
}

impl fmt::Display for MapError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}, line {line}: {}", self.file, self.reason),
            None => write!(formatter, "{}: {}", self.file, self.reason),
        }
    }
}

impl std::error::Error for MapError {}

/// The map as it is written. Keys that it does not name are refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenMap {
    pub feed: Spanned<String>,
    pub service: Spanned<String>,
    pub owner: Option<String>,
    pub area: Option<String>,
    pub fresh_days: Option<u32>,
    pub delivery: Spanned<String>,
    pub absent: Option<Spanned<Absent>>,
    pub encoding: Option<Spanned<String>>,
    pub delimiter: Option<Spanned<String>>,
    pub quote: Option<Spanned<String>>,
    pub date_formats: Option<Spanned<Vec<String>>>,
    pub two_digit_years_before: Option<Spanned<u8>>,
    pub youngest_age: Option<Spanned<u8>>,
    pub rejected_rows_percent: Option<Spanned<f64>>,
    pub largest_drop_percent: Option<Spanned<f64>>,
    #[serde(default)]
    pub file: Vec<Spanned<WrittenFile>>,
}

/// One `[[file]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenFile {
    #[serde(rename = "match")]
    pub pattern: Spanned<String>,
    pub rows: RowKind,
    #[serde(default)]
    pub discard: Vec<Spanned<String>>,
    #[serde(default)]
    pub columns: BTreeMap<Spanned<String>, Spanned<toml::Value>>,
    #[serde(default)]
    pub constants: BTreeMap<Spanned<String>, Spanned<toml::Value>>,
    #[serde(default)]
    pub split: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    pub values: BTreeMap<Spanned<String>, Spanned<toml::Value>>,
    #[serde(default)]
    pub different_people: Vec<Spanned<String>>,
}

impl FeedMap {
    /// Reads a feed map.
    ///
    /// # Errors
    /// [`MapError`] where it is not TOML, has a key or field that is not known, lacks one, or contradicts itself.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, MapError> {
        let at = |offset: usize| text.get(..offset).map_or(1, |before| before.split('\n').count());
        let written: WrittenMap = toml::from_str(text).map_err(|error| MapError {
            file: file_name.to_owned(),
            line: error.span().map(|span| at(span.start)),
            reason: error.message().to_owned(),
        })?;
        map_check::check(written).map_err(|problem| MapError {
            file: file_name.to_owned(),
            line: problem.offset.map(at),
            reason: problem.reason,
        })
    }

    /// Whether another file's pattern fits the name.
    #[must_use]
    pub fn file_for(&self, name: &str) -> Option<usize> {
        self.files.iter().position(|file| super::name_pattern::fits(&file.pattern, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::PersonField;

    const POLICE: &str = r#"
feed = "police"
service = "police"
delivery = "snapshot"
absent = "ended"
encoding = "windows-1252"
delimiter = ","
date_formats = ["%d/%m/%Y"]
[[file]]
match = "people*.csv"
rows = "person"
discard = ["Offence", "Notes"]
split = { "Name" = " " }
[file.columns]
"Ref" = "source_id"
"Name" = ["given_name", "family_name"]
"Street" = "address"
"Area" = "address"
"Opened" = "involvement.started"
"State" = "involvement.status"
"Mum" = "related.mother.full_name"
[file.constants]
"involvement.organisation" = "Marlowe police"
[file.values.status]
"Open" = "current"
"#;

    fn refused(from: &str, to: &str) -> String {
        assert!(POLICE.contains(from), "{from}");
        FeedMap::parse(&POLICE.replace(from, to), "police.toml").unwrap_err().to_string()
    }

    #[test]
    fn a_map_as_in_the_design_is_read() {
        let map = FeedMap::parse(POLICE, "police.toml").unwrap();
        assert_eq!(map.delivery, DeliveryKind::Snapshot { absent: Absent::Ended });
        assert_eq!(map.encoding, encoding_rs::WINDOWS_1252);
        let file = &map.files[0];
        assert_eq!(file.discard, ["Offence", "Notes"]);
        assert_eq!(file.columns[1].fields, [Field::Person(PersonField::GivenName), Field::Person(PersonField::FamilyName)]);
        assert_eq!(file.columns[1].separator.as_deref(), Some(" "));
        assert_eq!(file.words.len(), 1);
        assert!((map.rejected_rows_percent - 5.0).abs() < f64::EPSILON);
    }

    #[test]
    fn columns_keep_the_order_of_the_map_not_of_the_alphabet() {
        let map = FeedMap::parse(POLICE, "police.toml").unwrap();
        let names: Vec<&str> = map.files[0].columns.iter().map(|column| column.column.as_str()).collect();
        assert_eq!(names, ["Ref", "Name", "Street", "Area", "Opened", "State", "Mum"]);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        assert!(refused("delimiter = \",\"", "delimeter = \",\"").starts_with("police.toml, line 7: unknown field `delimeter`"));
        assert!(refused("discard =", "drop =").starts_with("police.toml, line 12: unknown field `drop`"));
    }

    #[test]
    fn an_unknown_field_is_refused_with_its_line() {
        let error = refused("\"involvement.started\"", "\"involvement.opened\"");
        assert_eq!(error, "police.toml, line 19: \"involvement.opened\" is not a field of a person row");
    }

    #[test]
    fn contradictions_are_refused() {
        for (from, to, expected) in [
            ("\"Offence\"", "\"Ref\"", "both taken and discarded"),
            ("\"Area\" = \"address\"", "\"Area\" = \"source_id\"", "takes one column"),
            ("\"Ref\" = \"source_id\"", "\"Ref\" = \"case_id\"", "no column or constant fills \"source_id\""),
            ("split = { \"Name\" = \" \" }", "", "say by what to `split`"),
            ("{ \"Name\" = \" \" }", "{ \"Nam\" = \" \" }", "`split` names"),
            ("\"Open\" = \"current\"", "\"Open\" = \"open\"", "\"open\" is not a word"),
            ("[file.values.status]", "[file.values.sex]", "no column or constant of this file fills it"),
            ("\"involvement.organisation\"", "\"involvement.status\"", "both a column and a constant"),
            ("\"windows-1252\"", "\"windows-9999\"", "not an encoding"),
            ("delimiter = \",\"", "delimiter = \"::\"", "one character"),
            ("\"%d/%m/%Y\"", "\"%d/%m\"", "day, month and year"),
            ("\"snapshot\"", "\"weekly\"", "\"snapshot\" or \"delta\""),
            ("\"snapshot\"", "\"delta\"", "a delta has no `absent`"),
            ("feed = \"police\"", "feed = \"The Police\"", "lower-case"),
            ("delimiter = \",\"", "youngest_age = 101", "`youngest_age` is from 0 to 100"),
            ("rows = \"person\"", "rows = \"person\"\ndifferent_people = [\"mother\"]", "names two relatives or more"),
            ("rows = \"person\"", "rows = \"person\"\ndifferent_people = [\"mother\", \"father\"]", "no column goes to \"related.father\""),
            ("rows = \"person\"", "rows = \"person\"\ndifferent_people = [\"mother\", \"mother\"]", "names \"mother\" twice"),
            ("rows = \"person\"", "rows = \"person\"\ndifferent_people = [\"mother\", \"mum\"]", "no column goes to \"related.mum\""),
        ] {
            let error = refused(from, to);
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_constant_is_checked_against_the_fields_words() {
        let map = POLICE.replace("\"involvement.organisation\" = \"Marlowe police\"", "\"involvement.basis\" = \"hearsay\"");
        assert!(FeedMap::parse(&map, "police.toml").unwrap_err().reason.contains("\"hearsay\" is not a word"));
    }

    #[test]
    fn values_may_name_the_whole_field_quoted_or_nested() {
        for header in ["[file.values.\"involvement.status\"]", "[file.values.involvement.status]"] {
            let map = FeedMap::parse(&POLICE.replace("[file.values.status]", header), "police.toml").unwrap();
            assert_eq!(map.files[0].words.len(), 1, "{header}");
        }
    }
}
