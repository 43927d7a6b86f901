//! The shapes that families take, and how often.

use jiff::ToSpan;

use super::{
    super::{
        names::NamingGroup,
        people::{Household, REFERENCE_DATE, Sex},
    },
    Builder,
};

/// Each shape, how often it is drawn, how many people it needs room for, and how much such families meet services (little, some, much).
type Shape = (fn(&mut Builder), f64, usize, [f64; 3]);

const CALM: [f64; 3] = [0.78, 0.16, 0.06];
const STRAINED: [f64; 3] = [0.50, 0.32, 0.18];
const TROUBLED: [f64; 3] = [0.15, 0.35, 0.50];

const SHAPES: &[Shape] = &[
    (|builder| builder.couple_with_children(), 0.255, 14, CALM),
    (|builder| builder.lone_parent(), 0.10, 12, STRAINED),
    (|builder| builder.separated_parents(), 0.095, 18, STRAINED),
    (|builder| builder.step_family(), 0.065, 20, STRAINED),
    (|builder| builder.three_generations(), 0.035, 16, CALM),
    (|builder| builder.grandparents_as_carers(), 0.02, 12, TROUBLED),
    (|builder| builder.foster_home(), 0.012, 18, TROUBLED),
    (|builder| builder.couple_alone(), 0.15, 2, CALM),
    (|builder| builder.single(), 0.235, 1, STRAINED),
    (|builder| builder.shared_house(), 0.012, 10, STRAINED),
    (|builder| builder.hostel_resident(), 0.012, 1, TROUBLED),
    (|builder| builder.refuge(), 0.005, 14, TROUBLED),
    (|builder| builder.childrens_home(), 0.004, 12, TROUBLED),
];

impl Builder<'_> {
    /// Draws a shape that fits into the room left and builds it.
    pub(super) fn shape(&mut self, room: usize) {
        let weights: Vec<f64> = SHAPES.iter().map(|shape| if shape.2 <= room { shape.1 } else { 0.0 }).collect();
        let (build, _, _, need) = &SHAPES[self.chance.weighted(&weights)];
        self.family.need = self.chance.weighted(need);
        build(self);
    }

    pub(super) fn mothers_age(&mut self, oldest: i32, youngest: i32) -> i32 {
        #[allow(clippy::cast_possible_truncation, reason = "an age in whole years")]
        let at_first = self.chance.bell(27.0, 5.5) as i32;
        (oldest + at_first.clamp(16, 42)).min(youngest + 47).max(oldest + 15).max(18)
    }

    pub(super) fn oldest(ages: &[(i32, bool)]) -> i32 {
        ages.iter().map(|age| age.0).max().unwrap_or(0)
    }

    /// Two parents (one pair in sixty of one sex) and their children at home.
    fn couple_with_children(&mut self) {
        let (one, other, _) = self.parents_and_children(0, 17);
        if self.chance.happens(0.22) {
            let parent = if self.chance.happens(0.55) { one } else { other };
            self.grandparents_elsewhere(parent);
        }
        if self.chance.happens(0.05) {
            let aunt = self.brother_or_sister(one);
            self.family.people[aunt].stays = self.family.people[one].stays.clone();
        }
        if self.chance.happens(0.025) {
            self.lodger(one);
        }
    }

    /// Somebody of no kin who has moved in with a family.
    fn lodger(&mut self, host: usize) {
        let age = self.chance.between(19, 60);
        let sex = if self.chance.happens(0.5) { Sex::Female } else { Sex::Male };
        let household = self.family.people[host].household;
        let lodger = self.adult(sex, age, household, None);
        let place = *self.family.people[host].home();
        self.settle(&[lodger], place);
    }

    /// The parents, and how many children; they share one home.
    pub(super) fn parents_and_children(&mut self, youngest_from: i32, youngest_to: i32) -> (usize, usize, Vec<usize>) {
        let home = self.household(Household::Home);
        let youngest = self.chance.between(youngest_from, youngest_to);
        let ages = self.children_ages(youngest);
        let mothers_age = self.mothers_age(Self::oldest(&ages), youngest);
        let first = self.adult(Sex::Female, mothers_age, home, None);
        let second_sex = if self.chance.happens(1.0 / 60.0) { Sex::Female } else { Sex::Male };
        let gap = self.chance.between(-2, 7);
        let second = self.adult(second_sex, mothers_age + gap, home, None);
        self.pair(first, second);
        let children = self.children(&[first, second], &ages, home);
        let mut all = vec![first, second];
        all.extend(&children);
        let place = self.dwelling();
        self.settle(&all, place);
        (first, second, children)
    }

    /// A parent alone with children; nothing is known of the other.
    fn lone_parent(&mut self) {
        let home = self.household(Household::Home);
        let youngest = self.chance.between(0, 17);
        let ages = self.children_ages(youngest);
        let sex = if self.chance.happens(0.88) { Sex::Female } else { Sex::Male };
        let age = self.mothers_age(Self::oldest(&ages), youngest);
        let parent = self.adult(sex, age, home, None);
        let mut all = vec![parent];
        all.extend(self.children(&[parent], &ages, home));
        let place = self.dwelling();
        self.settle(&all, place);
        if self.chance.happens(0.25) {
            self.grandparents_elsewhere(parent);
        }
    }

    /// Two parents at two addresses; the one who left may live alone, with a new partner and child, or with his parents.
    fn separated_parents(&mut self) {
        let (mother, father, children) = self.parents_and_children(0, 16);
        self.separate(mother, father, &children);
        let home = self.household(Household::Home);
        self.family.people[father].household = home;
        let fathers_age = i32::from(self.family.people[father].age());
        let next = self.chance.weighted(&[0.5, 0.32, 0.18]);
        if next == 1 && fathers_age > 19 {
            let partners_age = fathers_age - self.chance.between(0, 8);
            let sex = if self.family.people[father].sex == Sex::Male { Sex::Female } else { Sex::Male };
            let partner = self.adult(sex, partners_age.max(18), home, None);
            self.family.people[partner].stays = self.family.people[father].stays.last().cloned().into_iter().collect();
            self.family.people[partner].partner = Some(father);
            self.family.people[father].partner = Some(partner);
            let years_apart = self.years_here(father);
            if years_apart >= 1 && partners_age < 45 && self.chance.happens(0.5) {
                let age = self.chance.between(0, (years_apart - 1).min(6));
                let half = self.children(&[partner, father], &[(age, false)], home);
                self.live_with(&half, father);
            }
        } else if next == 2 {
            self.parents_of_at_home(father);
        }
    }

    fn years_here(&self, person: usize) -> i32 {
        let since = self.family.people[person].stays.last().map_or(REFERENCE_DATE, |stay| stay.from);
        i32::from(REFERENCE_DATE.year() - since.year())
    }

    /// Children who have lived where this person lives since they were born or the person came.
    fn live_with(&mut self, children: &[usize], person: usize) {
        for child in children {
            let mut stay = self.family.people[person].stays[self.family.people[person].stays.len() - 1].clone();
            stay.from = stay.from.max(self.family.people[*child].born);
            self.family.people[*child].stays = vec![stay];
        }
    }

    /// Ends a couple: the second leaves the first's home on a day after the youngest child's birth.
    pub(super) fn separate(&mut self, mother: usize, father: usize, children: &[usize]) {
        let youngest = children.iter().map(|child| self.family.people[*child].born).max().unwrap_or(REFERENCE_DATE);
        let since_birth = (REFERENCE_DATE - youngest).get_days().max(60);
        let day = REFERENCE_DATE.saturating_sub(self.chance.between(20, since_birth.min(2900)).days());
        let place = self.dwelling();
        self.leave(father, mother, day, place);
        for (one, other) in [(mother, father), (father, mother)] {
            self.family.people[one].partner = None;
            self.family.people[one].former_partner = Some(other);
        }
    }

    /// A mother, her children, and a partner who is not their father; perhaps his children, perhaps one of both.
    fn step_family(&mut self) {
        let (mother, father, children) = self.parents_and_children(2, 16);
        self.separate(mother, father, &children);
        let home = self.family.people[mother].household;
        let fathers_home = self.household(Household::Home);
        self.family.people[father].household = fathers_home;
        let age = i32::from(self.family.people[mother].age()) + self.chance.between(-5, 8);
        let step = self.adult(Sex::Male, age.max(19), home, None);
        self.family.people[step].partner = Some(mother);
        self.family.people[mother].partner = Some(step);
        if self.chance.happens(0.25) {
            self.take_name(mother, step);
        }
        let left = self.family.people[father].stays.last().map_or(REFERENCE_DATE, |stay| stay.from);
        let since_left = (REFERENCE_DATE - left).get_days().max(10);
        let moved_in = REFERENCE_DATE.saturating_sub(self.chance.between(5, since_left).days());
        let place = *self.family.people[mother].home();
        let before = self.world.places.former_dwelling(&mut self.chance);
        let came = REFERENCE_DATE.saturating_sub(self.chance.between(3000, 4500).days());
        self.family.people[step].stays = vec![
            super::super::people::Stay { place: before, from: came, to: Some(moved_in) },
            super::super::people::Stay { place, from: moved_in, to: None },
        ];
        let together = (REFERENCE_DATE - moved_in).get_days() / 365;
        if together >= 1 && self.family.people[mother].age() < 46 && self.chance.happens(0.4) {
            let age = self.chance.between(0, (together - 1).min(7));
            let half = self.children(&[mother, step], &[(age, false)], home);
            self.live_with(&half, mother);
        }
        if self.chance.happens(0.2) {
            let age = self.chance.between(4, 15);
            let his = self.children(&[step], &[(age, false)], home);
            self.live_with(&his, step);
        }
        if self.chance.happens(0.15) {
            // The new household's name is given to a child as well.
            let name = self.family.people[step].name.family.clone();
            let child = &mut self.family.people[children[0]];
            if child.is_child() && child.group == NamingGroup::British {
                child.former_family = Some(std::mem::replace(&mut child.name.family, name));
            }
        }
    }

    /// Grandparents, parents and children under one roof.
    fn three_generations(&mut self) {
        let (mother, father, _) = self.parents_and_children(0, 16);
        let parent = if self.chance.happens(0.7) { father } else { mother };
        self.parents_of_at_home(parent);
    }

    /// Gives a person one or two parents who live with them.
    fn parents_of_at_home(&mut self, person: usize) {
        let home = self.family.people[person].household;
        let stays = self.family.people[person].stays.clone();
        for elder in self.parents_of(person, home) {
            self.family.people[elder].stays.clone_from(&stays[stays.len() - 1..].to_vec());
        }
    }

    /// Gives a person one or two parents who live in the area.
    pub(super) fn grandparents_elsewhere(&mut self, person: usize) {
        let home = self.household(Household::Home);
        let elders = self.parents_of(person, home);
        let place = self.dwelling();
        self.settle(&elders, place);
    }

    fn parents_of(&mut self, person: usize, home: usize) -> Vec<usize> {
        let (age, birth_name, group) = {
            let person = &self.family.people[person];
            (i32::from(person.age()), person.former_family.clone().unwrap_or_else(|| person.name.family.clone()), person.group)
        };
        let family_group = std::mem::replace(&mut self.group, group);
        let mut elders = Vec::new();
        let mothers_age = (age + self.chance.between(19, 33)).min(96);
        let mother = self.adult(Sex::Female, mothers_age, home, Some(&birth_name));
        elders.push(mother);
        if self.chance.happens(0.6) {
            let gap = self.chance.between(0, 6);
            let father = self.adult(Sex::Male, mothers_age + gap, home, Some(&birth_name));
            self.family.people[mother].partner = Some(father);
            self.family.people[father].partner = Some(mother);
            elders.push(father);
        }
        self.group = family_group;
        self.family.people[person].parents.clone_from(&elders);
        elders
    }

    /// A brother or sister of an adult, of the same parents, in the same household.
    fn brother_or_sister(&mut self, person: usize) -> usize {
        if self.family.people[person].parents.is_empty() {
            self.grandparents_elsewhere(person);
        }
        let parents = self.family.people[person].parents.clone();
        let household = self.family.people[person].household;
        let name = self.family.people[person].former_family.clone().unwrap_or_else(|| self.family.people[person].name.family.clone());
        let sex = if self.chance.happens(0.5) { Sex::Female } else { Sex::Male };
        let age = (i32::from(self.family.people[person].age()) - self.chance.between(1, 8)).max(18);
        let sibling = self.adult(sex, age, household, Some(&name));
        self.family.people[sibling].parents = parents;
        sibling
    }

    fn couple_alone(&mut self) {
        let home = self.household(Household::Home);
        let age = if self.chance.happens(0.35) { self.chance.between(20, 34) } else { self.chance.between(35, 86) };
        let one = self.adult(Sex::Female, age, home, None);
        let gap = self.chance.between(-3, 7);
        let other = self.adult(Sex::Male, age + gap, home, None);
        self.pair(one, other);
        let place = self.dwelling();
        self.settle(&[one, other], place);
    }

    fn single(&mut self) {
        let home = self.household(Household::Home);
        let age = if self.chance.happens(0.45) { self.chance.between(18, 34) } else { self.chance.between(35, 92) };
        let sex = if self.chance.happens(0.5) { Sex::Female } else { Sex::Male };
        let person = self.adult(sex, age, home, None);
        let place = self.dwelling();
        self.settle(&[person], place);
    }

    /// A house in multiple occupation: strangers behind one front door, now and then a parent with a child among them.
    fn shared_house(&mut self) {
        let home = self.household(Household::SharedHouse);
        let house = self.dwelling();
        let rooms = self.chance.between(4, 7);
        for room in 1..=u8::try_from(rooms).unwrap_or(4) {
            let weights: Vec<f64> = super::super::names::GROUPS.iter().map(|group| group.1.sqrt()).collect();
            self.group = super::super::names::GROUPS[self.chance.weighted(&weights)].0;
            let sex = if self.chance.happens(0.35) { Sex::Female } else { Sex::Male };
            let age = self.chance.between(18, 58);
            let person = self.adult(sex, age, home, None);
            let mut all = vec![person];
            if room == 1 && age > 22 && self.chance.happens(0.2) {
                let childs_age = self.chance.between(0, (age - 20).min(9));
                all.extend(self.children(&[person], &[(childs_age, false)], home));
            }
            self.settle(&all, house.with_room(room));
        }
    }
}
