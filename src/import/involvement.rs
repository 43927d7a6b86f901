//! What a row's cells say about an involvement: that it is, since when, and who leads it.

use std::borrow::Cow;

use super::{
    Field, InvolvementField, Rule, cell,
    row::{Ahead, Row},
};
use crate::domain::{Contact, Email, Involvement, LeadProfessional, Phone, text};

/// Reads a row's involvement.
pub(super) fn read(row: &mut Row<'_>) -> Involvement {
    let field = Field::Involvement;
    let started_field = field(InvolvementField::Started);
    let mut started = row.date(started_field, Ahead::Refused);
    let ended = row.date(field(InvolvementField::Ended), Ahead::Allowed);
    if started.zip(ended).is_some_and(|(started, ended)| ended < started) {
        row.find(started_field, Rule::DatesOutOfOrder);
        started = None;
    }
    Involvement {
        organisation: row.text(field(InvolvementField::Organisation)),
        status: row.word(field(InvolvementField::Status), |_| false, cell::status),
        started,
        ended,
        most_recent_contact: row.date(field(InvolvementField::MostRecentContact), Ahead::Refused),
        basis: row.word(field(InvolvementField::Basis), |_| false, cell::basis).map(str::to_owned),
        lead_professional: lead_professional(row),
        team: Contact {
            name: row.text(field(InvolvementField::TeamName)),
            role: None,
            team: None,
            phone: phone(row, field(InvolvementField::TeamPhone)),
            email: email(row, field(InvolvementField::TeamEmail)),
        },
    }
}

fn lead_professional(row: &mut Row<'_>) -> LeadProfessional {
    let field = Field::Involvement;
    let name_field = field(InvolvementField::LeadName);
    let mut active = row.word(field(InvolvementField::LeadActive), |_| false, cell::active);
    let mut name = row.text(name_field);
    if let Some(written) = &name {
        if is_nobody(written) {
            row.find(name_field, Rule::Placeholder);
            name = None;
        } else if let Some(bare) = without_left(written) {
            name = Some(bare);
            active = Some(false);
        }
    }
    let contact = Contact {
        name,
        role: row.text(field(InvolvementField::LeadRole)),
        team: row.text(field(InvolvementField::LeadTeam)),
        phone: phone(row, field(InvolvementField::LeadPhone)),
        email: email(row, field(InvolvementField::LeadEmail)),
    };
    LeadProfessional { contact, active }
}

/// What stands in a worker's cell when there is none.
fn is_nobody(name: &str) -> bool {
    matches!(
        name.to_lowercase().trim_matches(|character: char| !character.is_alphanumeric()),
        "unallocated" | "not allocated" | "unassigned" | "not assigned" | "vacant" | "vacancy" | "awaiting allocation" | "no worker"
    )
}

/// A name without the note that its bearer has left: "J Smith (left)". `None` where there is no such note.
fn without_left(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let note = ["(left)", "(has left)", "(leaver)", "- left", "[left]"].into_iter().find(|note| lower.ends_with(note))?;
    let bare = name.get(..name.len().checked_sub(note.len())?)?;
    text::meaningful(bare).map(Cow::into_owned)
}

/// The first telephone number that can be read, as it is read out.
fn phone(row: &mut Row<'_>, field: Field) -> Option<String> {
    first_readable(row, field, Rule::PhoneInvalid, |cell| Phone::parse(cell).map(|phone| read_out(&phone, cell)))
}

fn email(row: &mut Row<'_>, field: Field) -> Option<String> {
    first_readable(row, field, Rule::EmailInvalid, |cell| {
        cell.split([';', ',', '\n']).find_map(Email::parse).map(|email| email.as_str().to_owned())
    })
}

fn first_readable(row: &mut Row<'_>, field: Field, invalid: Rule, read: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut first = None;
    for cell in row.raw(field) {
        if text::meaningful(&cell).is_none() {
            row.find(field, Rule::Placeholder);
        } else if let Some(value) = read(&cell) {
            first.get_or_insert(value);
        } else {
            row.find(field, invalid);
        }
    }
    first
}

/// A number in the groups in which it is read out (Ofcom's National Telephone Numbering Plan: 020 and 02x in 3-4-4, 011x, 01x1, 03 and 08 in 4-3-4,
/// others in 5-6), with its extension. Only digits of the cell are kept, so that no note comes along.
fn read_out(phone: &Phone, cell: &str) -> String {
    let number = phone.as_str();
    let groups: &[usize] = match number.as_bytes() {
        [b'0', b'2', ..] if number.len() == 11 => &[3, 7],
        [b'0', b'1', b'1', ..] | [b'0', b'1', _, b'1', ..] | [b'0', b'3' | b'8', ..] if number.len() == 11 => &[4, 7],
        [b'0', ..] if number.len() >= 10 => &[5],
        _ => &[],
    };
    let mut grouped = number.to_owned();
    for at in groups.iter().rev() {
        grouped.insert(*at, ' ');
    }
    if let Some(extension) = extension(cell) {
        grouped.push_str(" ext ");
        grouped.push_str(&extension);
    }
    grouped
}

/// The one to six digits behind "ext", "x" or "extension".
fn extension(cell: &str) -> Option<String> {
    let lower = cell.to_lowercase();
    let (_, rest) = lower.rsplit_once("extension").or_else(|| lower.rsplit_once("ext")).or_else(|| lower.rsplit_once(" x"))?;
    let digits: String =
        rest.trim_start_matches(|character: char| !character.is_ascii_digit()).chars().take_while(char::is_ascii_digit).collect();
    (1..=6).contains(&digits.len()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(cell: &str) -> String {
        read_out(&Phone::parse(cell).unwrap(), cell)
    }

    #[test]
    fn numbers_are_grouped_as_they_are_read_out() {
        assert_eq!(said("(01632)960123"), "01632 960123");
        assert_eq!(said("+44 20 79460123"), "020 7946 0123");
        assert_eq!(said("01614960123"), "0161 496 0123");
        assert_eq!(said("0113 4960 123"), "0113 496 0123");
        assert_eq!(said("07700900123"), "07700 900123");
        assert_eq!(said("0808 1570123"), "0808 157 0123");
    }

    #[test]
    fn an_extension_is_kept_and_a_note_is_not() {
        assert_eq!(said("01632 960123 ext. 45"), "01632 960123 ext 45");
        assert_eq!(said("01632 960123 x45"), "01632 960123 ext 45");
        assert_eq!(said("01632 960123; ask about the arrears"), "01632 960123");
    }

    #[test]
    fn a_worker_who_left_is_told_by_the_name_too() {
        assert_eq!(without_left("Jo Smith (LEFT)").as_deref(), Some("Jo Smith"));
        assert_eq!(without_left("Jo Smith"), None);
        assert!(is_nobody("Unallocated"));
        assert!(!is_nobody("Ann Vacant"));
    }
}
