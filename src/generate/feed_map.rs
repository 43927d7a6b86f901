//! Feed maps read backwards: the importer reads columns into fields, the generator writes fields into columns by the same map.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What goes into one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Case detail that the importer must discard.
    Discarded,
    /// One field of the person, the involvement, the professional, the team or the relationship; and which of several columns of that field.
    Field(String, usize),
    /// Several fields in one cell.
    Fields(Vec<String>, String),
    /// A field of a dependent record: type, field.
    Related(String, String),
}

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// The heading.
    pub heading: String,
    /// What stands in it.
    pub content: Content,
}

/// What one row of a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the words of the design")]
pub enum Rows {
    Person,
    Involvement,
    Relationship,
}

/// One file of a feed.
#[derive(Debug, Clone)]
pub struct FeedFile {
    /// The file's name.
    pub name: String,
    /// What a row is about.
    pub rows: Rows,
    /// Columns in the map's order, the discarded ones in between.
    pub columns: Vec<Column>,
    /// Our word to the feed's word, by field.
    values: BTreeMap<String, BTreeMap<String, String>>,
}

impl FeedFile {
    /// The feed's word for one of ours, or ours where the map has none.
    #[must_use]
    pub fn word<'word>(&'word self, field: &str, ours: &'word str) -> &'word str {
        self.values.get(field).and_then(|words| words.get(ours)).map_or(ours, String::as_str)
    }

    /// Whether the map knows a word for it.
    #[must_use]
    pub fn has_word(&self, field: &str, ours: &str) -> bool {
        self.values.get(field).is_some_and(|words| words.contains_key(ours))
    }

    /// How many columns hold this field.
    #[must_use]
    pub fn columns_of(&self, field: &str) -> usize {
        self.columns.iter().filter(|column| matches!(&column.content, Content::Field(name, _) if name == field)).count()
    }
}

/// A feed as its map describes it.
#[derive(Debug, Clone)]
pub struct FeedMap {
    /// Code of the feed.
    pub feed: String,
    /// Code of the service.
    pub service: String,
    /// Whether bytes are Windows-1252 (else UTF-8).
    pub is_windows_1252: bool,
    /// Between cells.
    pub delimiter: u8,
    /// How dates are written.
    pub date_format: String,
    /// The files.
    pub files: Vec<FeedFile>,
}

#[derive(Deserialize)]
struct MapText {
    feed: String,
    service: String,
    encoding: String,
    delimiter: String,
    date_formats: Vec<String>,
    file: Vec<FileText>,
}

#[derive(Deserialize)]
struct FileText {
    #[serde(rename = "match")]
    pattern: String,
    rows: Rows,
    #[serde(default)]
    discard: Vec<String>,
    #[serde(default)]
    split: BTreeMap<String, String>,
    columns: BTreeMap<String, OneOrMany>,
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl FeedMap {
    /// Reads a map that comes with the program.
    ///
    /// # Panics
    /// Where that map is not well formed, which a test holds to be impossible.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let map: MapText = toml::from_str(text).expect("the feed maps are part of the program");
        let mut sections = text.split("[[file]]").skip(1);
        let files = map
            .file
            .into_iter()
            .map(|file| {
                let section = sections.next().unwrap_or_default();
                let columns = columns_in_order(section, &file);
                let values = file
                    .values
                    .into_iter()
                    .map(|(field, words)| (field, words.into_iter().map(|(theirs, ours)| (ours, theirs)).collect()))
                    .collect();
                FeedFile { name: file.pattern.replace('*', ""), rows: file.rows, columns, values }
            })
            .collect();
        Self {
            feed: map.feed,
            service: map.service,
            is_windows_1252: map.encoding == "windows-1252",
            delimiter: map.delimiter.bytes().next().unwrap_or(b','),
            date_format: map.date_formats.into_iter().next().unwrap_or_default(),
            files,
        }
    }
}

/// The columns as they stand in the map's text, for a parsed table has no order.
fn columns_in_order(section: &str, file: &FileText) -> Vec<Column> {
    let mut headings: Vec<&String> = file.columns.keys().collect();
    headings.sort_by_key(|heading| section.find(&format!("\n\"{heading}\" =")));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut columns: Vec<Column> = headings
        .into_iter()
        .map(|heading| {
            let content = match &file.columns[heading] {
                OneOrMany::Many(fields) => {
                    Content::Fields(fields.clone(), file.split.get(heading).cloned().unwrap_or_else(|| " ".to_owned()))
                }
                OneOrMany::One(field) => {
                    if let Some((kind, field)) = field.strip_prefix("related.").and_then(|rest| rest.split_once('.')) {
                        Content::Related(kind.to_owned(), field.to_owned())
                    } else {
                        let nth = seen.entry(field.clone()).or_insert(0);
                        *nth += 1;
                        Content::Field(field.clone(), *nth - 1)
                    }
                }
            };
            Column { heading: heading.clone(), content }
        })
        .collect();
    // Case detail stands in the middle of real extracts, not neatly behind them.
    for (place, heading) in file.discard.iter().enumerate() {
        let at = (columns.len() * (place + 2) / (file.discard.len() + 2)).min(columns.len());
        columns.insert(at, Column { heading: heading.clone(), content: Content::Discarded });
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_keep_the_maps_order_and_discarded_ones_stand_in_between() {
        let map = FeedMap::read(include_str!("data/feeds/police.toml"));
        let headings: Vec<&str> = map.files[0].columns.iter().map(|column| column.heading.as_str()).collect();
        assert_eq!(headings[0], "Ref");
        assert_eq!(headings[1], "Surname");
        assert!(headings.contains(&"Offence"));
        assert_ne!(headings[headings.len() - 3..], ["Offence", "Warning markers", "Notes"]);
        assert!(map.is_windows_1252);
    }

    #[test]
    fn our_words_become_the_feeds_words() {
        let map = FeedMap::read(include_str!("data/feeds/police.toml"));
        assert_eq!(map.files[0].word("status", "current"), "Open");
        assert_eq!(map.files[0].word("sex", "female"), "female");
    }
}
