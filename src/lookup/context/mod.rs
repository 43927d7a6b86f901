//! A child's context put together from what is stored: pure, so that every rule of what is shown is tested without a database.

pub mod calls;
pub mod coverage;
pub mod involvements;
pub mod portrait;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use uuid::Uuid;

use self::{involvements::ItemDecision, portrait::Portrait};
use super::{
    answer::{Basis, Context, InvolvementShown, Match, Member, Notice, Relationship},
    setting::Setting,
};
use crate::{
    disclosure::decide::{KNOWN_TO_SENSITIVE_ONLY, RESTRICTED, Viewer},
    domain::{
        BirthDate,
        family::{self, ADULT, FamilyMember, Neighbourhood, Residence},
        purpose::Purpose,
    },
    matching::{self, DwellingKeys},
    store::{
        context::{FeedState, Surroundings},
        record::StoredRecord,
    },
};

/// What is shown, and what was decided of each item.
#[derive(Debug)]
pub struct Disclosed {
    /// What is shown.
    pub context: Context,
    /// What was decided of each involvement of the child and the family.
    pub decisions: Vec<ItemDecision>,
    /// People left out, with the rule that left them out.
    pub withheld_people: Vec<(Uuid, &'static str)>,
}

/// The people who are restricted, or as likely as not so: absent from every answer, not to be told from nobody.
#[must_use]
pub fn restricted<'records>(records: impl IntoIterator<Item = &'records StoredRecord>) -> BTreeSet<Uuid> {
    records.into_iter().filter(|record| record.restricted || record.shielded).filter_map(|record| record.person).collect()
}

/// Puts the context of `child` together. `None` where the child is not there (any more) or is restricted.
#[must_use]
pub fn build(
    child: Uuid,
    surroundings: &Surroundings,
    setting: &Setting,
    viewer: Viewer<'_>,
    purpose: &Purpose,
    child_match: Match,
    today: Date,
) -> Option<Disclosed> {
    let hidden = restricted(&surroundings.records);
    if hidden.contains(&child) {
        return None;
    }
    let feeds: BTreeMap<&str, &FeedState> = surroundings.feeds.iter().map(|feed| (feed.code.as_str(), feed)).collect();
    let is_open = |feed: &str| setting.is_open(viewer, feed);
    let portraits = portraits(&surroundings.records, is_open, today);
    let childs_portrait = portraits.get(&child)?;

    let whole = neighbourhood(surroundings, &portraits, &feeds, today);
    let related = family::assemble(child, &whole, today);
    let mut withheld_people: Vec<(Uuid, &'static str)> =
        related.iter().map(|member| member.person).filter(|person| hidden.contains(person)).map(|person| (person, RESTRICTED)).collect();
    // Nor may a restricted person's own ties and home lead to anybody.
    let seen = if hidden.is_empty() { whole } else { whole.without(&hidden) };
    let related = if hidden.is_empty() { related } else { family::assemble(child, &seen, today) };
    let mut unspoken: BTreeSet<Uuid> = related.iter().map(|member| member.person).filter(|person| portraits.contains_key(person)).collect();
    // The family is told from the feeds that may be told of, and so are the people in it.
    let told_of: BTreeSet<Uuid> =
        surroundings.records.iter().filter(|record| is_open(&record.feed)).filter_map(|record| record.person).collect();
    let untold: BTreeSet<Uuid> = portraits.keys().copied().filter(|person| *person != child && !told_of.contains(person)).collect();
    let mut family = family::assemble(child, &seen.without(&untold).of_feeds(is_open), today);
    family.retain(|member| portraits.contains_key(&member.person));
    for member in &family {
        unspoken.remove(&member.person);
    }
    withheld_people.extend(unspoken.iter().map(|person| (*person, KNOWN_TO_SENSITIVE_ONLY)));
    family.sort_by_cached_key(|member| {
        let portrait = &portraits[&member.person];
        (portrait.age.is_none(), portrait.age, std::cmp::Reverse(portrait.date_of_birth), portrait.name.clone(), member.person)
    });

    let people: Vec<Uuid> = std::iter::once(child).chain(family.iter().map(|member| member.person)).collect();
    let ages: Vec<(Uuid, Option<u16>)> = people.iter().map(|person| (*person, portraits[person].age)).collect();
    let named: Vec<(Uuid, String)> = people.iter().map(|person| (*person, portraits[person].name.clone())).collect();
    // Those who are not shown still have a call brokered for them.
    let unspoken = unspoken.iter().map(|person| (*person, portraits[person].age));
    let ages_by_person = ages.iter().copied().chain(unspoken).collect();
    let mut sorted = involvements::sort(&surroundings.involvements, &feeds, &ages_by_person, setting, viewer, today);

    let calls = calls::list(&named, &sorted.shown, sorted.is_brokered.then_some(&setting.front_door));
    let coverage = coverage::rows(&ages, &sorted.shown, &surroundings.feeds, setting, viewer, today);
    let mut shown_of = |person: &Uuid| sorted.shown.remove(person).unwrap_or_default();
    let child_member = member(child, childs_portrait, None, Some(child_match), shown_of(&child));
    let family = family
        .iter()
        .map(|relative| {
            let relationship = relationship(relative, is_open);
            member(relative.person, &portraits[&relative.person], Some(relationship), None, shown_of(&relative.person))
        })
        .collect();
    let notices = vec![Notice { code: "consent".to_owned(), text: purpose.consent_prompt.clone() }];
    Some(Disclosed {
        context: Context { child: child_member, family, calls, coverage, notices },
        decisions: sorted.decisions,
        withheld_people,
    })
}

/// Each person of the records, drawn from the feeds that may be told of.
fn portraits(records: &[StoredRecord], is_open: impl Fn(&str) -> bool + Copy, today: Date) -> BTreeMap<Uuid, Portrait> {
    let mut by_person: BTreeMap<Uuid, Vec<&StoredRecord>> = BTreeMap::new();
    for record in records {
        if let Some(person) = record.person {
            by_person.entry(person).or_default().push(record);
        }
    }
    by_person.into_iter().map(|(person, records)| (person, Portrait::draw(&records, is_open, today))).collect()
}

fn neighbourhood(
    surroundings: &Surroundings,
    portraits: &BTreeMap<Uuid, Portrait>,
    feeds: &BTreeMap<&str, &FeedState>,
    today: Date,
) -> Neighbourhood {
    let addresses = surroundings.records.iter().flat_map(|record| record.details.addresses.iter().map(move |address| (record, address)));
    let keyed: Vec<_> = addresses.map(|(record, address)| (record, address, matching::dwelling_keys(address))).collect();
    let homes = Homes::of(keyed.iter().map(|(_, _, keys)| *keys));
    let residences = keyed
        .iter()
        .filter_map(|(record, address, keys)| {
            Some(Residence {
                person: record.person?,
                dwelling: homes.key(*keys)?,
                from: address.from,
                to: address.to,
                data_as_of: feeds.get(record.feed.as_str()).and_then(|feed| feed.data_as_of).unwrap_or(today),
                feed: record.feed.clone(),
                institution: address.is_institution(),
            })
        })
        .collect();
    let people = portraits.iter().map(|(person, portrait)| (*person, portrait.facts())).collect();
    Neighbourhood { people, ties: surroundings.ties.clone(), residences }
}

/// One key a dwelling, though some feeds give its property number, some its words and some both.
struct Homes {
    words_of: BTreeMap<i64, i64>,
}

impl Homes {
    fn of(keys: impl Iterator<Item = DwellingKeys>) -> Self {
        let mut words_of: BTreeMap<i64, i64> = BTreeMap::new();
        for (uprn, words) in keys.filter_map(|keys| keys.by_uprn.zip(keys.by_words)) {
            // Words may be written in two ways for one number: the lower key stands for both, so that order does not matter.
            words_of.entry(uprn).and_modify(|known| *known = words.min(*known)).or_insert(words);
        }
        Self { words_of }
    }

    fn key(&self, keys: DwellingKeys) -> Option<i64> {
        let by_uprn = keys.by_uprn.map(|uprn| self.words_of.get(&uprn).copied().unwrap_or(uprn));
        by_uprn.or(keys.by_words)
    }
}

/// How a member is related. Feeds of services that may not be told of are not named as sources.
fn relationship(member: &FamilyMember, is_open: impl Fn(&str) -> bool) -> Relationship {
    let basis = match (member.recorded, member.shares_address) {
        (true, true) => Basis::RecordedAndSharedAddress,
        (true, false) => Basis::Recorded,
        (false, _) => Basis::SharedAddress,
    };
    let sources = member.sources.iter().filter(|feed| is_open(feed)).cloned().collect();
    Relationship { kind: member.kind, basis, current: member.current, sources }
}

fn member(
    person: Uuid,
    portrait: &Portrait,
    relationship: Option<Relationship>,
    match_: Option<Match>,
    involvements: Vec<InvolvementShown>,
) -> Member {
    let is_adult_relative = relationship.is_some() && portrait.age.is_none_or(|age| age >= ADULT);
    Member {
        person_id: person,
        name: portrait.name.clone(),
        also_known_as: portrait.also_known_as.clone(),
        age: portrait.age,
        date_of_birth: portrait.date_of_birth.filter(|_| !is_adult_relative).map(BirthDate::day),
        deceased: portrait.deceased,
        match_,
        case_ids: portrait.case_ids.clone(),
        relationship,
        involvements,
    }
}

#[cfg(test)]
mod tests;
