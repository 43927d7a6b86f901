//! The disclosure policy as it is written: an ordered list of rules. What the rules decide is for the rest of this module.

use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::{Role, Sensitivity};

/// What a rule does with an item that it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Shown.
    Allow,
    /// Answered with the front door's contact in its place.
    Broker,
    /// Not shown at all.
    Withhold,
}

impl Effect {
    /// Its name in the policy file and the audit.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Broker => "broker",
            Self::Withhold => "withhold",
        }
    }
}

/// One rule. A missing list means any.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRule {
    /// Its name, which goes into the audit of everything that it decides.
    pub name: String,
    /// The sensitivities of service that it fits.
    pub sensitivity: Option<Vec<Sensitivity>>,
    /// The roles that it fits; one of the user's roles is enough.
    pub roles: Option<Vec<Role>>,
    /// The purposes that it fits.
    pub purposes: Option<Vec<String>>,
    /// The recorded bases for sharing (`consent`, `harm`) that it fits.
    pub basis: Option<Vec<String>>,
    /// What it does.
    pub effect: Effect,
}

/// A version of an authority's policy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The version, which goes into the audit.
    pub version: String,
    /// The last day on which it holds; after it the service answers nothing.
    pub valid_until: Date,
    /// The rules in order: the first that fits decides.
    #[serde(rename = "rule")]
    pub rules: Vec<PolicyRule>,
}

impl Policy {
    /// Whether it no longer holds on `today`, the business date.
    #[must_use]
    pub fn is_stale(&self, today: Date) -> bool {
        today > self.valid_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_policy_holds_through_its_last_day() {
        let policy = Policy { version: "1".to_owned(), valid_until: date(2027, 10, 31), rules: Vec::new() };
        assert!(!policy.is_stale(date(2027, 10, 31)));
        assert!(policy.is_stale(date(2027, 11, 1)));
    }
}
