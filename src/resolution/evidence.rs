//! What is known of records before they are joined to people: links and what stands against them.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{bounds, homes, married_names, one_row, review::Near, tied};
use crate::{
    matching::{Decision, Edge, Model, Profile},
    store::{
        record::StoredRecord,
        resolve::{RecordTie, StandingDecision},
    },
};

/// Records, and what compares, ties and decides them.
pub(super) struct Sources<'known> {
    pub records: &'known [StoredRecord],
    /// Links by comparison, by place.
    pub edges: &'known [Edge],
    /// Pairs between the thresholds or a little below; those of which a record is not among `records` say nothing.
    pub near: &'known [Near],
    pub ties: &'known [RecordTie],
    pub decisions: &'known [StandingDecision],
    pub model: &'known Model,
}

/// What follows from the sources, by place.
pub(super) struct Evidence {
    /// Where each record stands.
    pub place: HashMap<i64, u32>,
    /// Human decisions, and what feeds and rows hold apart.
    pub decisions: Vec<Decision>,
    /// Links by comparison that nothing of this parts, with those that follow from the homes of families and the names of children.
    pub plain: Vec<Edge>,
    /// The links that follow from the homes of families and the names of children, and the pairs that are enough for records left alone.
    pub further: Vec<Edge>,
    /// Whose profile holds more than their own record tells.
    pub told: BTreeSet<u32>,
}

impl Sources<'_> {
    /// Gathers what follows. The profiles take in what ties tell: when somebody can have been born, where the family lived, and what
    /// the children are called.
    pub(super) fn gather(&self, profiles: &mut [Profile]) -> Evidence {
        let place: HashMap<i64, u32> = self.records.iter().zip(0..).map(|(record, place)| (record.id, place)).collect();
        let find = |id: i64| place.get(&id).copied();
        let pairs = self.near.iter().filter_map(|near| Some((in_order(find(near.left)?, find(near.right)?), near.weight_bits)));
        let near: Vec<Edge> = pairs.map(|((left, right), weight_bits)| Edge { left, right, weight_bits }).collect();
        // A human decision, which comes first, still stands above what feeds say.
        let by_ties = tied::apart(self.records, profiles, self.ties, self.edges.iter().chain(&near), self.model);
        let by_rows = one_row::apart(self.records, profiles, self.model);
        let all = self.decisions.iter().copied().chain(by_ties).chain(by_rows);
        let decisions: Vec<Decision> = all
            .filter_map(|decision| Some(Decision { left: find(decision.left)?, right: find(decision.right)?, together: decision.together }))
            .collect();
        let apart: HashSet<(u32, u32)> =
            decisions.iter().filter(|decision| !decision.together).map(|decision| in_order(decision.left, decision.right)).collect();
        let mut plain: Vec<Edge> = self.edges.iter().filter(|edge| !apart.contains(&in_order(edge.left, edge.right))).copied().collect();
        let mut told = bounds::narrow(profiles, self.records, self.ties, &find);
        let mut widened = homes::widen(profiles, &plain, self.ties, &find);
        widened.extend(married_names::lend(profiles, self.ties, &find));
        let mut further = homes::links(profiles, &near, &widened, self.model);
        plain.extend(further.iter().filter(|edge| !apart.contains(&in_order(edge.left, edge.right))));
        // As with links, what is held apart counts for where a component ends: what it holds must not depend on which of its records a decision names.
        further.extend(near.iter().filter(|edge| edge.weight_bits >= self.model.lone_bits()));
        told.extend(widened);
        Evidence { place, decisions, plain, further, told }
    }
}

fn in_order(one: u32, other: u32) -> (u32, u32) {
    (one.min(other), one.max(other))
}
