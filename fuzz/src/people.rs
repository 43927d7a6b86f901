//! People made of few values, so that two of them often agree in part.

use family_context::domain::{
    Address, BirthDate, Email, FamilyHint, Identifier, LeastAge, PersonDetails, Phone, Postcode, Sex,
    relationship::RelationshipType as Kind,
};

use super::source::Source;

const GIVEN: &[&str] = &[
    "Noor",
    "Nour",
    "Beth",
    "Elizabeth",
    "B",
    "Mary Ann",
    "Mary",
    "Ann",
    "Mohammed",
    "Muhammad",
    "Baby",
    "Twin 1",
    "Teal",
    "Li Na",
    "Lina",
    "Siobhán",
    "Shivaun",
    "Wojciech",
    "Иван",
    "愛",
    "x",
    "Master",
    "Jo",
    "Joanna",
    "O",
];
const FAMILY: &[&str] = &[
    "Malik",
    "Teal",
    "Teal-Ward",
    "Ward",
    "Begum",
    "O'Brien",
    "OBrien",
    "al-Hassan",
    "Hassan",
    "Noor",
    "MacDonald",
    "McDonald",
    "Singh",
    "van der Berg",
    "Berg",
    "de la Cruz",
    "Nguyễn",
    "Смирнов",
    "Smyth",
    "Smith",
    "K",
];
const LINES: &[&str] = &[
    "12A High Street",
    "Flat A, 12 High St",
    "Flat 12A",
    "3/12 Mill Lane",
    "14 High Street",
    "Rose Cottage",
    "Mill Lane",
    "Ashby",
    "Compstall",
    "1",
    "The Refuge",
    "HMP Elsewhere",
    "unit # 4",
    "main st",
    "first floor flat",
    "12-14 Mill Ln",
    "SK1 3XE",
    "no 7",
    "00",
    "Floor",
];
const POSTCODES: &[&str] = &["SK1 3XE", "SK1 3XF", "SK2 3XE", "M1 1AE", "MB15 4QT", "EC1A 1BB"];
const NHS_NUMBERS: &[&str] = &["9434765919", "9434765870", "9434765918", "9434756919", "1111111111", "12"];
const PUPIL_NUMBERS: &[&str] = &["B801200005001", "H801200001001", "B801200005010", "X1"];
const PHONES: &[&str] = &["01632 960123", "01632 960124", "+44 1632 960123", "+33 1 23 45 67 89", "07700 900123"];
const EMAILS: &[&str] = &["noor@example.org", "nour@example.org", "a.malik@example.net"];
const COLUMNS: &[&str] = &["town", "region", "postcode", "partial_date_of_birth", "suburb", "school", "blood_group"];
const VALUES: &[&str] = &["Ashby", "Ashbey", "WA", "12345", "12345-6789", "1990-02-3?", "19?0-??-??", "1990-30-02", "high", "O"];

/// A person.
pub fn person(source: &mut Source) -> PersonDetails {
    let mut person = PersonDetails::default();
    for _ in 0..=source.below(14) {
        change(&mut person, source);
    }
    person
}

/// A person, and another who has much in common with the first, or nothing.
pub fn two_people(source: &mut Source) -> (PersonDetails, PersonDetails) {
    let one = person(source);
    let mut other = if source.rarely(4) { PersonDetails::default() } else { one.clone() };
    for _ in 0..source.below(8) {
        change(&mut other, source);
    }
    (one, other)
}

/// Several people, each like one before or not.
pub fn several_people(source: &mut Source, most: usize) -> Vec<PersonDetails> {
    let mut people = vec![person(source)];
    while people.len() < most && !source.is_empty() {
        let mut next = if source.rarely(4) { PersonDetails::default() } else { people[source.below(people.len())].clone() };
        for _ in 0..source.below(5) {
            change(&mut next, source);
        }
        people.push(next);
    }
    people
}

fn change(person: &mut PersonDetails, source: &mut Source) {
    let forgets = source.rarely(6);
    let text = |source: &mut Source, choices| (!forgets).then(|| source.pick_or_text(choices));
    match source.byte() % 20 {
        0 | 1 => person.given_name = text(source, GIVEN),
        2 | 3 => person.family_name = text(source, FAMILY),
        4 => person.middle_names = text(source, GIVEN),
        5 => person.former_family_name = text(source, FAMILY),
        6 => {
            let names = if source.flag() { FAMILY } else { GIVEN };
            person.other_names.extend(text(source, names));
        }
        7 | 8 => person.date_of_birth = if forgets { None } else { birth_date(source) },
        9 => person.age = (!forgets).then(|| u16::from(source.byte())),
        10 => person.sex = source.pick(&[&None, &Some(Sex::Female), &Some(Sex::Male), &Some(Sex::Other)]).to_owned(),
        11 | 12 => address(person, source, forgets),
        13 => person.nhs_number = text(source, NHS_NUMBERS).and_then(|cell| Identifier::nhs_number(&cell)),
        14 => person.upn = text(source, PUPIL_NUMBERS).and_then(|cell| Identifier::upn(&cell)),
        15 => person.phones.extend(text(source, PHONES).and_then(|cell| Phone::parse(&cell))),
        16 => person.emails.extend(text(source, EMAILS).and_then(|cell| Email::parse(&cell))),
        17 => person.least_age = (!forgets).then(|| LeastAge { years: source.byte() % 101, on: jiff::civil::date(2026, 11, 1) }),
        18 => person.family_hint = if forgets { FamilyHint::default() } else { told_of(person, source) },
        _ => column(person, source),
    }
}

/// What the row of a relative tells, who lives where the person does.
fn told_of(person: &PersonDetails, source: &mut Source) -> FamilyHint {
    let kind = source.pick(&[&Kind::Mother, &Kind::Father, &Kind::Sibling, &Kind::Carer, &Kind::Grandparent, &Kind::Child]);
    FamilyHint::of(*kind, birth_date(source).map(BirthDate::day), &person.addresses, jiff::civil::date(2026, 11, 1))
}

fn birth_date(source: &mut Source) -> Option<BirthDate> {
    let year = source.pick(&[&1990_i16, &1991, &1909, &1965, &2012, &2013]);
    let (month, day) = (source.byte() % 12 + 1, source.byte() % 31 + 1);
    let number = |value: u8| i8::try_from(value).unwrap_or(1);
    jiff::civil::Date::new(*year, number(month), number(day)).ok().and_then(BirthDate::new)
}

fn address(person: &mut PersonDetails, source: &mut Source, forgets: bool) {
    if forgets {
        person.addresses.clear();
        return;
    }
    let postcode = if source.flag() { Postcode::parse(source.pick(POSTCODES)) } else { None };
    let cells: Vec<String> = (0..source.below(4)).map(|_| source.pick_or_text(LINES)).collect();
    let mut address = Address::from_cells(cells.iter().map(String::as_str), postcode);
    if source.rarely(5) {
        address.uprn = Identifier::uprn(source.pick(&["100011234567", "100011234568", "12345678901234"]));
    }
    person.addresses.insert(source.below(person.addresses.len() + 1), address);
}

fn column(person: &mut PersonDetails, source: &mut Source) {
    if source.flag() {
        let name = source.pick(&["passport", "soc_sec_id", "library"]);
        person.identifiers.insert(name.to_owned(), source.pick_or_text(&["8078426", "8078427", "8078462", "A1", "12345678901234567890"]));
    } else {
        person.other.insert(source.pick(COLUMNS).to_owned(), source.pick_or_text(VALUES));
    }
}
