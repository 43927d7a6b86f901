//! People tied in one way to one person are one person where their names agree: links that no comparison of the two records alone could make.
//!
//! A school knows a mother by her name; social care knows her with her birth date. Among all who bear the name the two records would be strangers. But
//! both say "mother" of records that are plainly one child: then they are one person or two with even odds before their names are even looked at, where
//! any two records at random are one with the model's prior. The names, and whatever else both know, are weighed on top. So it is with the children
//! of one parent, with partners, and with two who have the care of one child beside one other person: the fathers of two children of one mother.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::{
    domain::relationship::RelationshipType as Kind,
    matching::{self, Edge, Model, NamesWanted, Profile},
    store::resolve::RecordTie,
};

/// How far links lead on to further links.
const ROUNDS: usize = 3;

/// What somebody is to the person who ties the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Relation {
    /// Has the care of the person.
    Elder(Care),
    /// Is in the person's care.
    Younger,
    /// Is the person's partner, or has the care of a child together with the person: what the person is to the child, and what this one is.
    Peer(Care, Care),
    /// Is the person's brother or sister.
    Sibling,
}

/// Who has the care of a child, by what they are to it: only records that say the same, or one of which does not say it exactly, are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Care {
    Mother,
    Father,
    Parent,
    Grandparent,
    Other,
}

impl Care {
    fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Mother => Some(Self::Mother),
            Kind::Father => Some(Self::Father),
            Kind::Parent | Kind::Child => Some(Self::Parent),
            Kind::Grandparent | Kind::Grandchild => Some(Self::Grandparent),
            Kind::StepParent | Kind::Carer | Kind::FosterCarer => Some(Self::Other),
            _ => None,
        }
    }

    fn may_be(self, other: Self) -> bool {
        let is_parent = |care: Self| matches!(care, Self::Mother | Self::Father | Self::Parent);
        let vague = |one: Self, another: Self| one == Self::Other || (one == Self::Parent && is_parent(another));
        self == other || vague(self, other) || vague(other, self)
    }
}

impl Relation {
    fn may_be(self, other: Self) -> bool {
        match (self, other) {
            (Self::Elder(one), Self::Elder(other)) => one.may_be(other),
            (Self::Peer(..), Self::Peer(..)) => true,
            _ => self == other,
        }
    }

    /// What the names must have in common. Brothers and sisters, twins above all, may have names that are nearly the same; two partners of one person
    /// hardly. A child has one mother, whatever family name she goes by.
    fn wanted(self, other: Self) -> NamesWanted {
        match (self, other) {
            (Self::Younger | Self::Sibling, _) => NamesWanted::TheVeryNames,
            (Self::Elder(Care::Mother), Self::Elder(Care::Mother)) | (Self::Elder(Care::Father), Self::Elder(Care::Father)) => {
                NamesWanted::GivenName
            }
            _ => NamesWanted::Alike,
        }
    }

    /// Whether both may be the mother, or the father: of one child, or of children whom each has beside the same other parent.
    fn may_be_one_parent(self, other: Self) -> bool {
        let parents = [
            Self::Elder(Care::Mother),
            Self::Elder(Care::Father),
            Self::Peer(Care::Father, Care::Mother),
            Self::Peer(Care::Mother, Care::Father),
        ];
        self == other && parents.contains(&self)
    }
}

/// Whether a tie can link others, so that a load that touches one end touches the other.
pub(super) fn is_telling(kind: Kind) -> bool {
    Care::of(kind).is_some() || matches!(kind, Kind::Partner | Kind::Sibling | Kind::HalfSibling)
}

/// Links between records that are tied in one way to records which are linked. `edges` are the links by comparison, `place` finds a record among
/// `profiles`.
pub(super) fn links(
    profiles: &[Profile],
    edges: &[Edge],
    ties: &[RecordTie],
    place: &impl Fn(i64) -> Option<u32>,
    model: &Model,
) -> Vec<Edge> {
    let tied = relations(ties, place);
    let mut found: BTreeMap<(u32, u32), Edge> = BTreeMap::new();
    let mut newest = edges.to_vec();
    // Whom a link ties may link others in turn: the mother of two children, by her, their father, and by him his mother.
    for _ in 0..ROUNDS {
        newest = step(profiles, &newest, &tied, model).into_iter().filter(|edge| !found.contains_key(&(edge.left, edge.right))).collect();
        found.extend(newest.iter().map(|edge| ((edge.left, edge.right), *edge)));
    }
    found.into_values().collect()
}

/// The links that follow from `edges` at once.
fn step(profiles: &[Profile], edges: &[Edge], tied: &BTreeMap<u32, BTreeSet<(u32, Relation)>>, model: &Model) -> Vec<Edge> {
    let none = BTreeSet::new();
    let of = |record: u32| tied.get(&record).unwrap_or(&none);
    let pairs: BTreeSet<(u32, u32, NamesWanted, bool)> = edges
        .iter()
        .flat_map(|edge| of(edge.left).iter().flat_map(move |one| of(edge.right).iter().map(move |other| (*one, *other))))
        .filter(|((one, relation), (other, others_relation))| one != other && relation.may_be(*others_relation))
        .map(|((one, relation), (other, others_relation))| {
            (one.min(other), one.max(other), relation.wanted(others_relation), relation.may_be_one_parent(others_relation))
        })
        .collect();
    let pairs: Vec<_> = pairs.into_iter().collect();
    pairs
        .into_par_iter()
        .filter_map(|(left, right, wanted, may_be_one_parent)| {
            let (one, other) = (&profiles[left as usize], &profiles[right as usize]);
            let is_one_parent = may_be_one_parent && matching::are_one_parent(one, other, model);
            let agree = is_one_parent || matching::names_agree(one, other, wanted, model);
            if !agree || matching::birth_dates_differ(one, other) || matching::conflict(one, other, model).is_some() {
                return None;
            }
            let weight_bits = matching::score(one, other, model).weight_bits - model.prior_bits();
            (weight_bits >= model.join_bits()).then_some(Edge { left, right, weight_bits })
        })
        .collect()
}

/// Who is tied to whom, and how, by place.
fn relations(ties: &[RecordTie], place: &impl Fn(i64) -> Option<u32>) -> BTreeMap<u32, BTreeSet<(u32, Relation)>> {
    let mut tied: BTreeMap<u32, BTreeSet<(u32, Relation)>> = BTreeMap::new();
    let mut carers: BTreeMap<u32, Vec<(u32, Care)>> = BTreeMap::new();
    for tie in ties {
        let (Some(from), Some(to)) = (place(tie.from), place(tie.to)) else { continue };
        match tie.kind {
            Kind::Partner => {
                tied.entry(from).or_default().insert((to, Relation::Peer(Care::Other, Care::Other)));
                tied.entry(to).or_default().insert((from, Relation::Peer(Care::Other, Care::Other)));
            }
            Kind::Sibling | Kind::HalfSibling => {
                tied.entry(from).or_default().insert((to, Relation::Sibling));
                tied.entry(to).or_default().insert((from, Relation::Sibling));
            }
            kind => {
                let Some(care) = Care::of(kind) else { continue };
                let (carer, child) = if matches!(kind, Kind::Child | Kind::Grandchild) { (to, from) } else { (from, to) };
                tied.entry(child).or_default().insert((carer, Relation::Elder(care)));
                tied.entry(carer).or_default().insert((child, Relation::Younger));
                carers.entry(child).or_default().push((carer, care));
            }
        }
    }
    for of_child in carers.values() {
        for (one, care) in of_child {
            for (other, others_care) in of_child.iter().filter(|(other, _)| other != one) {
                tied.entry(*one).or_default().insert((*other, Relation::Peer(*care, *others_care)));
            }
        }
    }
    tied
}
