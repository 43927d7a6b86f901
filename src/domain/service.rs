//! The service catalogue: the kinds of help that a family can meet.

use serde::{Deserialize, Serialize};

use super::Contact;

/// The code of a service, such as `youth_justice`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceCode(pub String);

/// Whether a service's provider may be shown to ordinary users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// May be named.
    Ordinary,
    /// Answered with a brokered contact.
    Sensitive,
}

/// The ages, in whole years and inclusive, for which a service is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AgesShown {
    /// The youngest age shown; `None` means from birth.
    pub from: Option<u16>,
    /// The oldest age shown; `None` means without end.
    pub to: Option<u16>,
}

impl AgesShown {
    /// Whether somebody of that age is shown; an unknown age is not outside.
    #[must_use]
    pub fn include(self, age: Option<u16>) -> bool {
        age.is_none_or(|age| self.from.is_none_or(|from| age >= from) && self.to.is_none_or(|to| age <= to))
    }
}

/// One row of the service catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its code, unique in the catalogue.
    pub code: ServiceCode,
    /// Its name, as a person reads it.
    pub name: String,
    /// The kind of service, for grouping.
    pub category: String,
    /// Whether its provider may be shown.
    pub sensitivity: Sensitivity,
    /// For whom it is shown.
    #[serde(default)]
    pub ages_shown: AgesShown,
    /// The desk that answers when nobody else can be reached.
    pub duty: Contact,
    /// Years after its end for which an involvement is shown; `None` means without end.
    #[serde(default)]
    pub retention_years: Option<i16>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_shown_include_both_ends_and_the_unknown() {
        let ages = AgesShown { from: Some(4), to: Some(20) };
        assert!(ages.include(Some(4)) && ages.include(Some(20)) && ages.include(None));
        assert!(!ages.include(Some(3)) && !ages.include(Some(21)));
    }
}
