//! Names by custom: who is called what, how often, and how names pass from parents to children.

use serde::Deserialize;

use super::{chance::Chance, people::Sex};

/// A naming custom. Measured results are given by these groups, so that unequal treatment is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum NamingGroup {
    British,
    Irish,
    Pakistani,
    Bangladeshi,
    Indian,
    Sikh,
    Polish,
    Romanian,
    Nigerian,
    Somali,
    Arabic,
    Chinese,
}

/// Each custom with its share of families, its word in the truth files, and the wards (by number) where most of its families live.
pub const GROUPS: &[(NamingGroup, f64, &str, [u8; 2])] = &[
    (NamingGroup::British, 0.575, "british", [6, 7]),
    (NamingGroup::Irish, 0.03, "irish", [0, 8]),
    (NamingGroup::Pakistani, 0.10, "pakistani", [1, 3]),
    (NamingGroup::Bangladeshi, 0.045, "bangladeshi", [1, 11]),
    (NamingGroup::Indian, 0.045, "indian", [5, 9]),
    (NamingGroup::Sikh, 0.03, "sikh", [5, 4]),
    (NamingGroup::Polish, 0.04, "polish", [2, 8]),
    (NamingGroup::Romanian, 0.03, "romanian", [2, 0]),
    (NamingGroup::Nigerian, 0.03, "nigerian", [10, 4]),
    (NamingGroup::Somali, 0.025, "somali", [11, 10]),
    (NamingGroup::Arabic, 0.03, "arabic", [10, 3]),
    (NamingGroup::Chinese, 0.02, "chinese", [0, 9]),
];

impl NamingGroup {
    fn place(self) -> usize {
        GROUPS.iter().position(|group| group.0 == self).unwrap_or(0)
    }

    /// The word for it in the truth files.
    #[must_use]
    pub fn word(self) -> &'static str {
        GROUPS[self.place()].2
    }

    /// The wards where most of its families live.
    #[must_use]
    pub fn wards(self) -> [u8; 2] {
        GROUPS[self.place()].3
    }

    /// Whether people are usually known by more than their own and a family's name, so that a missing middle name matters.
    #[must_use]
    pub fn has_chains(self) -> bool {
        matches!(self, Self::Somali | Self::Arabic | Self::Pakistani | Self::Sikh)
    }
}

/// A person's registered names.
#[derive(Debug, Clone, Default)]
pub struct FullName {
    /// First name.
    pub given: String,
    /// Further given names, or the father's name where custom has it there.
    pub middle: Option<String>,
    /// Last name, whatever it means in the custom.
    pub family: String,
    /// A name the person goes by that no table would guess (a Western given name, a name at home).
    pub known_as: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    female: Option<String>,
    male: Option<String>,
    female_1975: Option<String>,
    female_2000: Option<String>,
    female_now: Option<String>,
    male_1975: Option<String>,
    male_2000: Option<String>,
    male_now: Option<String>,
    family: String,
    female_second: Option<String>,
    western_female: Option<String>,
    western_male: Option<String>,
    tail_start: Option<String>,
    tail_end: Option<String>,
}

/// A ranked list: the chance of each name falls with its rank (Zipf's law with an offset that flattens the top).
struct Ranked {
    names: Vec<String>,
    sums: Vec<f64>,
}

impl Ranked {
    fn new(list: &str, offset: f64, exponent: f64) -> Self {
        let names: Vec<String> = list.split_whitespace().map(|name| name.replace('_', " ")).collect();
        let mut sum = 0.0;
        let mut rank = 0.0;
        let sums = names
            .iter()
            .map(|_| {
                rank += 1.0;
                sum += 1.0 / (rank + offset).powf(exponent);
                sum
            })
            .collect();
        Self { names, sums }
    }

    fn draw(&self, chance: &mut Chance) -> &str {
        let point = chance.share() * self.sums.last().copied().unwrap_or_default();
        let place = self.sums.partition_point(|sum| *sum <= point).min(self.names.len() - 1);
        &self.names[place]
    }
}

struct Custom {
    /// Born before 1976, before 2001, since.
    female: [Ranked; 3],
    male: [Ranked; 3],
    family: Ranked,
    female_second: Vec<String>,
    western: [Vec<String>; 2],
    tail: Option<(Vec<String>, Vec<String>)>,
}

/// All the name lists.
pub struct Names(Vec<Custom>);

const FILES: &[&str] = &[
    include_str!("data/names/british.toml"),
    include_str!("data/names/irish.toml"),
    include_str!("data/names/pakistani.toml"),
    include_str!("data/names/bangladeshi.toml"),
    include_str!("data/names/indian.toml"),
    include_str!("data/names/sikh.toml"),
    include_str!("data/names/polish.toml"),
    include_str!("data/names/romanian.toml"),
    include_str!("data/names/nigerian.toml"),
    include_str!("data/names/somali.toml"),
    include_str!("data/names/arabic.toml"),
    include_str!("data/names/chinese.toml"),
];

/// Splits a list of words, `_` standing for a space.
pub fn words(list: &str) -> Vec<String> {
    list.split_whitespace().map(|word| word.replace('_', " ")).collect()
}

impl Names {
    /// Reads the lists that come with the program.
    ///
    /// # Panics
    /// Where a list that comes with the program is not well formed, which a test holds to be impossible.
    #[must_use]
    pub fn load() -> Self {
        Self(
            FILES
                .iter()
                .map(|file| {
                    let lists: Lists = toml::from_str(file).expect("the name lists are part of the program");
                    let same = |all: Option<String>| [all.clone(), all.clone(), all].map(|list| given(list.as_deref()));
                    let eras = |eras: [Option<String>; 3]| eras.map(|list| given(list.as_deref()));
                    let has_eras = lists.female_now.is_some();
                    Custom {
                        female: if has_eras { eras([lists.female_1975, lists.female_2000, lists.female_now]) } else { same(lists.female) },
                        male: if has_eras { eras([lists.male_1975, lists.male_2000, lists.male_now]) } else { same(lists.male) },
                        family: Ranked::new(&lists.family, 2.0, 0.85),
                        female_second: words(&lists.female_second.unwrap_or_default()),
                        western: [words(&lists.western_female.unwrap_or_default()), words(&lists.western_male.unwrap_or_default())],
                        tail: lists.tail_start.zip(lists.tail_end).map(|(start, end)| (words(&start), words(&end))),
                    }
                })
                .collect(),
        )
    }

    /// A given name of this custom, for this sex and year of birth.
    pub fn given(&self, group: NamingGroup, sex: Sex, year: i16, chance: &mut Chance) -> String {
        let custom = &self.0[group.place()];
        let era = if year < 1976 { 0 } else { usize::from(year >= 2001) + 1 };
        let lists = if sex == Sex::Female { &custom.female } else { &custom.male };
        // People are called after their grandparents, and parents read old novels: one in twenty-five has a name of another time.
        let era = if chance.happens(0.04) { chance.below(3) } else { era };
        lists[era].draw(chance).to_owned()
    }

    /// A family name of this custom, as a man bears it.
    pub fn family(&self, group: NamingGroup, chance: &mut Chance) -> String {
        let custom = &self.0[group.place()];
        if let Some((start, end)) = &custom.tail
            && chance.happens(0.38)
        {
            // England's names have a long tail: most are rare names of places.
            return format!("{}{}", chance.one_of(start), chance.one_of(end));
        }
        if group == NamingGroup::Somali {
            return self.given(group, Sex::Male, 1950, chance);
        }
        custom.family.draw(chance).to_owned()
    }

    /// The whole name of a person whose parents are not in the population (or of a child, where `father` and `family` say so).
    ///
    /// `family` is the family's name as a man bears it; `father` the father's own names, where known.
    pub fn full(
        &self,
        (group, sex, year): (NamingGroup, Sex, i16),
        family: Option<&str>,
        father: Option<&FullName>,
        chance: &mut Chance,
    ) -> FullName {
        let female = sex == Sex::Female;
        let given = self.given(group, sex, year, chance);
        let family = family.map_or_else(|| self.family(group, chance), str::to_owned);
        let mut name = FullName { given, middle: None, family, known_as: None };
        match group {
            NamingGroup::British | NamingGroup::Irish | NamingGroup::Polish | NamingGroup::Romanian | NamingGroup::Nigerian => {
                if chance.happens(if group == NamingGroup::British { 0.75 } else { 0.45 }) {
                    name.middle = Some(self.given(group, sex, year - 25, chance));
                }
                if group == NamingGroup::Polish && female {
                    name.family = polish_feminine(&name.family);
                }
            }
            NamingGroup::Pakistani => {
                if female && father.is_none() && chance.happens(0.45) || female && chance.happens(0.15) {
                    name.family.clone_from(chance.one_of(&self.0[group.place()].female_second));
                } else if !female && chance.happens(0.38) {
                    let first = ["Mohammed", "Muhammad", "Mohammad"][chance.weighted(&[0.55, 0.35, 0.1])];
                    name.middle = Some(std::mem::replace(&mut name.given, first.to_owned()));
                } else if chance.happens(0.2) {
                    name.middle = Some(self.given(group, sex, year, chance));
                }
            }
            NamingGroup::Bangladeshi => {
                if female && chance.happens(0.55) {
                    name.family.clone_from(chance.one_of(&self.0[group.place()].female_second));
                } else if !female && chance.happens(0.3) {
                    let first = ["Mohammed", "Md", "Muhammad"][chance.weighted(&[0.5, 0.3, 0.2])];
                    name.middle = Some(std::mem::replace(&mut name.given, first.to_owned()));
                }
                if chance.happens(0.15) {
                    name.known_as = Some(self.given(group, sex, year, chance));
                }
            }
            NamingGroup::Indian => {
                if let Some(father) = father.filter(|_| chance.happens(0.5)) {
                    name.middle = Some(father.given.clone());
                }
            }
            NamingGroup::Sikh => {
                let title = if female { "Kaur" } else { "Singh" };
                if chance.happens(0.25) {
                    title.clone_into(&mut name.family);
                } else {
                    name.middle = Some(title.to_owned());
                }
            }
            NamingGroup::Somali | NamingGroup::Arabic => {
                let fathers = father.map_or_else(|| self.given(group, Sex::Male, year - 30, chance), |father| father.given.clone());
                if group == NamingGroup::Somali {
                    if let Some(grandfather) = father.and_then(|father| father.middle.clone()) {
                        name.family = grandfather;
                    }
                    name.middle = Some(fathers);
                } else if chance.happens(0.6) {
                    name.middle = Some(fathers);
                }
            }
            NamingGroup::Chinese => {
                if chance.happens(0.5) {
                    let western = &self.0[group.place()].western[usize::from(!female)];
                    name.known_as = Some(chance.one_of(western).clone());
                }
            }
        }
        if name.middle.as_ref() == Some(&name.given) {
            name.middle = None;
        }
        name
    }
}

fn given(list: Option<&str>) -> Ranked {
    Ranked::new(list.unwrap_or("Sam"), 8.0, 0.95)
}

/// The feminine form of a Polish family name that bends.
#[must_use]
pub fn polish_feminine(family: &str) -> String {
    for (masculine, feminine) in [("ski", "ska"), ("cki", "cka"), ("dzki", "dzka")] {
        if let Some(stem) = family.strip_suffix(masculine) {
            return format!("{stem}{feminine}");
        }
    }
    family.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polish_daughter_bears_the_feminine_form() {
        assert_eq!(polish_feminine("Kowalski"), "Kowalska");
        assert_eq!(polish_feminine("Nowak"), "Nowak");
    }

    #[test]
    fn a_somali_child_bears_the_fathers_and_grandfathers_names() {
        let names = Names::load();
        let father = FullName { given: "Abdi".into(), middle: Some("Warsame".into()), family: "Farah".into(), known_as: None };
        let child = names.full((NamingGroup::Somali, Sex::Female, 2015), None, Some(&father), &mut Chance::for_part(1, 1));
        assert_eq!((child.middle.as_deref(), child.family.as_str()), (Some("Abdi"), "Warsame"));
    }

    #[test]
    fn names_are_skewed_as_in_life() {
        let names = Names::load();
        let mut chance = Chance::for_part(5, 5);
        let khans = (0..10_000).filter(|_| names.family(NamingGroup::Pakistani, &mut chance) == "Khan").count();
        let smiths = (0..10_000).filter(|_| names.family(NamingGroup::British, &mut chance) == "Smith").count();
        assert!((500..1500).contains(&khans), "{khans}");
        assert!((70..300).contains(&smiths), "{smiths}");
    }
}
