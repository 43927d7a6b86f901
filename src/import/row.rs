//! One row's cells by field: word tables, placeholders, lengths and dates, each finding reported without its value.

use std::borrow::Cow;

use csv::StringRecord;
use jiff::civil::{Date, date};

use super::{
    Field, LoadReport, Rule,
    cell::{self, DateReading},
    plan::{FilePlan, Source},
};
use crate::domain::{LeastAge, Origin, text};

/// The longest cell that is taken, in characters. Names, addresses and contacts are far shorter; what is longer is somebody's notes.
pub(super) const LONGEST_CELL: usize = 500;

/// Dates before it are placeholders (01/01/1900 and the like).
const EARLIEST: Date = date(1901, 1, 1);
/// Dates from it on say "no end" (31/12/2099, 31/12/9999).
const NO_END: Date = date(2099, 1, 1);

/// Whether a date may lie ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ahead {
    /// A planned end, say.
    Allowed,
    /// What has happened lies behind.
    Refused,
}

/// What tells of what age those are at the least whose birth date is not known.
#[derive(Clone, Copy)]
pub(super) struct Ages {
    /// Of what age the row's own person is, where the list says so.
    pub of_list: Option<LeastAge>,
    /// The day that the delivery is as of.
    pub data_as_of: Date,
}

/// One row, with all that reading it needs.
pub(super) struct Row<'row> {
    pub plan: &'row FilePlan,
    pub cells: &'row StringRecord,
    pub dates: &'row DateReading<'row>,
    pub ages: Ages,
    pub origin: Origin,
    pub report: &'row mut LoadReport,
}

impl<'row> Row<'row> {
    /// Reports something found in a field of this row.
    pub fn find(&mut self, field: Field, rule: Rule) {
        self.report.find(self.origin, Some(field), rule);
    }

    /// The field's texts as they stand, in the map's order, the feed's words turned into ours; empty ones and ones too long are left out.
    pub fn raw(&mut self, field: Field) -> Vec<Cow<'row, str>> {
        let mut texts = self.of_any_length(field);
        texts.retain(|text| {
            let fits = text.len() <= LONGEST_CELL || text.chars().count() <= LONGEST_CELL;
            if !fits {
                self.report.find(self.origin, Some(field), Rule::CellTooLong);
            }
            fits
        });
        texts
    }

    /// The same, however long they are: for what is weighed and not kept.
    pub fn of_any_length(&self, field: Field) -> Vec<Cow<'row, str>> {
        let plan = self.plan;
        let cells = self.cells;
        let Some(slot) = plan.slots.get(&field) else { return Vec::new() };
        let mut texts: Vec<Cow<'row, str>> = Vec::with_capacity(slot.sources.len());
        for source in &slot.sources {
            match source {
                Source::Constant(value) => texts.push(Cow::Borrowed(value)),
                Source::Cell(cell) => texts.push(Cow::Borrowed(cells.get(*cell).unwrap_or_default())),
                Source::Part { cell, separator, part, of } => {
                    let whole = splittable(cells.get(*cell).unwrap_or_default(), separator);
                    if let Some(part) = whole.splitn(*of, separator.as_str()).nth(*part) {
                        texts.push(Cow::Owned(part.to_owned()));
                    }
                }
                Source::Parts { cell, separator, from } => {
                    let whole = splittable(cells.get(*cell).unwrap_or_default(), separator);
                    texts.extend(whole.split(separator.as_str()).skip(*from).map(|part| Cow::Owned(part.to_owned())));
                }
            }
        }
        if !slot.words.is_empty() {
            for text in &mut texts {
                if let Some(word) = slot.words.get(&text::tidy(text).to_lowercase()) {
                    *text = Cow::Borrowed(word.as_str());
                }
            }
        }
        texts.retain(|text| !text.trim().is_empty());
        texts
    }

    /// The field's texts, tidied, placeholders reported and left out.
    pub fn texts(&mut self, field: Field) -> Vec<String> {
        let raw = self.raw(field);
        let mut texts = Vec::with_capacity(raw.len());
        for cell in raw {
            match text::meaningful(&cell) {
                Some(text) => texts.push(text.into_owned()),
                None => self.find(field, Rule::Placeholder),
            }
        }
        texts
    }

    /// The field's one text; several columns are joined with a space.
    pub fn text(&mut self, field: Field) -> Option<String> {
        let texts = self.texts(field);
        (!texts.is_empty()).then(|| texts.join(" "))
    }

    /// A key of the feed's own: any text at all, since "X" or "1" may well be one.
    pub fn key(&mut self, field: Field) -> Option<String> {
        let cell = self.raw(field).into_iter().next()?;
        let key = text::tidy(&cell);
        (!key.is_empty()).then(|| key.into_owned())
    }

    /// Whether any column of these fields says something.
    pub fn says_something(&mut self, fields: &[Field]) -> bool {
        let (plan, cells) = (self.plan, self.cells);
        fields.iter().any(|field| {
            plan.slots.get(field).is_some_and(|slot| {
                slot.sources.iter().any(|source| match source {
                    Source::Constant(_) => false,
                    Source::Cell(cell) | Source::Part { cell, .. } | Source::Parts { cell, .. } => {
                        cells.get(*cell).is_some_and(|cell| text::meaningful(cell).is_some())
                    }
                })
            })
        })
    }

    /// A date, as far as it can be one: not before 1901, and not ahead where it may not be.
    pub fn date(&mut self, field: Field, ahead: Ahead) -> Option<Date> {
        let day = self.any_day(field)?;
        if ahead == Ahead::Refused && day > self.dates.today {
            self.find(field, Rule::DateInFuture);
            return None;
        }
        Some(day)
    }

    /// A date however far ahead, placeholders left out.
    pub fn any_day(&mut self, field: Field) -> Option<Date> {
        let cell = self.raw(field).into_iter().next()?;
        let tidied = text::tidy(&cell);
        if text::is_placeholder(&tidied) || cell::is_nought_date(&tidied) {
            self.find(field, Rule::Placeholder);
            return None;
        }
        match self.dates.read(&tidied) {
            None => {
                self.find(field, Rule::DateInvalid);
                None
            }
            Some(day) if day < EARLIEST || day >= NO_END => {
                self.find(field, Rule::Placeholder);
                None
            }
            Some(day) => Some(day),
        }
    }

    /// A word of a known few. `unknown_codes` are the field's own codes for "not known".
    pub fn word<T>(&mut self, field: Field, unknown_codes: fn(&str) -> bool, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let cell = self.raw(field).into_iter().next()?;
        let tidied = text::tidy(&cell);
        let parsed = parse(&tidied);
        if parsed.is_none() {
            let missing = text::is_placeholder(&tidied) || unknown_codes(&tidied);
            self.find(field, if missing { Rule::Placeholder } else { Rule::WordUnknown });
        }
        parsed
    }
}

/// A cell made ready for splitting: runs of white space are one separator where a space separates.
fn splittable<'cell>(cell: &'cell str, separator: &str) -> Cow<'cell, str> {
    if separator == " " { text::tidy(cell) } else { Cow::Borrowed(cell) }
}
