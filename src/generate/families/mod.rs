//! Families as they are: who lives with whom, who once did, and who is whose child.

mod away;
mod members;
mod shapes;

use super::{
    chance::Chance,
    identifiers::NhsNumbers,
    names::{GROUPS, Names, NamingGroup},
    people::{Family, Household},
    places::{Place, Places},
};

/// What all families share.
pub struct World {
    /// Name lists.
    pub names: Names,
    /// Streets and buildings.
    pub places: Places,
    nhs_numbers: NhsNumbers,
    pupils: u32,
    next_person: u32,
    hostels: Vec<Place>,
    refuges: Vec<Place>,
    homes: Vec<Place>,
}

impl World {
    /// A world with streets for this many people.
    #[must_use]
    pub fn new(people: u32, seed: u64) -> Self {
        let mut chance = Chance::for_part(seed, u64::MAX);
        let mut places = Places::new(people, &mut chance);
        let mut institutions = |names: &[&str], one_per: u32| -> Vec<Place> {
            (0..=people / one_per)
                .map(|serial| {
                    let name = names[serial as usize % names.len()];
                    let ward = u8::try_from(chance.below(12)).unwrap_or(0);
                    places.institution(name, ward, &mut chance)
                })
                .collect()
        };
        let hostels = institutions(&["Harbour Hostel", "St Brannock's Hostel", "Lantern House", "The Foyer"], 2500);
        let refuges = institutions(&["Juniper House", "Rowan Lodge"], 8000);
        let homes = institutions(&["Larch House", "The Beeches", "Fernlea"], 4000);
        let nhs_numbers = NhsNumbers::new(&mut chance);
        Self { names: Names::load(), places, nhs_numbers, pupils: 0, next_person: 1, hostels, refuges, homes }
    }

    /// The next family, of no more than `room` people.
    pub fn next_family(&mut self, seed: u64, serial: u64, room: usize) -> Family {
        let mut chance = Chance::for_part(seed, serial);
        let group = GROUPS[chance.weighted(&GROUPS.iter().map(|group| group.1).collect::<Vec<_>>())].0;
        let mut builder = Builder { world: self, chance, family: Family::default(), group };
        builder.shape(room);
        builder.finish()
    }
}

/// A family in the making.
pub struct Builder<'world> {
    world: &'world mut World,
    chance: Chance,
    family: Family,
    group: NamingGroup,
}

impl Builder<'_> {
    fn household(&mut self, kind: Household) -> usize {
        self.family.households.push(kind);
        self.family.households.len() - 1
    }

    fn dwelling(&mut self) -> Place {
        self.world.places.free_dwelling(self.group.wards(), &mut self.chance)
    }
}
