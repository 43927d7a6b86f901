//! Parents of one child are one person where their names agree: links that no comparison of the two records alone could make.
//!
//! A school knows a mother by her name; social care knows her with her birth date. Among all who bear the name the two records would be strangers. But
//! both say "mother" of records that are plainly one child: then they are one person or two with even odds before their names are even looked at, where
//! any two records at random are one with the model's prior. The names, and whatever else both know, are weighed on top.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::{
    domain::relationship::RelationshipType as Kind,
    matching::{self, Edge, Model, Profile},
    store::resolve::RecordTie,
};

/// Who has the care of a child, by what they are to it: only records that say the same, or one of which does not say it exactly, are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    Mother,
    Father,
    Parent,
    Other,
}

impl Care {
    fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Mother => Some(Self::Mother),
            Kind::Father => Some(Self::Father),
            Kind::Parent | Kind::Child => Some(Self::Parent),
            Kind::StepParent | Kind::Carer | Kind::FosterCarer | Kind::Grandparent | Kind::Grandchild => Some(Self::Other),
            _ => None,
        }
    }

    fn may_be(self, other: Self) -> bool {
        self == other || self == Self::Parent || other == Self::Parent || self == Self::Other || other == Self::Other
    }
}

/// Whether a tie leads from a child to who has the care of it, so that a load that touches one end touches the other.
pub(super) fn is_care(kind: Kind) -> bool {
    Care::of(kind).is_some()
}

/// Links between records of carers whose children are linked. `edges` are the links by comparison, `place` finds a record among `profiles`.
pub(super) fn links(
    profiles: &[Profile],
    edges: &[Edge],
    ties: &[RecordTie],
    place: &impl Fn(i64) -> Option<u32>,
    model: &Model,
) -> Vec<Edge> {
    let mut carers: BTreeMap<u32, Vec<(u32, Care)>> = BTreeMap::new();
    for tie in ties {
        let (carer, child) = match tie.kind {
            Kind::Child | Kind::Grandchild => (tie.to, tie.from),
            _ => (tie.from, tie.to),
        };
        if let (Some(care), Some(carer), Some(child)) = (Care::of(tie.kind), place(carer), place(child)) {
            carers.entry(child).or_default().push((carer, care));
        }
    }
    let none = Vec::new();
    let of = |child: u32| carers.get(&child).unwrap_or(&none);
    let pairs: BTreeSet<(u32, u32)> = edges
        .iter()
        .flat_map(|edge| of(edge.left).iter().flat_map(move |one| of(edge.right).iter().map(move |other| (*one, *other))))
        .filter(|((one, care), (other, others_care))| one != other && care.may_be(*others_care))
        .map(|((one, _), (other, _))| (one.min(other), one.max(other)))
        .collect();
    let pairs: Vec<(u32, u32)> = pairs.into_iter().collect();
    pairs
        .into_par_iter()
        .filter_map(|(left, right)| {
            let (one, other) = (&profiles[left as usize], &profiles[right as usize]);
            if !matching::names_agree(one, other, model) || matching::conflict(one, other, model).is_some() {
                return None;
            }
            let weight_bits = matching::score(one, other, model).weight_bits - model.prior_bits();
            (weight_bits >= model.join_bits()).then_some(Edge { left, right, weight_bits })
        })
        .collect()
}
