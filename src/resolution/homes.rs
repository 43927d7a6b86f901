//! Where a family lived, as far as all its records tell: homes that the one row which tells of somebody does not know.
//!
//! A school tells of a mother by her name and her son's address. The police know her, with her birth date, at the address that they moved to. The son's
//! doctor knows that address too: so she may have lived there, and the two records are weighed with it.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::kin;
use crate::{
    matching::{self, Dwelling, Edge, Model, Profile},
    store::resolve::RecordTie,
};

/// Bits below the lower threshold from which on a pair is weighed again: homes may tell what two addresses that differ hid.
const BELOW_REVIEW_BITS: f64 = 3.0;

/// From here on, in bits, the homes of families may make a link of a pair.
pub(super) fn least_bits(model: &Model) -> f64 {
    model.review_bits() - BELOW_REVIEW_BITS
}

/// Tells the records that are tied to others where these lived, by their own records or by those that `edges` link to them. Returns who was told
/// something new. `place` finds a record among `profiles`.
pub(super) fn widen(profiles: &mut [Profile], edges: &[Edge], ties: &[RecordTie], place: &impl Fn(i64) -> Option<u32>) -> BTreeSet<u32> {
    let mut kin: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for tie in ties.iter().filter(|tie| kin::is_telling(tie.kind)) {
        let (Some(from), Some(to)) = (place(tie.from), place(tie.to)) else { continue };
        kin.entry(from).or_default().insert(to);
        kin.entry(to).or_default().insert(from);
    }
    let mut linked: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (one, other) in edges.iter().flat_map(|edge| [(edge.left, edge.right), (edge.right, edge.left)]) {
        if kin.contains_key(&one) {
            linked.entry(one).or_default().push(other);
        }
    }
    let records_of = |relative: u32| std::iter::once(relative).chain(linked.get(&relative).into_iter().flatten().copied());
    let widened: Vec<(u32, Box<[Dwelling]>)> = kin
        .par_iter()
        .filter_map(|(one, relatives)| {
            let records: BTreeSet<u32> = relatives.iter().flat_map(|relative| records_of(*relative)).collect();
            let own = &profiles[*one as usize];
            let known: BTreeSet<u64> = own.dwellings.iter().chain(&own.family_homes).filter_map(Dwelling::key).collect();
            let homes = records.iter().flat_map(|record| &profiles[*record as usize].dwellings);
            let is_new = |home: &&Dwelling| !home.is_shared() && home.key().is_some_and(|key| !known.contains(&key));
            // One home written in two ways is kept in both: which of them came first must not count.
            let more: Vec<Dwelling> = homes.filter(is_new).fold(Vec::new(), |mut more, home| {
                if !more.contains(home) {
                    more.push(home.clone());
                }
                more
            });
            (!more.is_empty()).then(|| (*one, more.into_boxed_slice()))
        })
        .collect();
    let places = widened.iter().map(|(one, _)| *one).collect();
    for (one, homes) in widened {
        profiles[one as usize].relatives_homes = homes;
    }
    places
}

/// The links among pairs, which comparison alone leaves in doubt or nearly so, that the homes of families make.
pub(super) fn links(profiles: &[Profile], pairs: &[Edge], widened: &BTreeSet<u32>, model: &Model) -> Vec<Edge> {
    pairs
        .par_iter()
        .filter(|pair| widened.contains(&pair.left) || widened.contains(&pair.right))
        .filter_map(|pair| {
            let (one, other) = (&profiles[pair.left as usize], &profiles[pair.right as usize]);
            let weight_bits = matching::score(one, other, model).weight_bits;
            let is_link = weight_bits >= model.join_bits() && matching::conflict(one, other, model).is_none();
            is_link.then_some(Edge { weight_bits, ..*pair })
        })
        .collect()
}
