//! Why a delivery was not loaded.

use std::fmt;

use jiff::civil::Date;

/// Why a delivery was refused. Nothing of it was loaded. No variant carries a cell's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// A file that matches none of the map's patterns.
    FileUnexpected {
        /// The file's name.
        file: String,
    },
    /// A part of the map for which no file came.
    FileMissing {
        /// The pattern that nothing matched.
        pattern: String,
    },
    /// A file without even a header.
    FileEmpty {
        /// The file's name.
        file: String,
    },
    /// The first line holds few or none of the columns that the map names; its words are not repeated, since they may be a person's.
    HeaderUnlike {
        /// The file's name.
        file: String,
    },
    /// Columns that the map neither takes nor discards.
    ColumnUnknown {
        /// The file's name.
        file: String,
        /// The columns' names.
        columns: Vec<String>,
    },
    /// Columns that the map takes and the file lacks.
    ColumnMissing {
        /// The file's name.
        file: String,
        /// The columns' names.
        columns: Vec<String>,
    },
    /// Two columns of one name, which the map takes.
    ColumnTwice {
        /// The file's name.
        file: String,
        /// The column's name.
        column: String,
    },
    /// Bytes that are not text in the map's encoding.
    EncodingUnreadable {
        /// The file's name.
        file: String,
        /// The encoding's name.
        encoding: &'static str,
        /// How many bytes into the file, at most.
        within_bytes: u64,
    },
    /// A row of over a mebibyte: a quote is not closed.
    RowTooLong {
        /// The file's name.
        file: String,
        /// The line at which it starts.
        line: u64,
    },
    /// A file that could not be read to its end.
    FileUnreadable {
        /// The file's name.
        file: String,
        /// What the operating system said.
        reason: String,
    },
    /// More rows rejected than the map lets pass.
    TooManyRejected {
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        rows: u64,
        /// The share that the map lets pass, in percent.
        percent: f64,
    },
    /// The data is older than what is loaded already.
    Older {
        /// As of when the delivery is.
        data_as_of: Date,
        /// As of when the newest load is.
        newest: Date,
    },
    /// A snapshot that would end or remove more of the feed than the map lets pass.
    DropTooLarge {
        /// What would go: "records", "involvements" or "relationships".
        what: &'static str,
        /// How many would go.
        dropped: u64,
        /// How many the feed holds now.
        held: u64,
        /// The share that the map lets pass, in percent.
        percent: f64,
    },
    /// What takes the rows closed before the delivery was read.
    Interrupted,
}

impl Refusal {
    /// Its name in reports: `column-unknown`.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::FileUnexpected { .. } => "file-unexpected",
            Self::FileMissing { .. } => "file-missing",
            Self::FileEmpty { .. } => "file-empty",
            Self::HeaderUnlike { .. } => "header-unlike",
            Self::ColumnUnknown { .. } => "column-unknown",
            Self::ColumnMissing { .. } => "column-missing",
            Self::ColumnTwice { .. } => "column-twice",
            Self::EncodingUnreadable { .. } => "encoding-unreadable",
            Self::RowTooLong { .. } => "row-too-long",
            Self::FileUnreadable { .. } => "file-unreadable",
            Self::TooManyRejected { .. } => "too-many-rejected",
            Self::Older { .. } => "delivery-older",
            Self::DropTooLarge { .. } => "drop-too-large",
            Self::Interrupted => "interrupted",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FileUnexpected { file } => write!(formatter, "{file}: no [[file]] of the map matches this name"),
            Self::FileMissing { pattern } => write!(formatter, "no file was given that matches \"{pattern}\""),
            Self::FileEmpty { file } => write!(formatter, "{file}: the file is empty, without a header line"),
            Self::HeaderUnlike { file } => {
                write!(
                    formatter,
                    "{file}: the first line holds few or none of the columns that the map names; is the header there, and the delimiter right?"
                )
            }
            Self::ColumnUnknown { file, columns } => {
                write!(formatter, "{file}: the map neither takes nor discards {}; list it under `columns` or `discard`", quoted(columns))
            }
            Self::ColumnMissing { file, columns } => write!(formatter, "{file}: the map takes {}, which the file lacks", quoted(columns)),
            Self::ColumnTwice { file, column } => write!(formatter, "{file}: there are two columns named \"{column}\""),
            Self::EncodingUnreadable { file, encoding, within_bytes } => {
                write!(
                    formatter,
                    "{file}: not readable as {encoding} within its first {within_bytes} bytes; is the map's `encoding` right?"
                )
            }
            Self::RowTooLong { file, line } => {
                write!(formatter, "{file}, line {line}: a row of over a mebibyte; is a quote not closed?")
            }
            Self::FileUnreadable { file, reason } => write!(formatter, "{file}: the file could not be read to its end: {reason}"),
            Self::TooManyRejected { rejected, rows, percent } => {
                write!(formatter, "{rejected} of {rows} rows were rejected, over the {percent}% that the map lets pass")
            }
            Self::Older { data_as_of, newest } => write!(
                formatter,
                "the delivery's data is as of {data_as_of}, older than the newest load, as of {newest}; an older delivery is never loaded over a newer one"
            ),
            Self::DropTooLarge { what, dropped, held, percent } => write!(
                formatter,
                "the snapshot lacks {dropped} of the {held} {what} that the feed holds now, over the {percent}% that the map lets pass \
                 (`largest_drop_percent`); was the extract cut short?"
            ),
            Self::Interrupted => formatter.write_str("the load was stopped before the delivery was read"),
        }
    }
}

impl std::error::Error for Refusal {}

fn quoted(columns: &[String]) -> String {
    let names: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!("the column {one}"),
        several => format!("the columns {}", several.join(", ")),
    }
}
