//! Children and adults who live away from home: with grandparents, in a foster home, a hostel, a refuge, a children's home.

use jiff::ToSpan;

use super::{
    super::people::{Care, Household, REFERENCE_DATE, Sex},
    Builder,
};

impl Builder<'_> {
    /// Children who live with their grandparents; the mother is often elsewhere in the population.
    pub(super) fn grandparents_as_carers(&mut self) {
        let (mother, father, children) = self.parents_and_children(1, 14);
        self.separate(mother, father, &children);
        let fathers_home = self.household(Household::Home);
        self.family.people[father].household = fathers_home;
        self.grandparents_elsewhere(mother);
        let elders = self.family.people[mother].parents.clone();
        let (home, place) = {
            let elder = &self.family.people[elders[0]];
            (elder.household, *elder.home())
        };
        for child in children {
            let day = REFERENCE_DATE.saturating_sub(self.chance.between(10, 900).days());
            if !self.family.people[child].is_child() || day <= self.family.people[child].born {
                continue;
            }
            self.leave(child, mother, day, place);
            self.trim_to_life(child);
            self.family.people[child].household = home;
            self.family.people[child].carers = elders.iter().map(|elder| (*elder, Care::Kin)).collect();
        }
    }

    fn trim_to_life(&mut self, person: usize) {
        let born = self.family.people[person].born;
        let stays = &mut self.family.people[person].stays;
        stays.retain(|stay| stay.to.is_none_or(|to| to > born));
        for stay in stays {
            stay.from = stay.from.max(born);
        }
    }

    /// Foster carers, perhaps a child of their own, and children whose mothers live elsewhere.
    pub(super) fn foster_home(&mut self) {
        let home = self.household(Household::FosterHome);
        let age = self.chance.between(35, 62);
        let carer = self.adult(Sex::Female, age, home, None);
        let mut all = vec![carer];
        if self.chance.happens(0.75) {
            let second = self.adult(Sex::Male, age + 2, home, None);
            self.pair(carer, second);
            all.push(second);
        }
        let carers = all.clone();
        if age < 52 && self.chance.happens(0.5) {
            let own_age = self.chance.between(8, 17);
            all.extend(self.children(&carers, &[(own_age, false)], home));
        }
        let place = self.dwelling();
        self.settle(&all, place);
        for _ in 0..=usize::from(self.chance.happens(0.3)) {
            let mothers_home = self.household(Household::Home);
            let youngest = self.chance.between(0, 13);
            let ages: Vec<(i32, bool)> = self.children_ages(youngest).into_iter().filter(|age| age.0 < 17).take(2).collect();
            let mothers_age = self.mothers_age(Self::oldest(&ages), youngest);
            let mother = self.adult(Sex::Female, mothers_age, mothers_home, None);
            let children = self.children(&[mother], &ages, home);
            let mut together = vec![mother];
            together.extend(&children);
            let mothers_place = self.dwelling();
            self.settle(&together, mothers_place);
            for child in children {
                let lived = (REFERENCE_DATE - self.family.people[child].born).get_days().max(20);
                let day = REFERENCE_DATE.saturating_sub(self.chance.between(5, lived.min(900) - 5).days());
                self.leave(child, mother, day, place);
                self.trim_to_life(child);
                self.family.people[child].carers = carers.iter().map(|carer| (*carer, Care::Foster)).collect();
            }
        }
    }

    pub(super) fn hostel_resident(&mut self) {
        let home = self.household(Household::Institution);
        let sex = if self.chance.happens(0.3) { Sex::Female } else { Sex::Male };
        let age = self.chance.between(17, 60);
        let person = self.adult(sex, age, home, None);
        let place = *self.chance.one_of(&self.world.hostels);
        self.settle(&[person], place);
    }

    /// A mother and her children in a refuge, all of them shielded; the father is still where they lived.
    pub(super) fn refuge(&mut self) {
        let (mother, father, children) = self.parents_and_children(0, 13);
        let refuge = self.household(Household::Institution);
        let place = *self.chance.one_of(&self.world.refuges);
        let day = REFERENCE_DATE.saturating_sub(self.chance.between(5, 240).days());
        for (one, other) in [(mother, father), (father, mother)] {
            self.family.people[one].partner = None;
            self.family.people[one].former_partner = Some(other);
        }
        for person in children.into_iter().chain([mother]) {
            if person != mother && !self.family.people[person].is_child() {
                continue;
            }
            let day = day.max(self.family.people[person].born);
            self.leave(person, father, day, place);
            self.trim_to_life(person);
            self.family.people[person].household = refuge;
            self.family.people[person].restricted = true;
        }
    }

    /// Children in a children's home, away from a parent in the area.
    pub(super) fn childrens_home(&mut self) {
        let (mother, father, children) = self.parents_and_children(9, 15);
        self.separate(mother, father, &children);
        let fathers_home = self.household(Household::Home);
        self.family.people[father].household = fathers_home;
        let home = self.household(Household::Institution);
        let place = *self.chance.one_of(&self.world.homes);
        let child = children[0];
        let day = REFERENCE_DATE.saturating_sub(self.chance.between(10, 700).days());
        self.leave(child, mother, day, place);
        self.trim_to_life(child);
        self.family.people[child].household = home;
    }
}
