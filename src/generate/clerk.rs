//! What a clerk writes down about a person, and how it differs from the truth.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};

use super::{
    chance::Chance,
    names::NamingGroup,
    people::{Person, REFERENCE_DATE},
    places::{Address, Places},
    profile::{AddressStyle, FlatStyle, NameCase, NhsStyle, Profile},
};

/// Names as written.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names are the words of the design")]
pub struct WrittenName {
    pub given: String,
    pub middle: String,
    pub family: String,
    pub known_as: String,
    pub former: String,
}

/// An address as written, with the flag whether it is where the person truly lives now.
#[derive(Debug, Clone, Default)]
pub struct WrittenAddress {
    /// Lines: with `HouseAndRoad` always house, road, town.
    pub lines: Vec<String>,
    /// Postcode.
    pub postcode: String,
    /// UPRN.
    pub uprn: String,
    /// Since when.
    pub from: Option<Date>,
    /// Until when.
    pub to: Option<Date>,
    /// Whether the feed holds the current home.
    pub is_current: bool,
}

/// The tables of other spellings and everyday forms that mistakes are made from.
pub struct Spellings {
    variants: BTreeMap<&'static str, Vec<&'static str>>,
    diminutives: BTreeMap<&'static str, Vec<&'static str>>,
}

fn table(text: &'static str) -> BTreeMap<&'static str, Vec<&'static str>> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('|'))
        .map(|(name, others)| (name, others.split(';').filter(|other| *other != name).collect()))
        .collect()
}

impl Spellings {
    /// Reads the tables that come with the program.
    #[must_use]
    pub fn load() -> Self {
        Self { variants: table(include_str!("data/variants.csv")), diminutives: table(include_str!("data/diminutives.csv")) }
    }

    fn variant(&self, name: &str, chance: &mut Chance) -> Option<String> {
        Self::other(&self.variants, name, chance)
    }

    /// An everyday form of a given name.
    pub fn diminutive(&self, name: &str, chance: &mut Chance) -> Option<String> {
        Self::other(&self.diminutives, name, chance)
    }

    fn other(table: &BTreeMap<&'static str, Vec<&'static str>>, name: &str, chance: &mut Chance) -> Option<String> {
        table.get(name).filter(|others| !others.is_empty()).map(|others| (*chance.one_of(others)).to_owned())
    }
}

/// A clerk of one feed.
pub struct Clerk<'world> {
    /// The feed's habits.
    pub profile: &'world Profile,
    /// Other spellings.
    pub spellings: &'world Spellings,
    /// Where addresses come from.
    pub places: &'world Places,
}

impl Clerk<'_> {
    /// Writes a person's names. `twin` is the person's place among twins (1 or 2), where they are one.
    pub fn name(&self, person: &Person, twin: Option<usize>, chance: &mut Chance) -> WrittenName {
        let profile = self.profile;
        let truth = &person.name;
        let mut name = WrittenName {
            given: truth.given.clone(),
            middle: truth.middle.clone().unwrap_or_default(),
            family: truth.family.clone(),
            known_as: if chance.happens(0.55) { truth.known_as.clone().unwrap_or_default() } else { String::new() },
            former: String::new(),
        };
        if let Some(former) = &person.former_family {
            if chance.happens(profile.former_name) {
                name.family.clone_from(former);
            } else if chance.happens(0.3) {
                name.former.clone_from(former);
            }
        }
        self.by_custom(person, &mut name, chance);
        if let Some((first, second)) = truth.family.split_once('-')
            && name.family == truth.family
            && chance.happens(profile.family_part * 2.0)
        {
            name.family = match chance.below(3) {
                0 => first.to_owned(),
                1 => second.to_owned(),
                _ => format!("{first} {second}"),
            };
        }
        if chance.happens(profile.diminutive) {
            if let Some(short) = truth.known_as.clone().filter(|_| chance.happens(0.5)) {
                name.given = short;
            } else if let Some(short) = self.spellings.diminutive(&name.given, chance) {
                name.given = short;
            }
        }
        // Names that English clerks do not know are spelt by ear more often.
        let by_ear = profile.variant * if person.group == NamingGroup::British { 1.0 } else { 2.2 };
        if chance.happens(by_ear) {
            name.given = self.spellings.variant(&name.given, chance).unwrap_or(name.given);
        }
        if chance.happens(by_ear * 0.6) {
            name.family = self.spellings.variant(&name.family, chance).unwrap_or(name.family);
        }
        for part in [&mut name.given, &mut name.family] {
            if chance.happens(profile.typing) {
                *part = mistyped(part, chance);
            }
        }
        if !name.middle.is_empty() {
            if chance.happens(profile.middle_first) {
                name.given = std::mem::take(&mut name.middle);
            }
            let kept_by_custom = if person.group.has_chains() { 0.5 } else { 1.0 };
            if chance.happens(profile.middle_missing * kept_by_custom) {
                name.middle.clear();
            } else if chance.happens(0.15) {
                name.middle.truncate(name.middle.chars().next().map_or(0, char::len_utf8));
            }
        }
        if chance.happens(profile.swapped) {
            std::mem::swap(&mut name.given, &mut name.family);
        }
        self.placeholder(person, twin, &mut name, chance);
        self.dressed(name, chance)
    }

    /// What goes wrong with names that do not have the English order.
    fn by_custom(&self, person: &Person, name: &mut WrittenName, chance: &mut Chance) {
        match person.group {
            NamingGroup::Chinese => {
                if let Some((first, second)) = person.name.given.split_once(' ') {
                    match chance.weighted(&[0.5, 0.22, 0.18, 0.1]) {
                        1 => name.given = format!("{first}{}", second.to_lowercase()),
                        2 => name.given = format!("{first}-{second}"),
                        3 => (name.given, name.middle) = (first.to_owned(), second.to_owned()),
                        _ => {}
                    }
                }
                if chance.happens(0.05) {
                    std::mem::swap(&mut name.given, &mut name.family);
                }
            }
            NamingGroup::Romanian if chance.happens(0.02) => std::mem::swap(&mut name.given, &mut name.family),
            NamingGroup::Somali if !name.middle.is_empty() && chance.happens(0.06) => name.family = std::mem::take(&mut name.middle),
            NamingGroup::Sikh if !name.middle.is_empty() && chance.happens(0.05) => name.family = std::mem::take(&mut name.middle),
            NamingGroup::Pakistani | NamingGroup::Bangladeshi
                if name.given.starts_with('M')
                    && !name.middle.is_empty()
                    && ["Mo", "Mu", "Md"].iter().any(|start| name.given.starts_with(start)) =>
            {
                // The second name is the one he is called by; Mohammed is often left out.
                match chance.weighted(&[0.72, 0.2, 0.08]) {
                    1 => name.given = std::mem::take(&mut name.middle),
                    2 => name.given = format!("{} {}", name.given, std::mem::take(&mut name.middle)),
                    _ => {}
                }
            }
            NamingGroup::Polish if person.name.family.ends_with("ska") && chance.happens(0.05) => {
                name.family = format!("{}ki", name.family.trim_end_matches("ka"));
            }
            _ => {}
        }
    }

    fn placeholder(&self, person: &Person, twin: Option<usize>, name: &mut WrittenName, chance: &mut Chance) {
        let share = self.profile.placeholder_name * if person.age() < 1 { 4.0 } else { 1.0 };
        if chance.happens(share) {
            name.middle.clear();
            name.given = match twin {
                Some(place) if person.age() < 3 => format!("Twin {place}"),
                _ if person.age() < 3 => "Baby".to_owned(),
                _ if chance.happens(0.3) => self.profile.unknown.clone(),
                _ => return,
            };
        }
    }

    /// Without accents and in capitals, as the feed has it.
    fn dressed(&self, mut name: WrittenName, chance: &mut Chance) -> WrittenName {
        if chance.happens(self.profile.ascii) {
            for part in [&mut name.given, &mut name.middle, &mut name.family, &mut name.known_as, &mut name.former] {
                if !part.is_ascii() {
                    *part = deunicode::deunicode(part);
                }
            }
        }
        if self.profile.name_case == NameCase::Upper {
            for part in [&mut name.given, &mut name.middle, &mut name.family, &mut name.known_as, &mut name.former] {
                *part = part.to_uppercase();
            }
        } else if self.profile.name_case == NameCase::UpperFamily {
            name.family = name.family.to_uppercase();
        }
        name
    }

    /// The names in one cell.
    #[must_use]
    pub fn full_name(&self, name: &WrittenName) -> String {
        let given = [name.given.as_str(), name.middle.as_str()].join(" ");
        if self.profile.name_case == NameCase::UpperFamily {
            format!("{}, {}", name.family, given.trim())
        } else {
            format!("{} {}", given.trim(), name.family).trim().to_owned()
        }
    }

    /// Writes a date of birth; empty where the feed has none.
    pub fn birth(&self, person: &Person, format: &str, chance: &mut Chance) -> String {
        let profile = self.profile;
        if chance.happens(if person.is_child() { profile.birth_missing_child } else { profile.birth_missing_adult }) {
            return String::new();
        }
        let born = person.born;
        if chance.happens(profile.birth_placeholder) {
            // A year that somebody guessed, or the date that the form insists on.
            if chance.happens(0.6) {
                return written_date(Date::new(born.year(), 1, 1).unwrap_or(born), format);
            }
            return if format.contains("%y") { String::new() } else { written_date(Date::constant(1900, 1, 1), format) };
        }
        if chance.happens(profile.birth_swapped)
            && let Ok(swapped) = Date::new(born.year(), born.day(), born.month())
            && swapped <= REFERENCE_DATE
        {
            return written_date(swapped, format);
        }
        if chance.happens(profile.birth_wrong) {
            return written_date(wrong_date(born, chance), format);
        }
        written_date(born, format)
    }

    /// Writes an address: the current one, or one left behind.
    pub fn address(&self, person: &Person, chance: &mut Chance) -> WrittenAddress {
        let profile = self.profile;
        if chance.happens(profile.address_missing) {
            let lines = if chance.happens(0.15) { vec!["NFA".to_owned()] } else { Vec::new() };
            return WrittenAddress { lines, ..WrittenAddress::default() };
        }
        if (4..18).contains(&person.age()) && chance.happens(profile.address_school) {
            let school = self.places.address(chance.one_of(&self.places.schools).place);
            return WrittenAddress { lines: lines_of(&school, profile, chance), postcode: school.postcode, ..WrittenAddress::default() };
        }
        let last = person.stays.len() - 1;
        // How long ago they moved matters: a move in the last year is the one that clerks have not heard of.
        let recent = (REFERENCE_DATE - person.stays[last].from).get_days() < 400;
        let stale = profile.address_stale * if recent { 1.5 } else { 0.75 };
        let stay = if last > 0 && chance.happens(stale.min(0.9)) { last - 1 } else { last };
        self.address_of_stay(person, stay, chance)
    }

    /// Writes the address of one stay.
    pub fn address_of_stay(&self, person: &Person, stay: usize, chance: &mut Chance) -> WrittenAddress {
        let profile = self.profile;
        let is_current = stay == person.stays.len() - 1;
        let stay = &person.stays[stay];
        let mut address = self.places.address(stay.place);
        let mut seen_flat = true;
        if address.flat.is_some() && chance.happens(profile.flat_missing) {
            address.flat = None;
            seen_flat = false;
        }
        if address.building.is_some() && address.flat.is_some() && chance.happens(0.3) {
            address.building = None;
        }
        if chance.happens(profile.address_typing) {
            if chance.happens(0.25) && address.number.len() > 1 {
                address.number = address.number.chars().rev().collect();
            } else {
                address.street = mistyped(&address.street, chance);
            }
        }
        let postcode = if chance.happens(profile.postcode_missing) {
            String::new()
        } else if chance.happens(0.008) {
            postcode_mistyped(&address.postcode, chance)
        } else if chance.happens(0.1) {
            address.postcode.replace(' ', "")
        } else {
            address.postcode.clone()
        };
        WrittenAddress {
            lines: lines_of(&address, profile, chance),
            postcode,
            uprn: if chance.happens(0.9) { address.uprn.clone() } else { String::new() },
            from: Some(stay.from),
            to: stay.to,
            is_current: is_current && seen_flat,
        }
    }

    /// Writes an NHS number; empty where the feed has none.
    pub fn nhs_number(&self, person: &Person, chance: &mut Chance) -> String {
        let Some(number) = person.nhs_number.as_ref().filter(|_| chance.happens(self.profile.nhs_present)) else {
            return String::new();
        };
        let number = if chance.happens(self.profile.nhs_invalid) {
            super::identifiers::with_one_digit_wrong(number, chance)
        } else {
            number.clone()
        };
        match self.profile.nhs {
            NhsStyle::Plain => number,
            NhsStyle::Spaced => format!("{} {} {}", &number[..3], &number[3..6], &number[6..]),
            NhsStyle::Dashed => format!("{}-{}-{}", &number[..3], &number[3..6], &number[6..]),
        }
    }

    /// Writes a unique pupil number; empty where the feed has none.
    pub fn upn(&self, person: &Person, chance: &mut Chance) -> String {
        let Some(upn) = person.upn.as_ref().filter(|_| chance.happens(self.profile.upn_present)) else { return String::new() };
        if chance.happens(self.profile.upn_invalid) { super::identifiers::with_one_digit_wrong(upn, chance) } else { upn.clone() }
    }
}

/// A date in a feed's format.
#[must_use]
pub fn written_date(day: Date, format: &str) -> String {
    day.strftime(format).to_string()
}

fn wrong_date(born: Date, chance: &mut Chance) -> Date {
    for _ in 0..20 {
        let (year, month, day) = (born.year(), born.month(), born.day());
        let wrong = match chance.weighted(&[0.4, 0.2, 0.25, 0.1, 0.05]) {
            0 => Date::new(year, month, [day - 1, day + 1, day + 10, day - 10][chance.below(4)]),
            1 => Date::new(year, month + if chance.happens(0.5) { 1 } else { -1 }, day),
            2 => Date::new(year + if chance.happens(0.5) { 1 } else { -1 }, month, day),
            3 => Date::new(year + if chance.happens(0.5) { 10 } else { -10 }, month, day),
            _ => Date::new(year, month, day % 10 * 10 + day / 10),
        };
        if let Ok(wrong) = wrong
            && wrong <= REFERENCE_DATE
            && wrong != born
        {
            return wrong;
        }
    }
    born.saturating_sub(1.day())
}

const NEIGHBOURS: [&str; 26] = [
    "sq", "vn", "xv", "sf", "wr", "dg", "fh", "gj", "uo", "hk", "jl", "ko", "nk", "bm", "ip", "ol", "wa", "et", "ad", "ry", "yi", "cb",
    "qe", "zc", "tu", "xs",
];

/// One slip of the hand: a neighbouring key, two letters the wrong way round, a letter left out or doubled.
#[must_use]
pub fn mistyped(text: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 3 {
        return text.to_owned();
    }
    let place = 1 + chance.below(letters.len() - 2);
    match chance.weighted(&[0.3, 0.25, 0.27, 0.18]) {
        0 => {
            let lower = letters[place].to_ascii_lowercase();
            if lower.is_ascii_lowercase() {
                let keys = NEIGHBOURS[lower as usize - 'a' as usize].as_bytes();
                letters[place] = char::from(*chance.one_of(keys));
            } else {
                letters.remove(place);
            }
        }
        1 if letters[place] != letters[place + 1] => letters.swap(place, place + 1),
        2 => {
            letters.remove(place);
        }
        _ => letters.insert(place, letters[place]),
    }
    letters.into_iter().collect()
}

fn postcode_mistyped(postcode: &str, chance: &mut Chance) -> String {
    let mut signs: Vec<char> = postcode.chars().collect();
    let last = signs.len() - 1;
    match chance.below(3) {
        0 => signs.swap(last, last - 1),
        1 => signs[last - 2] = char::from(b'0' + u8::try_from(chance.below(10)).unwrap_or(0)),
        _ => signs[last] = *chance.one_of(&['A', 'B', 'D', 'E', 'F', 'G', 'H']),
    }
    signs.into_iter().collect()
}

/// The lines of an address in a feed's own way.
fn lines_of(address: &Address, profile: &Profile, chance: &mut Chance) -> Vec<String> {
    let house = match &address.flat {
        None => address.number.clone(),
        Some((word @ "Room", flat)) => format!("{word} {flat}, {}", address.number),
        Some((word, flat)) => match profile.flats {
            FlatStyle::Suffix if flat.chars().all(char::is_alphabetic) => format!("{}{flat}", address.number),
            FlatStyle::Slash => format!("{flat}/{}", address.number),
            FlatStyle::Apartment => format!("Apartment {flat}, {}", address.number),
            FlatStyle::FlatLast => format!("{} ", address.number),
            FlatStyle::Suffix | FlatStyle::FlatFirst if chance.happens(0.08) => format!("{flat} {word}, {}", address.number),
            FlatStyle::Suffix | FlatStyle::FlatFirst => format!("{word} {flat}, {}", address.number),
        },
    };
    let mut road = format!("{} {}", house.trim(), address.street);
    if let (FlatStyle::FlatLast, Some((word @ "Flat", flat))) = (profile.flats, &address.flat) {
        road = format!("{road}, {word} {flat}");
    }
    if profile.address == AddressStyle::HouseAndRoad {
        let road = format!("{} {}", address.number, address.street);
        return match (&address.building, &address.flat) {
            (Some(building), Some((word, flat))) => vec![format!("{word} {flat}, {building}"), road, address.town.clone()],
            (Some(building), None) => vec![building.clone(), road, address.town.clone()],
            (None, _) => vec![house, address.street.clone(), address.town.clone()],
        };
    }
    let mut lines: Vec<String> = Vec::new();
    if let Some(building) = &address.building {
        match road.split_once(", ") {
            Some((flat, rest)) if profile.flats != FlatStyle::FlatLast => {
                lines.push(format!("{flat}, {building}"));
                lines.push(rest.to_owned());
            }
            _ => {
                lines.push(building.clone());
                lines.push(road);
            }
        }
    } else {
        lines.push(road);
    }
    if !chance.happens(0.1) {
        lines.push(address.town.clone());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_changes_a_name_by_one_letter() {
        let mut chance = Chance::for_part(9, 9);
        for _ in 0..300 {
            let written = mistyped("Margaret", &mut chance);
            assert!(written.chars().count().abs_diff(8) <= 1, "{written}");
        }
    }

    #[test]
    fn a_wrong_date_is_wrong_and_not_in_the_future() {
        let mut chance = Chance::for_part(4, 4);
        for born in [Date::constant(2026, 10, 30), Date::constant(1984, 2, 29), Date::constant(2000, 12, 31)] {
            for _ in 0..200 {
                let wrong = wrong_date(born, &mut chance);
                assert!(wrong != born && wrong <= REFERENCE_DATE);
            }
        }
    }

    #[test]
    fn the_tables_of_spellings_are_read_and_never_give_the_same_name() {
        let spellings = Spellings::load();
        assert!(spellings.variants.len() > 200 && spellings.diminutives.len() > 150);
        for (name, others) in spellings.variants.iter().chain(&spellings.diminutives) {
            assert!(!others.contains(name) && !others.is_empty(), "{name}");
        }
    }
}
