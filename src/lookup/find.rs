//! From the question to the people who might be meant, and the choice among them.

use std::collections::BTreeMap;

use deadpool_postgres::Client;
use jiff::civil::Date;
use uuid::Uuid;

use super::{
    LookupError,
    answer::{Candidate, Feature, Match},
    context::{portrait::Portrait, restricted},
    prepare::Prepared,
    setting::Setting,
};
use crate::{
    disclosure::decide::{RESTRICTED, Viewer},
    matching::{self, Choice, ListedRecord, Model, Profile, QuestionMatch},
    store::{candidates, record::StoredRecord},
};

/// The weight of a source's own number for a person, in bits: that of any exact identifier (hmpps-person-match gives +21.7, before term frequency).
const SOURCE_IDENTIFIER_BITS: f64 = 21.7;

/// Who was found.
#[derive(Debug)]
pub enum Found {
    /// Nobody.
    Nobody,
    /// More people than can be chosen among.
    TooMany,
    /// People to choose among, best first.
    Several(Vec<Uuid>),
    /// Exactly one person, far above any other.
    One(Uuid),
}

/// A record of somebody who might be meant.
struct Known {
    record: StoredRecord,
    profile: Profile,
}

/// The people who might be meant, with how well each fits. Restricted people are not among them.
pub struct Search {
    people: BTreeMap<Uuid, Vec<Known>>,
    matches: BTreeMap<Uuid, QuestionMatch>,
    by_source: Vec<Uuid>,
    restricted: Vec<Uuid>,
}

impl Search {
    /// Asks the store and compares. One round trip.
    ///
    /// # Errors
    /// [`LookupError::StoreUnavailable`].
    pub async fn run(client: &Client, prepared: &Prepared, setting: &Setting, viewer: Viewer<'_>) -> Result<Self, LookupError> {
        let question = Profile::new(&prepared.details, &setting.model);
        let mut keys = Vec::new();
        matching::blocking_keys(&question, &setting.model, &mut keys);
        let mut people: BTreeMap<Uuid, Vec<Known>> = BTreeMap::new();
        let take = |person, record: StoredRecord| {
            let profile = Profile::new(&record.details, &setting.model);
            people.entry(person).or_default().push(Known { record, profile });
        };
        candidates::find(client, &keys, &prepared.sources, setting.model.even_bits(), take)
            .await
            .map_err(|error| super::unavailable(&error))?;
        for records in people.values_mut() {
            records.sort_by_key(|known| known.record.id);
        }
        let mut hidden = BTreeMap::new();
        for person in restricted(people.values().flatten().map(|known| &known.record)) {
            hidden.extend(people.remove_entry(&person));
        }
        let weigh = |records: &[Known]| {
            let records: Vec<_> = records.iter().map(|known| (&known.record, &known.profile)).collect();
            weigh(&question, &prepared.sources, &records, setting, viewer)
        };
        let mut matches = BTreeMap::new();
        let mut by_source = Vec::new();
        for (person, records) in &people {
            let (found, is_source) = weigh(records);
            matches.insert(*person, found);
            by_source.extend(is_source.then_some(*person));
        }
        let is_meant = |records: &[Known]| {
            let (found, is_source) = weigh(records);
            is_source || found.weight_bits >= setting.model.review_bits()
        };
        let restricted = hidden.iter().filter(|(_, records)| is_meant(records)).map(|(person, _)| *person).collect();
        Ok(Self { people, matches, by_source, restricted })
    }

    /// The restricted people whom the question would have found: for the audit alone.
    #[must_use]
    pub fn restricted(&self) -> Vec<(Uuid, &'static str)> {
        self.restricted.iter().map(|person| (*person, RESTRICTED)).collect()
    }

    /// Chooses. A case-management number goes straight to its person, unless the name and birth date given speak against it.
    #[must_use]
    pub fn choose(&self, setting: &Setting) -> Found {
        if let [person] = self.by_source[..] {
            let found = &self.matches[&person];
            let is_anothers = self.matches.iter().any(|(other, found)| *other != person && found.identifier_agrees);
            let is_contradicted = found.describes_another || found.identifier_contradicts || found.held_apart || is_anothers;
            return if is_contradicted { Found::Several(vec![person]) } else { Found::One(person) };
        }
        if self.by_source.len() > 1 {
            return if self.by_source.len() > setting.most_candidates { Found::TooMany } else { Found::Several(self.by_source.clone()) };
        }
        let (people, matches): (Vec<Uuid>, Vec<&QuestionMatch>) = self.matches.iter().map(|(person, found)| (*person, found)).unzip();
        match matching::choose(&matches, setting.most_candidates, &setting.model) {
            Choice::None => Found::Nobody,
            Choice::TooMany => Found::TooMany,
            Choice::Possible(indexes) => Found::Several(indexes.into_iter().map(|index| people[index]).collect()),
            Choice::Match(index) => Found::One(people[index]),
        }
    }

    /// How well the question fits one of the people found, as it is shown.
    #[must_use]
    pub fn match_of(&self, person: Uuid, setting: &Setting) -> Option<Match> {
        Some(shown(self.matches.get(&person)?, self.by_source.contains(&person), &setting.model))
    }

    /// The people to choose among as they are shown: just enough to choose by. Those no longer there are left out.
    #[must_use]
    pub fn candidates(&self, people: &[Uuid], prepared: &Prepared, setting: &Setting, viewer: Viewer<'_>, today: Date) -> Vec<Candidate> {
        let is_open = |feed: &str| setting.is_open(viewer, feed);
        people
            .iter()
            .filter_map(|person| {
                let records: Vec<&StoredRecord> = self.people.get(person)?.iter().map(|known| &known.record).collect();
                let portrait = Portrait::draw(&records, is_open, today);
                let told_of = records.iter().filter(|record| is_open(&record.feed));
                let districts = told_of.flat_map(|record| &record.details.addresses).filter_map(|address| address.postcode.as_ref());
                let asked_district =
                    districts.map(|postcode| postcode.district().to_owned()).find(|district| prepared.asks_district(district));
                Some(Candidate {
                    person_id: *person,
                    name: portrait.name,
                    age: portrait.age,
                    postcode_district: asked_district,
                    match_: self.match_of(*person, setting)?,
                })
            })
            .collect()
    }
}

/// How well a question fits a person's records, as it is shown.
#[must_use]
pub fn match_of(prepared: &Prepared, records: &[&StoredRecord], setting: &Setting, viewer: Viewer<'_>) -> Match {
    let question = Profile::new(&prepared.details, &setting.model);
    let profiles: Vec<Profile> = records.iter().map(|record| Profile::new(&record.details, &setting.model)).collect();
    let records: Vec<_> = records.iter().copied().zip(&profiles).collect();
    let (found, is_source) = weigh(&question, &prepared.sources, &records, setting, viewer);
    shown(&found, is_source, &setting.model)
}

/// Weighs a question against a person's records, and tells whether one of these bears a source identifier asked for.
///
/// Only the records speak that are of feeds which the viewer may be told of. Somebody whom only others know is still found by theirs, since a call is
/// brokered for them.
fn weigh(
    question: &Profile,
    sources: &[(String, String)],
    records: &[(&StoredRecord, &Profile)],
    setting: &Setting,
    viewer: Viewer<'_>,
) -> (QuestionMatch, bool) {
    let is_source = records.iter().any(|(record, _)| bears_source(record, sources));
    let open = records.iter().filter(|(record, _)| setting.is_open(viewer, &record.feed));
    let speaking: Vec<ListedRecord<'_>> = open.map(|(record, profile)| listed(record, profile)).collect();
    if !speaking.is_empty() {
        return (matching::match_question(question, &speaking, is_source, &setting.model), is_source);
    }
    // How old those are whom a closed list holds is not to be found out by asking.
    let unbounded = |profile: &Profile| Profile { born_between: profile.born_between.without_list(), ..profile.clone() };
    let profiles: Vec<Profile> = records.iter().map(|(_, profile)| unbounded(profile)).collect();
    let closed: Vec<ListedRecord<'_>> = records.iter().zip(&profiles).map(|((record, _), profile)| listed(record, profile)).collect();
    (matching::match_question(question, &closed, is_source, &setting.model), is_source)
}

fn listed<'record>(record: &'record StoredRecord, profile: &'record Profile) -> ListedRecord<'record> {
    ListedRecord { profile, list: record.dependent.is_empty().then_some(record.feed.as_str()) }
}

/// Whether a record bears one of the source identifiers asked for, as its own key or its case-management id.
fn bears_source(record: &StoredRecord, sources: &[(String, String)]) -> bool {
    let bears = |value: &String| record.source_id == *value || record.case_id.as_ref() == Some(value);
    sources.iter().any(|(feed, value)| record.feed == *feed && record.dependent.is_empty() && bears(value))
}

fn shown(found: &QuestionMatch, is_source: bool, model: &Model) -> Match {
    let features = found.features(model).into_iter();
    let mut explanation: Vec<Feature> = features
        .map(|feature| Feature {
            feature: feature.feature.to_owned(),
            level: feature.level.to_owned(),
            weight_bits: feature.weight_bits,
            text: feature.text,
        })
        .collect();
    let mut weight_bits = found.weight_bits;
    if is_source {
        weight_bits += SOURCE_IDENTIFIER_BITS;
        explanation.push(Feature {
            feature: "source_identifier".to_owned(),
            level: "exact".to_owned(),
            weight_bits: SOURCE_IDENTIFIER_BITS,
            text: "The number given is this person's own number in that system.".to_owned(),
        });
    }
    let probability = if is_source { model.probability(weight_bits) } else { found.probability };
    Match { probability, weight_bits, explanation }
}
