//! What an authority's configuration says, as a lookup needs it.

use std::collections::BTreeMap;

use crate::{
    disclosure::{Effect, Policy, decide::Viewer},
    domain::{Contact, Service, purpose::Purpose},
    matching::Model,
};

/// The authority's catalogue, purposes, policy and model.
#[derive(Debug)]
pub struct Setting {
    /// The service catalogue, in the order in which it is shown.
    pub services: Vec<Service>,
    /// The purposes for which a user may ask.
    pub purposes: Vec<Purpose>,
    /// The desk that connects callers to a sensitive service.
    pub front_door: Contact,
    /// What may be shown.
    pub policy: Policy,
    /// How records are compared.
    pub model: Model,
    /// Each feed's service, both by code.
    pub feeds: BTreeMap<String, String>,
    /// For how long a lookup may be selected from or reopened, in minutes.
    pub lifetime_minutes: u32,
    /// More possible matches than this are too many.
    pub most_candidates: usize,
}

impl Setting {
    /// The service of that code.
    #[must_use]
    pub fn service(&self, code: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.code.0 == code)
    }

    /// The purpose of that code.
    #[must_use]
    pub fn purpose(&self, code: &str) -> Option<&Purpose> {
        self.purposes.iter().find(|purpose| purpose.code == code)
    }

    /// Whether `viewer` may be told that a feed holds something, by name. A feed that is not configured, or whose service is not, is not told of.
    #[must_use]
    pub fn is_open(&self, viewer: Viewer<'_>, feed: &str) -> bool {
        let service = self.feeds.get(feed).and_then(|service| self.service(service));
        service.is_some_and(|service| self.policy.decide(viewer, service, None).effect == Effect::Allow)
    }
}
