//! Reading a delivery from its first file's header to its last row.

use std::{cell::Cell, io::Read, rc::Rc};

use csv::{Reader, ReaderBuilder, StringRecord};
use jiff::civil::Date;

use super::{
    FeedMap, Field, FileReport, LoadReport, PersonField, Refusal, RowKind, Rule,
    cell::DateReading,
    decode::{Allowance, DecodeError, DecodingReader},
    involvement, person,
    plan::FilePlan,
    relationship::{self, RelationshipRow},
    row::{Ages, Row},
};
use crate::domain::{
    BirthDate, FamilyHint, LeastAge, NamedRelative, Origin, PersonDetails, Received, ReceivedInvolvement, ReceivedRecord,
    ReceivedRelationship, RecordKey, RecordedRelationship, family_hint, relationship::RelationshipType,
};

/// The most text that one row may hold, in bytes.
const LONGEST_ROW: usize = 1 << 20;

/// A file as it came.
pub struct DeliveredFile {
    /// Its name, without the folder.
    pub name: String,
    /// Its bytes.
    pub content: Box<dyn Read + Send>,
}

/// The days that rows are read by.
#[derive(Debug, Clone, Copy)]
pub struct Days {
    /// The business date: what has happened lies before it.
    pub today: Date,
    /// As of when the data is current.
    pub data_as_of: Date,
}

/// What takes the rows has closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SinkClosed;

/// Where everything that a delivery holds goes.
pub type Sink<'sink> = &'sink mut dyn FnMut(Received) -> Result<(), SinkClosed>;

/// Which file goes to which part of the map: pairs of an index into `map.files` and one into `names`, in the order in which they are read (the map's,
/// then the names'), so that it does not matter in which order they were given.
///
/// # Errors
/// [`Refusal::FileUnexpected`] where a file matches nothing, [`Refusal::FileMissing`] where a part of the map gets none.
pub fn assign(map: &FeedMap, names: &[String]) -> Result<Vec<(usize, usize)>, Refusal> {
    let mut assigned = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let part = map.file_for(name).ok_or_else(|| Refusal::FileUnexpected { file: name.clone() })?;
        assigned.push((part, index));
    }
    if let Some(missing) = (0..map.files.len()).find(|part| assigned.iter().all(|(assigned, _)| assigned != part)) {
        return Err(Refusal::FileMissing { pattern: map.files[missing].pattern.clone() });
    }
    assigned.sort_by(|left, right| (left.0, &names[left.1]).cmp(&(right.0, &names[right.1])));
    Ok(assigned)
}

/// Reads a delivery row by row into `sink`. Every header is checked before the first row is read. `today` is the business date.
///
/// The report is filled as far as reading came, also where the delivery is refused.
///
/// # Errors
/// [`Refusal`] where the delivery cannot be used; what went to `sink` is then to be thrown away.
pub fn read_delivery(map: &FeedMap, files: Vec<DeliveredFile>, days: Days, report: &mut LoadReport, sink: Sink<'_>) -> Result<(), Refusal> {
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    let order = assign(map, &names)?;
    report.files = order.iter().map(|(_, index)| FileReport { name: names[*index].clone(), ..FileReport::default() }).collect();
    let mut contents: Vec<Option<Box<dyn Read + Send>>> = files.into_iter().map(|file| Some(file.content)).collect();
    let mut open = Vec::with_capacity(order.len());
    for (part, index) in &order {
        let Some(content) = contents[*index].take() else { continue };
        open.push(OpenFile::open(map, *part, &names[*index], content)?);
    }
    let dates = DateReading { formats: &map.date_formats, two_digit_years_before: map.two_digit_years_before, today: days.today };
    let of_list = map.youngest_age.map(|years| LeastAge { years, on: days.data_as_of });
    let ages = Ages { of_list, data_as_of: days.data_as_of };
    for (index, file) in open.into_iter().enumerate() {
        file.read(u16::try_from(index).unwrap_or(u16::MAX), &dates, ages, report, sink)?;
    }
    let (rejected, rows) = (report.rejected(), report.rows());
    let percent = map.rejected_rows_percent;
    #[allow(clippy::cast_precision_loss, reason = "a count of rows is far below 2^52")]
    if rejected as f64 * 100.0 > rows as f64 * percent {
        return Err(Refusal::TooManyRejected { rejected, rows, percent });
    }
    Ok(())
}

struct OpenFile<'map> {
    name: &'map str,
    encoding: &'static str,
    rows: RowKind,
    plan: FilePlan,
    reader: Reader<DecodingReader<Box<dyn Read + Send>>>,
    allowance: Allowance,
}

impl<'map> OpenFile<'map> {
    fn open(map: &'map FeedMap, part: usize, name: &'map str, content: Box<dyn Read + Send>) -> Result<Self, Refusal> {
        let allowance: Allowance = Rc::new(Cell::new(LONGEST_ROW));
        let decoding = DecodingReader::new(content, map.encoding, allowance.clone());
        let mut reader = ReaderBuilder::new()
            .delimiter(map.delimiter)
            .quoting(map.quote.is_some())
            .quote(map.quote.unwrap_or(b'"'))
            .flexible(true)
            .has_headers(false)
            .from_reader(decoding);
        let encoding = map.encoding.name();
        let mut header = StringRecord::new();
        match reader.read_record(&mut header) {
            Ok(true) => {}
            Ok(false) => return Err(Refusal::FileEmpty { file: name.to_owned() }),
            Err(error) => return Err(unreadable(name, encoding, 1, &error)),
        }
        let file = &map.files[part];
        Ok(Self { name, encoding, rows: file.rows, plan: FilePlan::bind(file, &header, name)?, reader, allowance })
    }

    fn read(mut self, index: u16, dates: &DateReading<'_>, ages: Ages, report: &mut LoadReport, sink: Sink<'_>) -> Result<(), Refusal> {
        let mut cells = StringRecord::new();
        loop {
            let line_before = self.reader.position().line();
            self.allowance.set(LONGEST_ROW);
            match self.reader.read_record(&mut cells) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => return Err(unreadable(self.name, self.encoding, line_before, &error)),
            }
            let line = cells.position().map_or(line_before, csv::Position::line);
            let origin = Origin { file: index, line };
            let lines = self.reader.position().line().saturating_sub(line).max(1);
            let mut row = Row { plan: &self.plan, cells: &cells, dates, ages, origin, report };
            let outcome = if cells.len() == self.plan.width {
                row_to_sink(self.rows, &mut row, sink)
            } else {
                Err(RowFailure::Rejected(Rule::CellCountWrong))
            };
            let file = &mut report.files[usize::from(index)];
            match outcome {
                Ok(()) => file.rows += 1,
                Err(RowFailure::SinkClosed) => return Err(Refusal::Interrupted),
                Err(RowFailure::Rejected(rule)) => {
                    file.rows += lines;
                    file.rejected += lines;
                    report.find(origin, None, rule);
                }
            }
        }
    }
}

fn unreadable(file: &str, encoding: &'static str, line: u64, error: &csv::Error) -> Refusal {
    let file = file.to_owned();
    let csv::ErrorKind::Io(error) = error.kind() else {
        return Refusal::FileUnreadable { file, reason: "it is not a table of cells".to_owned() };
    };
    match DecodeError::inside(error) {
        Some(DecodeError::Unreadable { within_bytes }) => Refusal::EncodingUnreadable { file, encoding, within_bytes },
        Some(DecodeError::RowTooLong) => Refusal::RowTooLong { file, line },
        None => Refusal::FileUnreadable { file, reason: error.kind().to_string() },
    }
}

enum RowFailure {
    Rejected(Rule),
    SinkClosed,
}

impl From<SinkClosed> for RowFailure {
    fn from(_: SinkClosed) -> Self {
        Self::SinkClosed
    }
}

fn row_to_sink(rows: RowKind, row: &mut Row<'_>, sink: Sink<'_>) -> Result<(), RowFailure> {
    match rows {
        RowKind::Person => person_row(row, sink),
        RowKind::Involvement => {
            let source_id = row.key(Field::Person(PersonField::SourceId)).ok_or(RowFailure::Rejected(Rule::SourceIdMissing))?;
            involvement_to_sink(row, source_id, sink)
        }
        RowKind::Relationship => match relationship::read(row) {
            RelationshipRow::Rejected => Err(RowFailure::Rejected(Rule::SourceIdMissing)),
            RelationshipRow::LeftOut => Ok(()),
            RelationshipRow::Read(relationship) => {
                row.report.relationships += 1;
                Ok(sink(Received::Relationship(relationship))?)
            }
        },
    }
}

fn involvement_to_sink(row: &mut Row<'_>, source_id: String, sink: Sink<'_>) -> Result<(), RowFailure> {
    let involvement = involvement::read(row);
    row.report.involvements += 1;
    Ok(sink(Received::Involvement(Box::new(ReceivedInvolvement { origin: row.origin, source_id, involvement })))?)
}

/// A person row: the person, the people it tells of with what they are to the person, and perhaps an involvement. It carries an involvement where a
/// column of one says something, or where constants alone describe one.
fn person_row(row: &mut Row<'_>, sink: Sink<'_>) -> Result<(), RowFailure> {
    let source_id = row.key(Field::Person(PersonField::SourceId)).ok_or(RowFailure::Rejected(Rule::SourceIdMissing))?;
    let key = RecordKey::own(source_id.clone());
    let cells = person::read(row, Field::Person);
    let mut record = record(row, key.clone(), cells);
    bound_birth(row, &mut record.details);
    let plan = row.plan;
    let tells_of_grown_ups_carer = plan.related.contains(&RelationshipType::Carer) && is_grown_up(row, &record.details);
    let (born, homes) = if plan.related.is_empty() {
        (None, Vec::new())
    } else {
        (record.details.date_of_birth.map(BirthDate::day), record.details.addresses.clone())
    };
    record_to_sink(row, record, sink)?;
    for kind in &plan.related {
        let is_another = plan.different_people.contains(kind);
        let hint = FamilyHint { is_another, ..FamilyHint::of(*kind, born, &homes, row.dates.today) };
        let is_grown_ups_carer = *kind == RelationshipType::Carer && tells_of_grown_ups_carer;
        let least_age = is_grown_ups_carer.then_some(LeastAge { years: family_hint::AGE_OF_CARERS, on: row.ages.data_as_of });
        related_to_sink(row, *kind, &key, (hint, least_age), sink)?;
    }
    if plan.has_involvement && (plan.involvement_columns.is_empty() || row.says_something(&plan.involvement_columns)) {
        involvement_to_sink(row, source_id, sink)?;
    }
    Ok(())
}

/// Whether the row's own person is 18 on the day that the delivery is as of; by the list, where no day of birth is known or expected.
fn is_grown_up(row: &Row<'_>, details: &PersonDetails) -> bool {
    match (details.date_of_birth, details.expected_date_of_delivery) {
        (Some(born), _) => born.day() <= LeastAge { years: family_hint::AGE_OF_ADULTS, on: row.ages.data_as_of }.latest_birth(),
        (None, Some(_)) => false,
        (None, None) => row.ages.of_list.is_some_and(|age| age.years >= family_hint::AGE_OF_CARERS),
    }
}

/// What the list's youngest age says of the row's own person: of what age they are at the least where no birth date is known, and that a later date is wrong.
fn bound_birth(row: &mut Row<'_>, details: &mut PersonDetails) {
    let Some(least_age) = row.ages.of_list else { return };
    let born = details.date_of_birth.map(|born| (born.day(), PersonField::DateOfBirth));
    match born.or(details.expected_date_of_delivery.map(|day| (day, PersonField::ExpectedDateOfDelivery))) {
        Some((day, field)) if day > least_age.latest_birth() => row.find(Field::Person(field), Rule::YoungerThanListed),
        Some(_) => {}
        None => details.least_age = Some(least_age),
    }
}

fn record_to_sink(row: &mut Row<'_>, record: ReceivedRecord, sink: Sink<'_>) -> Result<(), SinkClosed> {
    row.report.records += 1;
    sink(Received::Record(Box::new(record)))
}

fn record(row: &Row<'_>, key: RecordKey, cells: person::PersonCells) -> ReceivedRecord {
    let person::PersonCells { details, case_id, restricted } = cells;
    ReceivedRecord { origin: row.origin, key, details, case_id, restricted }
}

/// Somebody told of in a person's row: the person whom it names by the feed's own id, else a dependent record.
fn related_to_sink(
    row: &mut Row<'_>,
    kind: RelationshipType,
    own: &RecordKey,
    (hint, least_age): (FamilyHint, Option<LeastAge>),
    sink: Sink<'_>,
) -> Result<(), RowFailure> {
    let field = |person_field| Field::Related(kind, person_field);
    let mut named = row.key(field(PersonField::SourceId));
    if named.as_ref() == Some(&own.source_id) {
        row.find(field(PersonField::SourceId), Rule::RelationshipToSelf);
        named = None;
    }
    let key = RecordKey { source_id: own.source_id.clone(), dependent: Some(kind) };
    let mut cells = person::read(row, field);
    let is_somebody = person::is_somebody(&cells.details);
    if is_somebody {
        cells.details.sex = cells.details.sex.or(family_hint::sex_of(kind));
        cells.details.family_hint = hint;
        if cells.details.date_of_birth.is_none() && cells.details.expected_date_of_delivery.is_none() {
            cells.details.least_age = least_age;
        }
    }
    if let Some(source_id) = named {
        let (origin, restricted) = (row.origin, cells.restricted);
        let otherwise = is_somebody.then(|| record(row, key.clone(), cells));
        row.report.relationships += 1;
        return Ok(sink(Received::Named(Box::new(NamedRelative { origin, source_id, key, restricted, otherwise })))?);
    }
    if !is_somebody {
        if cells.details != PersonDetails::default() {
            row.report.find(row.origin, Some(field(PersonField::FullName)), Rule::RelatedNameless);
        }
        return Ok(());
    }
    let record = record(row, key.clone(), cells);
    record_to_sink(row, record, sink)?;
    row.report.relationships += 1;
    let relationship = RecordedRelationship { kind, started: None, ended: None };
    Ok(sink(Received::Relationship(Box::new(ReceivedRelationship { origin: row.origin, from: key, to: own.clone(), relationship })))?)
}

#[cfg(test)]
mod tests;
