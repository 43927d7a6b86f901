//! From pairs to people: constrained agglomeration in which a record is compared with the whole person, not only with its nearest record.

use std::collections::HashMap;

use rayon::prelude::*;

use super::{
    Conflict, Model, Profile,
    compare::{self, Findings, Scope},
    conflict,
    field::{birth_date, given_name, name_order, table},
    score,
};

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

/// Records of one component that are compared all with all; a larger component is first cut at a higher threshold.
const LARGEST_COMPONENT: usize = 120;

/// A group that fits two others, which are kept apart, to within these bits joins neither.
const TORN_BITS: f64 = 6.0;

/// Bits within which one pair counts for the mean: nothing proves or refutes beyond that.
const MOST_BITS: f64 = 60.0;

/// Parts records into people; returns a label for each (labels are numbered by first appearance).
///
/// Who is together depends on the profiles, the edges, the decisions, the model and each record's `order` (a key that stays with the record, such as
/// feed and source id; only ties look at it), never on the order in which they are given. The steps, within each component that edges from
/// `join_bits` on and decisions make:
/// decided together first; then, again and again, the two groups of highest mean weight that have a pair from `join_bits` on, a mean weight of at
/// least `review_bits`, and neither a conflict nor a decision between them. A group that fits two others nearly alike, which are kept apart, joins
/// neither.
#[must_use]
pub fn cluster<Order: Ord + Sync>(
    profiles: &[&Profile],
    order: &[Order],
    edges: &[Edge],
    decisions: &[Decision],
    model: &Model,
) -> Vec<u32> {
    let mut roots = Roots::new(profiles.len());
    for edge in edges.iter().filter(|edge| edge.weight_bits >= model.join_bits()) {
        roots.join(edge.left, edge.right);
    }
    for decision in decisions.iter().filter(|decision| decision.together) {
        roots.join(decision.left, decision.right);
    }
    let decided = Inner::new(decisions, &mut roots, |decision| (decision.left, decision.right));
    let inner = Inner::new(edges, &mut roots, |edge| (edge.left, edge.right));
    let groups: Vec<Vec<u32>> = roots
        .components()
        .into_par_iter()
        .filter(|(_, members)| members.len() > 1)
        .flat_map_iter(|(root, mut members)| {
            members.sort_by(|one, other| order[*one as usize].cmp(&order[*other as usize]).then(one.cmp(other)));
            part(profiles, &members, inner.of(root), decided.of(root), model.join_bits(), model)
        })
        .collect();
    let mut labels: Vec<u32> = (0..profiles.len()).map(place_number).collect();
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

/// Parts one component. `members` are in order.
fn part(profiles: &[&Profile], members: &[u32], edges: &[Edge], decisions: &[Decision], join_bits: f64, model: &Model) -> Vec<Vec<u32>> {
    if members.len() == 1 {
        return vec![members.to_vec()];
    }
    if members.len() > LARGEST_COMPONENT && edges.iter().any(|edge| edge.weight_bits > join_bits) {
        return part_at_higher_threshold(profiles, members, edges, decisions, join_bits + 2.0, model);
    }
    let mut groups = Groups::new(profiles, members, model);
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
    groups.agglomerate(model);
    groups
        .members
        .into_iter()
        .filter(|group| !group.is_empty())
        .map(|group| group.into_iter().map(|place| members[place]).collect())
        .collect()
}

fn part_at_higher_threshold(
    profiles: &[&Profile],
    members: &[u32],
    edges: &[Edge],
    decisions: &[Decision],
    join_bits: f64,
    model: &Model,
) -> Vec<Vec<u32>> {
    let place_of: HashMap<u32, u32> = members.iter().enumerate().map(|(place, member)| (*member, place_number(place))).collect();
    let mut roots = Roots::new(members.len());
    for edge in edges.iter().filter(|edge| edge.weight_bits >= join_bits) {
        roots.join(place_of[&edge.left], place_of[&edge.right]);
    }
    for decision in decisions.iter().filter(|decision| decision.together) {
        roots.join(place_of[&decision.left], place_of[&decision.right]);
    }
    let inner_edges = Inner::new(edges, &mut roots, |edge| (place_of[&edge.left], place_of[&edge.right]));
    let inner_decisions = Inner::new(decisions, &mut roots, |decision| (place_of[&decision.left], place_of[&decision.right]));
    let mut groups: Vec<Vec<u32>> = Vec::new();
    for (root, places) in roots.components() {
        let inside: Vec<u32> = places.iter().map(|place| members[*place as usize]).collect();
        groups.extend(part(profiles, &inside, inner_edges.of(root), inner_decisions.of(root), join_bits, model));
    }
    groups
}

/// The groups of one component while they grow, with what lies between each two of them.
struct Groups {
    members: Vec<Vec<usize>>,
    between: Vec<Between>,
    size: usize,
}

/// How two records of one birth date bear one given name.
#[derive(Clone, Copy, PartialEq)]
enum Bearing {
    None,
    /// As the given name of both.
    First,
    /// As the given name of one and a middle or other name of the other.
    Further,
}

impl Bearing {
    fn of(findings: &Findings, elder: bool) -> Self {
        let date = findings.level(table::DATE_OF_BIRTH);
        let agrees = findings.level(table::GIVEN_NAME).is_some_and(|level| level <= given_name::CLOSE)
            && (date == Some(birth_date::EXACT) || (date.is_none() && elder));
        match findings.level(table::NAME_ORDER) {
            Some(name_order::AS_GIVEN) if agrees => Self::First,
            Some(name_order::MIDDLE_FIRST | name_order::ALIAS) if agrees => Self::Further,
            _ => Self::None,
        }
    }
}

/// What lies between two groups.
#[derive(Clone, Copy)]
struct Between {
    /// The weights of all pairs together.
    sum_bits: f64,
    /// The highest weight of a pair that knows both birth dates.
    dated_bits: f64,
    /// The highest weight of another pair.
    undated_bits: f64,
    /// What the birth dates of the two groups add where they agree best.
    date_bits: f64,
    /// Whether something keeps them apart.
    apart: bool,
}

impl Between {
    /// Nothing compared.
    const NOTHING: Self = Self { sum_bits: 0.0, dated_bits: f64::MIN, undated_bits: f64::MIN, date_bits: f64::MIN, apart: false };

    /// The highest weight of a pair. A record without a birth date does not hide that those of the two groups differ.
    fn best_bits(&self) -> f64 {
        let differing = if self.date_bits > f64::MIN { self.date_bits.min(0.0) } else { 0.0 };
        self.dated_bits.max(self.undated_bits + differing)
    }

    fn with(&self, other: &Self) -> Self {
        Self {
            sum_bits: self.sum_bits + other.sum_bits,
            dated_bits: self.dated_bits.max(other.dated_bits),
            undated_bits: self.undated_bits.max(other.undated_bits),
            date_bits: self.date_bits.max(other.date_bits),
            apart: self.apart || other.apart,
        }
    }
}

impl Groups {
    fn new(profiles: &[&Profile], records: &[u32], model: &Model) -> Self {
        let size = records.len();
        let mut twins = Vec::new();
        let mut names = vec![Bearing::None; size * size];
        let mut groups = Self { members: (0..size).map(|place| vec![place]).collect(), between: vec![Between::NOTHING; size * size], size };
        for left in 0..size {
            for right in left + 1..size {
                let (one, other) = (profiles[records[left] as usize], profiles[records[right] as usize]);
                let findings = compare::compare(one, other, Scope::ALL, model);
                let bits = score::weigh(&findings, model).weight_bits.clamp(-MOST_BITS, MOST_BITS);
                let conflict = conflict::of_findings(one, other, &findings, model);
                if conflict == Some(Conflict::Twins) {
                    twins.push((left, right));
                }
                names[left * size + right] = Bearing::of(&findings, one.is_elder || other.is_elder);
                names[right * size + left] = names[left * size + right];
                let date =
                    findings.as_slice().iter().find(|finding| finding.table == table::DATE_OF_BIRTH).map(|finding| model.bits(finding));
                let between = Between { sum_bits: bits, apart: conflict.is_some(), ..Between::NOTHING };
                groups.set(
                    left,
                    right,
                    match date {
                        Some(date_bits) => Between { dated_bits: bits, date_bits, ..between },
                        None => Between { undated_bits: bits, ..between },
                    },
                );
            }
        }
        for (left, right) in twins {
            if (0..size).any(|third| groups.is_bridge(third, left, right, &names, model)) {
                let between = groups.get(left, right);
                groups.set(left, right, Between { apart: false, ..between });
            }
        }
        groups
    }

    /// Whether a third record bears both given names, one as a further name: then they are names of one person and not of twins.
    fn is_bridge(&self, third: usize, left: usize, right: usize, names: &[Bearing], model: &Model) -> bool {
        let joins = |one: usize| {
            let between = self.get(third, one);
            third != one && !between.apart && between.best_bits() >= model.join_bits()
        };
        let bears = (names[third * self.size + left], names[third * self.size + right]);
        matches!(bears, (Bearing::First, Bearing::Further | Bearing::First) | (Bearing::Further, Bearing::First))
            && joins(left)
            && joins(right)
    }

    fn get(&self, left: usize, right: usize) -> Between {
        self.between[left * self.size + right]
    }

    fn set(&mut self, left: usize, right: usize, between: Between) {
        self.between[left * self.size + right] = between;
        self.between[right * self.size + left] = between;
    }

    /// A pair that more speaks for than the two records themselves, such as a child whose parents both are.
    fn raise(&mut self, left: usize, right: usize, weight_bits: f64) {
        let bits = weight_bits.clamp(-MOST_BITS, MOST_BITS);
        let between = self.get(left, right);
        if bits > between.sum_bits {
            let raised = if between.date_bits > f64::MIN {
                Between { dated_bits: bits, ..between }
            } else {
                Between { undated_bits: bits, ..between }
            };
            self.set(left, right, Between { sum_bits: bits, ..raised });
        }
    }

    /// A decision: together at once, whatever else speaks against it; or apart for good.
    fn decide(&mut self, left: usize, right: usize, together: bool) {
        let group_of = |place: usize, members: &[Vec<usize>]| members.iter().position(|group| group.contains(&place));
        let (Some(one), Some(other)) = (group_of(left, &self.members), group_of(right, &self.members)) else { return };
        if one == other {
            return;
        }
        if together {
            self.merge(one.min(other), one.max(other));
        } else {
            let between = self.get(one, other);
            self.set(one, other, Between { apart: true, ..between });
        }
    }

    fn agglomerate(&mut self, model: &Model) {
        while let Some((left, right)) = self.best_merge(model) {
            self.merge(left, right);
        }
    }

    /// The two groups to merge next: highest mean, then highest single weight, then the lowest places (which follow the records' order).
    fn best_merge(&self, model: &Model) -> Option<(usize, usize)> {
        let mut best: Option<(f64, f64, usize, usize)> = None;
        for left in 0..self.size {
            if self.members[left].is_empty() {
                continue;
            }
            for right in left + 1..self.size {
                if self.members[right].is_empty() {
                    continue;
                }
                let between = self.get(left, right);
                let mean = between.sum_bits / count(self.members[left].len() * self.members[right].len());
                if between.apart || between.best_bits() < model.join_bits() || mean < model.review_bits() {
                    continue;
                }
                if self.is_torn(left, right, mean, model) || self.is_torn(right, left, mean, model) {
                    continue;
                }
                if best.is_none_or(|(known, single, _, _)| (mean, between.best_bits()) > (known, single)) {
                    best = Some((mean, between.best_bits(), left, right));
                }
            }
        }
        best.map(|(_, _, left, right)| (left, right))
    }

    /// Whether `one` fits a third group nearly as well as `other`, and that group is kept apart from `other`: a record without a given name fits both
    /// twins, and belongs to neither for certain.
    fn is_torn(&self, one: usize, other: usize, mean: f64, model: &Model) -> bool {
        (0..self.size).any(|third| {
            if third == one || third == other || self.members[third].is_empty() || !self.get(other, third).apart {
                return false;
            }
            let between = self.get(one, third);
            let third_mean = between.sum_bits / count(self.members[one].len() * self.members[third].len());
            !between.apart && between.best_bits() >= model.join_bits() && third_mean > mean - TORN_BITS
        })
    }

    fn merge(&mut self, left: usize, right: usize) {
        let moved = std::mem::take(&mut self.members[right]);
        self.members[left].extend(moved);
        self.members[left].sort_unstable();
        for other in 0..self.size {
            if other != left && other != right && !self.members[other].is_empty() {
                let (one, two) = (self.get(left, other), self.get(right, other));
                let joined = one.with(&two);
                self.set(left, other, joined);
            }
        }
    }
}

/// Union-find over places.
struct Roots(Vec<u32>);

impl Roots {
    fn new(size: usize) -> Self {
        Self((0..size).map(place_number).collect())
    }

    fn of(&mut self, place: u32) -> u32 {
        let mut root = place;
        while self.0[root as usize] != root {
            let above = self.0[self.0[root as usize] as usize];
            self.0[root as usize] = above;
            root = above;
        }
        root
    }

    fn join(&mut self, left: u32, right: u32) {
        let (one, other) = (self.of(left), self.of(right));
        self.0[one.max(other) as usize] = one.min(other);
    }

    /// Every component with its root, in the order of their roots.
    fn components(&mut self) -> Vec<(u32, Vec<u32>)> {
        let mut rooted: Vec<(u32, u32)> = (0..place_number(self.0.len())).map(|place| (self.of(place), place)).collect();
        rooted.par_sort_unstable();
        let members = |component: &[(u32, u32)]| component.iter().map(|(_, place)| *place).collect();
        rooted.chunk_by(|one, other| one.0 == other.0).map(|component| (component[0].0, members(component))).collect()
    }
}

/// What lies within components, sorted by their roots; within one, in the order given.
struct Inner<Item> {
    roots: Vec<u32>,
    items: Vec<Item>,
}

impl<Item: Copy + Send> Inner<Item> {
    /// Leaves out what leads from one component to another.
    fn new(items: &[Item], roots: &mut Roots, ends: impl Fn(&Item) -> (u32, u32)) -> Self {
        let root_within = |item: &Item| {
            let (left, right) = ends(item);
            let root = roots.of(left);
            (root == roots.of(right)).then_some((root, *item))
        };
        let mut rooted: Vec<(u32, Item)> = items.iter().filter_map(root_within).collect();
        rooted.par_sort_by_key(|(root, _)| *root);
        let (roots, items) = rooted.into_iter().unzip();
        Self { roots, items }
    }

    fn of(&self, root: u32) -> &[Item] {
        let from = self.roots.partition_point(|known| *known < root);
        let count = self.roots[from..].iter().take_while(|known| **known == root).count();
        &self.items[from..from + count]
    }
}

fn by_first_appearance(labels: &[u32]) -> Vec<u32> {
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    labels
        .iter()
        .map(|label| {
            let next = place_number(numbers.len());
            *numbers.entry(*label).or_insert(next)
        })
        .collect()
}

fn place_number(place: usize) -> u32 {
    u32::try_from(place).expect("fewer than 2^32 records")
}

fn count(number: usize) -> f64 {
    f64::from(place_number(number))
}
