//! The questions: children as a worker would type them, and children who do not exist.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

use jiff::{ToSpan, civil::Date};

use super::{
    GenerateError,
    chance::Chance,
    clerk::{Spellings, mistyped},
    names::{FullName, Names, NamingGroup},
    people::{Family, Person, REFERENCE_DATE, Sex},
    phones::{self, PhoneStyle},
    places::{Address, Place, Places},
    truth,
};

/// A child whom somebody may ask about.
struct Subject {
    id: u32,
    group: NamingGroup,
    sex: Sex,
    born: Date,
    name: FullName,
    home: Place,
    before: Option<Place>,
    nhs_number: Option<String>,
    upn: Option<String>,
    phone: Option<String>,
}

/// Collects whom to ask about while the population is made, and writes the questions at its end.
#[derive(Default)]
pub struct Questions {
    subjects: Vec<Subject>,
    /// Given name, family name and birth date of everybody, hashed: to be sure that an absent child is absent.
    everybody: HashSet<u64>,
}

/// One question as typed.
#[derive(Default)]
struct Question {
    given: String,
    family: String,
    other: String,
    born: String,
    sex: String,
    lines: Vec<String>,
    postcode: String,
    nhs_number: String,
    upn: String,
    phone: String,
    kind: &'static str,
    group: &'static str,
    person: String,
}

fn key(given: &str, family: &str, born: Date) -> u64 {
    let mut hasher = DefaultHasher::new();
    (given.to_lowercase(), family.to_lowercase(), born).hash(&mut hasher);
    hasher.finish()
}

impl Questions {
    /// Remembers a family; `known` says who has a record of their own in a feed.
    pub fn family(&mut self, family: &Family, known: &HashSet<u32>) {
        for person in &family.people {
            self.everybody.insert(key(&person.name.given, &person.name.family, person.born));
            if person.is_child() && known.contains(&person.id) && !person.restricted {
                self.subjects.push(Subject::of(person, family));
            }
        }
    }

    /// Writes `count` questions, a fifth of them about absent children, to `out`/truth/lookups.csv.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write(
        &mut self,
        out: &Path,
        count: usize,
        world: (&Names, &Places),
        spellings: &Spellings,
        seed: u64,
    ) -> Result<u64, GenerateError> {
        let mut chance = Chance::for_part(seed, u64::MAX - 2);
        let mut file = truth::writer(
            &out.join("truth"),
            "lookups.csv",
            &[
                "question_id",
                "given_name",
                "family_name",
                "other_names",
                "date_of_birth",
                "sex",
                "address_line_1",
                "address_line_2",
                "address_line_3",
                "postcode",
                "nhs_number",
                "upn",
                "phone",
                "purpose",
                "kind",
                "naming_group",
                "person_id",
            ],
        )?;
        if self.subjects.is_empty() {
            file.flush()?;
            return Ok(0);
        }
        for place in (1..self.subjects.len()).rev() {
            self.subjects.swap(place, chance.below(place + 1));
        }
        let absent = count / 5;
        let mut written = 0;
        for serial in 0..count {
            let subject = &self.subjects[serial % self.subjects.len()];
            // Every fifth question is about nobody.
            let question = if serial % 5 == 4 && written < absent * 5 {
                self.absent(subject, world, &mut chance)
            } else {
                subject.question(world.1, spellings, &mut chance)
            };
            written += 1;
            let purpose = ["early_help_assessment", "front_door_triage", "section_17", "section_47", "out_of_hours_response"]
                [chance.weighted(&[0.55, 0.25, 0.1, 0.05, 0.05])];
            let line = |place: usize| question.lines.get(place).map_or("", String::as_str);
            file.write_record([
                format!("Q{:06}", serial + 1).as_str(),
                &question.given,
                &question.family,
                &question.other,
                &question.born,
                &question.sex,
                line(0),
                line(1),
                line(2),
                &question.postcode,
                &question.nhs_number,
                &question.upn,
                &question.phone,
                purpose,
                question.kind,
                question.group,
                &question.person,
            ])?;
        }
        file.flush()?;
        Ok(written as u64)
    }

    /// A child who is not there: another child of a street or a family that is, or a namesake of another age.
    fn absent(&self, like: &Subject, (names, places): (&Names, &Places), chance: &mut Chance) -> Question {
        for _ in 0..200 {
            let way = chance.weighted(&[0.45, 0.25, 0.27, 0.03]);
            let age = chance.between(0, 17);
            let any_day = REFERENCE_DATE.saturating_sub(age.years()).saturating_sub(chance.between(0, 364).days());
            let fresh =
                |chance: &mut Chance, family: Option<&str>| names.full((like.group, like.sex, any_day.year()), family, None, chance);
            let (name, born, home) = match way {
                // Somebody quite different, who would live where somebody does.
                0 => (fresh(chance, None), any_day, like.home),
                // Of a present child's family name, in another street.
                1 => (fresh(chance, Some(&like.name.family)), any_day, places.former_dwelling(chance)),
                // A namesake, of another age and address.
                2 => {
                    let years = if chance.happens(0.5) { 3 } else { -3 };
                    let born = like.born.saturating_add(years.years()).saturating_add(chance.between(20, 300).days());
                    (like.name.clone(), born, places.former_dwelling(chance))
                }
                // A brother or sister whom the family does not have.
                _ => (fresh(chance, Some(&like.name.family)), any_day, like.home),
            };
            let too_near = (born - like.born).get_days().abs() < 400 && way == 3;
            if born > REFERENCE_DATE || too_near || self.everybody.contains(&key(&name.given, &name.family, born)) {
                continue;
            }
            let address = places.address(home);
            let with_address = chance.happens(0.75);
            return Question {
                given: name.given,
                family: name.family,
                born: born.to_string(),
                sex: if chance.happens(0.7) { like.sex.word().to_owned() } else { String::new() },
                lines: if with_address { typed_lines(&address) } else { Vec::new() },
                postcode: if with_address { address.postcode } else { String::new() },
                kind: "absent",
                group: like.group.word(),
                ..Question::default()
            };
        }
        Question {
            given: "Zebedee".into(),
            family: "Quillfeather".into(),
            born: "2014-02-03".into(),
            kind: "absent",
            group: like.group.word(),
            ..Question::default()
        }
    }
}

fn typed_lines(address: &Address) -> Vec<String> {
    let flat = address.flat.as_ref().map_or_else(String::new, |(word, flat)| format!("{word} {flat}, "));
    let mut lines = Vec::new();
    if let Some(building) = &address.building {
        lines.push(format!("{flat}{building}"));
        lines.push(format!("{} {}", address.number, address.street));
    } else {
        lines.push(format!("{flat}{} {}", address.number, address.street));
    }
    lines.push(address.town.clone());
    lines
}

impl Subject {
    fn of(person: &Person, family: &Family) -> Self {
        let phone = person.phone.clone().or_else(|| person.parents.iter().find_map(|parent| family.people[*parent].phone.clone()));
        let stays = &person.stays;
        Self {
            id: person.id,
            group: person.group,
            sex: person.sex,
            born: person.born,
            name: person.name.clone(),
            home: *person.home(),
            before: (stays.len() > 1).then(|| stays[stays.len() - 2].place),
            nhs_number: person.nhs_number.clone(),
            upn: person.upn.clone(),
            phone,
        }
    }

    fn question(&self, places: &Places, spellings: &Spellings, chance: &mut Chance) -> Question {
        let kind = ["exact", "misspelled", "partial"][chance.weighted(&[0.45, 0.33, 0.22])];
        let old = self.before.filter(|_| chance.happens(0.12));
        let address = places.address(old.unwrap_or(self.home));
        let mut question = Question {
            given: self.name.given.clone(),
            family: self.name.family.clone(),
            other: self.name.middle.clone().filter(|_| chance.happens(0.3)).unwrap_or_default(),
            born: self.born.to_string(),
            sex: if chance.happens(0.7) { self.sex.word().to_owned() } else { String::new() },
            lines: typed_lines(&address),
            postcode: address.postcode,
            phone: self
                .phone
                .as_ref()
                .filter(|_| chance.happens(0.15))
                .map(|phone| phones::written(phone, PhoneStyle::Spaced))
                .unwrap_or_default(),
            kind,
            group: self.group.word(),
            person: truth::person_id(self.id),
            ..Question::default()
        };
        if chance.happens(0.15) {
            question.nhs_number = self.nhs_number.clone().unwrap_or_default();
        } else if chance.happens(0.1) {
            question.upn = self.upn.clone().unwrap_or_default();
        }
        if chance.happens(0.35) {
            question.lines.clear();
            if chance.happens(0.5) {
                question.postcode.clear();
            }
        }
        match kind {
            "misspelled" => self.misspell(&mut question, spellings, chance),
            "partial" => self.shorten(&mut question, chance),
            _ => {}
        }
        // People type names without their accents.
        if chance.happens(0.7) {
            for name in [&mut question.given, &mut question.family, &mut question.other] {
                *name = deunicode::deunicode(name);
            }
        }
        question
    }

    fn misspell(&self, question: &mut Question, spellings: &Spellings, chance: &mut Chance) {
        question.nhs_number.clear();
        question.upn.clear();
        match chance.weighted(&[0.25, 0.22, 0.2, 0.05, 0.13, 0.15]) {
            0 => question.given = mistyped(&question.given, chance),
            1 => question.family = mistyped(&question.family, chance),
            2 => question.given = spellings.diminutive(&question.given, chance).unwrap_or_else(|| mistyped(&question.given, chance)),
            3 => std::mem::swap(&mut question.given, &mut question.family),
            4 => {
                // Day and month the wrong way round, or a day off.
                let swapped = Date::new(self.born.year(), self.born.day(), self.born.month())
                    .ok()
                    .filter(|day| *day <= REFERENCE_DATE && *day != self.born);
                question.born = swapped.unwrap_or_else(|| self.born.saturating_sub(1.day())).to_string();
            }
            _ => {
                question.given = mistyped(&question.given, chance);
                question.family = mistyped(&question.family, chance);
            }
        }
    }

    /// What is asked with half the facts: each still enough by the question rules.
    fn shorten(&self, question: &mut Question, chance: &mut Chance) {
        let identifier = self.nhs_number.as_ref().or(self.upn.as_ref());
        question.sex.clear();
        question.other.clear();
        match chance.weighted(&[0.35, 0.35, 0.15, 0.15]) {
            0 => {
                question.lines.clear();
                question.postcode.clear();
            }
            1 => {
                question.born.clear();
                question.lines.clear();
                question.phone.clear();
                if question.postcode.is_empty() {
                    question.born = self.born.to_string();
                }
            }
            2 if identifier.is_some() => {
                let (nhs_number, upn) = (self.nhs_number.clone(), self.upn.clone());
                *question = Question {
                    kind: "partial",
                    group: question.group,
                    person: std::mem::take(&mut question.person),
                    ..Question::default()
                };
                question.nhs_number = nhs_number.unwrap_or_default();
                if question.nhs_number.is_empty() {
                    question.upn = upn.unwrap_or_default();
                }
            }
            _ => {
                // The year is known, and where they live; or only the month.
                question.phone.clear();
                question.given.truncate(question.given.chars().next().map_or(0, char::len_utf8));
            }
        }
    }
}
