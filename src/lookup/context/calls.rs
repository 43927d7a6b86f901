//! Whom to ring, in order.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;
use uuid::Uuid;

use super::involvements::latest_day;
use crate::{
    domain::{Contact, InvolvementStatus},
    lookup::answer::{Call, FallbackKind, InvolvementShown, Reach, ServiceName},
};

/// The code and name under which a sensitive service is brokered.
const BROKERED: (&str, &str) = ("brokered", "Another service");

/// A call with what it is ordered by.
struct Draft {
    call: Call,
    is_about_child: bool,
    latest: Option<Date>,
}

/// One call a professional (or team, or desk), however many involvements and feeds lead there.
///
/// `people` are in the order in which they are shown, the child first, with the names that the reasons use. Current before historic, the child's
/// first, then the most recent contact; direct, then team, then duty; brokered last, since it has no date and no status.
#[must_use]
pub fn list(people: &[(Uuid, String)], shown: &BTreeMap<Uuid, Vec<InvolvementShown>>, front_door: Option<&Contact>) -> Vec<Call> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut by_contact: BTreeMap<String, usize> = BTreeMap::new();
    for (position, (person, _)) in people.iter().enumerate() {
        for involvement in shown.get(person).into_iter().flatten() {
            let (contact, reach) = choose(involvement);
            let keys = identities(&contact, reach, &involvement.service);
            let latest = latest_day(involvement);
            let index = keys.iter().find_map(|key| by_contact.get(key).copied()).unwrap_or_else(|| {
                let call = Call {
                    service: involvement.service.clone(),
                    people: Vec::new(),
                    contact: contact.clone(),
                    reach,
                    status: Some(involvement.status),
                    why: String::new(),
                };
                drafts.push(Draft { call, is_about_child: false, latest: None });
                drafts.len() - 1
            });
            by_contact.extend(keys.into_iter().map(|key| (key, index)));
            let draft = &mut drafts[index];
            if !draft.call.people.contains(person) {
                draft.call.people.push(*person);
            }
            draft.call.status = draft.call.status.min(Some(involvement.status));
            draft.is_about_child |= position == 0;
            draft.latest = draft.latest.max(latest);
            fill(&mut draft.call.contact, &contact);
        }
    }
    drafts.sort_by_key(|draft| {
        (draft.call.status, !draft.is_about_child, Reverse(draft.latest), draft.call.reach, draft.call.service.code.clone())
    });
    let mut calls: Vec<Call> = drafts.into_iter().map(|draft| Call { why: reason(&draft.call, people, shown), ..draft.call }).collect();
    calls.extend(front_door.map(brokered));
    calls
}

/// The lead professional where that person can be called, else the team, else the duty desk.
fn choose(involvement: &InvolvementShown) -> (Contact, Reach) {
    if involvement.lead_professional.can_be_called() {
        return (involvement.lead_professional.contact.clone(), Reach::Direct);
    }
    let reach = match involvement.fallback_contact.kind {
        FallbackKind::Team => Reach::Team,
        FallbackKind::Duty => Reach::Duty,
    };
    (involvement.fallback_contact.contact.clone(), reach)
}

/// What a contact is known by: two that share one of these are one. A professional is known by a name with an email address or a telephone number (a
/// mailbox or a line alone may be a team's); a desk is one for its service.
fn identities(contact: &Contact, reach: Reach, service: &ServiceName) -> Vec<String> {
    let digits: String = contact.phone.iter().flat_map(|phone| phone.chars()).filter(char::is_ascii_digit).collect();
    let email = contact.email.as_ref().map(|email| email.to_lowercase());
    if reach != Reach::Direct {
        return vec![format!("{} {reach:?} {digits} {}", service.code, email.unwrap_or_default())];
    }
    let name = contact.name.as_deref().unwrap_or_default().to_lowercase();
    let by_phone = (!digits.is_empty()).then(|| format!("{name} {digits}"));
    by_phone.into_iter().chain(email.map(|email| format!("{name} {email}"))).collect()
}

/// What one feed leaves out of a contact, another may give.
fn fill(kept: &mut Contact, other: &Contact) {
    for (kept, other) in
        [(&mut kept.role, &other.role), (&mut kept.team, &other.team), (&mut kept.phone, &other.phone), (&mut kept.email, &other.email)]
    {
        if kept.is_none() {
            kept.clone_from(other);
        }
    }
}

fn reason(call: &Call, people: &[(Uuid, String)], shown: &BTreeMap<Uuid, Vec<InvolvementShown>>) -> String {
    let names: Vec<&str> = people.iter().filter(|(person, _)| call.people.contains(person)).map(|(_, name)| name.as_str()).collect();
    let works = if call.status == Some(InvolvementStatus::Current) { "is involved now with" } else { "was involved with" };
    let mut sentence = format!("{} {works} {}.", call.service.name, in_words(&names));
    if call.reach != Reach::Direct {
        let leads: Vec<&str> = call
            .people
            .iter()
            .flat_map(|person| shown.get(person).into_iter().flatten())
            .filter(|involvement| involvement.service == call.service && involvement.lead_professional.active != Some(false))
            .filter_map(|involvement| involvement.lead_professional.contact.name.as_deref())
            .collect();
        sentence.push_str(match call.reach {
            Reach::Team => " No direct number is known: this is the team.",
            _ => " No professional or team can be reached directly: this is the duty desk.",
        });
        if let Some(lead) = leads.first() {
            sentence.push_str(&format!(" Ask for {lead}."));
        }
    }
    sentence
}

fn in_words(names: &[&str]) -> String {
    match names {
        [] => "the family".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn brokered(front_door: &Contact) -> Call {
    Call {
        service: ServiceName { code: BROKERED.0.to_owned(), name: BROKERED.1.to_owned() },
        people: Vec::new(),
        contact: front_door.clone(),
        reach: Reach::Brokered,
        status: None,
        why: "Another service may be able to help. This desk will arrange the conversation.".to_owned(),
    }
}
