//! The words that fields of a known few take, and dates: one cell's text to a value.

use jiff::civil::Date;

use super::{Field, InvolvementField, PersonField, RelationshipField};
use crate::domain::{InvolvementStatus, Sex, date::parse_date, relationship::RelationshipType};

/// How a feed writes dates.
pub(super) struct DateReading<'map> {
    pub formats: &'map [String],
    pub two_digit_years_before: Option<u8>,
    pub today: Date,
}

impl DateReading<'_> {
    /// The day that a cell says; `None` where it is no date.
    pub fn read(&self, cell: &str) -> Option<Date> {
        let Some(before) = self.two_digit_years_before else { return parse_date(cell, self.formats, self.today) };
        self.formats.iter().find_map(|format| {
            let day = parse_date(cell, std::slice::from_ref(format), self.today)?;
            if !format.contains("%y") {
                return Some(day);
            }
            let year_of_century = day.year().rem_euclid(100);
            let century = if year_of_century < i16::from(before) { 2000 } else { 1900 };
            day.with().year(century + year_of_century).build().ok()
        })
    }
}

/// Whether a cell of nothing but noughts and separators stands for no date: `00/00/0000`.
pub(super) fn is_nought_date(cell: &str) -> bool {
    cell.contains('0') && cell.bytes().all(|byte| byte == b'0' || !byte.is_ascii_alphanumeric())
}

/// Yes or no.
pub(super) fn boolean(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "t" => Some(true),
        "false" | "no" | "n" | "0" | "f" => Some(false),
        _ => None,
    }
}

/// Whether a cell of a yes or no is as good as empty: "N/A", "None", a dash. "Unknown" is not, since it leaves a yes open.
pub(super) fn says_nothing(cell: &str) -> bool {
    let word = cell.to_lowercase();
    !word.contains(char::is_alphanumeric) || matches!(word.as_str(), "n/a" | "na" | "none" | "nil" | "null" | "not applicable")
}

/// Whether a professional is still in post; leavers are also written as such.
pub(super) fn active(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "active" | "current" | "in post" => Some(true),
        "left" | "leaver" | "has left" | "inactive" | "ended" => Some(false),
        other => boolean(other),
    }
}

/// An involvement's status.
pub(super) fn status(cell: &str) -> Option<InvolvementStatus> {
    match cell.to_lowercase().as_str() {
        "current" => Some(InvolvementStatus::Current),
        "historic" => Some(InvolvementStatus::Historic),
        _ => None,
    }
}

/// A recorded basis for sharing.
pub(super) fn basis(cell: &str) -> Option<&'static str> {
    match cell.to_lowercase().as_str() {
        "consent" => Some("consent"),
        "harm" => Some("harm"),
        _ => None,
    }
}

/// A relationship's type, also written with spaces or hyphens: "Step-parent".
pub(super) fn relationship_type(cell: &str) -> Option<RelationshipType> {
    RelationshipType::named(&cell.to_lowercase().replace([' ', '-'], "_"))
}

/// Codes that say that the sex is not known (NHS Data Dictionary, person stated gender: 0 and 9 among them).
pub(super) fn is_sex_unknown(cell: &str) -> bool {
    matches!(cell.to_lowercase().as_str(), "0" | "9" | "u" | "x" | "n")
}

/// Whether a map may give that word to that field: any word to a text, one of ours to the others. The empty word says "nothing known".
pub(super) fn is_word_of(field: Field, word: &str) -> bool {
    if word.is_empty() {
        return true;
    }
    match field {
        Field::Person(PersonField::Sex) | Field::Related(_, PersonField::Sex) => Sex::parse(word).is_some() || is_sex_unknown(word),
        Field::Person(PersonField::Restricted) | Field::Related(_, PersonField::Restricted) => boolean(word).is_some(),
        Field::Involvement(InvolvementField::Status) => status(word).is_some(),
        Field::Involvement(InvolvementField::Basis) => basis(word).is_some(),
        Field::Involvement(InvolvementField::LeadActive) => active(word).is_some(),
        Field::Relationship(RelationshipField::Type) => relationship_type(word).is_some(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn reading(formats: &[String], before: Option<u8>, cell: &str) -> Option<Date> {
        DateReading { formats, two_digit_years_before: before, today: date(2026, 11, 1) }.read(cell)
    }

    #[test]
    fn two_digit_years_fall_in_the_century_that_the_map_says() {
        let formats = ["%d/%m/%y".to_owned()];
        assert_eq!(reading(&formats, None, "04/03/25"), Some(date(2025, 3, 4)));
        assert_eq!(reading(&formats, Some(20), "04/03/25"), Some(date(1925, 3, 4)));
        assert_eq!(reading(&formats, Some(30), "04/03/29"), Some(date(2029, 3, 4)));
        assert_eq!(reading(&formats, Some(20), "29/02/00"), Some(date(2000, 2, 29)));
        assert_eq!(reading(&["%Y-%m-%d".to_owned()], Some(20), "2025-03-04"), Some(date(2025, 3, 4)));
    }

    #[test]
    fn booleans_are_written_in_several_ways() {
        for cell in ["true", "YES", "y", "1"] {
            assert_eq!(boolean(cell), Some(true));
        }
        for cell in ["False", "no", "N", "0"] {
            assert_eq!(boolean(cell), Some(false));
        }
        assert_eq!(boolean("maybe"), None);
        assert_eq!(active("Left"), Some(false));
    }

    #[test]
    fn a_date_of_noughts_is_no_date() {
        assert!(is_nought_date("00/00/0000"));
        assert!(!is_nought_date("10/00/0000"));
        assert!(!is_nought_date(""));
    }

    #[test]
    fn relationship_types_are_read_with_spaces_and_hyphens() {
        assert_eq!(relationship_type("Step-Parent"), Some(RelationshipType::StepParent));
        assert_eq!(relationship_type("neighbour"), None);
    }
}
