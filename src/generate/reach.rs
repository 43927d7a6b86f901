//! Which services know which people of a family.

use super::{
    chance::Chance,
    people::{Family, Sex},
};

/// How likely a service knows a person, by the family's need (little, some, much).
type ByNeed = [f64; 3];

/// For each feed, the people of the family (by their place in it) that it knows. Ordinary children are known to schools and health visitors; the
/// rest follows need.
#[must_use]
pub fn known_to(feed: &str, family: &Family, chance: &mut Chance) -> Vec<usize> {
    let need = family.need;
    match feed {
        "education" => each(family, chance, |age, _| match age {
            4..=15 => 0.96,
            16..=18 => 0.6,
            _ => 0.0,
        }),
        "health_visiting" => each(family, chance, |age, _| match age {
            0..=4 => 0.96,
            5..=6 => 0.15,
            _ => 0.0,
        }),
        "youth_justice" => {
            let of = need_of(need, [0.004, 0.03, 0.15]);
            each(family, chance, |age, _| if (10..=17).contains(&age) { of } else { 0.0 })
        }
        "police" => {
            let (young, grown) = (need_of(need, [0.004, 0.04, 0.16]), need_of(need, [0.05, 0.16, 0.42]));
            let mut known = each(family, chance, |age, sex| match age {
                10..=17 => young,
                18..=70 => grown * if sex == Sex::Male { 1.25 } else { 0.75 },
                71.. => 0.02,
                _ => 0.0,
            });
            // The parent who lives apart is often known to the police alone.
            known.extend(living_apart(family).into_iter().filter(|_| chance.happens(0.16)));
            tidy(known)
        }
        "camhs" => {
            let of = need_of(need, [0.03, 0.08, 0.2]);
            each(family, chance, |age, _| if (5..=17).contains(&age) { of } else { 0.0 })
        }
        "adult_mental_health" => {
            let of = need_of(need, [0.035, 0.09, 0.2]);
            each(family, chance, |age, _| if age >= 18 { of } else { 0.0 })
        }
        "substance_misuse" => {
            let of = need_of(need, [0.006, 0.025, 0.13]);
            each(family, chance, |age, _| if (18..=70).contains(&age) { of } else { 0.0 })
        }
        "adult_social_care" => {
            let of = need_of(need, [0.008, 0.02, 0.05]);
            each(family, chance, |age, _| match age {
                16..=64 => of,
                65..=79 => 0.1,
                80.. => 0.3,
                _ => 0.0,
            })
        }
        "probation" => {
            let of = need_of(need, [0.006, 0.02, 0.1]);
            each(family, chance, |age, sex| if (18..=70).contains(&age) { of * if sex == Sex::Male { 1.0 } else { 0.2 } } else { 0.0 })
        }
        "early_help" => whole_family(family, chance, [0.05, 0.3, 0.4], [0.9, 0.3, 0.7]),
        "childrens_social_care" => whole_family(family, chance, [0.008, 0.09, 0.65], [0.92, 0.5, 0.85]),
        _ => Vec::new(),
    }
}

/// Households known to housing: the people who live in each, tenants first.
#[must_use]
pub fn tenancies(family: &Family, chance: &mut Chance) -> Vec<Vec<usize>> {
    let mut all = Vec::new();
    for household in 0..family.households.len() {
        let mut members: Vec<usize> = (0..family.people.len()).filter(|person| family.people[*person].household == household).collect();
        if members.is_empty() || !chance.happens(need_of(family.need, [0.15, 0.32, 0.6])) {
            continue;
        }
        // Tenants are adults; strangers in a shared house and residents of an institution hold each their own.
        members.sort_by_key(|person| (family.people[*person].age() < 18, family.people[*person].parents.len(), *person));
        if matches!(family.households[household], super::people::Household::SharedHouse | super::people::Household::Institution) {
            all.extend(members.into_iter().filter(|person| family.people[*person].age() >= 16).map(|person| vec![person]));
        } else if family.people[members[0]].age() >= 16 {
            all.push(members);
        }
    }
    all
}

fn need_of(need: usize, by_need: ByNeed) -> f64 {
    by_need[need.min(2)]
}

fn each(family: &Family, chance: &mut Chance, likely: impl Fn(i16, Sex) -> f64) -> Vec<usize> {
    (0..family.people.len())
        .filter(|person| {
            let person = &family.people[*person];
            chance.happens(likely(person.age(), person.sex))
        })
        .collect()
}

fn tidy(mut known: Vec<usize>) -> Vec<usize> {
    known.sort_unstable();
    known.dedup();
    known
}

/// Parents of children who live elsewhere.
fn living_apart(family: &Family) -> Vec<usize> {
    let people = &family.people;
    tidy(
        people
            .iter()
            .filter(|child| child.is_child())
            .flat_map(|child| child.parents.iter().copied().filter(|parent| people[*parent].household != child.household))
            .collect(),
    )
}

/// A family service: if it knows one child it knows the others, and most of the adults; of parents apart, step-parents and carers fewer.
fn whole_family(family: &Family, chance: &mut Chance, by_need: ByNeed, [parent, apart, partner]: [f64; 3]) -> Vec<usize> {
    let children: Vec<usize> = (0..family.people.len()).filter(|person| family.people[*person].is_child()).collect();
    if children.is_empty() || !chance.happens(need_of(family.need, by_need)) {
        return Vec::new();
    }
    let first = children[0];
    let mut known = Vec::new();
    for (person, somebody) in family.people.iter().enumerate() {
        let likely = if somebody.is_child() {
            if person == first || somebody.household == family.people[first].household { 0.95 } else { 0.5 }
        } else {
            let of_child = |child: &&usize| family.people[**child].parents.contains(&person);
            let is_parent = children.iter().any(|child| of_child(&child));
            let lives_with = children.iter().any(|child| of_child(&child) && family.people[*child].household == somebody.household);
            let cares = children.iter().any(|child| family.people[*child].carers.iter().any(|carer| carer.0 == person));
            let is_partner =
                somebody.partner.is_some_and(|other| children.iter().any(|child| family.people[*child].parents.contains(&other)));
            match (is_parent, lives_with, cares, is_partner) {
                (_, _, true, _) => 0.95,
                (true, true, ..) => parent,
                (true, false, ..) => apart,
                (_, _, _, true) => partner * 0.8,
                _ => 0.12,
            }
        };
        if chance.happens(likely) {
            known.push(person);
        }
    }
    known
}
