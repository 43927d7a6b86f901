//! Addresses as a clerk writes them: in the feed's own layout, out of date, misspelt.

use jiff::civil::Date;

use super::{
    super::{
        chance::Chance,
        people::{Person, REFERENCE_DATE},
        places::Address,
        profile::{AddressStyle, FlatStyle, Profile},
    },
    Clerk,
    slips::mistyped,
};

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

impl Clerk<'_> {
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
