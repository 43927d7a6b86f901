//! A made-up population, its families, what services hold about them, and the truth.
//!
//! The same number of people and the same seed give the same bytes. Families are made one after another and written at once, so memory holds the
//! streets, one family, and what the questions need of every child. `docs/synthetic-data.md` describes every file, column and error rate.

mod chance;
mod clerk;
mod delivery;
mod families;
mod feed_map;
mod identifiers;
mod kinship;
mod lookups;
mod names;
mod people;
mod phones;
mod places;
mod profile;
mod reach;
mod services;
mod truth;

use std::{collections::HashSet, fmt, io, path::Path};

pub use self::people::REFERENCE_DATE;
use self::{
    chance::Chance,
    clerk::Spellings,
    delivery::{Delivery, Turn},
    families::World,
    feed_map::FeedMap,
    kinship::Shown,
    lookups::Questions,
    truth::Truth,
};

/// The feeds, by the name of the map's file, and the map.
const FEEDS: &[(&str, &str)] = &[
    ("early_help", include_str!("data/feeds/early_help.toml")),
    ("childrens_social_care", include_str!("data/feeds/childrens_social_care.toml")),
    ("adult_social_care", include_str!("data/feeds/adult_social_care.toml")),
    ("youth_justice", include_str!("data/feeds/youth_justice.toml")),
    ("police", include_str!("data/feeds/police.toml")),
    ("camhs", include_str!("data/feeds/camhs.toml")),
    ("adult_mental_health", include_str!("data/feeds/adult_mental_health.toml")),
    ("substance_misuse", include_str!("data/feeds/substance_misuse.toml")),
    ("housing", include_str!("data/feeds/housing.toml")),
    ("education", include_str!("data/feeds/education.toml")),
    ("health_visiting", include_str!("data/feeds/health_visiting.toml")),
    ("probation", include_str!("data/feeds/probation.toml")),
];

/// Questions are at least this many.
const FEWEST_QUESTIONS: usize = 200;

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// People in the population.
    pub people: u32,
    /// Families and households that stand alone.
    pub families: u64,
    /// Records, dependent ones included: the rows of truth/records.csv.
    pub records: u64,
    /// Questions in truth/lookups.csv.
    pub questions: u64,
}

/// Why nothing, or not all, was made.
#[derive(Debug)]
pub enum GenerateError {
    /// A file could not be written.
    Write(io::Error),
    /// Nobody was asked for.
    NoPeople,
}

impl fmt::Display for GenerateError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write(error) => write!(to, "the population cannot be written: {error}"),
            Self::NoPeople => write!(to, "the number of people must be at least 1"),
        }
    }
}

impl std::error::Error for GenerateError {}

impl From<io::Error> for GenerateError {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

impl From<csv::Error> for GenerateError {
    fn from(error: csv::Error) -> Self {
        Self::Write(io::Error::other(error))
    }
}

/// Makes `people` people with this seed and writes the authority's configuration, its feeds and the truth to `out`.
///
/// Files that lie there under other names stay.
///
/// # Errors
/// Where `people` is 0 or a file cannot be written.
///
/// # Panics
/// Where a feed that comes with the program lacks its profile or staff, which a test holds to be impossible.
pub fn generate(people: u32, seed: u64, out: &Path) -> Result<Summary, GenerateError> {
    if people == 0 {
        return Err(GenerateError::NoPeople);
    }
    let mut world = World::new(people, seed);
    let spellings = Spellings::load();
    let profiles = profile::all();
    let mut staff = services::staff(people, &world.names, &world.places.schools, seed);
    write_configuration(out)?;
    let mut deliveries = Vec::new();
    for (feed, map) in FEEDS {
        let profile = profiles.get(*feed).cloned().expect("every feed has its profile in data/profiles.toml");
        let staff = staff.remove(*feed).expect("every feed has its staff in data/services.toml");
        deliveries.push(Delivery::open(FeedMap::read(map), profile, staff, out)?);
    }
    let mut truth = Truth::open(out)?;
    let mut questions = Questions::default();
    let (mut made, mut families) = (0_u32, 0_u64);
    while made < people {
        let family = world.next_family(seed, families, (people - made) as usize);
        let mut chance = Chance::for_part(seed ^ 0x5EED, families);
        let mut shown = Shown::default();
        let mut turn = Turn {
            family: &family,
            places: &world.places,
            spellings: &spellings,
            shown: &mut shown,
            truth: &mut truth,
            chance: &mut chance,
        };
        for delivery in &mut deliveries {
            delivery.family(&mut turn)?;
        }
        let kin = kinship::of_children(&family, &shown);
        truth.family(&family, &kin, &world.places)?;
        let known: HashSet<u32> = shown.known.iter().map(|person| family.people[*person].id).collect();
        questions.family(&family, &known);
        made += u32::try_from(family.people.len()).unwrap_or(u32::MAX);
        families += 1;
    }
    write_loads(out, &deliveries)?;
    for delivery in deliveries {
        delivery.close()?;
    }
    let records = truth.record_count;
    truth.close()?;
    let count = FEWEST_QUESTIONS.max(people as usize / 4);
    let questions = questions.write(out, count, (&world.names, &world.places), &spellings, seed)?;
    Ok(Summary { people: made, families, records, questions })
}

/// The first day that the extracts cover.
const COVERAGE_START: &str = "2020-04-01";

/// What to say of each delivery when it is imported.
fn write_loads(out: &Path, deliveries: &[Delivery]) -> Result<(), GenerateError> {
    let mut file = truth::writer(&out.join("feeds"), "loads.csv", &["feed", "as_of", "coverage_start", "coverage_end"])?;
    for delivery in deliveries {
        let as_of = delivery.as_of().to_string();
        file.write_record([delivery.map.feed.as_str(), &as_of, COVERAGE_START, &as_of])?;
    }
    file.flush()?;
    Ok(())
}

fn write_configuration(out: &Path) -> Result<(), GenerateError> {
    let feeds = out.join("feeds");
    std::fs::create_dir_all(&feeds)?;
    std::fs::write(out.join("authority.toml"), include_str!("data/authority.toml"))?;
    std::fs::write(out.join("policy.toml"), include_str!("data/policy.toml"))?;
    for (feed, map) in FEEDS {
        std::fs::write(feeds.join(format!("{feed}.toml")), map)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
