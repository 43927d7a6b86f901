//! From pairs to people: constrained agglomeration in which a record is compared with the whole person, not only with its nearest record.

mod apart;
mod between;
mod components;
mod groups;
mod lists;
mod needed;
mod twins;

use std::collections::HashMap;

use rayon::prelude::*;

use self::{
    between::Between,
    components::Roots,
    groups::{Groups, MOST_BITS},
    needed::Turn,
};

use super::{
    Model, Profile,
    compare::{self, Scope},
    score,
};
pub(super) use between::{are_the_same, may_be_the_same};
pub use needed::Needed;

/// A scored pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Place of one profile.
    pub left: u32,
    /// Place of the other.
    pub right: u32,
    /// The pair's weight.
    pub weight_bits: f64,
}

/// A human decision that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Place of one profile.
    pub left: u32,
    /// Place of the other.
    pub right: u32,
    /// Together, or apart.
    pub together: bool,
}

/// A record to be parted, and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Recorded<'record, Order> {
    /// What it says of its person.
    pub profile: &'record Profile,
    /// What stays with the record, such as its key in the feed; only ties look at it.
    pub order: Order,
    /// Number of the list (feed or file) that it stands in.
    pub list: u32,
    /// Whether it is a row of its own, of which a list mostly has one for each person; else a row about somebody else tells of the person.
    pub own_row: bool,
    /// Whether the list is kept so that somebody stands in it once, as a service's is; not so a file that is searched for duplicates.
    pub once: bool,
}

/// Records of one component that are compared all with all; a larger component is first cut at a higher threshold.
const LARGEST_COMPONENT: usize = 120;

/// Parts records into people; returns a label for each (labels are numbered by first appearance).
///
/// Who is together depends on the records, the edges, the decisions and the model, never on the order in which they are given. The steps, within each
/// component that edges from [`Model::lone_bits`] on and decisions make:
/// decided together first; then, again and again, the two groups of highest mean weight whose best pair and mean weigh as much as is [`Needed`], with
/// neither a conflict nor a decision between them. A group that fits two others nearly alike, which are kept apart, joins neither. Then the same once
/// more, without the conflicts of twins where the lists tell that they are one person; and once more for single records that are left alone, of which
/// less is asked.
#[must_use]
pub fn cluster<Order: Ord + Sync>(records: &[Recorded<Order>], edges: &[Edge], decisions: &[Decision], model: &Model) -> Vec<u32> {
    let mut roots = Roots::new(records.len());
    for edge in edges.iter().filter(|edge| edge.weight_bits >= model.lone_bits()) {
        roots.join(edge.left, edge.right);
    }
    for decision in decisions.iter().filter(|decision| decision.together) {
        roots.join(decision.left, decision.right);
    }
    let components = roots.components();
    let decided = components.inner(decisions, |decision| (decision.left, decision.right));
    let inner = components.inner(edges, |edge| (edge.left, edge.right));
    let several: Vec<(usize, &[u32])> = components.iter().filter(|(_, members)| members.len() > 1).collect();
    let groups: Vec<Vec<u32>> = several
        .into_par_iter()
        .flat_map_iter(|(root, members)| {
            let mut members = members.to_vec();
            members.sort_by(|one, other| records[*one as usize].order.cmp(&records[*other as usize].order).then(one.cmp(other)));
            part(records, &members, inner.of(root), decided.of(root), model.lone_bits(), model)
        })
        .collect();
    let mut labels: Vec<u32> = (0..records.len()).map(place_number).collect();
    for group in &groups {
        for member in group {
            labels[*member as usize] = group[0];
        }
    }
    by_first_appearance(&labels)
}

/// How well a person's records hold together: of each record the mean weight to the others, and of these the lowest, as a probability. A single record
/// has 1.
#[must_use]
pub fn cohesion(records: &[&Profile], model: &Model) -> f64 {
    if records.len() < 2 {
        return 1.0;
    }
    let mut lowest = f64::MAX;
    for (place, one) in records.iter().enumerate() {
        let others = records.iter().enumerate().filter(|(other, _)| *other != place);
        let sum: f64 = others.map(|(_, other)| score::score(one, other, model).weight_bits.clamp(-MOST_BITS, MOST_BITS)).sum();
        lowest = lowest.min(sum / count(records.len() - 1));
    }
    model.probability(lowest)
}

/// Whether as much speaks for two people being one as must, by all records of theirs together.
#[must_use]
pub fn enough_speaks(one: &[&Profile], other: &[&Profile], model: &Model) -> bool {
    let pairs = one.iter().flat_map(|one| other.iter().map(move |other| (*one, *other)));
    let between = pairs.map(|(one, other)| Between::of((one, other), &compare::compare(one, other, Scope::ALL, model), None, false, model));
    let Some(between) = between.reduce(|one, other| one.with(&other)) else { return false };
    between.needed(one.len(), other.len(), model).is_met(between.best_bits(), between.sum_bits / count(one.len() * other.len()))
}

/// Parts one component. `members` are in order.
fn part<Order>(
    records: &[Recorded<Order>],
    members: &[u32],
    edges: &[Edge],
    decisions: &[Decision],
    threshold_bits: f64,
    model: &Model,
) -> Vec<Vec<u32>> {
    if members.len() == 1 {
        return vec![members.to_vec()];
    }
    if members.len() > LARGEST_COMPONENT && edges.iter().any(|edge| edge.weight_bits > threshold_bits) {
        return part_at_higher_threshold(records, members, edges, decisions, threshold_bits + 2.0, model);
    }
    let of_component: Vec<&Recorded<Order>> = members.iter().map(|member| &records[*member as usize]).collect();
    let mut groups = Groups::new(&of_component, model);
    let place_of = |record: u32| members.iter().position(|member| *member == record);
    for edge in edges {
        if let (Some(left), Some(right)) = (place_of(edge.left), place_of(edge.right)) {
            groups.raise(left, right, edge.weight_bits);
        }
    }
    for decision in decisions.iter().filter(|decision| decision.together).chain(decisions.iter().filter(|decision| !decision.together)) {
        if let (Some(left), Some(right)) = (place_of(decision.left), place_of(decision.right)) {
            groups.decide(left, right, decision.together);
        }
    }
    groups.agglomerate(Turn::First, model);
    if groups.take_for_one_by_lists(model) {
        groups.agglomerate(Turn::First, model);
    }
    groups.agglomerate(Turn::OfTheLone, model);
    groups.into_members().map(|group| group.into_iter().map(|place| members[place]).collect()).collect()
}

fn part_at_higher_threshold<Order>(
    records: &[Recorded<Order>],
    members: &[u32],
    edges: &[Edge],
    decisions: &[Decision],
    threshold_bits: f64,
    model: &Model,
) -> Vec<Vec<u32>> {
    let place_of: HashMap<u32, u32> = members.iter().enumerate().map(|(place, member)| (*member, place_number(place))).collect();
    let mut roots = Roots::new(members.len());
    for edge in edges.iter().filter(|edge| edge.weight_bits >= threshold_bits) {
        roots.join(place_of[&edge.left], place_of[&edge.right]);
    }
    for decision in decisions.iter().filter(|decision| decision.together) {
        roots.join(place_of[&decision.left], place_of[&decision.right]);
    }
    let components = roots.components();
    let inner_edges = components.inner(edges, |edge| (place_of[&edge.left], place_of[&edge.right]));
    let inner_decisions = components.inner(decisions, |decision| (place_of[&decision.left], place_of[&decision.right]));
    let mut groups: Vec<Vec<u32>> = Vec::new();
    for (root, places) in components.iter() {
        let inside: Vec<u32> = places.iter().map(|place| members[*place as usize]).collect();
        groups.extend(part(records, &inside, inner_edges.of(root), inner_decisions.of(root), threshold_bits, model));
    }
    groups
}

/// Labels, each the place of one of the profiles, numbered anew.
fn by_first_appearance(labels: &[u32]) -> Vec<u32> {
    let mut numbers: Vec<Option<u32>> = vec![None; labels.len()];
    let mut unused = 0..;
    labels.iter().map(|label| *numbers[*label as usize].get_or_insert_with(|| unused.next().unwrap_or_default())).collect()
}

fn place_number(place: usize) -> u32 {
    u32::try_from(place).expect("fewer than 2^32 records")
}

fn count(number: usize) -> f64 {
    f64::from(place_number(number))
}
