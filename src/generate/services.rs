//! Services' people and their work: teams, lead professionals, involvements.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use serde::Deserialize;

use super::{
    chance::Chance,
    names::{Names, NamingGroup},
    people::{Person, REFERENCE_DATE, Sex},
    phones,
    places::School,
};

/// What a service does, from `data/services.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    as_of: Date,
    current: f64,
    second: f64,
    roles: Vec<String>,
    teams: Vec<String>,
    organisations: Vec<String>,
    bases: Vec<String>,
}

/// A team.
#[derive(Debug, Clone)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// Eleven digits.
    pub phone: String,
    /// Address at example.org.
    pub email: String,
}

/// A worker.
#[derive(Debug, Clone)]
pub struct Professional {
    /// Name.
    pub name: String,
    /// Role.
    pub role: String,
    /// Eleven digits.
    pub phone: String,
    /// Address at example.org.
    pub email: String,
    /// Still in post.
    pub active: bool,
    team: usize,
}

/// One engagement of a service with one person.
#[derive(Debug, Clone)]
pub struct Involvement {
    /// Current, else historic.
    pub current: bool,
    /// First day.
    pub started: Date,
    /// Last day.
    pub ended: Option<Date>,
    /// The most recent contact.
    pub recent: Option<Date>,
    /// Who provides it.
    pub organisation: Option<String>,
    /// What is recorded about sharing: `consent`, `harm`, or nothing.
    pub basis: Option<String>,
    /// Lead professional, if anybody is named.
    pub worker: Option<Professional>,
    /// Team, if one is named.
    pub team: Option<Team>,
}

/// One service's teams and workers.
pub struct Staff {
    kind: Kind,
    teams: Vec<Team>,
    workers: Vec<Professional>,
    is_schools: bool,
    schools: Vec<School>,
}

/// Staff of every feed by its code.
///
/// # Panics
/// Where the file that comes with the program is not well formed, which a test holds to be impossible.
#[must_use]
pub fn staff(people: u32, names: &Names, schools: &[School], seed: u64) -> BTreeMap<String, Staff> {
    let kinds: BTreeMap<String, Kind> = toml::from_str(include_str!("data/services.toml")).expect("the services are part of the program");
    let mut chance = Chance::for_part(seed, u64::MAX - 1);
    kinds
        .into_iter()
        .map(|(code, kind)| {
            let staff = Staff::new(&code, kind, people, names, schools, &mut chance);
            (code, staff)
        })
        .collect()
}

impl Staff {
    fn new(code: &str, kind: Kind, people: u32, names: &Names, schools: &[School], chance: &mut Chance) -> Self {
        let is_schools = kind.teams.is_empty();
        let team_names: Vec<String> =
            if is_schools { schools.iter().map(|school| format!("{} office", school.name)).collect() } else { kind.teams.clone() };
        let teams: Vec<Team> = team_names
            .iter()
            .map(|name| Team { name: name.clone(), phone: phones::team_number(chance), email: format!("{}@example.org", dotted(name)) })
            .collect();
        let count = people as usize / 700 + teams.len() * 2;
        let workers = (0..count)
            .map(|serial| {
                let sex = if chance.happens(0.75) { Sex::Female } else { Sex::Male };
                let group = [NamingGroup::British, NamingGroup::Irish, NamingGroup::Pakistani, NamingGroup::Indian, NamingGroup::Nigerian]
                    [chance.weighted(&[0.68, 0.06, 0.1, 0.08, 0.08])];
                let born = i16::try_from(chance.between(1962, 2002)).unwrap_or(1980);
                let name = names.full((group, sex, born), None, None, chance);
                let name = format!("{} {}", name.given, name.family);
                Professional {
                    email: format!("{}.{}@example.org", dotted(&name), code.replace('_', ".")),
                    role: chance.one_of(&kind.roles).clone(),
                    phone: phones::team_number(chance),
                    active: !chance.happens(0.07),
                    team: serial % teams.len(),
                    name,
                }
            })
            .collect();
        Self { kind, teams, workers, is_schools, schools: schools.to_vec() }
    }

    /// The day as of which the feed's data is current.
    #[must_use]
    pub fn as_of(&self) -> Date {
        self.kind.as_of
    }

    /// The involvements of one person, the latest first. `first_day` is the earliest that makes sense (a birth, a school entry).
    pub fn involvements(&self, person: &Person, first_day: Date, chance: &mut Chance) -> Vec<Involvement> {
        if self.is_schools {
            return self.enrolments(person, chance);
        }
        let current = chance.happens(self.kind.current);
        let mut all = vec![self.one(current, first_day.min(self.kind.as_of), self.kind.as_of, chance)];
        if chance.happens(self.kind.second) {
            let before = all[0].started.saturating_sub(40.days());
            if (before - first_day).get_days() > 90 && (REFERENCE_DATE - before).get_days() < 1600 {
                all.push(self.one(false, first_day, before, chance));
            }
        } else if current && chance.happens(0.05) {
            // Two workers at the same time.
            let twin = Involvement { worker: Some(self.worker(chance)), ..all[0].clone() };
            all.push(twin);
        }
        all
    }

    fn one(&self, current: bool, first_day: Date, until: Date, chance: &mut Chance) -> Involvement {
        let days = |low: i32, high: i32, chance: &mut Chance| i64::from(chance.between(low, high.max(low)));
        let ended = (!current).then(|| until.saturating_sub(days(15, 1100, chance).days()).max(first_day));
        let end = ended.unwrap_or(until);
        let started = end.saturating_sub(days(10, 700, chance).days()).max(first_day);
        let span = (end - started).get_days();
        let recent = (!chance.happens(0.12)).then(|| end.saturating_sub(days(1, span.clamp(1, 60), chance).days()).max(started));
        let worker = self.worker(chance);
        let team = Some(self.teams[worker.team].clone());
        // Named (with the team, mostly), team only, or nobody at all.
        let (worker, team) = match chance.weighted(&[0.72, 0.10, 0.11, 0.07]) {
            0 => (Some(worker), team),
            1 => (Some(worker), None),
            2 => (None, team),
            _ => (None, None),
        };
        Involvement {
            current,
            started,
            ended,
            recent,
            organisation: (!self.kind.organisations.is_empty()).then(|| chance.one_of(&self.kind.organisations).clone()),
            basis: (!self.kind.bases.is_empty()).then(|| chance.one_of(&self.kind.bases).clone()).filter(|basis| !basis.is_empty()),
            worker,
            team,
        }
    }

    fn worker(&self, chance: &mut Chance) -> Professional {
        let mut worker = chance.one_of(&self.workers).clone();
        // Of those who left, most of the work has been handed over.
        if !worker.active && chance.happens(0.3) {
            worker = chance.one_of(&self.workers).clone();
        }
        worker
    }

    fn enrolments(&self, person: &Person, chance: &mut Chance) -> Vec<Involvement> {
        let age = person.age();
        let secondary = age >= 11;
        let fitting: Vec<usize> = (0..self.schools.len()).filter(|school| self.schools[*school].secondary == secondary).collect();
        let school = *chance.one_of(&fitting);
        let entry_age = if secondary { 11 } else { 4 };
        let entry = Date::new(person.born.year() + entry_age, 9, 1).unwrap_or(REFERENCE_DATE).min(REFERENCE_DATE.saturating_sub(20.days()));
        let current = chance.happens(self.kind.current);
        let mut all = vec![self.enrolment(school, entry, current, chance)];
        if chance.happens(self.kind.second) {
            let before = *chance.one_of(&fitting);
            if before != school {
                all.push(self.enrolment(before, entry.saturating_sub(1.year()), false, chance));
            }
        }
        all
    }

    fn enrolment(&self, school: usize, entry: Date, current: bool, chance: &mut Chance) -> Involvement {
        let leads: Vec<&Professional> = self.workers.iter().filter(|worker| worker.team == school).collect();
        let worker = (!chance.happens(0.1)).then(|| (*chance.one_of(&leads)).clone());
        let ended = (!current)
            .then(|| entry.saturating_add(i64::from(chance.between(60, 300)).days()).min(REFERENCE_DATE.saturating_sub(5.days())));
        Involvement {
            current,
            started: entry,
            ended,
            recent: None,
            organisation: Some(self.schools[school].name.clone()),
            basis: None,
            worker,
            team: (!chance.happens(0.06)).then(|| self.teams[school].clone()),
        }
    }
}

fn dotted(name: &str) -> String {
    let plain = deunicode::deunicode(name).to_lowercase();
    let letters: String = plain.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == ' ').collect();
    letters.split_whitespace().collect::<Vec<_>>().join(".")
}
