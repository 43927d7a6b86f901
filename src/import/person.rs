//! What a row's cells say about one person: the row's own, or somebody told of (`related.mother.…`).

use jiff::civil::Date;

use super::{
    Field, PersonField, Rule, cell,
    row::{Ahead, Row},
};
use crate::domain::{
    Address, BirthDate, Email, Identifier, PersonDetails, Phone, Postcode, Sex,
    date::BirthDateCell,
    postcode::{PostcodeCell, looks_foreign},
    text,
};

/// A person as a row tells of them.
pub(super) struct PersonCells {
    pub details: PersonDetails,
    pub case_id: Option<String>,
    pub restricted: bool,
}

/// Reads a person; `field` says whose fields they are.
pub(super) fn read(row: &mut Row<'_>, field: impl Fn(PersonField) -> Field) -> PersonCells {
    let mut details = PersonDetails::default();
    names(row, &field, &mut details);
    birth_and_death(row, &field, &mut details);
    details.sex = row.word(field(PersonField::Sex), cell::is_sex_unknown, Sex::parse);
    details.addresses.extend(address(row, &field));
    details.nhs_number = identifier(row, field(PersonField::NhsNumber), Rule::NhsNumberInvalid, Identifier::nhs_number);
    details.upn = identifier(row, field(PersonField::Upn), Rule::UpnInvalid, Identifier::upn);
    details.phones = phones(row, field(PersonField::Phone));
    details.emails = emails(row, field(PersonField::Email));
    PersonCells { details, case_id: row.key(field(PersonField::CaseId)), restricted: restricted(row, field(PersonField::Restricted)) }
}

/// Whether a person told of in another's row says enough to be somebody: a name, a birth date or an identifier.
pub(super) fn is_somebody(details: &PersonDetails) -> bool {
    details.given_name.is_some()
        || details.family_name.is_some()
        || details.date_of_birth.is_some()
        || details.nhs_number.is_some()
        || details.upn.is_some()
}

/// The whole name first, then its parts over it where they are given.
fn names(row: &mut Row<'_>, field: &impl Fn(PersonField) -> Field, details: &mut PersonDetails) {
    if let Some(full_name) = row.text(field(PersonField::FullName)) {
        details.set_full_name(&full_name);
        unnamed(row, field(PersonField::FullName), details);
    }
    let given = row.text(field(PersonField::GivenName));
    let middle = row.text(field(PersonField::MiddleNames));
    let family = row.text(field(PersonField::FamilyName));
    if given.is_some() {
        details.given_name = given;
        details.middle_names = middle;
        unnamed(row, field(PersonField::GivenName), details);
    } else if middle.is_some() {
        details.middle_names = middle;
    }
    if family.is_some() {
        details.family_name = family;
    }
    details.other_names = row.texts(field(PersonField::OtherNames));
    details.former_family_name = row.text(field(PersonField::FormerFamilyName));
}

/// Takes out what stands for a child not yet named: "Baby", "Twin 1", also where the number came to stand among the middle names.
fn unnamed(row: &mut Row<'_>, field: Field, details: &mut PersonDetails) {
    let Some(given) = &details.given_name else { return };
    let whole = details.middle_names.as_ref().map_or_else(|| given.clone(), |middle| format!("{given} {middle}"));
    if text::is_unnamed(&whole) {
        details.middle_names = None;
    } else if !text::is_unnamed(given) {
        if text::is_placeholder(&whole) {
            details.given_name = None;
            details.middle_names = None;
            row.find(field, Rule::Placeholder);
        }
        return;
    }
    details.given_name = None;
    row.find(field, Rule::Unnamed);
}

fn birth_and_death(row: &mut Row<'_>, field: &impl Fn(PersonField) -> Field, details: &mut PersonDetails) {
    let birth = field(PersonField::DateOfBirth);
    if let Some(day) = row.any_day(birth) {
        match born(day, row.dates.today) {
            BirthDateCell::Born(birth_date) => details.date_of_birth = Some(birth_date),
            BirthDateCell::Expected(day) => details.expected_date_of_delivery = Some(day),
            BirthDateCell::Missing => row.find(birth, Rule::Placeholder),
            BirthDateCell::Invalid => row.find(birth, Rule::DateInFuture),
        }
    }
    if let Some(expected) = row.date(field(PersonField::ExpectedDateOfDelivery), Ahead::Allowed) {
        details.expected_date_of_delivery = Some(expected);
    }
    let death = field(PersonField::DateOfDeath);
    details.date_of_death = row.date(death, Ahead::Refused);
    if details.date_of_death.zip(details.date_of_birth).is_some_and(|(died, born)| died < born.day()) {
        row.find(death, Rule::DatesOutOfOrder);
    }
}

/// A day as a date of birth, by the domain's own rule for days ahead.
fn born(day: Date, today: Date) -> BirthDateCell {
    if day <= today {
        return BirthDate::new(day).map_or(BirthDateCell::Missing, BirthDateCell::Born);
    }
    BirthDate::read(&day.to_string(), &["%Y-%m-%d".to_owned()], today)
}

fn address(row: &mut Row<'_>, field: &impl Fn(PersonField) -> Field) -> Option<Address> {
    let postcode_field = field(PersonField::Postcode);
    let postcode = row.raw(postcode_field).into_iter().next().and_then(|cell| match Postcode::read(&cell) {
        PostcodeCell::Valid(postcode) => Some(postcode),
        PostcodeCell::Missing => {
            row.find(postcode_field, Rule::Placeholder);
            None
        }
        PostcodeCell::Invalid => {
            row.find(postcode_field, Rule::PostcodeInvalid);
            None
        }
    });
    let lines = row.raw(field(PersonField::Address));
    let mut address = Address::from_cells(lines.iter().map(AsRef::as_ref), postcode);
    // Number and street alone make no dwelling. Another country's postal code says where they are, as a town would.
    if address.lines.len() == 1 && address.postcode.is_none() {
        let code = row.raw(postcode_field).into_iter().next().filter(|cell| looks_foreign(cell));
        address.lines.extend(code.map(|cell| text::tidy(&cell).into_owned()));
    }
    address.uprn = identifier(row, field(PersonField::Uprn), Rule::UprnInvalid, Identifier::uprn);
    let from_field = field(PersonField::AddressFrom);
    address.from = row.date(from_field, Ahead::Allowed);
    address.to = row.date(field(PersonField::AddressTo), Ahead::Allowed);
    if address.from.zip(address.to).is_some_and(|(from, to)| to < from) {
        row.find(from_field, Rule::DatesOutOfOrder);
        address.from = None;
    }
    (!address.is_empty()).then_some(address)
}

fn identifier(row: &mut Row<'_>, field: Field, invalid: Rule, read: fn(&str) -> Option<Identifier>) -> Option<Identifier> {
    let cell = row.raw(field).into_iter().next()?;
    let identifier = read(&cell);
    match &identifier {
        None => row.find(field, Rule::Placeholder),
        Some(identifier) if !identifier.is_valid() => row.find(field, invalid),
        Some(_) => {}
    }
    identifier
}

/// Every number of every cell: several stand in one cell, between `;`, `,`, `/` or line ends.
fn phones(row: &mut Row<'_>, field: Field) -> Vec<Phone> {
    let mut phones = Vec::new();
    for cell in row.raw(field) {
        if text::meaningful(&cell).is_none() {
            row.find(field, Rule::Placeholder);
            continue;
        }
        let before = phones.len();
        phones.extend(cell.split([';', ',', '/', '\n']).filter_map(Phone::parse));
        if phones.len() == before {
            row.find(field, Rule::PhoneInvalid);
        }
    }
    let mut seen = std::collections::HashSet::new();
    phones.retain(|phone| seen.insert(phone.clone()));
    phones
}

fn emails(row: &mut Row<'_>, field: Field) -> Vec<Email> {
    let mut emails = Vec::new();
    for cell in row.raw(field) {
        if text::meaningful(&cell).is_none() {
            row.find(field, Rule::Placeholder);
            continue;
        }
        let before = emails.len();
        emails.extend(cell.split([';', ',', '\n']).filter_map(Email::parse));
        if emails.len() == before {
            row.find(field, Rule::EmailInvalid);
        }
    }
    let mut seen = std::collections::HashSet::new();
    emails.retain(|email| seen.insert(email.clone()));
    emails
}

/// Whether the person must not be found. Whatever is not a clear no counts as yes ("Refuge", "Unknown", a note of any length): it is safer to hide
/// one too many.
fn restricted(row: &mut Row<'_>, field: Field) -> bool {
    let Some(cell) = row.of_any_length(field).into_iter().next() else { return false };
    let tidied = text::tidy(&cell);
    if let Some(restricted) = cell::boolean(&tidied) {
        return restricted;
    }
    let restricted = !cell::says_nothing(&tidied);
    row.find(field, if restricted { Rule::WordUnknown } else { Rule::Placeholder });
    restricted
}
