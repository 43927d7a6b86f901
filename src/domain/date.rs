//! Dates of birth as services write them.

use jiff::{
    civil::{Date, date},
    fmt::strtime,
};

use super::{redacted_debug, text};

/// A date of birth, known to the day.
///
/// Whether a day is a weak value (1 January, the first of a month) is for `matching` to say.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BirthDate(Date);
redacted_debug!(BirthDate);

/// The oldest birth date taken as one: anything before is a placeholder (01/01/1900 and the like).
const EARLIEST: Date = date(1901, 1, 1);

/// Weeks ahead of today within which a date of birth is an expected date of delivery (a pregnancy's longest usual term).
const LONGEST_TERM_WEEKS: i64 = 42;

/// What a date-of-birth cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BirthDateCell {
    /// Nothing known: empty or a placeholder.
    Missing,
    /// A date of birth.
    Born(BirthDate),
    /// A day up to 42 weeks ahead: the expected date of delivery.
    Expected(Date),
    /// Not a date, an impossible one, or one in the future.
    Invalid,
}

impl BirthDate {
    /// A birth date from a day already known to be one; `None` before 1901, which only placeholders are.
    #[must_use]
    pub fn new(day: Date) -> Option<Self> {
        (day >= EARLIEST).then_some(Self(day))
    }

    /// A birth date from a file in which old dates are real ones, such as a historical census read by `evaluate`.
    #[must_use]
    pub fn of_any_century(day: Date) -> Self {
        Self(day)
    }

    /// Reads a date-of-birth cell in the first of `formats` that fits.
    #[must_use]
    pub fn read(cell: &str, formats: &[String], today: Date) -> BirthDateCell {
        let Some(tidied) = text::meaningful(cell) else { return BirthDateCell::Missing };
        if tidied.bytes().filter(u8::is_ascii_digit).all(|byte| byte == b'0') && tidied.bytes().any(|byte| byte == b'0') {
            return BirthDateCell::Missing;
        }
        let Some(day) = parse_date(&tidied, formats, today) else { return BirthDateCell::Invalid };
        if day < EARLIEST {
            return BirthDateCell::Missing;
        }
        if day <= today {
            return BirthDateCell::Born(Self(day));
        }
        let latest = today.saturating_add(jiff::Span::new().weeks(LONGEST_TERM_WEEKS));
        if day <= latest { BirthDateCell::Expected(day) } else { BirthDateCell::Invalid }
    }

    /// The day of birth.
    #[must_use]
    pub fn day(self) -> Date {
        self.0
    }

    /// Age in whole years on `today`; 0 before birth.
    #[must_use]
    pub fn age_on(self, today: Date) -> u16 {
        let before_birthday = (today.month(), today.day()) < (self.0.month(), self.0.day());
        let years = today.year() - self.0.year() - i16::from(before_birthday);
        u16::try_from(years).unwrap_or(0)
    }
}

/// Reads a date in the first of `formats` (strftime signs) that fits the whole cell.
///
/// A time of day behind the date (`2019-03-04 00:00:00`, `…T00:00:00`) is passed over. A two-digit year that would lie over 42 weeks ahead is moved
/// back a century.
#[must_use]
pub fn parse_date(cell: &str, formats: &[String], today: Date) -> Option<Date> {
    let tidied = text::tidy(cell);
    let bare = without_time(&tidied);
    formats.iter().find_map(|format| {
        if format == "%Y-%m-%d" && is_written_as_iso(bare) {
            return bare.parse().ok();
        }
        let parsed = strtime::parse(format, tidied.as_ref()).or_else(|_| strtime::parse(format, bare)).ok()?;
        let day = parsed.to_date().ok()?;
        if format.contains("%Y") && !tidied.contains(&format!("{:04}", day.year())) {
            return None; // `%Y` also takes "15" for the year 15
        }
        let latest = today.saturating_add(jiff::Span::new().weeks(LONGEST_TERM_WEEKS));
        if format.contains("%y") && day > latest { day.with().year(day.year() - 100).build().ok() } else { Some(day) }
    })
}

/// Whether a format (strftime signs) gives day, month and year: what is written by it is read back, also the century where the year is written in full.
#[must_use]
pub fn is_date_format(format: &str) -> bool {
    let is_read_back = |day: Date| {
        let text = strtime::format(format, day);
        text.and_then(|text| strtime::parse(format, text)).and_then(|parsed| parsed.to_date()).is_ok_and(|back| back == day)
    };
    // Days and months of one digit and of two, and days of the year of one and of three: signs that run into each other do not tell them apart.
    let of_this_century = [date(2015, 11, 23), date(2012, 1, 5), date(2012, 12, 31)];
    of_this_century.into_iter().all(is_read_back) && (!format.contains("%Y") || is_read_back(date(1909, 11, 23)))
}

/// Whether a cell has the shape of `2019-03-04`, which most large files have and which needs no format to be read.
fn is_written_as_iso(cell: &str) -> bool {
    let fits = |(place, byte): (usize, u8)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    cell.len() == 10 && cell.bytes().enumerate().all(fits)
}

/// The part before a time of day, where the rest is only digits, colons, dots and a zone letter.
fn without_time(cell: &str) -> &str {
    let Some(at) = cell.find(['T', ' ']) else { return cell };
    let time = &cell[at + 1..];
    let is_time = time.contains(':') && time.bytes().all(|byte| byte.is_ascii_digit() || b":.Z+".contains(&byte));
    if is_time { &cell[..at] } else { cell }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_date_written_as_iso_is_read_as_its_format_says(cell in "[012][0-9]{3}-[01][0-9]-[0-3][0-9]") {
            let read = parse_date(&cell, &["%Y-%m-%d".to_owned()], date(2026, 11, 1));
            prop_assert_eq!(read, Date::strptime("%Y-%m-%d", &cell).ok());
        }
    }

    #[test]
    fn a_format_gives_day_month_and_year_and_not_the_year_twice() {
        for format in ["%Y-%m-%d", "%d/%m/%y", "%d %b %Y", "%-d/%-m/%Y"] {
            assert!(is_date_format(format), "{format}");
        }
        for format in ["", "%d/%m", "%Y", "%d/%m/%Y (%y)", "%-d%-m%Y"] {
            assert!(!is_date_format(format), "{format}");
        }
    }

    fn read(cell: &str) -> BirthDateCell {
        let formats = ["%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d"].map(str::to_owned);
        BirthDate::read(cell, &formats, date(2026, 11, 1))
    }

    fn born(year: i16, month: i8, day: i8) -> BirthDateCell {
        BirthDateCell::Born(BirthDate(date(year, month, day)))
    }

    #[test]
    fn a_date_is_read_in_the_first_format_that_fits() {
        assert_eq!(read("04/03/2015"), born(2015, 3, 4));
        assert_eq!(read("2015-03-04"), born(2015, 3, 4));
        assert_eq!(read("2015-03-04 00:00:00"), born(2015, 3, 4));
        assert_eq!(read("4/3/2015"), born(2015, 3, 4));
    }

    #[test]
    fn a_two_digit_year_is_the_last_such_year_that_has_been() {
        assert_eq!(read("04/03/15"), born(2015, 3, 4));
        assert_eq!(read("04/03/61"), born(1961, 3, 4));
    }

    #[test]
    fn placeholders_are_missing() {
        for cell in ["01/01/1900", "00/00/0000", "unknown", "", "30/12/1899"] {
            assert_eq!(read(cell), BirthDateCell::Missing, "{cell}");
        }
    }

    #[test]
    fn impossible_and_far_future_dates_are_invalid() {
        for cell in ["31/02/2015", "04/03/2031", "32/01/2010", "about 2010"] {
            assert_eq!(read(cell), BirthDateCell::Invalid, "{cell}");
        }
    }

    #[test]
    fn a_day_up_to_forty_two_weeks_ahead_is_an_expected_delivery() {
        assert_eq!(read("01/03/2027"), BirthDateCell::Expected(date(2027, 3, 1)));
        assert_eq!(read("21/08/2027"), BirthDateCell::Expected(date(2027, 8, 21)));
        assert_eq!(read("22/08/2027"), BirthDateCell::Expected(date(2027, 8, 22)), "exactly 42 weeks");
        assert_eq!(read("23/08/2027"), BirthDateCell::Invalid);
    }

    #[test]
    fn an_age_changes_on_the_birthday() {
        let birth_date = BirthDate::new(date(2014, 5, 20)).unwrap();
        assert_eq!(birth_date.age_on(date(2026, 5, 19)), 11);
        assert_eq!(birth_date.age_on(date(2026, 5, 20)), 12);
    }
}
