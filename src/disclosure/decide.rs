//! May this user, for this purpose, see this item?
//!
//! Every decision names the rule that made it, and the rule goes into the audit. The rules of the authority's policy come in order, and the first
//! that fits decides; before them stand three that no policy can loosen: restricted people, ages, retention.

use jiff::civil::Date;

use super::{Effect, Policy, PolicyRule};
use crate::domain::{Involvement, InvolvementStatus, Role, Service};

/// The rule by which a restricted person is absent from every answer.
pub const RESTRICTED: &str = "restricted-person";
/// The rule by which a relative whom only sensitive services know is absent: to show them would tell which of the family a sensitive service sees.
pub const KNOWN_TO_SENSITIVE_ONLY: &str = "known-to-sensitive-only";
/// The rule by which a service is shown only for the ages that the catalogue says.
pub const OUTSIDE_AGES: &str = "outside-ages-shown";
/// The rule by which what ended longer ago than the service keeps is not shown.
pub const PAST_RETENTION: &str = "past-retention";
/// The rule by which what no rule of the policy fits is withheld; no rule of a policy may take its name.
pub const NO_RULE: &str = "no-rule";

/// Who looks, and why.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'viewer> {
    /// The worker's roles.
    pub roles: &'viewer [Role],
    /// The code of the purpose.
    pub purpose: &'viewer str,
}

/// What happens to an item, and by which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'policy> {
    /// Shown, brokered or withheld.
    pub effect: Effect,
    /// The rule's name.
    pub rule: &'policy str,
}

impl Policy {
    /// What `viewer` may see of a service of that kind, given the basis that is recorded for sharing.
    #[must_use]
    pub fn decide(&self, viewer: Viewer<'_>, service: &Service, basis: Option<&str>) -> Decision<'_> {
        let fitting = self.rules.iter().find(|rule| rule.fits(viewer, service, basis));
        fitting.map_or(Decision { effect: Effect::Withhold, rule: NO_RULE }, |rule| Decision { effect: rule.effect, rule: &rule.name })
    }

    /// What `viewer` may see of one involvement of somebody of that age.
    #[must_use]
    pub fn decide_involvement(
        &self,
        viewer: Viewer<'_>,
        service: &Service,
        age: Option<u16>,
        involvement: &Involvement,
        today: Date,
    ) -> Decision<'_> {
        if !service.ages_shown.include(age) {
            return Decision { effect: Effect::Withhold, rule: OUTSIDE_AGES };
        }
        if is_past_retention(service, involvement, today) {
            return Decision { effect: Effect::Withhold, rule: PAST_RETENTION };
        }
        self.decide(viewer, service, involvement.basis.as_deref())
    }
}

impl PolicyRule {
    fn fits(&self, viewer: Viewer<'_>, service: &Service, basis: Option<&str>) -> bool {
        self.sensitivity.as_ref().is_none_or(|wanted| wanted.contains(&service.sensitivity))
            && self.roles.as_ref().is_none_or(|wanted| viewer.roles.iter().any(|role| wanted.contains(role)))
            && self.purposes.as_ref().is_none_or(|wanted| wanted.iter().any(|purpose| purpose == viewer.purpose))
            && self.basis.as_ref().is_none_or(|wanted| basis.is_some_and(|basis| wanted.iter().any(|one| one == basis)))
    }
}

/// More years than any authority keeps anything; a bound so that no configured number is beyond the calendar.
const LONGEST_RETENTION_YEARS: i16 = 500;

/// Whether an involvement ended longer ago than its service keeps it.
fn is_past_retention(service: &Service, involvement: &Involvement, today: Date) -> bool {
    // Where nobody wrote an end down, what is over ended at the latest when it was last heard of.
    let last = involvement.ended.or(involvement.most_recent_contact).or(involvement.started);
    let (Some(years), Some(ended)) = (service.retention_years, last) else { return false };
    InvolvementStatus::decide(involvement.status, involvement.ended, today) == InvolvementStatus::Historic
        && ended.saturating_add(jiff::Span::new().years(years.clamp(0, LONGEST_RETENTION_YEARS))) < today
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::{Contact, Sensitivity, ServiceCode, service::AgesShown};

    const TODAY: Date = date(2026, 11, 1);

    fn policy() -> Policy {
        let rule =
            |name: &str, effect| PolicyRule { name: name.to_owned(), sensitivity: None, roles: None, purposes: None, basis: None, effect };
        let open = PolicyRule {
            sensitivity: Some(vec![Sensitivity::Sensitive]),
            roles: Some(vec![Role::Triage, Role::OutOfHours]),
            purposes: Some(vec!["section_47".to_owned()]),
            ..rule("sensitive-open-for-harm", Effect::Allow)
        };
        let consented = PolicyRule { basis: Some(vec!["consent".to_owned()]), ..rule("consented", Effect::Allow) };
        let brokered = PolicyRule { sensitivity: Some(vec![Sensitivity::Sensitive]), ..rule("sensitive-brokered", Effect::Broker) };
        let ordinary = PolicyRule { sensitivity: Some(vec![Sensitivity::Ordinary]), ..rule("ordinary-shown", Effect::Allow) };
        Policy { version: "1".to_owned(), valid_until: date(2027, 10, 31), rules: vec![open, consented, brokered, ordinary] }
    }

    fn service(sensitivity: Sensitivity) -> Service {
        Service {
            code: ServiceCode("police".to_owned()),
            name: "Police".to_owned(),
            category: "justice".to_owned(),
            sensitivity,
            ages_shown: AgesShown { from: Some(10), to: None },
            duty: Contact::default(),
            retention_years: Some(6),
        }
    }

    fn rule(roles: &[Role], purpose: &str, sensitivity: Sensitivity) -> (Effect, String) {
        let policy = policy();
        let decision = policy.decide(Viewer { roles, purpose }, &service(sensitivity), None);
        (decision.effect, decision.rule.to_owned())
    }

    #[test]
    fn a_sensitive_service_is_brokered_for_ordinary_roles() {
        assert_eq!(
            rule(&[Role::EarlyHelpWorker], "early_help_assessment", Sensitivity::Sensitive),
            (Effect::Broker, "sensitive-brokered".to_owned())
        );
        assert_eq!(rule(&[Role::EarlyHelpWorker], "section_47", Sensitivity::Sensitive).0, Effect::Broker);
    }

    #[test]
    fn triage_sees_a_sensitive_service_openly_under_section_47_only() {
        assert_eq!(rule(&[Role::Triage], "section_47", Sensitivity::Sensitive), (Effect::Allow, "sensitive-open-for-harm".to_owned()));
        assert_eq!(rule(&[Role::Triage], "section_17", Sensitivity::Sensitive).0, Effect::Broker);
    }

    #[test]
    fn what_no_rule_fits_is_withheld() {
        let empty = Policy { rules: Vec::new(), ..policy() };
        let decision = empty.decide(Viewer { roles: &[Role::Triage], purpose: "section_47" }, &service(Sensitivity::Ordinary), None);
        assert_eq!(decision, Decision { effect: Effect::Withhold, rule: NO_RULE });
    }

    #[test]
    fn recorded_consent_opens_what_a_rule_says_it_opens() {
        let policy = policy();
        let viewer = Viewer { roles: &[Role::EarlyHelpWorker], purpose: "early_help_assessment" };
        assert_eq!(policy.decide(viewer, &service(Sensitivity::Sensitive), Some("consent")).rule, "consented");
        assert_eq!(policy.decide(viewer, &service(Sensitivity::Sensitive), Some("harm")).rule, "sensitive-brokered");
    }

    #[test]
    fn an_involvement_outside_the_ages_or_past_retention_is_withheld_by_name() {
        let policy = policy();
        let viewer = Viewer { roles: &[Role::Triage], purpose: "section_47" };
        let police = service(Sensitivity::Ordinary);
        let ended = |ended| Involvement { ended, ..Involvement::default() };
        let decide = |age, involvement: &Involvement| policy.decide_involvement(viewer, &police, age, involvement, TODAY).rule.to_owned();
        assert_eq!(decide(Some(9), &ended(None)), OUTSIDE_AGES);
        assert_eq!(decide(Some(10), &ended(None)), "ordinary-shown");
        assert_eq!(decide(Some(40), &ended(Some(date(2020, 10, 31)))), PAST_RETENTION);
        assert_eq!(decide(Some(40), &ended(Some(date(2020, 11, 1)))), "ordinary-shown");
        let over = Involvement { status: Some(InvolvementStatus::Historic), started: Some(date(1991, 1, 1)), ..Involvement::default() };
        assert_eq!(decide(Some(40), &over), PAST_RETENTION);
        let current = Involvement { status: None, ..over };
        assert_eq!(decide(Some(40), &current), "ordinary-shown");
    }
}
