//! Reads the records of one or two CSV files, a batch of rows at a time: while one thread reads the next batch, the others make people of this one.
//! Memory does not grow with a file but by what its caller keeps.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    path::{Path, PathBuf},
};

use csv::ByteRecord;
use rayon::prelude::*;

use super::{
    birth_date_cell::{BirthDateFormat, BirthDateReading},
    column_map::ColumnMap,
    error::InputProblem,
    field::Field,
    record_index::{Labels, RecordIndex, text_hash},
    row::person_details,
};
use crate::domain::PersonDetails;

/// Rows parsed at a time. Large enough to keep all cores busy, small enough to be still in the caches when they are made people of.
const BATCH_ROWS: usize = 2048;
/// Bytes of a row from which on its memory does not serve for another: a file with long notes in some rows would come to hold a batch of the longest.
const LONG_ROW: usize = 4096;
/// Rows of a batch that one thread takes at a time, at least.
const ROWS_A_PART: usize = 32;

/// Groups that results are told apart by: more than this is a column of another kind.
const MOST_GROUPS: usize = 1000;

/// What to read.
pub struct Sources<'sources> {
    /// One file, or two to be linked.
    pub files: &'sources [PathBuf],
    /// Which column holds which field.
    pub map: &'sources ColumnMap,
    /// The column with the true cluster.
    pub cluster_column: Option<&'sources str>,
    /// The column by which results are told apart.
    pub group_column: Option<&'sources str>,
}

/// Where things stand in one file's rows.
struct Layout {
    fields: Vec<(usize, Field)>,
    id: Option<usize>,
    cluster: Option<usize>,
    group: Option<usize>,
    header: Vec<String>,
}

/// Reads all files; `make` makes of each person what the caller keeps. What was made comes back in the order of the rows.
///
/// # Errors
/// A file cannot be read, is not UTF-8 or no CSV, a named column is missing or doubled, or an id stands twice: said with file, line and column.
pub fn read_records<Made: Send>(
    sources: &Sources,
    make: impl Fn(&PersonDetails) -> Made + Sync,
) -> Result<(RecordIndex, Vec<Made>), InputProblem> {
    let mut index = RecordIndex {
        files: sources.files.to_vec(),
        clusters: sources.cluster_column.map(|_| Labels::default()),
        groups: sources.group_column.map(|_| Labels::default()),
        ..RecordIndex::default()
    };
    let mut made = Vec::new();
    let mut seen = BTreeSet::new();
    for file in sources.files {
        index.starts.push(index.len());
        read_file(file, sources, &mut index, &mut seen, &make, &mut made)?;
    }
    if let Some(missing) = sources.map.columns.iter().find(|(column, _)| !seen.contains(*column)) {
        return Err(missing_column(&sources.files[0], missing.0, &format!("{} maps it to {}", sources.map.file.display(), missing.1), &[]));
    }
    if index.is_empty() {
        return Err(InputProblem::new(&sources.files[0], "holds no records", "give a file with a heading line and at least one row"));
    }
    Ok((index, made))
}

fn read_file<Made: Send>(
    file: &Path,
    sources: &Sources,
    index: &mut RecordIndex,
    seen: &mut BTreeSet<String>,
    make: &(impl Fn(&PersonDetails) -> Made + Sync),
    made: &mut Vec<Made>,
) -> Result<(), InputProblem> {
    let opened = File::open(file).map_err(|source| InputProblem::unreadable(file, &source))?;
    if opened.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(InputProblem::new(file, "is a folder", "name a CSV file"));
    }
    let mut reader = csv::ReaderBuilder::new().delimiter(sources.map.delimiter).buffer_capacity(1 << 20).from_reader(opened);
    let header = reader.byte_headers().map_err(|error| malformed(file, &error))?.clone();
    if header.is_empty() {
        return Err(InputProblem::new(file, "is empty", "give a file with a heading line and at least one row"));
    }
    let layout = Layout::of(file, &header, sources)?;
    seen.extend(layout.fields.iter().map(|(at, _)| layout.header[*at].clone()));
    let dates = BirthDateFormat::new(&sources.map.date_formats, sources.map.two_digit_years_before);
    let first = index.len();
    let mut dates_seen = DatesSeen::default();
    let (mut batch, mut next) = (Batch::default(), Batch::default());
    batch.read(file, &mut reader);
    while !batch.rows().is_empty() {
        let make_of = |row: &ByteRecord| make(&layout.person(row, &dates));
        let (indexed, ()) = rayon::join(
            || {
                let take_in = |row| {
                    let cells = Cells::of(row);
                    layout.index_row(file, cells, first, index).and_then(|()| layout.check_text(file, cells))
                };
                let indexed = batch.rows().iter().try_for_each(take_in);
                dates_seen.look_at(&layout, batch.rows(), &dates);
                if batch.failure.is_none() {
                    next.read(file, &mut reader);
                }
                indexed
            },
            || made.par_extend(batch.rows().par_iter().with_min_len(ROWS_A_PART).map(make_of)),
        );
        // Of several things wrong the one that stands first in the file is told, though rows are read ahead.
        if let Some(problem) = indexed.err().or_else(|| batch.failure.take()) {
            return Err(problem);
        }
        std::mem::swap(&mut batch, &mut next);
    }
    if let Some(problem) = batch.failure {
        return Err(problem);
    }
    dates_seen.refuse_where_none_fits(file, sources)?;
    refuse_repeated_ids(file, &layout, first, index)
}

/// A batch of rows, whose memory serves for one batch after another.
#[derive(Default)]
struct Batch {
    rows: Vec<ByteRecord>,
    count: usize,
    /// What is wrong with the row behind these.
    failure: Option<InputProblem>,
}

impl Batch {
    fn rows(&self) -> &[ByteRecord] {
        &self.rows[..self.count]
    }

    /// Reads as many rows as there are, up to a batch, or up to one that cannot be read.
    fn read(&mut self, file: &Path, reader: &mut csv::Reader<File>) {
        (self.count, self.failure) = (0, None);
        while self.count < BATCH_ROWS {
            match self.rows.get_mut(self.count) {
                // The memory of a long row is not kept.
                Some(row) if row.as_slice().len() > LONG_ROW => *row = ByteRecord::new(),
                Some(_) => {}
                None => self.rows.push(ByteRecord::new()),
            }
            match reader.read_byte_record(&mut self.rows[self.count]) {
                Ok(true) => self.count += 1,
                Ok(false) => break,
                Err(error) => {
                    self.failure = Some(malformed(file, &error));
                    break;
                }
            }
        }
    }
}

/// Whether a file's birth dates are written as the map says. A wrong format would leave every birth date out without a word.
#[derive(Default)]
struct DatesSeen {
    fit: bool,
    /// The column and first line of a cell that is no date in any of the formats.
    unlike: Option<(String, u64)>,
}

impl DatesSeen {
    /// Looks at a batch, until one birth date fits.
    fn look_at(&mut self, layout: &Layout, batch: &[ByteRecord], dates: &BirthDateFormat) {
        let Some((at, _)) = layout.fields.iter().find(|(_, field)| *field == Field::DateOfBirth) else { return };
        for row in batch {
            if self.fit {
                return;
            }
            let cell = std::str::from_utf8(&row[*at]).unwrap_or_default();
            if dates.read(cell) != BirthDateReading::Missing {
                self.fit = true;
            } else if self.unlike.is_none() && dates.is_unlike(cell) {
                self.unlike = Some((layout.header[*at].clone(), line_of(row)));
            }
        }
    }

    fn refuse_where_none_fits(&self, file: &Path, sources: &Sources) -> Result<(), InputProblem> {
        let Some((column, line)) = self.unlike.as_ref().filter(|_| !self.fit) else { return Ok(()) };
        let formats = sources.map.date_formats.join("\", \"");
        let problem =
            format!("no birth date of the file is written as {} says (\"{formats}\"), this one first", sources.map.file.display());
        Err(InputProblem::new(file, problem, "correct date_format; several formats may be listed").at_line(*line).in_column(column))
    }
}

/// The cells of a row as text.
#[derive(Clone, Copy)]
struct Cells<'row> {
    row: &'row ByteRecord,
    /// All of them, end to end, where that is text.
    whole: Option<&'row str>,
}

impl<'row> Cells<'row> {
    /// Looks a row through once, not cell by cell: what is text as a whole is so in each cell, unless a cell ends within a letter.
    fn of(row: &'row ByteRecord) -> Self {
        Self { row, whole: std::str::from_utf8(row.as_slice()).ok() }
    }

    /// A cell, where it is text.
    fn text(&self, at: usize) -> Option<&'row str> {
        let of_whole = self.whole.and_then(|whole| whole.get(self.row.range(at)?));
        of_whole.or_else(|| std::str::from_utf8(&self.row[at]).ok())
    }
}

impl Layout {
    fn of(file: &Path, header: &ByteRecord, sources: &Sources) -> Result<Self, InputProblem> {
        let mut names = Vec::with_capacity(header.len());
        for (at, name) in header.iter().enumerate() {
            let name = std::str::from_utf8(name).map_err(|_| not_text(file, 1).in_column(&format!("number {}", at + 1)))?;
            names.push(name.trim_start_matches('\u{feff}').trim().to_owned());
        }
        let find = |column: &str| -> Result<Option<usize>, InputProblem> {
            let mut places = names.iter().enumerate().filter(|(_, name)| *name == column).map(|(at, _)| at);
            let place = places.next();
            if places.next().is_some() {
                return Err(InputProblem::new(file, "stands twice in the heading", "give each column its own name")
                    .at_line(1)
                    .in_column(column));
            }
            Ok(place)
        };
        let mut fields = Vec::new();
        for (column, field) in &sources.map.columns {
            if let Some(at) = find(column)? {
                fields.push((at, field.clone()));
            } else if sources.files.len() == 1 {
                return Err(missing_column(file, column, &format!("{} maps it to {field}", sources.map.file.display()), &names));
            }
        }
        fields.sort_by_key(|(at, _)| *at);
        let mut held: BTreeMap<&Field, &str> = BTreeMap::new();
        for (at, field) in &fields {
            if let Some(other) = held.insert(field, &names[*at])
                && !field.may_repeat()
            {
                let problem = format!("columns `{other}` and `{}` are both mapped to {field}", names[*at]);
                let remedy = "map one of them; only address, other_names, phone and email may have several columns";
                return Err(InputProblem::new(&sources.map.file, problem, remedy));
            }
        }
        if fields.is_empty() {
            let problem = format!("has none of the columns that {} maps", sources.map.file.display());
            return Err(
                InputProblem::new(file, problem, format!("name its own columns in the map; they are: {}", names.join(", "))).at_line(1)
            );
        }
        let needed = |column: Option<&str>, reason: &str| match column {
            None => Ok(None),
            Some(column) => find(column)?.map(Some).ok_or_else(|| missing_column(file, column, reason, &names)),
        };
        let id = needed(sources.map.id.as_deref(), &format!("{} names it as the id", sources.map.file.display()))?;
        let cluster = needed(sources.cluster_column, "--cluster-column names it")?;
        let group = needed(sources.group_column, "--group-by names it")?;
        Ok(Self { fields, id, cluster, group, header: names })
    }

    fn text<'row>(&self, file: &Path, cells: Cells<'row>, at: usize) -> Result<&'row str, InputProblem> {
        cells.text(at).ok_or_else(|| not_text(file, line_of(cells.row)).in_column(&self.header[at]))
    }

    /// Whether every cell of a column that is mapped is text.
    fn check_text(&self, file: &Path, cells: Cells) -> Result<(), InputProblem> {
        if cells.row.as_slice().is_ascii() {
            return Ok(());
        }
        self.fields.iter().try_for_each(|(at, _)| self.text(file, cells, *at).map(|_| ()))
    }

    /// The person of a row. A cell that is no text is passed over.
    fn person(&self, row: &ByteRecord, dates: &BirthDateFormat) -> PersonDetails {
        let cells = Cells::of(row);
        person_details(self.fields.iter().map(|(at, field)| (field, cells.text(*at).unwrap_or_default())), dates)
    }

    fn index_row(&self, file: &Path, cells: Cells, first: usize, index: &mut RecordIndex) -> Result<(), InputProblem> {
        let stored = match self.id {
            None => index.ids.push(&(index.len() - first + 1).to_string()),
            Some(at) => {
                let id = self.text(file, cells, at)?.trim();
                if id.is_empty() {
                    let remedy = "give each row an id, or leave `id` out of the map to use row numbers";
                    return Err(InputProblem::new(file, "a row has no id", remedy).at_line(line_of(cells.row)).in_column(&self.header[at]));
                }
                index.ids.push(id)
            }
        };
        let too_much =
            |what: &str| InputProblem::new(file, format!("has more text in its {what} than can be held (4 GiB)"), "use shorter ones");
        if !stored {
            return Err(too_much("ids"));
        }
        if let (Some(at), Some(clusters)) = (self.cluster, &mut index.clusters)
            && !clusters.push_cluster(self.text(file, cells, at)?.trim())
        {
            return Err(too_much("clusters").in_column(&self.header[at]));
        }
        if let (Some(at), Some(groups)) = (self.group, &mut index.groups) {
            if !groups.push_group(self.text(file, cells, at)?.trim()) {
                return Err(too_much("groups").in_column(&self.header[at]));
            }
            if groups.count() > MOST_GROUPS {
                let remedy = "name a column with few values, such as an area or the origin of a name";
                return Err(InputProblem::new(file, format!("has over {MOST_GROUPS} different values to group by"), remedy)
                    .in_column(&self.header[at]));
            }
        }
        Ok(())
    }
}

fn refuse_repeated_ids(file: &Path, layout: &Layout, first: usize, index: &RecordIndex) -> Result<(), InputProblem> {
    let Some(column) = layout.id else { return Ok(()) };
    // Ids of one hash stand side by side; where no two do, as is usual, no id needs to be looked at again.
    let mut hashes: Vec<u64> = (first..index.len()).into_par_iter().map(|record| text_hash(index.ids.get(record))).collect();
    hashes.par_sort_unstable();
    if hashes.windows(2).all(|pair| pair[0] != pair[1]) {
        return Ok(());
    }
    let mut order: Vec<usize> = (first..index.len()).collect();
    order.par_sort_unstable_by(|left, right| index.ids.get(*left).cmp(index.ids.get(*right)));
    match order.windows(2).find(|pair| index.ids.get(pair[0]) == index.ids.get(pair[1])) {
        None => Ok(()),
        Some(pair) => {
            let (earlier, later) = (pair[0].min(pair[1]) - first + 1, pair[0].max(pair[1]) - first + 1);
            Err(InputProblem::new(
                file,
                format!("rows {earlier} and {later} have the same id"),
                "give each row its own id, or leave `id` out of the map to use row numbers",
            )
            .in_column(&layout.header[column]))
        }
    }
}

fn line_of(row: &ByteRecord) -> u64 {
    row.position().map_or(0, csv::Position::line)
}

fn not_text(file: &Path, line: u64) -> InputProblem {
    InputProblem::new(file, "a cell is not UTF-8", "save the file as UTF-8").at_line(line)
}

fn missing_column(file: &Path, column: &str, why: &str, names: &[String]) -> InputProblem {
    let remedy = if names.is_empty() {
        "correct the column's name where it is given".to_owned()
    } else {
        format!("correct the name; the file's columns are: {}", names.join(", "))
    };
    InputProblem::new(file, format!("has no such column, and {why}"), remedy).at_line(1).in_column(column)
}

/// An error of the CSV reader in words.
pub(super) fn malformed(file: &Path, error: &csv::Error) -> InputProblem {
    match error.kind() {
        csv::ErrorKind::Io(source) => InputProblem::unreadable(file, source),
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let problem = format!("a row has {len} cells where the heading has {expected_len}");
            let found = InputProblem::new(file, problem, "check the row's commas and quotation marks");
            match pos {
                Some(position) => found.at_line(position.line()),
                None => found,
            }
        }
        csv::ErrorKind::Utf8 { pos, .. } => not_text(file, pos.as_ref().map_or(1, csv::Position::line)),
        _ => InputProblem::new(file, "is no CSV that can be read", "save it as comma-separated UTF-8 text with one heading line"),
    }
}
