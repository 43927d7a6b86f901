//! What a token's claims say about the user. The signature, issuer, audience, expiry and not-before are checked before.

use serde_json::{Map, Value};

use crate::domain::{Principal, Role, text};

use super::Refusal;

/// The longest subject, acting system or name taken, in characters.
const LONGEST_NAME: usize = 255;

/// Where the roles are: a claim's name, or a dotted path to it such as `realm_access.roles`.
#[derive(Debug, Clone)]
pub struct RolesClaim(String);

impl RolesClaim {
    /// The claim of that name or path.
    #[must_use]
    pub fn new(path: &str) -> Self {
        Self(path.to_owned())
    }

    /// The known roles of the claims, each once. Unknown ones are passed over: an issuer may serve other systems too.
    fn roles(&self, claims: &Map<String, Value>) -> Vec<Role> {
        let mut roles: Vec<Role> = match self.value(claims) {
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).filter_map(Role::named).collect(),
            Some(Value::String(names)) => names.split_ascii_whitespace().filter_map(Role::named).collect(),
            _ => Vec::new(),
        };
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// A claim whose own name has dots (`https://example.org/roles`) goes before a path.
    fn value<'claims>(&self, claims: &'claims Map<String, Value>) -> Option<&'claims Value> {
        if let Some(value) = claims.get(&self.0) {
            return Some(value);
        }
        let mut steps = self.0.split('.');
        let first = claims.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    }
}

/// Refuses a token that was issued after `latest` (seconds since 1970), or expires before it was issued.
pub fn check_times(claims: &Map<String, Value>, latest: u64) -> Result<(), Refusal> {
    let Some(issued) = claims.get("iat").filter(|value| !value.is_null()) else { return Ok(()) };
    let issued = issued.as_f64().ok_or(Refusal::IssuedInFuture)?;
    let expires = claims.get("exp").and_then(Value::as_f64).ok_or(Refusal::NoExpiry)?;
    #[allow(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^53")]
    let latest = latest as f64;
    if (0.0..=latest).contains(&issued) && issued <= expires { Ok(()) } else { Err(Refusal::IssuedInFuture) }
}

/// The user of a token whose signature, issuer, audience and times are right.
///
/// The role `integration` is the system's, not the worker's: it asks for `act.sub` and does not go into the principal's roles.
pub fn principal(claims: &Map<String, Value>, issuer: &str, roles_claim: &RolesClaim) -> Result<Principal, Refusal> {
    // The token library also takes a list of issuers; a user is (issuer, subject), so there must be one.
    if claims.get("iss").and_then(Value::as_str) != Some(issuer) {
        return Err(Refusal::Issuer);
    }
    let subject = claims.get("sub").and_then(identifying).ok_or(Refusal::NoSubject)?;
    let acting_system = match claims.get("act") {
        None | Some(Value::Null) => None,
        Some(actor) => Some(actor.get("sub").and_then(identifying).ok_or(Refusal::ActingSystem)?),
    };
    let mut roles = roles_claim.roles(claims);
    if roles.contains(&Role::Integration) && acting_system.is_none() {
        return Err(Refusal::ActingSystem);
    }
    roles.retain(|role| *role != Role::Integration);
    let name = claims.get("name").and_then(Value::as_str).map(text::tidy).filter(|name| !name.is_empty());
    Ok(Principal {
        issuer: issuer.to_owned(),
        subject,
        name: name.map(|name| name.chars().take(LONGEST_NAME).collect()),
        roles,
        acting_system,
    })
}

/// A text that can stand for a user or a system in the audit: not blank, not endless, no control characters.
fn identifying(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let fits = !text.trim().is_empty() && text.chars().count() <= LONGEST_NAME && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn principal_of(claims: &Value, path: &str) -> Result<Principal, Refusal> {
        principal(claims.as_object().unwrap(), "issuer", &RolesClaim::new(path))
    }

    #[test]
    fn roles_are_read_from_a_list_a_text_and_a_path() {
        let as_list = json!({"iss": "issuer", "sub": "u1", "roles": ["triage", "cleaner", "triage", 7]});
        let as_text = json!({"iss": "issuer", "sub": "u1", "scope": "openid triage"});
        let nested = json!({"iss": "issuer", "sub": "u1", "realm_access": {"roles": ["triage"]}});
        let with_dots = json!({"iss": "issuer", "sub": "u1", "https://example.org/roles": ["triage"]});
        for (claims, path) in
            [(as_list, "roles"), (as_text, "scope"), (nested, "realm_access.roles"), (with_dots, "https://example.org/roles")]
        {
            assert_eq!(principal_of(&claims, path).unwrap().roles, [Role::Triage], "{path}");
        }
    }

    #[test]
    fn a_user_without_a_known_role_has_none() {
        let claims = json!({"iss": "issuer", "sub": "u1", "roles": {"triage": true}});
        assert!(principal_of(&claims, "roles").unwrap().roles.is_empty());
        assert!(principal_of(&claims, "nowhere.at.all").unwrap().roles.is_empty());
    }

    #[test]
    fn an_integration_token_names_its_system_and_gives_only_the_workers_roles() {
        let claims = json!({"iss": "issuer", "sub": "worker", "act": {"sub": "case-system"}, "roles": ["integration", "triage"]});
        let principal = principal_of(&claims, "roles").unwrap();
        assert_eq!(principal.acting_system.as_deref(), Some("case-system"));
        assert_eq!(principal.roles, [Role::Triage]);
        let unnamed = json!({"iss": "issuer", "sub": "worker", "roles": ["integration", "triage"]});
        assert_eq!(principal_of(&unnamed, "roles"), Err(Refusal::ActingSystem));
    }

    #[test]
    fn a_subject_that_could_not_stand_in_the_audit_is_refused() {
        for subject in [json!(""), json!("  "), json!("a\nb"), json!(7), json!(null), json!("a".repeat(256))] {
            assert_eq!(principal_of(&json!({"iss": "issuer", "sub": subject}), "roles"), Err(Refusal::NoSubject));
        }
    }

    #[test]
    fn a_list_of_issuers_is_no_issuer() {
        assert_eq!(principal_of(&json!({"iss": ["issuer", "other"], "sub": "u1"}), "roles"), Err(Refusal::Issuer));
    }

    #[test]
    fn a_token_cannot_be_issued_later_than_now_or_than_it_expires() {
        let times = |claims: Value| check_times(claims.as_object().unwrap(), 1000);
        assert_eq!(times(json!({"iat": 1000, "exp": 2000})), Ok(()));
        assert_eq!(times(json!({"exp": 2000})), Ok(()));
        for claims in [json!({"iat": 1001, "exp": 2000}), json!({"iat": 900, "exp": 800}), json!({"iat": "soon", "exp": 2000})] {
            assert_eq!(times(claims), Err(Refusal::IssuedInFuture));
        }
    }
}
