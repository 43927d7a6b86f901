//! From records to people: keys, pairs, clusters, questions, training.

use std::collections::BTreeMap;

use family_context::matching::{
    self, Choice, Conflict, Decision, Edge, Linkage, ListedRecord, Model, Profile, QuestionMatch, Recorded, TrainingSettings,
    blocking::keys_by_rule, blocking_keys, choose, match_question, score,
};

use super::{people, source::Source};

fn profiles(source: &mut Source, most: usize) -> Vec<Profile> {
    people::several_people(source, most).iter().map(|person| Profile::new(person, Model::built_in())).collect()
}

fn keys_of(profile: &Profile) -> Vec<i64> {
    let mut keys = vec![7];
    blocking_keys(profile, Model::built_in(), &mut keys);
    keys
}

/// Blocking keys and the pairs that they propose.
pub fn keys(bytes: &[u8]) {
    let profiles = profiles(&mut Source::new(bytes), 12);
    let model = Model::built_in();
    for profile in &profiles {
        let keys = keys_of(profile);
        assert!(keys.windows(2).all(|two| two[0] < two[1]), "sorted and single");
        let mut by_rule: Vec<i64> = keys_by_rule(profile, model).into_iter().map(|(key, _)| key).collect();
        by_rule.sort_unstable();
        by_rule.dedup();
        assert_eq!(by_rule, keys);
    }
    let proposed = matching::pairs(&profiles, Linkage::Within, model);
    assert!(proposed.pairs.windows(2).all(|two| two[0] < two[1]) && proposed.skipped_keys == 0);
    for left in 0..profiles.len() {
        for right in left + 1..profiles.len() {
            let shares = keys_of(&profiles[left]).iter().any(|key| keys_of(&profiles[right]).contains(key));
            let pair = (number(left), number(right));
            assert_eq!(shares, proposed.pairs.binary_search(&pair).is_ok(), "a pair is proposed where a key is shared, and only there");
        }
    }
    let across = matching::pairs(&profiles, Linkage::Across(profiles.len() / 2), model);
    assert!(across.pairs.iter().all(|(left, right)| (*left as usize) < profiles.len() / 2 && (*right as usize) >= profiles.len() / 2));
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// The groups of a partition as sets of records, whatever the labels.
fn groups(profiles: &[Profile], arrival: &[usize], decisions: &[(usize, usize, bool)]) -> Vec<Vec<usize>> {
    let model = Model::built_in();
    let arrived: Vec<&Profile> = arrival.iter().map(|record| &profiles[*record]).collect();
    let mut edges = Vec::new();
    for left in 0..arrived.len() {
        for right in left + 1..arrived.len() {
            let weight_bits = score(arrived[left], arrived[right], model).weight_bits;
            if weight_bits >= model.review_bits() {
                edges.push(Edge { left: number(left), right: number(right), weight_bits });
            }
        }
    }
    let place = |record: usize| number(arrival.iter().position(|other| *other == record).unwrap_or_default());
    let decided: Vec<Decision> = decisions
        .iter()
        .map(|(left, right, together)| Decision { left: place(*left), right: place(*right), together: *together })
        .collect();
    let recorded = arrived.iter().zip(arrival).map(|(profile, record)| Recorded {
        profile,
        order: *record,
        list: number(record % 3),
        own_row: record % 5 < 4,
        once: true,
    });
    let labels = matching::cluster(&recorded.collect::<Vec<_>>(), &edges, &decided, model);
    assert_eq!(labels.len(), arrived.len());
    let mut by_label: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (label, record) in labels.iter().zip(arrival) {
        by_label.entry(*label).or_default().push(*record);
    }
    assert!(by_label.keys().copied().eq(0..number(by_label.len())), "labels are numbered without a gap");
    let mut groups: Vec<Vec<usize>> = by_label.into_values().collect();
    for group in &mut groups {
        group.sort_unstable();
        let records: Vec<&Profile> = group.iter().map(|record| &profiles[*record]).collect();
        assert!((0.0..=1.0).contains(&matching::cohesion(&records, model)));
    }
    groups.sort();
    groups
}

/// Clusters: the same in any order of arrival, decisions respected, conflicts held apart; but who looks like twins may be one by what others tell.
pub fn clusters(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let people_wanted = 2 + source.below(9);
    let decisions: Vec<(usize, usize, bool)> =
        (0..source.below(4)).map(|_| (source.below(people_wanted), source.below(people_wanted), source.flag())).collect();
    let turn = source.below(people_wanted);
    let turned_round = source.flag();
    let profiles = profiles(&mut source, people_wanted);
    let decisions: Vec<(usize, usize, bool)> =
        decisions.into_iter().filter(|(one, other, _)| one != other && *one.max(other) < profiles.len()).collect();
    let arrival: Vec<usize> = (0..profiles.len()).collect();
    let mut another = arrival.clone();
    another.rotate_left(turn % profiles.len());
    if turned_round {
        another.reverse();
    }
    let found = groups(&profiles, &arrival, &decisions);
    assert_eq!(found, groups(&profiles, &another, &decisions), "the order of arrival does not matter");
    let are_together = |one: usize, other: usize| found.iter().any(|group| group.contains(&one) && group.contains(&other));
    for (one, other, together) in &decisions {
        assert!(!together || are_together(*one, *other), "decided together stays together");
    }
    if decisions.iter().all(|(_, _, together)| !together) {
        for (one, other, _) in &decisions {
            assert!(!are_together(*one, *other), "decided apart stays apart");
        }
        for group in &found {
            for (place, one) in group.iter().enumerate() {
                let against = |other: &usize| {
                    matching::conflict(&profiles[*one], &profiles[*other], Model::built_in()).is_some_and(|found| found != Conflict::Twins)
                };
                assert!(!group[place + 1..].iter().any(against), "what conflicts is held apart");
            }
        }
    }
}

/// A question against people, and the choice among them.
pub fn questions(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let most = source.below(5);
    let known_otherwise = source.flag();
    let profiles = profiles(&mut source, 10);
    let model = Model::built_in();
    let (question, records) = profiles.split_first().expect("there is at least one person");
    let listed: Vec<ListedRecord> =
        records.iter().map(|profile| ListedRecord { profile, list: source.flag().then(|| source.pick(&["a", "b"])) }).collect();
    let found: Vec<QuestionMatch> = listed.chunks(2).map(|person| match_question(question, person, known_otherwise, model)).collect();
    for (found, person) in found.iter().zip(listed.chunks(2)) {
        let turned: Vec<ListedRecord> = person.iter().rev().copied().collect();
        let turned = match_question(question, &turned, known_otherwise, model);
        assert_eq!(found.records_disagree, turned.records_disagree, "the order of records does not matter");
    }
    for one in &found {
        let sum = one.features(model).iter().fold(0.0, |sum, feature| sum + feature.weight_bits);
        assert_eq!(sum.to_bits(), one.weight_bits.to_bits(), "the parts shown add up");
        assert!((0.0..=1.0).contains(&one.probability) && one.kinds <= 5);
    }
    let matches: Vec<&QuestionMatch> = found.iter().collect();
    let choice = choose(&matches, most, model);
    match &choice {
        Choice::Match(best) => {
            let best = matches[*best];
            assert!(!best.identifier_contradicts && !best.held_apart);
            assert!(best.weight_bits >= if best.identifier_agrees { model.review_bits() } else { model.join_bits() });
        }
        Choice::Possible(places) => {
            assert!(!places.is_empty() && places.len() <= most);
            let is_possible = |found: &QuestionMatch| found.weight_bits >= model.review_bits() || found.identifier_agrees;
            assert!(places.iter().any(|place| is_possible(matches[*place])));
            assert!(places.iter().all(|place| is_possible(matches[*place]) || matches[*place].shares_initial));
        }
        Choice::TooMany => assert!(matches.len() > most),
        Choice::None => assert!(matches.iter().all(|one| one.weight_bits < model.review_bits())),
    }
    let backwards: Vec<&QuestionMatch> = found.iter().rev().collect();
    match (choice, choose(&backwards, most, model)) {
        (Choice::Match(one), Choice::Match(other)) => assert_eq!(one, matches.len() - 1 - other),
        (Choice::Possible(one), Choice::Possible(other)) => assert_eq!(one.len(), other.len()),
        (one, other) => assert_eq!(one, other, "the order of people does not matter"),
    }
}

/// Training: whatever the records are, it ends, gives a usable model, and gives the same one again.
pub fn training(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let some = people::several_people(&mut source, 30);
    let across = source.flag();
    // A few people many times over, with ages that differ: enough records for the guard to let training begin.
    let mut records: Vec<Profile> = Vec::new();
    for round in 0..=210 / some.len() {
        for person in &some {
            let mut person = person.clone();
            person.age = u16::try_from(round % 100).ok();
            records.push(Profile::new(&person, Model::built_in()));
        }
    }
    let linkage = if across { Linkage::Across(records.len() / 2) } else { Linkage::Within };
    let settings = TrainingSettings {
        linkage,
        named: vec!["identifier.passport".to_owned(), "other.suburb".to_owned()],
        random_pairs: 2_000,
        most_pairs: 4_000,
        most_iterations: 8,
        ..TrainingSettings::default()
    };
    let report = matching::train(&mut records.clone(), &settings, Model::built_in());
    assert_eq!(report.accepted, report.reasons.is_empty());
    let text = report.model.to_toml();
    let read = Model::from_toml(&text).expect("a trained model is a model");
    assert_eq!(read.to_toml(), text);
    let again = matching::train(&mut records, &settings, Model::built_in());
    assert_eq!(again.model.to_toml(), text, "the same records and seed give the same model");
}
