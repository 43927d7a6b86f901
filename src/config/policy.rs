//! Reads an authority's disclosure policy.

use std::collections::HashSet;
use std::path::Path;

use super::{Authority, ConfigurationError, file};
use crate::disclosure::{Policy, decide::NO_RULE};

/// Reads the policy that `authority` names, and checks that its rules have names of their own and name purposes that exist.
///
/// # Errors
/// A policy that cannot be read or makes no sense. The service answers nothing without one.
pub fn read(authority: &Authority) -> Result<Policy, ConfigurationError> {
    let policy = file::read(&authority.policy)?;
    check(&policy, authority, &authority.policy)?;
    Ok(policy)
}

fn check(policy: &Policy, authority: &Authority, file: &Path) -> Result<(), ConfigurationError> {
    let invalid = |key: String, problem: &str| ConfigurationError::Invalid { file: file.to_owned(), key, problem: problem.to_owned() };
    if policy.version.trim().is_empty() {
        return Err(invalid("version".to_owned(), "is empty"));
    }
    if policy.rules.is_empty() {
        return Err(invalid("rule".to_owned(), "is missing: without a rule everything is withheld"));
    }
    let mut names = HashSet::new();
    for (index, rule) in policy.rules.iter().enumerate() {
        let key = |part: &str| format!("rule[{}].{part}", index + 1);
        if rule.name.trim().is_empty() || rule.name == NO_RULE || !names.insert(&rule.name) {
            return Err(invalid(key("name"), "is empty, taken twice, or the reserved name no-rule"));
        }
        for purpose in rule.purposes.iter().flatten() {
            if authority.purpose(purpose).is_none() {
                return Err(invalid(key("purposes"), &format!("names {purpose}, which is no purpose of {}", authority.file.display())));
            }
        }
        let empty = rule.sensitivity.as_ref().is_some_and(Vec::is_empty)
            || rule.roles.as_ref().is_some_and(Vec::is_empty)
            || rule.purposes.as_ref().is_some_and(Vec::is_empty);
        if empty {
            return Err(invalid(key("name"), "has an empty list, which fits nothing: leave the list out to mean any"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::authority::tests::marlowe;

    const POLICY: &str = r#"
        version = "2026-11-01"
        valid_until = "2027-10-31"
        [[rule]]
        name = "sensitive-open-for-harm"
        sensitivity = ["sensitive"]
        roles = ["triage"]
        purposes = ["section_47"]
        effect = "allow"
    "#;

    fn problem(text: &str) -> String {
        let path = Path::new("policy.toml");
        file::parse(text, path)
            .and_then(|policy| check(&policy, &marlowe(), path))
            .map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn a_policy_is_read() {
        assert_eq!(problem(POLICY), "");
    }

    #[test]
    fn a_purpose_that_does_not_exist_is_refused() {
        assert!(problem(&POLICY.replace("section_47", "section_74")).contains("rule[1].purposes names section_74"));
    }

    #[test]
    fn a_misspelled_key_or_effect_is_refused_with_its_line() {
        assert!(problem(&POLICY.replace("roles =", "role =")).starts_with("policy.toml line 7: unknown field `role`"));
        assert!(problem(&POLICY.replace("\"allow\"", "\"show\"")).contains("line 9"));
    }

    #[test]
    fn a_rule_cannot_take_the_reserved_name_or_an_empty_list() {
        assert!(problem(&POLICY.replace("sensitive-open-for-harm", "no-rule")).contains("rule[1].name"));
        assert!(problem(&POLICY.replace("[\"triage\"]", "[]")).contains("empty list"));
    }
}
