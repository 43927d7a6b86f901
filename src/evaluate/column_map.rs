//! MAP.toml: which column of the records holds which field.

use std::{
    collections::BTreeMap,
    ops::Range,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::Spanned;

use super::{error::InputProblem, field::Field};
use crate::domain::date::is_date_format;

/// A column map, read and checked.
#[derive(Debug, Clone)]
pub struct ColumnMap {
    /// The file it came from.
    pub file: PathBuf,
    /// The formats (strftime signs) in which dates may be written, tried in order.
    pub date_formats: Vec<String>,
    /// Two-digit years stand for the last such year before this one.
    pub two_digit_years_before: Option<i16>,
    /// The column that names each record; without it, the row's number does.
    pub id: Option<String>,
    /// The sign between cells.
    pub delimiter: u8,
    /// Each mapped column and its field.
    pub columns: BTreeMap<String, Field>,
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    date_format: Option<Formats>,
    two_digit_years_before: Option<i16>,
    id: Option<String>,
    delimiter: Option<Spanned<String>>,
    columns: BTreeMap<String, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Formats {
    One(String),
    Several(Vec<String>),
}

impl ColumnMap {
    /// Reads a map from its file.
    ///
    /// # Errors
    /// The file cannot be read, or is no usable map; see [`ColumnMap::parse`].
    pub fn read(file: &Path) -> Result<Self, InputProblem> {
        let text = std::fs::read_to_string(file).map_err(|source| InputProblem::unreadable(file, &source))?;
        Self::parse(file, &text)
    }

    /// Reads a map from its text; `file` is for messages.
    ///
    /// # Errors
    /// Not TOML, an unknown key or field, no column, a date of birth without a date format, or a two-digit year without its century.
    pub fn parse(file: &Path, text: &str) -> Result<Self, InputProblem> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let problem = InputProblem::new(
                file,
                format!("is no column map: {}", error.message()),
                "a map has date_format = \"%Y-%m-%d\", optionally id = \"COLUMN\", and a table [columns] of \"CSV column\" = \"field\"",
            );
            match error.span() {
                Some(span) => problem.at_line(line_of(text, &span)),
                None => problem,
            }
        })?;
        let mut columns = BTreeMap::new();
        for (column, field) in &written.columns {
            let parsed = Field::parse(field.get_ref()).map_err(|problem| {
                InputProblem::new(file, problem, format!("use one of: {}", Field::names()))
                    .at_line(line_of(text, &field.span()))
                    .in_column(column)
            })?;
            columns.insert(column.clone(), parsed);
        }
        if columns.is_empty() {
            return Err(InputProblem::new(file, "maps no column", "name at least one under [columns]"));
        }
        let date_formats = match written.date_format {
            None => Vec::new(),
            Some(Formats::One(format)) => vec![format],
            Some(Formats::Several(formats)) => formats,
        };
        if date_formats.is_empty() && columns.values().any(|field| *field == Field::DateOfBirth) {
            return Err(InputProblem::new(
                file,
                "maps a date_of_birth but gives no date_format",
                "say how the dates are written, for example date_format = \"%d/%m/%Y\"",
            ));
        }
        if let Some(wrong) = date_formats.iter().find(|format| !is_date_format(format)) {
            return Err(InputProblem::new(
                file,
                format!("has a date_format, \"{wrong}\", that does not give day, month and year, each once"),
                "use the signs of strftime, for example date_format = \"%d/%m/%Y\"",
            ));
        }
        if written.two_digit_years_before.is_none() && date_formats.iter().any(|format| format.contains("%y")) {
            return Err(InputProblem::new(
                file,
                "has two-digit years (%y) and does not say of which century",
                "add two_digit_years_before = 2027, the year after the latest one in the file",
            ));
        }
        let delimiter = match &written.delimiter {
            None => b',',
            Some(sign) if sign.get_ref().len() == 1 => sign.get_ref().as_bytes()[0],
            Some(sign) => {
                return Err(InputProblem::new(
                    file,
                    "has a delimiter that is not one plain sign",
                    "use one such as \",\", \";\" or \"\\t\"",
                )
                .at_line(line_of(text, &sign.span())));
            }
        };
        Ok(Self {
            file: file.to_owned(),
            date_formats,
            two_digit_years_before: written.two_digit_years_before,
            id: written.id,
            delimiter,
            columns,
        })
    }
}

/// The line, counted from 1, on which a span of the text starts.
fn line_of(text: &str, span: &Range<usize>) -> u64 {
    let before = &text.as_bytes()[..span.start.min(text.len())];
    1 + before.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ColumnMap, String> {
        ColumnMap::parse(Path::new("MAP.toml"), text).map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_map_names_the_field_of_each_column() {
        let map =
            parse("date_format = \"%Y-%m-%d\"\nid = \"key\"\n[columns]\nForename = \"given_name\"\nBorn = \"date_of_birth\"\n").unwrap();
        assert_eq!(map.columns["Forename"], Field::GivenName);
        assert_eq!(map.id.as_deref(), Some("key"));
        assert_eq!(map.date_formats, ["%Y-%m-%d"]);
    }

    #[test]
    fn an_unknown_field_is_refused_with_its_line_and_column() {
        let message = parse("date_format = \"%Y\"\n[columns]\nA = \"given_name\"\nB = \"famly_name\"\n").unwrap_err();
        assert!(message.starts_with("MAP.toml, line 4, column `B`: `famly_name` is not a field; did you mean `family_name`?"), "{message}");
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let message = parse("colour = \"red\"\n[columns]\nA = \"given_name\"\n").unwrap_err();
        assert!(message.starts_with("MAP.toml, line 1: is no column map: unknown field `colour`"), "{message}");
    }

    #[test]
    fn a_birth_date_needs_a_date_format_and_a_two_digit_year_its_century() {
        assert!(parse("[columns]\nA = \"date_of_birth\"\n").unwrap_err().contains("no date_format"));
        assert!(parse("date_format = \"%d/%m/%y\"\n[columns]\nA = \"date_of_birth\"\n").unwrap_err().contains("two_digit_years_before"));
        assert!(parse("date_format = \"%d/%m/%y\"\ntwo_digit_years_before = 2027\n[columns]\nA = \"date_of_birth\"\n").is_ok());
    }

    #[test]
    fn a_date_format_that_is_none_is_refused() {
        for wrong in ["%Q", "YYYY-MM-DD", "%Y", "%m/%Y", ""] {
            let message = parse(&format!("date_format = \"{wrong}\"\n[columns]\nA = \"date_of_birth\"\n")).unwrap_err();
            assert!(message.contains("does not give day, month and year"), "{message}");
        }
        for right in ["%d.%m.%Y", "%Y%m%d", "%-d %b %Y", "%F"] {
            assert!(parse(&format!("date_format = \"{right}\"\n[columns]\nA = \"date_of_birth\"\n")).is_ok(), "{right}");
        }
    }

    #[test]
    fn a_map_of_nothing_is_refused() {
        assert!(parse("[columns]\n").unwrap_err().contains("maps no column"));
    }
}
