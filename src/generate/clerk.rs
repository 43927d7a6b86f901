//! What a clerk writes down about a person, and how it differs from the truth.

mod address;
mod slips;
mod spellings;

use jiff::civil::Date;

use self::slips::wrong_date;
pub use self::{address::WrittenAddress, slips::mistyped, spellings::Spellings};

use super::{
    chance::Chance,
    names::NamingGroup,
    people::{Person, REFERENCE_DATE},
    places::Places,
    profile::{NameCase, NhsStyle, Profile},
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
        if name.known_as.is_empty() && chance.happens(0.06) {
            name.known_as = self.spellings.diminutive(&truth.given, chance).unwrap_or_default();
        }
        Self::by_custom(person, &mut name, chance);
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
    fn by_custom(person: &Person, name: &mut WrittenName, chance: &mut Chance) {
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

    /// Writes an NHS number; empty where the feed has none. Once in 250 times it is that of `relative`, taken from the wrong line.
    pub fn nhs_number(&self, person: &Person, relative: Option<&Person>, chance: &mut Chance) -> String {
        let owner = relative.filter(|_| chance.happens(0.004)).unwrap_or(person);
        let Some(number) = owner.nhs_number.as_ref().filter(|_| chance.happens(self.profile.nhs_present)) else {
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
