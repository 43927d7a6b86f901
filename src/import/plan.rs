//! A file's header held against its map: which cell of a row goes to which field.

use std::collections::{BTreeMap, HashMap};

use csv::StringRecord;

use super::{CellKind, Field, FileMap, InvolvementField, Refusal};
use crate::domain::relationship::RelationshipType;

/// Where a field's text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// The same for every row.
    Constant(String),
    /// A whole cell.
    Cell(usize),
    /// A part of a cell that is split.
    Part {
        /// The cell.
        cell: usize,
        /// What it is split by.
        separator: String,
        /// Which part, from 0.
        part: usize,
        /// How many parts there are; the last takes the rest.
        of: usize,
    },
    /// All parts of a cell that is split, from one on, each a value of a list.
    Parts {
        /// The cell.
        cell: usize,
        /// What it is split by.
        separator: String,
        /// The first part taken, from 0.
        from: usize,
    },
}

/// A field's sources in the map's order, and the feed's words for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Slot {
    pub sources: Vec<Source>,
    pub words: BTreeMap<String, String>,
}

/// How the rows of one file are read.
#[derive(Debug, Clone)]
pub(super) struct FilePlan {
    pub slots: HashMap<Field, Slot>,
    /// Cells in a row.
    pub width: usize,
    /// The kinds of people told of in a person row.
    pub related: Vec<RelationshipType>,
    /// Those among them of whom no two are one person.
    pub different_people: Vec<RelationshipType>,
    /// Whether rows carry involvements at all.
    pub has_involvement: bool,
    /// The involvement fields that columns fill, as against constants.
    pub involvement_columns: Vec<Field>,
}

impl FilePlan {
    /// Holds a header against the map. Every column must be taken or discarded, every column taken must be there, once.
    ///
    /// # Errors
    /// [`Refusal::HeaderUnlike`], [`Refusal::ColumnUnknown`], [`Refusal::ColumnMissing`] or [`Refusal::ColumnTwice`].
    pub fn bind(map: &FileMap, header: &StringRecord, file_name: &str) -> Result<Self, Refusal> {
        let file = file_name.to_owned();
        let names: Vec<&str> = header.iter().map(str::trim).collect();
        let taken = |name: &str| map.columns.iter().any(|column| column.column == name);
        let known = |name: &str| taken(name) || map.discard.iter().any(|discarded| discarded.trim() == name);
        let known_count = names.iter().filter(|name| known(name)).count();
        if known_count * 2 < names.len().min(map.columns.len() + map.discard.len()) {
            return Err(Refusal::HeaderUnlike { file });
        }
        let unknown: Vec<String> = names.iter().filter(|name| !known(name)).map(|name| (*name).to_owned()).collect();
        if !unknown.is_empty() {
            return Err(Refusal::ColumnUnknown { file, columns: unknown });
        }
        let missing: Vec<String> =
            map.columns.iter().filter(|column| !names.contains(&column.column.as_str())).map(|column| column.column.clone()).collect();
        if !missing.is_empty() {
            return Err(Refusal::ColumnMissing { file, columns: missing });
        }
        if let Some(twice) = map.columns.iter().find(|column| names.iter().filter(|name| **name == column.column).count() > 1) {
            return Err(Refusal::ColumnTwice { file, column: twice.column.clone() });
        }
        Ok(Self::laid_out(map, &names))
    }

    fn laid_out(map: &FileMap, names: &[&str]) -> Self {
        let mut slots: HashMap<Field, Slot> = HashMap::new();
        let mut involvement_columns = Vec::new();
        for column in &map.columns {
            let Some(cell) = names.iter().position(|name| *name == column.column) else { continue };
            for (part, field) in column.fields.iter().enumerate() {
                let last = part + 1 == column.fields.len();
                let source = match &column.separator {
                    None => Source::Cell(cell),
                    Some(separator) if last && field.kind() == CellKind::List => {
                        Source::Parts { cell, separator: separator.clone(), from: part }
                    }
                    Some(separator) => Source::Part { cell, separator: separator.clone(), part, of: column.fields.len() },
                };
                slots.entry(*field).or_default().sources.push(source);
                if matches!(field, Field::Involvement(_)) {
                    involvement_columns.push(*field);
                }
            }
        }
        for (field, value) in &map.constants {
            slots.entry(*field).or_default().sources.push(Source::Constant(value.clone()));
        }
        for (field, words) in &map.words {
            if let Some(slot) = slots.get_mut(field) {
                slot.words.clone_from(words);
            }
        }
        let related = RelationshipType::ALL
            .into_iter()
            .filter(|kind| slots.keys().any(|field| matches!(field, Field::Related(related, _) if related == kind)))
            .collect();
        let has_involvement = InvolvementField::ALL.iter().any(|field| slots.contains_key(&Field::Involvement(*field)));
        let different_people = map.different_people.clone();
        Self { slots, width: names.len(), related, different_people, has_involvement, involvement_columns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::FeedMap;

    fn file() -> FileMap {
        let map = "feed = \"a\"\nservice = \"a\"\ndelivery = \"delta\"\n[[file]]\nmatch = \"*\"\nrows = \"person\"\ndiscard = [\"Notes\", \"\"]\n\
                   [file.columns]\n\"Ref\" = \"source_id\"\n\"Forename\" = \"given_name\"\n";
        FeedMap::parse(map, "a.toml").unwrap().files.remove(0)
    }

    fn bound(header: &[&str]) -> Result<FilePlan, &'static str> {
        FilePlan::bind(&file(), &StringRecord::from(header.to_vec()), "a.csv").map_err(|refusal| refusal.rule())
    }

    #[test]
    fn columns_are_found_in_any_order_and_space_around_names_does_not_matter() {
        assert_eq!(bound(&["Notes", " Forename", "Ref "]).unwrap().width, 3);
        assert_eq!(bound(&["Ref", "Forename", "Notes", "", ""]).unwrap().width, 5);
    }

    #[test]
    fn columns_unknown_missing_or_twice_are_refused() {
        assert_eq!(bound(&["Ref", "Forename", "Offence"]).unwrap_err(), "column-unknown");
        assert_eq!(bound(&["Ref", "Notes"]).unwrap_err(), "column-missing");
        assert_eq!(bound(&["Ref", "Ref", "Forename"]).unwrap_err(), "column-twice");
        assert!(bound(&["Ref", "Forename"]).is_ok(), "a discarded column need not be there");
    }

    #[test]
    fn a_file_without_a_header_is_refused_without_repeating_its_first_line() {
        let refusal = FilePlan::bind(&file(), &StringRecord::from(vec!["17", "Aisha", "x"]), "a.csv").unwrap_err();
        assert_eq!(refusal.rule(), "header-unlike");
        assert!(!refusal.to_string().contains("Aisha"));
    }
}
