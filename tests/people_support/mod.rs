//! Records compared all with all and parted into people, without a database.

use family_context::{
    domain::PersonDetails,
    matching::{Edge, ListedRecord, Model, Profile, QuestionMatch, Recorded, cluster, match_question, score},
};

/// The weight of two records, in bits.
pub fn weight(one: &PersonDetails, other: &PersonDetails) -> f64 {
    let model = Model::built_in();
    score(&Profile::new(one, model), &Profile::new(other, model), model).weight_bits
}

/// How well a question fits a person of those records, of whose lists nothing is known.
pub fn weighed(question: &Profile, records: &[&Profile]) -> QuestionMatch {
    let records: Vec<ListedRecord> = records.iter().map(|profile| ListedRecord { profile, list: None }).collect();
    match_question(question, &records, false, Model::built_in())
}

/// A label for each record, the same for those of one person; every pair is compared.
pub fn labels(recorded: &[Recorded<usize>]) -> Vec<u32> {
    let model = Model::built_in();
    let mut edges = Vec::new();
    for (left, one) in (0_u32..).zip(recorded) {
        for (right, other) in (0_u32..).zip(recorded).skip(left as usize + 1) {
            edges.push(Edge { left, right, weight_bits: score(one.profile, other.profile, model).weight_bits });
        }
    }
    cluster(recorded, &edges, &[], model)
}

/// How many people are made of records, each from the list of that number, in a row of its own or not.
pub fn people(records: &[(PersonDetails, u32, bool)]) -> usize {
    let profiles: Vec<Profile> = records.iter().map(|(details, ..)| Profile::new(details, Model::built_in())).collect();
    let recorded = profiles.iter().zip(records).enumerate();
    let recorded =
        recorded.map(|(order, (profile, (_, list, own_row)))| Recorded { profile, order, list: *list, own_row: *own_row, once: true });
    labels(&recorded.collect::<Vec<_>>()).iter().max().map_or(0, |last| *last as usize + 1)
}
