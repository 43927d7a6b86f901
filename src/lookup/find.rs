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
    matching::{self, Choice, Model, Profile, QuestionMatch},
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

/// The people who might be meant, with how well each fits. Restricted people are not among them.
pub struct Search {
    people: BTreeMap<Uuid, Vec<StoredRecord>>,
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
        let mut people = candidates::find(client, &keys, &prepared.sources, setting.model.even_bits())
            .await
            .map_err(|error| super::unavailable(&error))?;
        let mut hidden = BTreeMap::new();
        for person in restricted(people.values().flatten()) {
            hidden.extend(people.remove_entry(&person));
        }
        let weigh = |records: &Vec<StoredRecord>| {
            let records: Vec<&StoredRecord> = records.iter().collect();
            let is_source = bears_source(&records, &prepared.sources);
            (compare(&question, &speaking(&records, setting, viewer), is_source, &setting.model), is_source)
        };
        let mut matches = BTreeMap::new();
        let mut by_source = Vec::new();
        for (person, records) in &people {
            let (found, is_source) = weigh(records);
            matches.insert(*person, found);
            by_source.extend(is_source.then_some(*person));
        }
        let is_meant = |records: &Vec<StoredRecord>| {
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
                let records: Vec<&StoredRecord> = self.people.get(person)?.iter().collect();
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
    let is_source = bears_source(records, &prepared.sources);
    shown(&compare(&question, &speaking(records, setting, viewer), is_source, &setting.model), is_source, &setting.model)
}

/// Whether one of the records bears one of the source identifiers asked for, as its own key or its case-management id.
fn bears_source(records: &[&StoredRecord], sources: &[(String, String)]) -> bool {
    let bears = |record: &StoredRecord, value: &String| record.source_id == *value || record.case_id.as_ref() == Some(value);
    sources
        .iter()
        .any(|(feed, value)| records.iter().any(|record| record.feed == *feed && record.dependent.is_empty() && bears(record, value)))
}

/// The records that may speak in an explanation: those of feeds that the viewer may be told of. Somebody whom only others know is still found by
/// theirs, since a call is brokered for them.
fn speaking<'records>(records: &[&'records StoredRecord], setting: &Setting, viewer: Viewer<'_>) -> Vec<&'records StoredRecord> {
    let open: Vec<&StoredRecord> = records.iter().copied().filter(|record| setting.is_open(viewer, &record.feed)).collect();
    if open.is_empty() { records.to_vec() } else { open }
}

fn compare(question: &Profile, records: &[&StoredRecord], is_source: bool, model: &Model) -> QuestionMatch {
    let profiles: Vec<Profile> = records.iter().map(|record| Profile::new(&record.details, model)).collect();
    matching::match_question(question, &profiles.iter().collect::<Vec<_>>(), is_source, model)
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
