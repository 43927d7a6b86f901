//! One row of a file, made into what is known about one person.

use std::borrow::Cow;

use super::{
    birth_date_cell::{BirthDateFormat, BirthDateReading},
    field::Field,
};
use crate::domain::{Address, Email, Identifier, PersonDetails, Phone, Postcode, Sex, postcode::PostcodeCell, text};

/// The name under `PersonDetails.other` of a birth date that is no day of the calendar (`1945-04-93`, `1957-01-??`).
pub const PARTIAL_DATE_OF_BIRTH: &str = "partial_date_of_birth";

/// The year to which ages are moved where the file says in which year each was right, so that they can be compared.
///
/// It lies after any census so that no age becomes negative.
const AGE_REFERENCE_YEAR: u16 = 2100;

/// The oldest age taken as one.
const OLDEST: u16 = 125;

/// Makes what is known of one person from the cells of a row, each with its field, in the file's order.
pub fn person_details<'cells>(cells: impl Iterator<Item = (&'cells Field, &'cells str)>, dates: &BirthDateFormat) -> PersonDetails {
    let mut details = PersonDetails::default();
    let mut gathered = Gathered::default();
    for (field, cell) in cells {
        if !cell.is_empty() && !take_parsed(&mut details, &mut gathered, field, cell, dates) {
            take_text(&mut details, &mut gathered, field, cell);
        }
    }
    gathered.finish(&mut details);
    details
}

/// What several columns say together.
#[derive(Default)]
struct Gathered<'cells> {
    full_name: Option<String>,
    address: Vec<&'cells str>,
    street_number: Option<String>,
    street: Option<String>,
    /// Where the street stands among the address cells.
    street_at: usize,
    postcode: Option<Postcode>,
    uprn: Option<Identifier>,
    age: Option<u16>,
    age_year: Option<u16>,
}

/// Takes a cell of a field that has a reader of its own, which tells what says nothing; `false` where it has none.
fn take_parsed<'cells>(
    details: &mut PersonDetails,
    gathered: &mut Gathered<'cells>,
    field: &Field,
    cell: &'cells str,
    dates: &BirthDateFormat,
) -> bool {
    match field {
        Field::DateOfBirth => match dates.read(cell) {
            BirthDateReading::Missing => {}
            BirthDateReading::Whole(day) => details.date_of_birth = Some(day),
            BirthDateReading::Partial(partial) => {
                details.other.insert(PARTIAL_DATE_OF_BIRTH.to_owned(), partial);
            }
        },
        Field::Sex => details.sex = Sex::parse(&text::tidy(cell)),
        Field::Address => gathered.address.extend(text::meaningful(cell).map(|_| cell)),
        Field::Postcode => match Postcode::read(cell) {
            PostcodeCell::Valid(postcode) => gathered.postcode = Some(postcode),
            PostcodeCell::Missing => {}
            PostcodeCell::Invalid => {
                details.other.extend(text::meaningful(cell).map(|value| (field.to_string(), value.into_owned())));
            }
        },
        Field::Uprn => gathered.uprn = Identifier::uprn(cell),
        Field::Phone => details.phones.extend(Phone::parse(cell)),
        Field::Email => details.emails.extend(Email::parse(cell)),
        Field::NhsNumber => details.nhs_number = Identifier::nhs_number(cell),
        Field::Upn => details.upn = Identifier::upn(cell),
        Field::Identifier(name) => {
            details.identifiers.extend(Identifier::unchecked(cell).map(|identifier| (name.clone(), identifier.value().to_owned())));
        }
        Field::GivenName
        | Field::MiddleNames
        | Field::FamilyName
        | Field::FullName
        | Field::OtherNames
        | Field::FormerFamilyName
        | Field::Age
        | Field::AgeYear
        | Field::StreetNumber
        | Field::Street
        | Field::Town
        | Field::Region
        | Field::Other(_) => return false,
    }
    true
}

/// Takes a cell of any other field, unless it says nothing.
fn take_text(details: &mut PersonDetails, gathered: &mut Gathered, field: &Field, cell: &str) {
    let Some(value) = text::meaningful(cell) else { return };
    match field {
        Field::GivenName => details.given_name = (!text::is_unnamed(&value)).then(|| value.into_owned()),
        Field::MiddleNames => details.middle_names = Some(value.into_owned()),
        Field::FamilyName => details.family_name = Some(value.into_owned()),
        Field::FullName => gathered.full_name = Some(value.into_owned()),
        Field::OtherNames => details.other_names.push(value.into_owned()),
        Field::FormerFamilyName => details.former_family_name = Some(value.into_owned()),
        Field::Age => gathered.age = whole_number(&value).filter(|age| *age <= OLDEST),
        Field::AgeYear => gathered.age_year = year_in(&value),
        Field::StreetNumber => gathered.street_number = Some(value.into_owned()),
        Field::Street => {
            gathered.street_at = gathered.address.len();
            gathered.street = Some(value.into_owned());
        }
        Field::Other(name) => {
            details.other.insert(name.clone(), value.into_owned());
        }
        // A town or a region; what has a reader of its own does not come here.
        _ => {
            details.other.insert(field.to_string(), value.into_owned());
        }
    }
}

impl Gathered<'_> {
    fn finish(self, details: &mut PersonDetails) {
        if let Some(full_name) = self.full_name {
            let mut whole = PersonDetails::default();
            whole.set_full_name(&full_name);
            details.given_name = details.given_name.take().or(whole.given_name);
            details.middle_names = details.middle_names.take().or(whole.middle_names);
            details.family_name = details.family_name.take().or(whole.family_name);
        }
        let mut cells: Vec<Cow<'_, str>> = self.address.into_iter().map(Cow::Borrowed).collect();
        let street = match (self.street_number, self.street) {
            (Some(number), Some(street)) => Some(format!("{number} {street}")),
            (number, street) => number.or(street),
        };
        if let Some(street) = street {
            cells.insert(self.street_at.min(cells.len()), Cow::Owned(street));
        }
        let address = Address { uprn: self.uprn, ..Address::from_cells(cells.iter().map(|cell| &**cell), self.postcode) };
        if !address.is_empty() {
            details.addresses.push(address);
        }
        details.age = match (self.age, self.age_year) {
            (Some(age), Some(year)) => Some(age + AGE_REFERENCE_YEAR.saturating_sub(year)),
            (age, _) => age,
        };
    }
}

/// A whole number, also written as `34.0`.
fn whole_number(value: &str) -> Option<u16> {
    let whole = value.split_once('.').filter(|(_, rest)| rest.bytes().all(|byte| byte == b'0')).map_or(value, |(whole, _)| whole);
    whole.parse().ok()
}

/// The year of a cell that is one or holds one as its first four digits in a row.
fn year_in(value: &str) -> Option<u16> {
    value.split(|sign: char| !sign.is_ascii_digit()).find(|run| run.len() == 4).and_then(|run| run.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[(&str, &str)]) -> PersonDetails {
        let fields: Vec<(Field, &str)> = cells.iter().map(|(field, cell)| (Field::parse(field).unwrap(), *cell)).collect();
        let dates = BirthDateFormat::new(&["%Y-%m-%d".to_owned()], None);
        person_details(fields.iter().map(|(field, cell)| (field, *cell)), &dates)
    }

    #[test]
    fn number_and_street_make_one_line_among_the_other_address_cells() {
        let details = read(&[("address", "Flat 2"), ("street_number", "14"), ("street", "High Street"), ("address", "Old Quarter")]);
        assert_eq!(details.addresses[0].lines, ["Flat 2", "14 High Street", "Old Quarter"]);
    }

    #[test]
    fn a_postcode_of_another_country_is_kept_beside_town_and_region() {
        let details = read(&[("postcode", "4011"), ("town", "Bittern"), ("region", "qld")]);
        assert!(details.addresses.is_empty());
        assert_eq!(details.other["postcode"], "4011");
        assert_eq!((details.other["town"].as_str(), details.other["region"].as_str()), ("Bittern", "qld"));
        let british = read(&[("postcode", "sk13xe")]);
        assert_eq!(british.addresses[0].postcode.as_ref().unwrap().as_str(), "SK1 3XE");
    }

    #[test]
    fn a_full_name_fills_only_what_has_no_column_of_its_own() {
        let details = read(&[("full_name", "Mary Ann Teal"), ("family_name", "Teale")]);
        assert_eq!((details.given_name.as_deref(), details.family_name.as_deref()), (Some("Mary"), Some("Teale")));
    }

    #[test]
    fn ages_of_different_years_are_moved_to_one() {
        let earlier = read(&[("age", "25"), ("age_year", "2020")]).age;
        let later = read(&[("age", "35.0"), ("age_year", "2030")]).age;
        assert_eq!(earlier, later);
        assert_eq!(read(&[("age", "25")]).age, Some(25));
        assert_eq!(read(&[("age", "999")]).age, None);
    }

    #[test]
    fn placeholders_and_children_not_yet_named_are_missing() {
        let details = read(&[("given_name", "Baby"), ("family_name", "Unknown"), ("identifier.card", "0000")]);
        assert!(details == PersonDetails::default());
    }

    #[test]
    fn a_cell_that_says_nothing_as_a_whole_is_no_address_however_it_is_parted() {
        for cell in ["No fixed\nabode", "Not\nknown", "N,K", "To be,\nconfirmed", " \t "] {
            assert!(
                read(&[("address", cell), ("sex", cell), ("phone", cell), ("date_of_birth", cell)]) == PersonDetails::default(),
                "{cell:?}"
            );
        }
        assert_eq!(read(&[("address", "Unknown, Ashby")]).addresses[0].lines, ["Ashby"]);
    }

    #[test]
    fn a_sex_is_read_among_control_characters() {
        assert_eq!(read(&[("sex", "\u{7}M ")]).sex, Some(Sex::Male));
        assert_eq!(read(&[("sex", "FEMALE")]).sex, Some(Sex::Female));
    }

    #[test]
    fn what_is_left_of_a_birth_date_is_kept() {
        assert_eq!(read(&[("date_of_birth", "1957-01-4x")]).other[PARTIAL_DATE_OF_BIRTH], "1957-01-4?");
    }
}
