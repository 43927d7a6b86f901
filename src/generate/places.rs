//! Where people live: wards, streets of houses, blocks of flats, shared houses and institutions, none of which exist.

use serde::Deserialize;

use super::{chance::Chance, names::words};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    wards: Vec<String>,
    elsewhere: Vec<String>,
    streets: String,
    street_endings: String,
    buildings: String,
    schools_primary: String,
    schools_secondary: String,
}

/// One place to live: a dwelling, or a room in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    segment: u32,
    slot: u8,
    /// A room in a shared house; 0 for the whole dwelling.
    pub room: u8,
}

impl Place {
    /// A room of this dwelling, from 1.
    #[must_use]
    pub fn with_room(self, room: u8) -> Self {
        Self { room, ..self }
    }
}

/// A place as its parts, before any feed writes it in its own way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The flat's or room's number or letter, and its word.
    pub flat: Option<(&'static str, String)>,
    /// A named building.
    pub building: Option<String>,
    /// House number.
    pub number: String,
    /// Street.
    pub street: String,
    /// Town or ward.
    pub town: String,
    /// Postcode with its space.
    pub postcode: String,
    /// Twelve digits.
    pub uprn: String,
}

/// What stands along one postcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Houses, one family each.
    Houses,
    /// Houses split into an upper and a lower flat: 12A and 12B.
    SplitHouses,
    /// A named block of numbered flats.
    Block,
    /// One building where many people live who are not one household.
    Institution,
}

struct Segment {
    ward: u8,
    kind: Kind,
    street: u16,
    ending: u8,
    building: u16,
    first_number: u16,
    slots: u8,
    taken: u32,
    /// Among the ward's postcodes.
    serial: u32,
    name: Option<String>,
}

/// A school: its name, and how its own address would be written.
#[derive(Debug, Clone)]
pub struct School {
    /// Its name.
    pub name: String,
    /// Its address, which some feeds give for a child by mistake.
    pub place: Place,
    /// For pupils of eleven and over.
    pub secondary: bool,
}

/// Every place, and which of them are taken.
pub struct Places {
    lists: Lists,
    streets: Vec<String>,
    endings: Vec<String>,
    buildings: Vec<String>,
    segments: Vec<Segment>,
    wards: Vec<Vec<u32>>,
    /// Schools of the authority.
    pub schools: Vec<School>,
}

/// Wards from this number on lie in another authority.
const WARDS: u8 = 12;

impl Places {
    /// Streets enough for this many people.
    ///
    /// # Panics
    /// Where the list that comes with the program is not well formed, which a test holds to be impossible.
    #[must_use]
    pub fn new(people: u32, chance: &mut Chance) -> Self {
        let lists: Lists = toml::from_str(include_str!("data/places.toml")).expect("the places are part of the program");
        let (streets, endings, buildings) = (words(&lists.streets), words(&lists.street_endings), words(&lists.buildings));
        let ward_count = lists.wards.len() + lists.elsewhere.len();
        let mut places =
            Self { lists, streets, endings, buildings, segments: Vec::new(), wards: vec![Vec::new(); ward_count], schools: Vec::new() };
        let per_ward = people / 420 + 4;
        for ward in 0..u8::try_from(ward_count).unwrap_or(WARDS) {
            for _ in 0..per_ward {
                places.add_segment(ward, chance);
            }
        }
        let school_names = |list: &str| words(list);
        for (names, secondary) in
            [(school_names(&places.lists.schools_primary), false), (school_names(&places.lists.schools_secondary), true)]
        {
            for name in names {
                let ward = u8::try_from(chance.below(usize::from(WARDS))).unwrap_or(0);
                let place = places.institution(&name, ward, chance);
                places.schools.push(School { name, place, secondary });
            }
        }
        places
    }

    fn add_segment(&mut self, ward: u8, chance: &mut Chance) -> u32 {
        let kind = [Kind::Houses, Kind::SplitHouses, Kind::Block][chance.weighted(&[0.74, 0.09, 0.17])];
        let slots = u8::try_from(chance.between(12, 24)).unwrap_or(16);
        self.push_segment(ward, kind, slots, None, chance)
    }

    fn push_segment(&mut self, ward: u8, kind: Kind, slots: u8, name: Option<String>, chance: &mut Chance) -> u32 {
        let number = u32::try_from(self.segments.len()).unwrap_or(u32::MAX);
        let list = &mut self.wards[usize::from(ward)];
        let narrow = |value: usize| u16::try_from(value).unwrap_or(0);
        self.segments.push(Segment {
            ward,
            kind,
            street: narrow(chance.below(self.streets.len())),
            ending: u8::try_from(chance.below(self.endings.len())).unwrap_or(0),
            building: narrow(chance.below(self.buildings.len())),
            first_number: u16::try_from(chance.between(1, 60)).unwrap_or(1),
            slots,
            taken: 0,
            serial: u32::try_from(list.len()).unwrap_or(0),
            name,
        });
        list.push(number);
        number
    }

    /// A building of its own where many may live.
    pub fn institution(&mut self, name: &str, ward: u8, chance: &mut Chance) -> Place {
        let segment = self.push_segment(ward, Kind::Institution, 1, Some(name.to_owned()), chance);
        self.segments[segment as usize].taken = 1;
        Place { segment, slot: 0, room: 0 }
    }

    /// A free dwelling, most often in one of these wards.
    pub fn free_dwelling(&mut self, wards: [u8; 2], chance: &mut Chance) -> Place {
        let ward = if chance.happens(0.6) { *chance.one_of(&wards) } else { u8::try_from(chance.below(usize::from(WARDS))).unwrap_or(0) };
        for _ in 0..12 {
            let segment = *chance.one_of(&self.wards[usize::from(ward)]);
            let here = &mut self.segments[segment as usize];
            let start = chance.below(usize::from(here.slots));
            for step in 0..usize::from(here.slots) {
                let slot = (start + step) % usize::from(here.slots);
                if here.taken & (1 << slot) == 0 {
                    here.taken |= 1 << slot;
                    return Place { segment, slot: u8::try_from(slot).unwrap_or(0), room: 0 };
                }
            }
        }
        let segment = self.add_segment(ward, chance);
        self.segments[segment as usize].taken = 1;
        Place { segment, slot: 0, room: 0 }
    }

    /// Any dwelling, taken or not: where somebody used to live. One in eight is in another authority.
    pub fn former_dwelling(&self, chance: &mut Chance) -> Place {
        let away = chance.happens(0.12);
        let ward =
            if away { usize::from(WARDS) + chance.below(self.wards.len() - usize::from(WARDS)) } else { chance.below(usize::from(WARDS)) };
        loop {
            let segment = *chance.one_of(&self.wards[ward]);
            let here = &self.segments[segment as usize];
            if here.kind != Kind::Institution {
                return Place { segment, slot: u8::try_from(chance.below(usize::from(here.slots))).unwrap_or(0), room: 0 };
            }
        }
    }

    /// Whether many unrelated people live there.
    #[must_use]
    pub fn is_institution(&self, place: Place) -> bool {
        self.segments[place.segment as usize].kind == Kind::Institution
    }

    /// The place in its parts.
    #[must_use]
    pub fn address(&self, place: Place) -> Address {
        let here = &self.segments[place.segment as usize];
        let street = format!("{} {}", self.streets[usize::from(here.street)], self.endings[usize::from(here.ending)]);
        let slot = u16::from(place.slot);
        let (flat, building, number) = match here.kind {
            Kind::Houses => (None, None, here.first_number + 2 * slot),
            Kind::SplitHouses => (Some(("Flat", if slot % 2 == 0 { "A" } else { "B" }.to_owned())), None, here.first_number + slot / 2 * 2),
            Kind::Block => {
                (Some(("Flat", (slot + 1).to_string())), Some(self.buildings[usize::from(here.building)].clone()), here.first_number)
            }
            Kind::Institution => (None, here.name.clone(), here.first_number),
        };
        let flat = if place.room > 0 { Some(("Room", place.room.to_string())) } else { flat };
        let town = self.lists.wards.iter().chain(&self.lists.elsewhere).nth(usize::from(here.ward)).cloned().unwrap_or_default();
        Address {
            flat,
            building,
            number: number.to_string(),
            street,
            town,
            postcode: postcode(here.ward, here.serial),
            uprn: format!("99{:010}", u64::from(place.segment) * 32 + u64::from(place.slot)),
        }
    }
}

/// The postcode of a ward's n-th street: area MB (never allocated) in the authority, KD (never allocated) elsewhere.
fn postcode(ward: u8, serial: u32) -> String {
    const LETTERS: &[u8; 20] = b"ABDEFGHJLNPQRSTUWXYZ";
    // 1,931 has no factor in common with 4,000: neighbouring streets differ, and no code comes twice before 4,000 are used.
    let scattered = (serial % 4000 + u32::from(ward) * 307) * 1931 % 4000;
    let letter = |place: u32| char::from(LETTERS[(place % 20) as usize]);
    let (area, district) = if ward < WARDS { ("MB", u32::from(ward) + 1) } else { ("KD", u32::from(ward - WARDS) + 1) };
    let district = district + if serial >= 4000 { 20 * (serial / 4000) } else { 0 };
    format!("{area}{district} {}{}{}", scattered / 400, letter(scattered / 20), letter(scattered))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_postcode_of_a_ward_comes_twice() {
        let codes: HashSet<String> = (0..4000).map(|serial| postcode(3, serial)).collect();
        assert_eq!(codes.len(), 4000);
    }

    #[test]
    fn no_dwelling_is_given_to_two_households() {
        let mut chance = Chance::for_part(2, 2);
        let mut places = Places::new(500, &mut chance);
        let given: Vec<Place> = (0..3000).map(|_| places.free_dwelling([1, 2], &mut chance)).collect();
        assert_eq!(given.iter().collect::<HashSet<_>>().len(), given.len());
    }
}
