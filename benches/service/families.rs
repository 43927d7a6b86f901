//! Who of the family was shown, and whom to ring, against the truth. Counted over the questions that ended with the right child: straight, or
//! chosen from among the candidates.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use family_context::{
    config::Authority,
    disclosure::{Effect, Policy, decide::Viewer},
    domain::{Role, ServiceCode},
};
use jiff::civil::Date;

use crate::{
    asking::{Asked, Call, Context},
    installation::BUSINESS_DATE,
    report::{Report, share},
    truth::{Census, Contact, PersonId, Question, Truth},
};

/// A question that ended with the right child.
pub struct Right<'asked> {
    pub question: &'asked Question,
    pub context: &'asked Context,
}

/// The questions that ended with the right child, one a child, so that a child asked about twice does not count twice.
pub fn right<'asked>(truth: &'asked Truth, census: &Census, asked: &'asked [Asked]) -> Vec<Right<'asked>> {
    let mut seen = BTreeSet::new();
    truth
        .questions
        .iter()
        .zip(asked)
        .filter_map(|(question, asked)| Some(Right { question, context: asked.context()? }))
        .filter(|right| census.owners.get(&right.context.child.person_id) == Some(&right.question.person_id))
        .filter(|right| seen.insert(&right.question.person_id))
        .collect()
}

/// Precision and recall of family members.
///
/// Recall: of the true relatives whom some extract lets know (`evidence` is not `none`) and who are not restricted, the share of whom a member of
/// the answer is. Precision: of the members shown, the share that are true relatives, with or without evidence. A member is whom most of the records
/// behind it are about.
pub fn report(report: &mut Report, truth: &Truth, census: &Census, rights: &[Right<'_>]) {
    let mut known: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let mut shown: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut evidence: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let (mut twice, mut restricted) = (0, 0);
    for right in rights {
        let kin = truth.relatives.get(&right.question.person_id).map_or(&[][..], Vec::as_slice);
        let mut kind_shown: HashMap<&PersonId, &str> = HashMap::new();
        for member in &right.context.family {
            let kind = member.relationship.as_ref().map_or("", |relationship| relationship.kind.as_str());
            let Some(person) = census.owners.get(&member.person_id) else { continue };
            let is_family = kin.iter().any(|relative| relative.relative_person_id == *person);
            let counts = shown.entry(kind).or_default();
            counts.0 += usize::from(is_family);
            counts.1 += 1;
            twice += usize::from(kind_shown.insert(person, kind).is_some());
            restricted += usize::from(census.restricted.contains(person));
        }
        for relative in kin.iter().filter(|relative| relative.evidence != "none") {
            if truth.people.get(&relative.relative_person_id).is_some_and(crate::truth::Person::is_restricted) {
                continue;
            }
            let kind = kind_shown.get(&relative.relative_person_id);
            let counts = known.entry(&relative.kind).or_default();
            counts.0 += usize::from(kind.is_some());
            counts.1 += 1;
            counts.2 += usize::from(kind == Some(&relative.kind.as_str()));
            let counts = evidence.entry(&relative.evidence).or_default();
            counts.0 += usize::from(kind.is_some());
            counts.1 += 1;
        }
    }
    let total = known.values().fold((0, 0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1, sum.2 + counts.2));
    let members = shown.values().fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1));
    report.section("The family, over children rightly found");
    report.figure("children", crate::report::count(rights.len()), "count");
    report.noted("recall", share(total.0, total.1), "", format!("{} of {}; target 0.95", total.0, total.1));
    report.noted("precision", share(members.0, members.1), "", format!("{} of {}; target 0.98", members.0, members.1));
    report.share("found under the right word", total.2, total.0);
    report.figure("shown twice, as two people", crate::report::count(twice), "count");
    report.figure("restricted people shown", crate::report::count(restricted), "count");
    for (kind, (found, all, right)) in known {
        report.noted(&format!("recall, {kind}"), share(found, all), "", format!("{found} of {all}; {right} under that word"));
    }
    for (evidence, (found, all)) in evidence {
        report.share(&format!("recall where the evidence is {evidence}"), found, all);
    }
    for (kind, (right, all)) in shown {
        report.share(&format!("precision of those shown as {kind}"), right, all);
    }
}

/// How a contact was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reached {
    /// The very contact.
    Wanted,
    /// The same service about the same person, by a lesser way.
    Lesser,
    /// Not at all.
    Not,
}

/// Whether the answer says to ring those who are to be rung.
///
/// Wanted is, of each involvement of the child and of each known relative whose service is shown for the person's age: the lead professional, if one
/// is named and has not left as far as the extract can say; else the team; else the service's duty desk. Of a sensitive service, unless the policy
/// opens it: a brokered call.
pub fn report_contacts(
    report: &mut Report,
    truth: &Truth,
    census: &Census,
    (authority, policy): (&Authority, &Policy),
    rights: &[Right<'_>],
) {
    let today: Date = BUSINESS_DATE.parse().expect("the date is a date");
    let mut counts: BTreeMap<(bool, &str), [usize; 3]> = BTreeMap::new();
    let mut brokered = (0, 0);
    for right in rights {
        let role = if right.question.purpose == "out_of_hours_response" { Role::OutOfHours } else { Role::Triage };
        let viewer = Viewer { roles: &[role], purpose: &right.question.purpose };
        let kin = truth.relatives.get(&right.question.person_id).map_or(&[][..], Vec::as_slice);
        let relatives = kin.iter().filter(|relative| relative.evidence != "none").map(|relative| &relative.relative_person_id);
        for person in std::iter::once(&right.question.person_id).chain(relatives) {
            let Some(details) = truth.people.get(person).filter(|details| !details.is_restricted()) else { continue };
            let age = u16::try_from((today - details.date_of_birth).get_days() * 4 / 1461).ok();
            for contact in truth.contacts.get(person).into_iter().flatten() {
                let Some(service) = authority.service(&ServiceCode(contact.service.clone())) else { continue };
                if !service.ages_shown.include(age) {
                    continue;
                }
                let basis = Some(contact.basis.as_str()).filter(|basis| !basis.is_empty());
                match policy.decide(viewer, service, basis).effect {
                    Effect::Withhold => {}
                    Effect::Broker => {
                        brokered.0 += usize::from(right.context.calls.iter().any(|call| call.reach == "brokered"));
                        brokered.1 += 1;
                    }
                    Effect::Allow => {
                        let reached = reached(&right.context.calls, contact, person, census, service.duty.phone.as_deref());
                        counts.entry((person == &right.question.person_id, &contact.status)).or_default()[reached as usize] += 1;
                    }
                }
            }
        }
    }
    report.section("Whom to ring, over children rightly found");
    for ((is_child, status), [wanted, lesser, not]) in counts {
        let whose = if is_child { "the child's" } else { "the family's" };
        let all = wanted + lesser + not;
        report.noted(
            &format!("{whose} {status} contacts"),
            share(wanted, all),
            "",
            format!("{wanted} of {all}; {lesser} by team or duty desk instead, {not} not at all"),
        );
    }
    report.share("sensitive services brokered", brokered.0, brokered.1);
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn reached(calls: &[Call], contact: &Contact, person: &PersonId, census: &Census, duty: Option<&str>) -> Reached {
    let matches = |call: &&Call, phone: &str, email: &str| {
        let same_phone = !phone.is_empty() && call.contact.phone.as_deref().is_some_and(|given| digits(given) == digits(phone));
        let same_email = !email.is_empty() && call.contact.email.as_deref().is_some_and(|given| given.eq_ignore_ascii_case(email));
        same_phone || same_email
    };
    let has_left = contact.active == "no";
    let found = if !contact.name.is_empty() && !has_left {
        calls.iter().any(|call| matches(&call, &contact.phone, &contact.email) || call.contact.name.as_deref() == Some(&contact.name))
    } else if contact.team.is_empty() {
        calls.iter().any(|call| matches(&call, duty.unwrap_or_default(), ""))
    } else {
        calls.iter().any(|call| matches(&call, &contact.team_phone, &contact.team_email))
    };
    let about_them =
        |call: &Call| call.service.code == contact.service && call.people.iter().any(|called| census.owners.get(called) == Some(person));
    if found {
        Reached::Wanted
    } else if calls.iter().any(about_them) {
        Reached::Lesser
    } else {
        Reached::Not
    }
}
