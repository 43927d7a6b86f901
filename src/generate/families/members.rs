//! Making one person, a couple, a row of children; and letting them live somewhere.

use jiff::{ToSpan, civil::Date};

use super::{
    super::{
        identifiers,
        names::{FullName, GROUPS, NamingGroup, polish_feminine},
        people::{Family, Person, REFERENCE_DATE, Sex, Stay},
        phones,
        places::Place,
    },
    Builder,
};

impl Builder<'_> {
    /// A day of birth that makes somebody this many whole years old.
    pub(super) fn birth_at_age(&mut self, years: i32, group: NamingGroup) -> Date {
        let day = REFERENCE_DATE.saturating_sub(years.years()).saturating_sub(self.chance.between(0, 364).days());
        let heaped = match group {
            NamingGroup::Somali => 0.22,
            NamingGroup::Arabic => 0.10,
            NamingGroup::Pakistani | NamingGroup::Bangladeshi => 0.05,
            _ => 0.0,
        };
        // Where births were not registered, papers made later often say 1 January.
        if day.year() < 1998 && self.chance.happens(heaped) { Date::new(day.year(), 1, 1).unwrap_or(day) } else { day }
    }

    /// A person who belongs to a household; parents, partner and homes come later.
    pub(super) fn person(&mut self, sex: Sex, group: NamingGroup, born: Date, name: FullName, household: usize) -> usize {
        let age = super::super::people::age_on(born, REFERENCE_DATE);
        let has_phone = self.chance.happens(if age >= 18 {
            0.92
        } else if age >= 12 {
            0.45
        } else {
            0.0
        });
        let phone = has_phone.then(|| phones::number(&mut self.chance));
        let email = (age >= 16 && self.chance.happens(0.6)).then(|| {
            let plain =
                |name: &str| -> String { deunicode::deunicode(name).to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect() };
            format!("{}.{}{}@example.org", plain(&name.given), plain(&name.family), self.chance.between(1, 99))
        });
        let nhs_number = self.chance.happens(if age < 18 { 0.97 } else { 0.88 }).then(|| self.world.nhs_numbers.take()).flatten();
        let upn = ((4..=18).contains(&age) && self.chance.happens(0.98)).then(|| {
            self.world.pupils += 1;
            identifiers::upn(self.world.pupils, born.year() + 4)
        });
        self.family.people.push(Person {
            id: 0,
            sex,
            group,
            born,
            name,
            former_family: None,
            stays: Vec::new(),
            household,
            parents: Vec::new(),
            partner: None,
            former_partner: None,
            carers: Vec::new(),
            nhs_number,
            upn,
            phone,
            email,
            restricted: false,
        });
        self.family.people.len() - 1
    }

    /// An adult of the family's own custom (nine times in ten) or another.
    pub(super) fn adult(&mut self, sex: Sex, age: i32, household: usize, family_name: Option<&str>) -> usize {
        let group = if family_name.is_some() || self.chance.happens(0.91) {
            self.group
        } else {
            let weights: Vec<f64> = GROUPS.iter().map(|group| group.1).collect();
            GROUPS[self.chance.weighted(&weights)].0
        };
        let born = self.birth_at_age(age.max(16), group);
        let name = self.world.names.full((group, sex, born.year()), family_name, None, &mut self.chance);
        self.person(sex, group, born, name, household)
    }

    /// Makes two people a couple now; the woman may have taken the man's name.
    pub(super) fn pair(&mut self, one: usize, other: usize) {
        self.family.people[one].partner = Some(other);
        self.family.people[other].partner = Some(one);
        if self.chance.happens(0.6) {
            self.take_name(one, other);
        }
        if self.chance.happens(0.1) {
            // One telephone for both.
            self.family.people[other].phone = self.family.people[one].phone.clone();
        }
    }

    /// The name of `bearer` passes to `taker`, where custom has it so.
    pub(super) fn take_name(&mut self, taker: usize, bearer: usize) {
        let keeps = matches!(
            self.family.people[taker].group,
            NamingGroup::Pakistani | NamingGroup::Bangladeshi | NamingGroup::Somali | NamingGroup::Arabic | NamingGroup::Chinese
        );
        let name = self.family.people[bearer].name.family.clone();
        let taker = &mut self.family.people[taker];
        if keeps || taker.sex != Sex::Female || name == taker.name.family || ["Singh", "Kaur"].contains(&name.as_str()) {
            return;
        }
        let name = if taker.group == NamingGroup::Polish { polish_feminine(&name) } else { name };
        taker.former_family = Some(std::mem::replace(&mut taker.name.family, name));
    }

    /// Ages of a family's children, youngest first, and which of them are twins of the one before.
    pub(super) fn children_ages(&mut self, youngest: i32) -> Vec<(i32, bool)> {
        let large = matches!(
            self.group,
            NamingGroup::Somali | NamingGroup::Bangladeshi | NamingGroup::Pakistani | NamingGroup::Nigerian | NamingGroup::Arabic
        );
        let weights = if large { [0.18, 0.30, 0.28, 0.15, 0.09] } else { [0.40, 0.38, 0.15, 0.05, 0.02] };
        let count = self.chance.weighted(&weights) + 1;
        let mut ages = Vec::new();
        let mut age = youngest;
        for _ in 0..count {
            ages.push((age, false));
            if self.chance.happens(0.018) {
                ages.push((age, true));
            }
            age += [1, 2, 3, 4, 6][self.chance.weighted(&[0.16, 0.34, 0.28, 0.14, 0.08])];
        }
        // Grown children have most often left, and those who left are not told of.
        ages.retain(|(age, _)| *age < 18 || *age < 26);
        ages
    }

    /// Children of these parents, who live in this household.
    pub(super) fn children(&mut self, parents: &[usize], ages: &[(i32, bool)], household: usize) -> Vec<usize> {
        let father = parents.iter().copied().find(|parent| self.family.people[*parent].sex == Sex::Male);
        let mother = parents.iter().copied().find(|parent| self.family.people[*parent].sex == Sex::Female);
        let group = match (father, mother) {
            (Some(father), Some(mother)) if self.chance.happens(0.4) => self.family.people[mother.max(father)].group,
            (Some(father), _) => self.family.people[father].group,
            (None, Some(mother)) => self.family.people[mother].group,
            (None, None) => self.group,
        };
        let family_name = self.family_name_of_children(father, mother);
        let mut made: Vec<usize> = Vec::new();
        for (age, is_twin) in ages {
            if *age >= 18 && self.chance.happens(0.4) {
                continue;
            }
            let twin = made.last().copied().filter(|_| *is_twin);
            let born = match twin {
                Some(twin) => self.family.people[twin].born,
                None => self.birth_at_age(*age, group),
            };
            // Full brothers and sisters are not born within ten months of each other.
            let born = made
                .iter()
                .filter(|_| twin.is_none())
                .map(|older| self.family.people[*older].born)
                .find(|other| (born - *other).get_days().abs() < 300)
                .map_or(born, |other| other.saturating_sub((300 + self.chance.between(0, 200)).days()));
            let sex = if self.chance.happens(0.5) { Sex::Female } else { Sex::Male };
            let name = self.childs_name((group, sex, born), &family_name, father, &made, twin);
            let child = self.person(sex, group, born, name, household);
            self.family.people[child].parents = parents.to_vec();
            if self.chance.happens(0.025) {
                self.family.people[child].former_family = mother
                    .map(|mother| {
                        self.family.people[mother].former_family.clone().unwrap_or_else(|| self.family.people[mother].name.family.clone())
                    })
                    .filter(|former| *former != family_name);
            }
            made.push(child);
        }
        made
    }

    fn family_name_of_children(&mut self, father: Option<usize>, mother: Option<usize>) -> String {
        let masculine = |name: &str| match name.strip_suffix("ska").or_else(|| name.strip_suffix("cka").map(|_| &name[..name.len() - 1])) {
            Some(stem) if name.ends_with("ska") => format!("{stem}ski"),
            Some(stem) => format!("{stem}i"),
            None => name.to_owned(),
        };
        let of = |family: &Family, person: usize| masculine(&family.people[person].name.family);
        match (father, mother) {
            (Some(father), Some(mother)) => {
                let (fathers, mothers) = (of(&self.family, father), of(&self.family, mother));
                let british = self.family.people[father].group == NamingGroup::British;
                if british && fathers != mothers && !fathers.contains('-') && !mothers.contains('-') && self.chance.happens(0.12) {
                    format!("{mothers}-{fathers}")
                } else if fathers != mothers && british && self.chance.happens(0.18) {
                    mothers
                } else {
                    fathers
                }
            }
            (Some(parent), None) | (None, Some(parent)) => of(&self.family, parent),
            (None, None) => self.world.names.family(self.group, &mut self.chance),
        }
    }

    /// A name that no brother or sister has; twins' names are often alike, and sons are now and then called after their father.
    fn childs_name(
        &mut self,
        (group, sex, born): (NamingGroup, Sex, Date),
        family_name: &str,
        father: Option<usize>,
        siblings: &[usize],
        twin: Option<usize>,
    ) -> FullName {
        let fathers_name = father.map(|father| self.family.people[father].name.clone());
        let junior = matches!(group, NamingGroup::British | NamingGroup::Irish | NamingGroup::Nigerian | NamingGroup::Arabic);
        if let Some(fathers) = fathers_name.as_ref().filter(|_| sex == Sex::Male && junior)
            && self.chance.happens(0.03)
            && siblings.iter().all(|sibling| self.family.people[*sibling].name.given != fathers.given)
        {
            return FullName { family: family_name.to_owned(), known_as: None, ..fathers.clone() };
        }
        let alike = twin.filter(|_| self.chance.happens(0.35)).map(|twin| self.family.people[twin].name.given.clone());
        let mut last = FullName::default();
        for attempt in 0..60 {
            last = self.world.names.full((group, sex, born.year()), Some(family_name), fathers_name.as_ref(), &mut self.chance);
            let taken = siblings.iter().any(|sibling| {
                let theirs = &self.family.people[*sibling].name;
                theirs.given == last.given && (theirs.middle == last.middle || !last.given.starts_with('M'))
            });
            let starts_alike = alike.as_ref().is_none_or(|name| attempt > 30 || name.chars().next() == last.given.chars().next());
            if !taken && starts_alike {
                break;
            }
        }
        last
    }

    /// Lets people live in one place now, and most often elsewhere before.
    pub(super) fn settle(&mut self, members: &[usize], place: Place) {
        let since = REFERENCE_DATE.saturating_sub(self.chance.between(20, 2600).days());
        let moved = self.chance.happens(0.55);
        let mut stays = Vec::new();
        if moved {
            let middle = since.saturating_sub(self.chance.between(200, 2200).days());
            if self.chance.happens(0.35) {
                let earliest = middle.saturating_sub(self.chance.between(300, 2500).days());
                let place = self.world.places.former_dwelling(&mut self.chance);
                stays.push(Stay { place, from: earliest, to: Some(middle) });
            }
            let place = self.world.places.former_dwelling(&mut self.chance);
            stays.push(Stay { place, from: middle, to: Some(since) });
        }
        let long_ago = REFERENCE_DATE.saturating_sub(self.chance.between(2600, 6500).days());
        let current_from = if moved { since } else { long_ago };
        stays.push(Stay { place, from: current_from, to: None });
        for member in members {
            let born = self.family.people[*member].born;
            self.family.people[*member].stays = stays
                .iter()
                .filter(|stay| stay.to.is_none_or(|to| to > born))
                .map(|stay| Stay { from: stay.from.max(born), ..stay.clone() })
                .collect();
        }
    }

    /// Lets one person leave the place where another lives or lived, on a day, for a place of their own.
    pub(super) fn leave(&mut self, leaver: usize, stayer: usize, day: Date, place: Place) {
        let mut stays: Vec<Stay> = self.family.people[stayer].stays.iter().filter(|stay| stay.from < day).cloned().collect();
        if let Some(last) = stays.last_mut() {
            last.to = Some(last.to.map_or(day, |to| to.min(day)));
        }
        stays.push(Stay { place, from: day, to: None });
        self.family.people[leaver].stays = stays;
    }

    /// Gives everybody their ids and hands the family over.
    pub(super) fn finish(mut self) -> Family {
        for person in &mut self.family.people {
            person.id = self.world.next_person;
            self.world.next_person += 1;
        }
        self.family
    }
}
