//! One made-up person and one made-up family, as they truly are.

use jiff::civil::{Date, date};

use super::{
    names::{FullName, NamingGroup},
    places::Place,
};

/// The day on which everything is true: ages, current addresses, current involvements.
pub const REFERENCE_DATE: Date = date(2026, 11, 1);

/// Sex as registered at birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Sex {
    Female,
    Male,
}

impl Sex {
    /// The word in the truth files.
    #[must_use]
    pub fn word(self) -> &'static str {
        if self == Self::Female { "female" } else { "male" }
    }
}

/// A time spent living somewhere.
#[derive(Debug, Clone)]
pub struct Stay {
    /// Where.
    pub place: Place,
    /// Since when.
    pub from: Date,
    /// Until when; `None` while it lasts.
    pub to: Option<Date>,
}

/// How a carer who is no parent came to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Care {
    Kin,
    Foster,
}

/// One person. Relatives are named by their place in the family's list.
#[derive(Debug, Clone)]
pub struct Person {
    /// The truth's id.
    pub id: u32,
    /// Sex.
    pub sex: Sex,
    /// Naming custom.
    pub group: NamingGroup,
    /// Date of birth.
    pub born: Date,
    /// Names now.
    pub name: FullName,
    /// Family name before a change.
    pub former_family: Option<String>,
    /// Where they have lived, oldest first; the last lasts.
    pub stays: Vec<Stay>,
    /// The household they belong to now.
    pub household: usize,
    /// Parents by birth or adoption who are in the population.
    pub parents: Vec<usize>,
    /// Partner now.
    pub partner: Option<usize>,
    /// Partner before, with whom they have children.
    pub former_partner: Option<usize>,
    /// Carers who are no parents.
    pub carers: Vec<(usize, Care)>,
    /// NHS number.
    pub nhs_number: Option<String>,
    /// Unique pupil number.
    pub upn: Option<String>,
    /// Telephone, eleven digits.
    pub phone: Option<String>,
    /// Email.
    pub email: Option<String>,
    /// Must not be found by ordinary search.
    pub restricted: bool,
}

impl Person {
    /// Age in whole years at the reference date.
    #[must_use]
    pub fn age(&self) -> i16 {
        age_on(self.born, REFERENCE_DATE)
    }

    /// Under 18 at the reference date.
    #[must_use]
    pub fn is_child(&self) -> bool {
        self.age() < 18
    }

    /// Where they live now.
    #[must_use]
    pub fn home(&self) -> &Place {
        &self.stays[self.stays.len() - 1].place
    }
}

/// Whole years from a birth to a day.
#[must_use]
pub fn age_on(born: Date, day: Date) -> i16 {
    day.year() - born.year() - i16::from((day.month(), day.day()) < (born.month(), born.day()))
}

/// What kind of household it is: it decides who counts as family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Household {
    Home,
    FosterHome,
    SharedHouse,
    Institution,
}

/// People who are tied to each other, and the households they live in.
#[derive(Debug, Default)]
pub struct Family {
    /// Everybody.
    pub people: Vec<Person>,
    /// The kind of each household.
    pub households: Vec<Household>,
    /// How much the family has met services: 0 little, 1 some, 2 much.
    pub need: usize,
}
