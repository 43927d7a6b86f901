//! Which involvements are shown, brokered or withheld, and by which rule.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    disclosure::{Effect, decide::Viewer},
    domain::{Contact, InvolvementStatus, Service},
    lookup::{
        answer::{Fallback, FallbackKind, InvolvementShown, ServiceName},
        setting::Setting,
    },
    store::context::{FeedState, StoredInvolvement},
};

/// What became of one involvement, for the audit.
#[derive(Debug, Clone, Serialize)]
pub struct ItemDecision {
    /// The involvement's number.
    pub involvement: i64,
    /// With whom.
    pub person: Uuid,
    /// The service's code.
    pub service: String,
    /// `allow`, `broker` or `withhold`.
    pub effect: &'static str,
    /// The rule that decided.
    pub rule: String,
}

/// The involvements that may be shown, by person, and what was decided of all.
#[derive(Debug, Default)]
pub struct Sorted {
    /// What is shown of each person, most telling first.
    pub shown: BTreeMap<Uuid, Vec<InvolvementShown>>,
    /// Whether anything is answered with the front door's contact.
    pub is_brokered: bool,
    /// Every decision.
    pub decisions: Vec<ItemDecision>,
}

/// Sorts the involvements of the people whose ages are given; those of anybody else are passed over.
#[must_use]
pub fn sort(
    involvements: &[StoredInvolvement],
    feeds: &BTreeMap<&str, &FeedState>,
    ages: &BTreeMap<Uuid, Option<u16>>,
    setting: &Setting,
    viewer: Viewer<'_>,
    today: Date,
) -> Sorted {
    let mut sorted = Sorted::default();
    for stored in involvements.iter().filter(|stored| setting.feeds.contains_key(&stored.feed)) {
        let (Some(age), Some(feed)) = (ages.get(&stored.person), feeds.get(stored.feed.as_str())) else { continue };
        let Some(service) = setting.service(&feed.service) else { continue };
        let decision = setting.policy.decide_involvement(viewer, service, *age, &stored.involvement, today);
        match decision.effect {
            Effect::Allow => sorted.shown.entry(stored.person).or_default().push(show(stored, service, feed, today)),
            Effect::Broker => sorted.is_brokered = true,
            Effect::Withhold => {}
        }
        sorted.decisions.push(ItemDecision {
            involvement: stored.id,
            person: stored.person,
            service: service.code.0.clone(),
            effect: decision.effect.name(),
            rule: decision.rule.to_owned(),
        });
    }
    for shown in sorted.shown.values_mut() {
        shown.sort_by(|left, right| {
            let key = |item: &InvolvementShown| (item.status, std::cmp::Reverse(latest_day(item)), item.service.code.clone());
            key(left).cmp(&key(right))
        });
    }
    sorted
}

/// The last day on which the service is known to have been in touch.
#[must_use]
pub fn latest_day(involvement: &InvolvementShown) -> Option<Date> {
    // A planned end lies ahead and says nothing of the last contact.
    let past_end = involvement.ended.filter(|_| involvement.status == InvolvementStatus::Historic);
    involvement.most_recent_contact.or(past_end).or(involvement.started)
}

/// A service by code and name.
#[must_use]
pub fn name_of(service: &Service) -> ServiceName {
    ServiceName { code: service.code.0.clone(), name: service.name.clone() }
}

fn show(stored: &StoredInvolvement, service: &Service, feed: &FeedState, today: Date) -> InvolvementShown {
    let involvement = &stored.involvement;
    let status = InvolvementStatus::decide(involvement.status, involvement.ended, today);
    InvolvementShown {
        service: name_of(service),
        organisation: involvement.organisation.clone(),
        status,
        started: involvement.started,
        ended: involvement.ended,
        most_recent_contact: involvement.most_recent_contact,
        lead_professional: involvement.lead_professional.clone(),
        fallback_contact: fallback(&involvement.team, service),
        data_as_of: feed.data_as_of.unwrap_or(today),
    }
}

/// The team where it can be reached, else the service's duty desk.
fn fallback(team: &Contact, service: &Service) -> Fallback {
    if team.is_reachable() {
        let contact = Contact { team: team.name.clone(), ..team.clone() };
        Fallback { contact, kind: FallbackKind::Team }
    } else {
        Fallback { contact: service.duty.clone(), kind: FallbackKind::Duty }
    }
}
