//! The checks that a feed map goes through, and its turning from what is written into what is meant.

use std::collections::{BTreeMap, HashMap};

use encoding_rs::Encoding;
use toml::Spanned;

use super::{
    Absent, CellKind, ColumnMap, DeliveryKind, FeedMap, Field, FileMap, RowKind, cell,
    map::{WrittenFile, WrittenMap},
};
use crate::domain::{date::is_date_format, relationship::RelationshipType};

/// What is wrong, and at which byte of the map.
pub(super) struct Problem {
    pub offset: Option<usize>,
    pub reason: String,
}

type Checked<T> = Result<T, Problem>;
type WrittenTable = BTreeMap<Spanned<String>, Spanned<toml::Value>>;

fn problem<T>(offset: usize, reason: impl Into<String>) -> Checked<T> {
    Err(Problem { offset: Some(offset), reason: reason.into() })
}

/// The share of rejected rows let pass where the map says nothing, in percent (issue 2, section 3).
const REJECTED_ROWS_PERCENT: f64 = 5.0;
/// The share of a feed that a snapshot may lack where the map says nothing, in percent: half, since one delivery is known to have dropped a whole
/// service's data unnoticed (the pilot's housing feed).
const LARGEST_DROP_PERCENT: f64 = 50.0;

pub(super) fn check(written: WrittenMap) -> Checked<FeedMap> {
    let delivery = match written.delivery.get_ref().as_str() {
        "snapshot" => DeliveryKind::Snapshot { absent: written.absent.map_or(Absent::Ended, Spanned::into_inner) },
        "delta" => match &written.absent {
            Some(absent) => return problem(absent.span().start, "a delta has no `absent`: what it does not name stays as it is"),
            None => DeliveryKind::Delta,
        },
        _ => return problem(written.delivery.span().start, "`delivery` is \"snapshot\" or \"delta\""),
    };
    if written.file.is_empty() {
        return Err(Problem { offset: None, reason: "the map has no [[file]]".to_owned() });
    }
    Ok(FeedMap {
        feed: code(&written.feed)?,
        service: code(&written.service)?,
        owner: written.owner,
        area: written.area,
        fresh_days: written.fresh_days,
        delivery,
        encoding: encoding(written.encoding.as_ref())?,
        delimiter: match &written.delimiter {
            None => b',',
            Some(delimiter) => one_byte(delimiter)?,
        },
        quote: match &written.quote {
            None => Some(b'"'),
            Some(quote) if quote.get_ref().is_empty() => None,
            Some(quote) => Some(one_byte(quote)?),
        },
        date_formats: date_formats(written.date_formats)?,
        two_digit_years_before: up_to_100(written.two_digit_years_before, "two_digit_years_before")?,
        youngest_age: up_to_100(written.youngest_age, "youngest_age")?,
        rejected_rows_percent: percent(written.rejected_rows_percent.as_ref(), REJECTED_ROWS_PERCENT)?,
        largest_drop_percent: percent(written.largest_drop_percent.as_ref(), LARGEST_DROP_PERCENT)?,
        files: written.file.into_iter().map(file).collect::<Checked<_>>()?,
    })
}

fn code(written: &Spanned<String>) -> Checked<String> {
    let value = written.get_ref();
    let plain = value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-');
    if value.is_empty() || value.len() > 60 || !plain {
        return problem(written.span().start, "a code is lower-case letters, digits, \"-\" and \"_\"");
    }
    Ok(value.clone())
}

fn encoding(written: Option<&Spanned<String>>) -> Checked<&'static Encoding> {
    let Some(label) = written else { return Ok(encoding_rs::UTF_8) };
    match Encoding::for_label(label.get_ref().as_bytes()) {
        Some(encoding) if encoding != encoding_rs::REPLACEMENT => Ok(encoding),
        _ => problem(label.span().start, format!("\"{}\" is not an encoding", label.get_ref())),
    }
}

fn one_byte(written: &Spanned<String>) -> Checked<u8> {
    match written.get_ref().as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Ok(*byte),
        _ => problem(written.span().start, "a delimiter or quote is one character of ASCII"),
    }
}

fn up_to_100(written: Option<Spanned<u8>>, key: &str) -> Checked<Option<u8>> {
    match written {
        Some(years) if *years.get_ref() > 100 => problem(years.span().start, format!("`{key}` is from 0 to 100")),
        years => Ok(years.map(Spanned::into_inner)),
    }
}

fn percent(written: Option<&Spanned<f64>>, otherwise: f64) -> Checked<f64> {
    match written {
        None => Ok(otherwise),
        Some(percent) if (0.0..=100.0).contains(percent.get_ref()) => Ok(*percent.get_ref()),
        Some(percent) => problem(percent.span().start, "a share is from 0 to 100 percent"),
    }
}

fn date_formats(written: Option<Spanned<Vec<String>>>) -> Checked<Vec<String>> {
    let Some(written) = written else { return Ok(vec!["%Y-%m-%d".to_owned()]) };
    if let Some(wrong) = written.get_ref().iter().find(|format| !is_date_format(format)) {
        return problem(written.span().start, format!("\"{wrong}\" does not give day, month and year, each once"));
    }
    if written.get_ref().is_empty() {
        return problem(written.span().start, "`date_formats` is empty");
    }
    Ok(written.into_inner())
}

fn file(written: Spanned<WrittenFile>) -> Checked<FileMap> {
    let start = written.span().start;
    let written = written.into_inner();
    let rows = written.rows;
    let columns = columns(&written)?;
    let constants = constants(&written.constants, rows)?;
    let words = words(&written.values, &columns, &constants, rows)?;
    check_fields(&written, start, &columns, &constants)?;
    let different_people = different_people(&written.different_people, &columns)?;
    for (field, value) in &constants {
        let mapped = words.get(field).and_then(|words| words.get(&value.to_lowercase())).unwrap_or(value);
        if !cell::is_word_of(*field, mapped) {
            return problem(start, format!("the constant \"{value}\" is not a word of \"{}\"", field.name()));
        }
    }
    Ok(FileMap {
        pattern: written.pattern.into_inner(),
        rows,
        discard: written.discard.into_iter().map(Spanned::into_inner).collect(),
        columns,
        constants,
        words,
        different_people,
    })
}

/// The relatives of whom no two are one person: those of whom the columns tell, two at the least.
fn different_people(written: &[Spanned<String>], columns: &[ColumnMap]) -> Checked<Vec<RelationshipType>> {
    let is_told_of = |kind: RelationshipType| {
        let of_kind = |field: &Field| matches!(field, Field::Related(related, _) if *related == kind);
        columns.iter().any(|column| column.fields.iter().any(of_kind))
    };
    if let [only] = written {
        return problem(only.span().start, "`different_people` names two relatives or more");
    }
    let repeated = written.iter().enumerate().find(|(place, name)| written[..*place].iter().any(|other| other.get_ref() == name.get_ref()));
    if let Some((_, name)) = repeated {
        return problem(name.span().start, format!("`different_people` names \"{}\" twice", name.get_ref()));
    }
    let kind = |name: &Spanned<String>| {
        let kind = RelationshipType::named(name.get_ref()).filter(|kind| is_told_of(*kind));
        let reason = || format!("`different_people`: no column goes to \"related.{}\"", name.get_ref());
        kind.ok_or_else(|| Problem { offset: Some(name.span().start), reason: reason() })
    };
    written.iter().map(kind).collect()
}

fn field(name: &str, rows: RowKind, offset: usize) -> Checked<Field> {
    let Some(field) = Field::named(name, rows) else {
        return problem(offset, format!("\"{name}\" is not a field of a {} row", rows.name()));
    };
    Ok(field)
}

/// The columns in the order in which they are written, which a table of TOML does not keep but its spans do.
fn columns(written: &WrittenFile) -> Checked<Vec<ColumnMap>> {
    for (column, separator) in &written.split {
        if !written.columns.contains_key(column.get_ref().as_str()) {
            return problem(column.span().start, format!("`split` names \"{}\", which is not among the columns", column.get_ref()));
        }
        if separator.get_ref().is_empty() {
            return problem(separator.span().start, "a cell cannot be split by nothing");
        }
    }
    let mut entries: Vec<_> = written.columns.iter().collect();
    entries.sort_by_key(|(column, _)| column.span().start);
    let mut columns = Vec::with_capacity(entries.len());
    for (column, target) in entries {
        let offset = target.span().start;
        let fields = match target.get_ref() {
            toml::Value::String(name) => vec![field(name, written.rows, offset)?],
            toml::Value::Array(names) if !names.is_empty() => names
                .iter()
                .map(|name| match name.as_str() {
                    Some(name) => field(name, written.rows, offset),
                    None => problem(offset, "a list of fields holds their names"),
                })
                .collect::<Checked<_>>()?,
            _ => return problem(offset, "a column goes to a field's name, or to a list of them"),
        };
        let separator = written.split.get(column.get_ref().as_str()).map(|separator| separator.get_ref().clone());
        if fields.len() > 1 && separator.is_none() {
            return problem(offset, format!("\"{}\" goes to several fields: say by what to `split` its cells", column.get_ref()));
        }
        columns.push(ColumnMap { column: column.get_ref().trim().to_owned(), fields, separator });
    }
    Ok(columns)
}

fn constants(written: &WrittenTable, rows: RowKind) -> Checked<Vec<(Field, String)>> {
    written
        .iter()
        .map(|(name, value)| {
            let field = field(name.get_ref(), rows, name.span().start)?;
            let text = match value.get_ref() {
                toml::Value::String(text) => text.clone(),
                toml::Value::Boolean(yes) => yes.to_string(),
                toml::Value::Integer(number) => number.to_string(),
                _ => return problem(value.span().start, "a constant is a text, a number, or true or false"),
            };
            Ok((field, text))
        })
        .collect()
}

/// The word tables by field. A table's name is a field's whole name (quoted, or as nested tables) or its last part.
fn words(
    written: &WrittenTable,
    columns: &[ColumnMap],
    constants: &[(Field, String)],
    rows: RowKind,
) -> Checked<HashMap<Field, BTreeMap<String, String>>> {
    let mut filled: Vec<Field> = columns.iter().flat_map(|column| column.fields.iter().copied()).collect();
    filled.extend(constants.iter().map(|(field, _)| *field));
    let mut words: HashMap<Field, BTreeMap<String, String>> = HashMap::new();
    for (name, table) in written {
        let offset = name.span().start;
        for (name, table) in flattened(name.get_ref().clone(), table.get_ref(), offset)? {
            let whole = Field::named(&name, rows);
            let fields: Vec<Field> =
                filled.iter().copied().filter(|field| whole.map_or(field.last_part() == name, |whole| *field == whole)).collect();
            if fields.is_empty() {
                return problem(offset, format!("`values.{name}`: no column or constant of this file fills it"));
            }
            for field in fields {
                if let Some(wrong) = table.values().find(|word| !cell::is_word_of(field, word)) {
                    return problem(offset, format!("`values.{name}`: \"{wrong}\" is not a word of \"{}\"", field.name()));
                }
                words.insert(field, table.clone());
            }
        }
    }
    Ok(words)
}

fn flattened(name: String, value: &toml::Value, offset: usize) -> Checked<Vec<(String, BTreeMap<String, String>)>> {
    let Some(table) = value.as_table() else { return problem(offset, format!("`values.{name}` is not a table of words")) };
    let mut words = BTreeMap::new();
    let mut tables = Vec::new();
    for (key, value) in table {
        match value {
            toml::Value::String(word) => {
                words.insert(crate::domain::text::tidy(key).to_lowercase(), word.clone());
            }
            toml::Value::Boolean(yes) => {
                words.insert(crate::domain::text::tidy(key).to_lowercase(), yes.to_string());
            }
            toml::Value::Table(_) => tables.extend(flattened(format!("{name}.{key}"), value, offset)?),
            _ => return problem(offset, format!("`values.{name}`: words are texts")),
        }
    }
    if !words.is_empty() || tables.is_empty() {
        tables.push((name, words));
    }
    Ok(tables)
}

/// No field filled twice where it takes one column, none required left empty, no column both taken and discarded.
fn check_fields(written: &WrittenFile, start: usize, columns: &[ColumnMap], constants: &[(Field, String)]) -> Checked<()> {
    for discarded in &written.discard {
        if columns.iter().any(|column| column.column == discarded.get_ref().trim()) {
            return problem(discarded.span().start, format!("the column \"{}\" is both taken and discarded", discarded.get_ref()));
        }
    }
    let mut filled: HashMap<Field, usize> = HashMap::new();
    for column in columns {
        for field in &column.fields {
            *filled.entry(*field).or_default() += 1;
        }
        let list_split = column.fields.len() == 1 && column.separator.is_some();
        if list_split && column.fields[0].kind() != CellKind::List {
            return problem(start, format!("\"{}\" is split, but \"{}\" is no list", column.column, column.fields[0].name()));
        }
    }
    for (field, count) in &filled {
        if *count > 1 && !field.takes_several_columns() {
            return problem(start, format!("\"{}\" takes one column, and the map gives it {count}", field.name()));
        }
    }
    for (field, _) in constants {
        if filled.contains_key(field) {
            return problem(start, format!("\"{}\" is filled by both a column and a constant", field.name()));
        }
    }
    for field in Field::required(written.rows) {
        if !filled.contains_key(field) && !constants.iter().any(|(constant, _)| constant == field) {
            return problem(start, format!("no column or constant fills \"{}\", which a {} row needs", field.name(), written.rows.name()));
        }
    }
    Ok(())
}
