//! A service's engagement with a person. It has no field that could hold what the engagement is about.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Contact, LeadProfessional};

/// Whether an involvement goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvolvementStatus {
    /// It goes on. Sorts first.
    Current,
    /// It is over.
    Historic,
}

impl InvolvementStatus {
    /// The status that a record's own words and dates say: an end in the past is historic whatever the words; no end date means current.
    #[must_use]
    pub fn decide(stated: Option<Self>, ended: Option<Date>, today: Date) -> Self {
        match (stated, ended) {
            (_, Some(ended)) if ended <= today => Self::Historic,
            (Some(stated), _) => stated,
            (None, _) => Self::Current,
        }
    }

    /// Its name in files and the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Historic => "historic",
        }
    }
}

/// One engagement of a service with one record's person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Involvement {
    /// The organisation that provides it, such as a school.
    pub organisation: Option<String>,
    /// What the feed says; see [`InvolvementStatus::decide`].
    pub status: Option<InvolvementStatus>,
    /// First day.
    pub started: Option<Date>,
    /// Last day.
    pub ended: Option<Date>,
    /// The day of the most recent contact.
    pub most_recent_contact: Option<Date>,
    /// Recorded basis for sharing: `consent`, `harm`, or none said.
    pub basis: Option<String>,
    /// Who leads it.
    pub lead_professional: LeadProfessional,
    /// The team behind the professional: name, phone, email.
    pub team: Contact,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn no_end_date_means_current_and_a_past_end_means_historic() {
        let today = date(2026, 11, 1);
        assert_eq!(InvolvementStatus::decide(None, None, today), InvolvementStatus::Current);
        assert_eq!(InvolvementStatus::decide(Some(InvolvementStatus::Current), Some(date(2026, 1, 1)), today), InvolvementStatus::Historic);
        assert_eq!(InvolvementStatus::decide(Some(InvolvementStatus::Historic), None, today), InvolvementStatus::Historic);
        assert_eq!(InvolvementStatus::decide(None, Some(date(2027, 1, 1)), today), InvolvementStatus::Current);
    }
}
