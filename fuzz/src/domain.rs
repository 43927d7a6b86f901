//! The values of the domain: whatever a cell holds, reading it never fails, and what was read reads as itself.

use family_context::{
    domain::{
        Address, BirthDate, Email, Identifier, PersonDetails, Phone, Postcode, Sex,
        date::{BirthDateCell, is_date_format, parse_date},
        text,
    },
    matching::dwelling_keys,
};
use jiff::civil::{Date, date};

use super::source::Source;

const TODAY: Date = date(2026, 11, 1);

fn cell(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Texts and full names.
pub fn names(bytes: &[u8]) {
    let written = cell(bytes);
    let tidied = text::tidy(&written);
    assert_eq!(text::tidy(&tidied), tidied, "tidying twice is tidying once");
    assert!(!tidied.starts_with(' ') && !tidied.ends_with(' ') && !tidied.contains("  ") && !tidied.chars().any(char::is_control));
    assert_eq!(text::meaningful(&tidied).is_none(), text::is_placeholder(&tidied));
    let _ = (text::is_unnamed(&tidied), Sex::parse(&tidied));
    let mut person = PersonDetails::default();
    person.set_full_name(&tidied);
    for part in [&person.given_name, &person.middle_names, &person.family_name].into_iter().flatten() {
        assert!(!text::is_placeholder(part));
        assert!(part.split(' ').all(|word| tidied.contains(word)), "nothing is made up");
    }
    if let (Some(given), Some(family)) = (&person.given_name, &person.family_name) {
        let middle = person.middle_names.as_deref().unwrap_or_default();
        let mut again = PersonDetails::default();
        again.set_full_name(&format!("{family}, {given} {middle}"));
        assert!(again == person, "what was read is read again from its other form");
    }
}

/// Whether day, month and year stand in a format once each, apart from each other, and nothing else does. Other formats may be read in two ways, of some days.
fn is_plain(format: &str) -> bool {
    let signs: Vec<&str> =
        format.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '%').filter(|sign| !sign.is_empty()).collect();
    signs.len() == 3 && ["%Y", "%m", "%d"].iter().all(|sign| signs.contains(sign))
}

/// Dates of birth.
pub fn birth_dates(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let format =
        source.pick_or_text(&["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%Y%m%d", "%m/%d/%Y", "%-d/%-m/%Y"]);
    let is_whole = is_date_format(&format) && is_plain(&format);
    let formats = [format];
    let written = if source.flag() {
        let day = Date::new(1890 + i16::from(source.byte()), 1, 1)
            .unwrap_or(TODAY)
            .saturating_add(jiff::Span::new().days(i64::from(source.byte())));
        day.strftime(&formats[0]).to_string()
    } else {
        cell(source.remainder())
    };
    let _ = parse_date(&written, &formats, TODAY);
    match BirthDate::read(&written, &formats, TODAY) {
        BirthDateCell::Born(born) => {
            assert!((date(1901, 1, 1)..=TODAY).contains(&born.day()));
            assert!(born.age_on(TODAY) <= 125);
            let again = BirthDate::read(&born.day().strftime(&formats[0]).to_string(), &formats, TODAY);
            assert!(!is_whole || again == BirthDateCell::Born(born), "a date is read as itself");
        }
        BirthDateCell::Expected(day) => assert!(day > TODAY && day <= date(2027, 8, 22)),
        BirthDateCell::Missing | BirthDateCell::Invalid => {}
    }
}

/// NHS numbers, pupil numbers and property numbers.
pub fn identifiers(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let chosen = source.pick(&["9434765919", "943 476 5870", "B801200005001", "H80120000100A", "100011234567", ""]);
    let text = if chosen.is_empty() { cell(source.remainder()) } else { one_changed(chosen, &mut source) };
    for read in [Identifier::nhs_number, Identifier::upn, Identifier::uprn, Identifier::unchecked] {
        let Some(identifier) = read(&text) else { continue };
        assert!(!identifier.value().is_empty());
        if identifier.is_valid() {
            assert!(read(identifier.value()).as_ref() == Some(&identifier), "an identifier is read as itself");
        }
        assert_eq!(identifier.valid_value().is_some(), identifier.is_valid());
    }
    if let Some(number) = Identifier::nhs_number(&text).filter(Identifier::is_valid) {
        every_slip_shows(number.value(), Identifier::nhs_number);
    }
    if let Some(number) = Identifier::upn(&text).filter(Identifier::is_valid) {
        every_slip_shows(number.value(), Identifier::upn);
    }
}

fn one_changed(text: &str, source: &mut Source) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..source.below(4) {
        let place = source.below(characters.len());
        characters[place] = char::from(b'0' + source.byte() % 10);
    }
    characters.into_iter().collect()
}

/// A check digit catches every single wrong digit.
fn every_slip_shows(value: &str, read: fn(&str) -> Option<Identifier>) {
    for (place, known) in value.char_indices().filter(|(_, character)| character.is_ascii_digit()) {
        for digit in ('0'..='9').filter(|digit| *digit != known) {
            let mut slipped = value.to_owned();
            slipped.replace_range(place..=place, &digit.to_string());
            assert!(!read(&slipped).is_some_and(|identifier| identifier.is_valid()), "a slip at place {place} passes");
        }
    }
}

/// Postcodes.
pub fn postcodes(bytes: &[u8]) {
    let Some(postcode) = Postcode::parse(&cell(bytes)) else { return };
    let whole = postcode.as_str();
    assert!(
        Postcode::parse(whole).as_ref() == Some(&postcode)
            && Postcode::parse(&whole.to_lowercase().replace(' ', "")) == Some(postcode.clone())
    );
    assert!(whole.starts_with(postcode.sector()) && postcode.sector().starts_with(postcode.district()));
    assert!(postcode.district().starts_with(postcode.area()) && !postcode.area().is_empty() && postcode.area() != postcode.district());
}

/// Addresses of one or several cells.
pub fn addresses(bytes: &[u8]) {
    let text = cell(bytes);
    let cells: Vec<&str> = text.split('\t').collect();
    let given = Postcode::parse("SK1 3XE");
    let without = Address::from_cells(cells.iter().copied(), None);
    let with = Address::from_cells(cells.iter().copied(), given.clone());
    assert!(with.postcode == given, "a postcode of its own column stands");
    assert!(with.lines == without.lines, "the lines do not depend on it");
    for line in &with.lines {
        assert!(!text::is_placeholder(line) && text::tidy(line) == *line);
        assert!(line.split(' ').all(|word| text.contains(word)), "nothing is made up");
    }
    assert_eq!(without.is_empty(), without.lines.is_empty() && without.postcode.is_none());
    let _ = with.is_institution();
    assert_eq!(dwelling_keys(&with), dwelling_keys(&with.clone()));
    assert!(dwelling_keys(&without).by_uprn.is_none());
    let loud: Vec<String> = with.lines.iter().map(|line| line.to_ascii_uppercase()).collect();
    assert_eq!(dwelling_keys(&Address { lines: loud, ..with.clone() }), dwelling_keys(&with), "capitals make no other dwelling");
}

/// Telephone numbers.
pub fn phones(bytes: &[u8]) {
    let Some(phone) = Phone::parse(&cell(bytes)) else { return };
    let digits = phone.as_str().strip_prefix('+').unwrap_or(phone.as_str());
    assert!((9..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()));
    assert!(Phone::parse(phone.as_str()).as_ref() == Some(&phone), "a number is read as itself");
}

/// Email addresses.
pub fn emails(bytes: &[u8]) {
    let Some(email) = Email::parse(&cell(bytes)) else { return };
    assert!(email.as_str().matches('@').count() == 1 && !email.as_str().contains(char::is_whitespace));
    assert!(Email::parse(email.as_str()).as_ref() == Some(&email), "an address is read as itself");
}
