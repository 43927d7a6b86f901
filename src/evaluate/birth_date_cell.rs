//! Birth dates as any file writes them, with the slips that can be mended and what is left of the rest.
//!
//! A load of a service's feed refuses a date that is none. Here every digit is evidence: in scanned or typed files one birth date in ten can be
//! unreadable as a date and still tell two people apart. Nothing is guessed that has two readings.

use std::borrow::Cow;

use jiff::civil::{Date, date};

use crate::domain::{BirthDate, date::parse_date, text};

/// What is known of a birth date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BirthDateReading {
    /// Nothing.
    Missing,
    /// The whole date.
    Whole(BirthDate),
    /// `YYYY-MM-DD` that is no day of the calendar, with `?` for what is no digit: `1945-04-93`, `1957-01-??`.
    Partial(String),
}

/// Days that systems write where they know none.
const PLACEHOLDER_DAYS: [Date; 6] =
    [date(1, 1, 1), date(1753, 1, 1), date(1800, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)];

/// How a file's dates are written.
#[derive(Debug, Clone)]
pub struct BirthDateFormat {
    formats: Vec<String>,
    /// `parse_date` moves a two-digit year back a century when it lies over its longest term after this day.
    reference_day: Date,
    /// The parts of each format that has only numbers.
    numeric: Vec<Vec<Part>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    Month,
    Day,
    Separator(char),
}

impl BirthDateFormat {
    /// Prepares `formats` (strftime signs). Two-digit years stand for the last such year before `two_digit_years_before`.
    #[must_use]
    pub fn new(formats: &[String], two_digit_years_before: Option<i16>) -> Self {
        let reference_day = match two_digit_years_before {
            // parse_date allows 42 weeks after its day: taken off here, so that the boundary is the turn of the year.
            Some(year) => Date::new(year, 1, 1).unwrap_or(date(2999, 1, 1)).saturating_sub(jiff::Span::new().weeks(42).days(1)),
            None => date(2999, 1, 1),
        };
        Self { formats: formats.to_vec(), reference_day, numeric: formats.iter().filter_map(|format| numeric_parts(format)).collect() }
    }

    /// Whether a cell says something that is no date in any of the formats: not nothing, no placeholder, no noughts.
    #[must_use]
    pub fn is_unlike(&self, cell: &str) -> bool {
        let says_digits = |text: &Cow<'_, str>| text.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0');
        text::meaningful(cell).filter(says_digits).is_some_and(|tidied| parse_date(&tidied, &self.formats, self.reference_day).is_none())
    }

    /// Reads a cell: as a date, else with look-alike letters mended and with day and month changed over where only that makes a date.
    #[must_use]
    pub fn read(&self, cell: &str) -> BirthDateReading {
        let Some(tidied) = text::meaningful(cell) else { return BirthDateReading::Missing };
        if !tidied.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0') {
            return BirthDateReading::Missing;
        }
        if let Some(day) = parse_date(&tidied, &self.formats, self.reference_day) {
            return known(day);
        }
        let bare = tidied.split(['T', ' ']).next().unwrap_or_default();
        let mut partial = None;
        for parts in &self.numeric {
            let Some([year, month, day]) = take_apart(bare, parts) else { continue };
            for (month, day) in [(&month, &day), (&day, &month)] {
                if let Some(day) = calendar_day(&year, month, day) {
                    return known(day);
                }
            }
            partial.get_or_insert_with(|| format!("{year}-{month}-{day}"));
        }
        match partial {
            Some(partial) if partial.bytes().any(|byte| byte.is_ascii_digit()) => BirthDateReading::Partial(partial),
            _ => BirthDateReading::Missing,
        }
    }
}

fn known(day: Date) -> BirthDateReading {
    if PLACEHOLDER_DAYS.contains(&day) { BirthDateReading::Missing } else { BirthDateReading::Whole(BirthDate::of_any_century(day)) }
}

/// The parts of a format that is made of `%Y`, `%m`, `%d` and separators, each once; `None` for any other.
fn numeric_parts(format: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut signs = format.chars();
    while let Some(sign) = signs.next() {
        if sign != '%' {
            parts.push(Part::Separator(sign));
            continue;
        }
        let directive = match signs.next()? {
            '-' => signs.next()?,
            other => other,
        };
        match directive {
            'Y' => parts.push(Part::Year),
            'm' => parts.push(Part::Month),
            'd' | 'e' => parts.push(Part::Day),
            'F' => parts.extend([Part::Year, Part::Separator('-'), Part::Month, Part::Separator('-'), Part::Day]),
            _ => return None,
        }
    }
    let holds_once = |part| parts.iter().filter(|other| **other == part).count() == 1;
    (holds_once(Part::Year) && holds_once(Part::Month) && holds_once(Part::Day)).then_some(parts)
}

/// Year (four signs), month and day (two signs each) of a cell, as digits and `?`.
fn take_apart(cell: &str, parts: &[Part]) -> Option<[String; 3]> {
    let separators: Vec<char> = parts.iter().filter_map(|part| if let Part::Separator(sign) = part { Some(*sign) } else { None }).collect();
    let order = parts.iter().filter(|part| !matches!(part, Part::Separator(_)));
    let pieces: Vec<String> = if separators.is_empty() {
        let signs: Vec<char> = cell.chars().collect();
        if signs.len() != 8 {
            return None;
        }
        let mut taken = 0;
        order
            .clone()
            .map(|part| {
                let width = if *part == Part::Year { 4 } else { 2 };
                taken += width;
                signs[taken - width..taken].iter().collect()
            })
            .collect()
    } else {
        cell.split(|sign| separators.contains(&sign)).map(str::to_owned).collect()
    };
    if pieces.len() != 3 {
        return None;
    }
    let mut found = [String::new(), String::new(), String::new()];
    for (part, piece) in order.zip(pieces) {
        match part {
            Part::Year => found[0] = digits_of(&piece, 4),
            Part::Month => found[1] = digits_of(&piece, 2),
            Part::Day => found[2] = digits_of(&piece, 2),
            Part::Separator(_) => {}
        }
    }
    Some(found)
}

/// A piece as digits, with letters that look like a digit mended and `?` for any other; all `?` where it has not its width.
fn digits_of(piece: &str, width: usize) -> String {
    let mended: String = piece.chars().map(look_alike).collect();
    match mended.chars().count() {
        length if length == width => mended,
        1 if width == 2 && mended != "?" => format!("0{mended}"),
        _ => "?".repeat(width),
    }
}

/// The digit that a sign is, or is easily read as (scanned and typed look-alikes); `?` for any other.
fn look_alike(sign: char) -> char {
    match sign {
        '0'..='9' => sign,
        'o' | 'O' | 'Q' | 'D' => '0',
        'i' | 'I' | 'l' | '|' | '!' => '1',
        'z' | 'Z' => '2',
        's' | 'S' => '5',
        'b' | 'G' => '6',
        'B' => '8',
        'g' | 'q' => '9',
        _ => '?',
    }
}

fn calendar_day(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, cell: &str) -> BirthDateReading {
        BirthDateFormat::new(&[format.to_owned()], Some(2027)).read(cell)
    }

    fn born(year: i16, month: i8, day: i8) -> BirthDateReading {
        BirthDateReading::Whole(BirthDate::of_any_century(date(year, month, day)))
    }

    #[test]
    fn a_date_is_read_in_its_format() {
        assert_eq!(read("%m/%d/%Y", "05/06/1994"), born(1994, 5, 6));
        assert_eq!(read("%Y%m%d", "19081209"), born(1908, 12, 9));
        assert_eq!(read("%Y-%m-%d", "1856-03-02"), born(1856, 3, 2));
    }

    #[test]
    fn a_two_digit_year_is_the_last_before_the_one_named() {
        assert_eq!(read("%d/%m/%y", "04/03/26"), born(2026, 3, 4));
        assert_eq!(read("%d/%m/%y", "04/03/27"), born(1927, 3, 4));
    }

    #[test]
    fn letters_that_look_like_digits_are_mended() {
        assert_eq!(read("%m/%d/%Y", "1Z/01/|999"), born(1999, 12, 1));
        assert_eq!(read("%m/%d/%Y", "oG/14/1984"), born(1984, 6, 14));
    }

    #[test]
    fn day_and_month_change_places_where_only_that_makes_a_date() {
        assert_eq!(read("%m/%d/%Y", "27/11/2026"), born(2026, 11, 27));
        assert_eq!(read("%m/%d/%Y", "05/11/2026"), born(2026, 5, 11));
    }

    #[test]
    fn what_is_no_date_keeps_the_digits_it_has() {
        assert_eq!(read("%Y%m%d", "19450493"), BirthDateReading::Partial("1945-04-93".into()));
        assert_eq!(read("%m/%d/%Y", "01/n/1957"), BirthDateReading::Partial("1957-01-??".into()));
        assert_eq!(read("%m/%d/%Y", "03/05/18977"), BirthDateReading::Partial("????-03-05".into()));
    }

    #[test]
    fn placeholders_are_missing() {
        for cell in ["", "unknown", "00/00/0000", "01/01/1900", "12/30/1899"] {
            assert_eq!(read("%m/%d/%Y", cell), BirthDateReading::Missing, "{cell}");
        }
    }
}
