//! The authority's file: its name, its services, its purposes, its feeds. What differs between authorities stands here and never in the code.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{ConfigurationError, file};
use crate::domain::purpose::Purpose;
use crate::domain::{Contact, Service, ServiceCode};

/// One authority, as its file describes it. Paths are resolved against the file's folder.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The file it was read from.
    pub file: PathBuf,
    /// A short code: lower-case letters, digits, hyphens.
    pub code: String,
    /// Its name, as a person reads it.
    pub name: String,
    /// Where its business date is that of today.
    pub time_zone: TimeZone,
    /// The disclosure policy's file.
    pub policy: PathBuf,
    /// The feed maps' files, in order.
    pub feeds: Vec<PathBuf>,
    /// The matching model's file; `None` for the built-in one.
    pub model: Option<PathBuf>,
    /// The desk that connects callers to a sensitive service.
    pub front_door: Contact,
    /// How lookups are limited.
    pub lookup: LookupLimits,
    /// The service catalogue, in the order in which coverage is shown.
    pub services: Vec<Service>,
    /// Why a user may ask.
    pub purposes: Vec<Purpose>,
}

/// How lookups are limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LookupLimits {
    /// Minutes for which a lookup may be reopened or selected from.
    pub lifetime_minutes: u32,
    /// With more possible matches than this the answer is "too many matches".
    pub most_candidates: usize,
}

impl Default for LookupLimits {
    fn default() -> Self {
        Self { lifetime_minutes: 60, most_candidates: 8 }
    }
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthorityFile {
    code: String,
    name: String,
    time_zone: String,
    policy: PathBuf,
    #[serde(default)]
    feeds: Vec<PathBuf>,
    model: Option<PathBuf>,
    front_door: Contact,
    #[serde(default)]
    lookup: LookupLimits,
    service: Vec<Service>,
    purpose: Vec<Purpose>,
}

impl Authority {
    /// Reads an authority's file.
    ///
    /// # Errors
    /// A file that cannot be read, has an unknown or missing key, or a value that makes no sense.
    pub fn read(path: &Path) -> Result<Self, ConfigurationError> {
        Self::check(file::read(path)?, path)
    }

    /// Reads an authority's file from its text; `path` is for messages, and its folder for the paths in it.
    ///
    /// # Errors
    /// As [`Authority::read`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigurationError> {
        Self::check(file::parse(text, path)?, path)
    }

    /// The service of that code.
    #[must_use]
    pub fn service(&self, code: &ServiceCode) -> Option<&Service> {
        self.services.iter().find(|service| service.code == *code)
    }

    /// The purpose of that code.
    #[must_use]
    pub fn purpose(&self, code: &str) -> Option<&Purpose> {
        self.purposes.iter().find(|purpose| purpose.code == code)
    }

    fn check(written: AuthorityFile, path: &Path) -> Result<Self, ConfigurationError> {
        let invalid = |key: &str, problem: &str| ConfigurationError::Invalid {
            file: path.to_owned(),
            key: key.to_owned(),
            problem: problem.to_owned(),
        };
        if !is_code(&written.code, '-') {
            return Err(invalid("code", "takes lower-case letters, digits and hyphens"));
        }
        if written.name.trim().is_empty() {
            return Err(invalid("name", "is empty"));
        }
        let time_zone = TimeZone::get(&written.time_zone).map_err(|_| invalid("time_zone", "is no time zone, such as Europe/London"))?;
        if !written.front_door.is_reachable() {
            return Err(invalid("front_door", "has neither a phone nor an email"));
        }
        if written.lookup.lifetime_minutes == 0 || written.lookup.most_candidates == 0 {
            return Err(invalid("lookup", "takes numbers above 0"));
        }
        check_services(&written.service, &invalid)?;
        check_purposes(&written.purpose, &invalid)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Ok(Self {
            file: path.to_owned(),
            code: written.code,
            name: written.name,
            time_zone,
            policy: folder.join(written.policy),
            feeds: written.feeds.iter().map(|feed| folder.join(feed)).collect(),
            model: written.model.map(|model| folder.join(model)),
            front_door: written.front_door,
            lookup: written.lookup,
            services: written.service,
            purposes: written.purpose,
        })
    }
}

fn check_services(services: &[Service], invalid: &impl Fn(&str, &str) -> ConfigurationError) -> Result<(), ConfigurationError> {
    if services.is_empty() {
        return Err(invalid("service", "is missing: an authority has at least one"));
    }
    let mut codes = HashSet::new();
    for (index, service) in services.iter().enumerate() {
        let key = |part: &str| format!("service[{}].{part}", index + 1);
        if !is_code(&service.code.0, '_') {
            return Err(invalid(&key("code"), "takes lower-case letters, digits and underscores"));
        }
        if !codes.insert(&service.code) {
            return Err(invalid(&key("code"), "is that of an earlier service"));
        }
        if service.name.trim().is_empty() {
            return Err(invalid(&key("name"), "is empty"));
        }
        if !service.duty.is_reachable() {
            return Err(invalid(&key("duty"), "has neither a phone nor an email"));
        }
        if let (Some(from), Some(to)) = (service.ages_shown.from, service.ages_shown.to)
            && from > to
        {
            return Err(invalid(&key("ages_shown"), "ends before it begins"));
        }
        if service.retention_years.is_some_and(|years| years < 0) {
            return Err(invalid(&key("retention_years"), "is below 0"));
        }
    }
    Ok(())
}

fn check_purposes(purposes: &[Purpose], invalid: &impl Fn(&str, &str) -> ConfigurationError) -> Result<(), ConfigurationError> {
    if purposes.is_empty() {
        return Err(invalid("purpose", "is missing: without one nobody may ask"));
    }
    let mut codes = HashSet::new();
    for (index, purpose) in purposes.iter().enumerate() {
        let key = |part: &str| format!("purpose[{}].{part}", index + 1);
        if !is_code(&purpose.code, '_') {
            return Err(invalid(&key("code"), "takes lower-case letters, digits and underscores"));
        }
        if !codes.insert(&purpose.code) {
            return Err(invalid(&key("code"), "is that of an earlier purpose"));
        }
        if purpose.roles.is_empty() {
            return Err(invalid(&key("roles"), "is empty: nobody could ask"));
        }
    }
    Ok(())
}

/// Whether `code` is made of lower-case letters, digits and `joiner`, and begins with a letter.
fn is_code(code: &str, joiner: char) -> bool {
    code.starts_with(|first: char| first.is_ascii_lowercase())
        && code.chars().all(|character| character.is_ascii_lowercase() || character.is_ascii_digit() || character == joiner)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::{Role, Sensitivity};

    const MARLOWE: &str = r#"code = "marlowe"
name = "Marlowe Borough Council"
time_zone = "Europe/London"
policy = "policy.toml"
feeds = ["feeds/police.toml"]
[front_door]
name = "Family front door"
phone = "01632 960000"
[[service]]
code = "police"
name = "Police"
category = "justice"
sensitivity = "ordinary"
ages_shown = { from = 10 }
duty = { name = "Duty desk", phone = "01632 960010" }
retention_years = 6
[[purpose]]
code = "section_47"
name = "Section 47 enquiry"
roles = ["triage", "out_of_hours"]
consent_prompt = "No consent conversation is needed."
"#;

    fn read(text: &str) -> Result<Authority, ConfigurationError> {
        let path = Path::new("somewhere/authority.toml");
        file::parse(text, path).and_then(|written| Authority::check(written, path))
    }

    /// A small authority for tests.
    pub(in crate::config) fn marlowe() -> Authority {
        read(MARLOWE).unwrap()
    }

    fn problem(from: &str, to: &str) -> String {
        assert!(MARLOWE.contains(from), "{from}");
        read(&MARLOWE.replace(from, to)).unwrap_err().to_string()
    }

    #[test]
    fn an_authority_is_read_and_its_paths_stand_beside_it() {
        let authority = marlowe();
        assert_eq!(authority.policy, Path::new("somewhere/policy.toml"));
        assert_eq!(authority.feeds, [Path::new("somewhere/feeds/police.toml")]);
        assert_eq!(authority.lookup, LookupLimits { lifetime_minutes: 60, most_candidates: 8 });
        assert_eq!(authority.services[0].sensitivity, Sensitivity::Ordinary);
        assert!(authority.purpose("section_47").unwrap().is_open_to(&[Role::Triage]));
        assert!(authority.purpose("section_17").is_none());
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_file_line_and_name() {
        let problem = problem("name = \"Police\"", "name = \"Police\"\ncolour = \"blue\"");
        assert!(problem.starts_with("somewhere/authority.toml line 12: unknown field `colour`"), "{problem}");
    }

    #[test]
    fn a_missing_key_is_refused_by_name() {
        assert!(problem("policy = \"policy.toml\"\n", "").contains("missing field `policy`"));
    }

    #[test]
    fn values_that_make_no_sense_are_refused_by_key() {
        for (from, to, key) in [
            ("\"marlowe\"", "\"Marlowe Council\"", "code "),
            ("Europe/London", "Europe/Marlowe", "time_zone "),
            ("phone = \"01632 960000\"", "", "front_door "),
            ("code = \"police\"", "code = \"Police!\"", "service[1].code "),
            ("{ from = 10 }", "{ from = 10, to = 9 }", "service[1].ages_shown "),
            ("{ name = \"Duty desk\", phone = \"01632 960010\" }", "{ name = \"Duty desk\" }", "service[1].duty "),
            ("retention_years = 6", "retention_years = -1", "service[1].retention_years "),
            ("[\"triage\", \"out_of_hours\"]", "[]", "purpose[1].roles "),
        ] {
            let problem = problem(from, to);
            assert!(problem.contains(key), "{problem} should name {key}");
        }
    }

    #[test]
    fn a_role_that_does_not_exist_is_refused() {
        assert!(problem("\"triage\"", "\"manager\"").contains("unknown variant `manager`"));
    }

    #[test]
    fn a_service_cannot_stand_twice() {
        let again = &MARLOWE[MARLOWE.find("[[service]]").unwrap()..MARLOWE.find("[[purpose]]").unwrap()];
        assert!(problem("[[purpose]]", &format!("{again}[[purpose]]")).contains("service[2].code is that of an earlier service"));
    }
}
