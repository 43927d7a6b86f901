//! The components that a load touched: what has to be worked out again, and no more.
//!
//! Two records are linked where they share a blocking key and weigh enough together for records that are left alone, or where a human decided that they
//! are one person, or where a feed says that one has the care of the other (see `kin`), or where a pair in doubt, or nearly so, is linked by where families lived (see `homes`) or what children are called (see `married_names`).
//! A component is everything that links reach. Those touched are the ones that hold a record that the load inserted or changed, or one that was linked to
//! a record as it was before the load.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use tokio_postgres::Transaction;

use super::{
    Linked,
    evidence::Sources,
    homes, kin,
    review::{Beyond, Near},
};
use crate::{
    matching::{self, Edge, Model, Profile},
    store::{
        self, StoreError,
        record::StoredRecord,
        resolve::{self, RecordTie, StandingDecision},
        shared_keys::{self, AllKeys, Sharing, Sought},
    },
};

/// Records asked for in one round trip.
const AT_ONCE: usize = 5_000;

/// Up to so many records are sought by the index, one after the other; of more, one for so many that there are.
const FEWEST_SOUGHT_AT_ONCE: usize = 200;
const RECORDS_A_SOUGHT: usize = 1_000;

/// Two records, the lower number first, and their weight in bits.
type Weighed = ((i64, i64), f64);

/// How records that share keys are found.
enum Keys {
    /// One record after the other, by the index.
    Index,
    /// Among all keys, held in memory.
    All(Box<AllKeys>),
}

impl Keys {
    async fn choose(client: &Transaction<'_>, sought: usize) -> Result<Self, StoreError> {
        if sought <= FEWEST_SOUGHT_AT_ONCE {
            return Ok(Self::Index);
        }
        let records = usize::try_from(resolve::count(client).await?).unwrap_or_default();
        Ok(if sought > records / RECORDS_A_SOUGHT { Self::All(Box::new(AllKeys::read(client).await?)) } else { Self::Index })
    }

    async fn sharing(&self, client: &Transaction<'_>, ids: &[i64], least: usize) -> Result<Vec<Sharing>, StoreError> {
        match self {
            Self::Index => shared_keys::by_index(client, Sought::Records(ids), least).await,
            Self::All(keys) => Ok(store::in_place(|| keys.sharing(ids, least))),
        }
    }

    async fn sharing_before(&self, client: &Transaction<'_>, least: usize) -> Result<Vec<Sharing>, StoreError> {
        match self {
            Self::Index => shared_keys::by_index(client, Sought::Before, least).await,
            Self::All(keys) => keys.sharing_before(client, least).await,
        }
    }
}

/// Records known so far, and the links between them.
struct Explored<'model> {
    model: &'model Model,
    keys: Keys,
    records: BTreeMap<i64, StoredRecord>,
    profiles: HashMap<i64, Profile>,
    links: BTreeMap<(i64, i64), f64>,
    /// Pairs between the thresholds or a little below, of which one record at least is reached.
    near: BTreeMap<(i64, i64), f64>,
    /// What ties the records that are reached, those that are near them, and the relatives of these.
    ties: Vec<RecordTie>,
    /// Records beyond whose relatives are known, with the links of these.
    looked_at: BTreeSet<i64>,
}

/// The records of every component that `changed` records or those `before` the load touch, and the links among them.
pub(super) async fn find(
    client: &Transaction<'_>,
    model: &Model,
    before: &[StoredRecord],
    changed: Vec<i64>,
    decisions: &[StandingDecision],
) -> Result<Linked, StoreError> {
    let mut reached: BTreeSet<i64> = changed.into_iter().collect();
    let keys = Keys::choose(client, reached.len() + before.len()).await?;
    let mut explored = Explored {
        model,
        keys,
        records: BTreeMap::new(),
        profiles: HashMap::new(),
        links: BTreeMap::new(),
        near: BTreeMap::new(),
        ties: Vec::new(),
        looked_at: BTreeSet::new(),
    };
    reached.extend(explored.linked_before(client, before).await?);
    let former_people: Vec<_> = before.iter().filter_map(|record| record.person).collect();
    reached.extend(resolve::of_people(client, &former_people).await?);
    let mut waiting: Vec<i64> = reached.iter().copied().collect();
    loop {
        if waiting.is_empty() {
            waiting = explored.linked_by_homes(client, &reached, decisions).await?.into_iter().collect();
            reached.extend(&waiting);
        }
        if waiting.is_empty() {
            break;
        }
        let here: Vec<i64> = waiting.split_off(waiting.len().saturating_sub(AT_ONCE));
        let mut next = explored.expand(client, &here).await?;
        for decision in decisions.iter().filter(|decision| decision.together) {
            let touches = |id: i64| reached.contains(&id);
            if touches(decision.left) || touches(decision.right) {
                next.extend([decision.left, decision.right]);
            }
        }
        // What is linked among children decides what is linked among their parents, and so on through a family.
        let ties = resolve::tied(client, &here).await?;
        next.extend(ends_of(&ties));
        explored.ties.extend(ties);
        let people: Vec<_> = here.iter().filter_map(|id| explored.records.get(id).and_then(|record| record.person)).collect();
        next.extend(resolve::of_people(client, &people).await?);
        waiting.extend(next.into_iter().filter(|id| reached.insert(*id)));
    }
    let beyond = explored.beyond(client, &reached).await?;
    Ok(explored.into_linked(&reached, beyond))
}

impl Explored<'_> {
    /// Reads those records that are not known yet.
    async fn read(&mut self, client: &Transaction<'_>, ids: impl IntoIterator<Item = i64>) -> Result<(), StoreError> {
        let unknown: Vec<i64> = ids.into_iter().filter(|id| !self.records.contains_key(id)).collect::<BTreeSet<_>>().into_iter().collect();
        for chunk in unknown.chunks(AT_ONCE) {
            let records = resolve::of_ids(client, chunk).await?;
            let model = self.model;
            let made: Vec<(i64, Profile)> = records.par_iter().map(|record| (record.id, Profile::new(&record.details, model))).collect();
            self.profiles.extend(made);
            for record in records {
                self.records.insert(record.id, record);
            }
        }
        Ok(())
    }

    /// Finds the links of those records, and returns the other ends.
    async fn expand(&mut self, client: &Transaction<'_>, ids: &[i64]) -> Result<BTreeSet<i64>, StoreError> {
        let (links, near) = self.weigh(client, ids).await?;
        let lone = near.iter().filter(|(_, weight)| *weight >= self.model.lone_bits());
        let ends = links.iter().chain(lone).flat_map(|((one, other), _)| [*one, *other]).collect();
        self.near.extend(near);
        self.links.extend(links);
        Ok(ends)
    }

    /// Weighs those records with whatever shares enough keys with them: the links, and the pairs in doubt or nearly so.
    async fn weigh(&mut self, client: &Transaction<'_>, ids: &[i64]) -> Result<(Vec<Weighed>, Vec<Weighed>), StoreError> {
        let sharing = self.keys.sharing(client, ids, self.model.shared_keys()).await?;
        let pairs: BTreeSet<(i64, i64)> = sharing.into_iter().map(|(one, other)| (one.min(other), one.max(other))).collect();
        self.read(client, ids.iter().copied().chain(pairs.iter().flat_map(|(one, other)| [*one, *other]))).await?;
        let (profiles, model) = (&self.profiles, self.model);
        let weighed: Vec<Weighed> = pairs
            .into_par_iter()
            .filter_map(|(one, other)| {
                let weight = matching::score(profiles.get(&one)?, profiles.get(&other)?, model).weight_bits;
                (weight >= homes::least_bits(model)).then_some(((one, other), weight))
            })
            .collect();
        Ok(weighed.into_iter().partition(|(_, weight)| *weight >= model.join_bits()))
    }

    /// The records beyond that a pair in doubt, or nearly so, links to one that is reached, once it is known where the relatives of both lived.
    async fn linked_by_homes(
        &mut self,
        client: &Transaction<'_>,
        reached: &BTreeSet<i64>,
        decisions: &[StandingDecision],
    ) -> Result<BTreeSet<i64>, StoreError> {
        // Whether the two conflict is not asked before it is known what homes tell: two who look like twins are none where both are parents in one.
        let is_across = |one: i64, other: i64| reached.contains(&one) != reached.contains(&other);
        let in_doubt = self.near.iter().filter(|((one, other), _)| is_across(*one, *other));
        let across: Vec<Near> = in_doubt.map(|((left, right), weight)| Near { left: *left, right: *right, weight_bits: *weight }).collect();
        if across.is_empty() {
            return Ok(BTreeSet::new());
        }
        let ends: BTreeSet<i64> = across.iter().flat_map(|near| [near.left, near.right]).collect();
        self.look_at_relatives(client, &ends, reached).await?;
        let records: Vec<StoredRecord> = self.around(&ends).iter().filter_map(|id| self.records.get(id).cloned()).collect();
        let mut profiles: Vec<Profile> = records.iter().map(|record| self.profiles[&record.id].clone()).collect();
        let edges = edges_of(&self.links, &records);
        let sources = Sources { records: &records, edges: &edges, near: &across, ties: &self.ties, decisions, model: self.model };
        let evidence = store::in_place(|| sources.gather(&mut profiles));
        let linked = evidence.further.iter().flat_map(|edge| [edge.left, edge.right]).map(|place| records[place as usize].id);
        Ok(linked.filter(|id| !reached.contains(id)).collect())
    }

    /// Reads the ties of those records that are beyond, and the links of whom they are tied to.
    async fn look_at_relatives(
        &mut self,
        client: &Transaction<'_>,
        ids: &BTreeSet<i64>,
        reached: &BTreeSet<i64>,
    ) -> Result<(), StoreError> {
        let beyond: Vec<i64> = ids.iter().copied().filter(|id| !reached.contains(id) && self.looked_at.insert(*id)).collect();
        if beyond.is_empty() {
            return Ok(());
        }
        let ties = resolve::tied(client, &beyond).await?;
        let relatives: BTreeSet<i64> = ends_of(&ties).filter(|id| !reached.contains(id)).collect();
        let relatives: Vec<i64> = relatives.into_iter().collect();
        self.ties.extend(ties);
        if relatives.is_empty() {
            return Ok(());
        }
        self.ties.extend(resolve::tied(client, &relatives).await?);
        let (links, _) = self.weigh(client, &relatives).await?;
        self.links.extend(links);
        Ok(())
    }

    /// Those records, whom they are tied to, and what is linked to these.
    fn around(&self, ids: &BTreeSet<i64>) -> BTreeSet<i64> {
        let both_ways = self.ties.iter().flat_map(|tie| [(tie.from, tie.to), (tie.to, tie.from)]);
        let tied: BTreeSet<i64> = both_ways.filter(|(one, _)| ids.contains(one)).map(|(_, other)| other).collect();
        let linked = self.links.keys().filter(|(one, other)| tied.contains(one) || tied.contains(other));
        linked.flat_map(|(one, other)| [*one, *other]).chain(ids.iter().chain(&tied).copied()).collect()
    }

    /// The records that were linked to records as they were before the load.
    async fn linked_before(&mut self, client: &Transaction<'_>, before: &[StoredRecord]) -> Result<BTreeSet<i64>, StoreError> {
        if before.is_empty() {
            return Ok(BTreeSet::new());
        }
        let pairs = self.keys.sharing_before(client, self.model.shared_keys()).await?;
        self.read(client, pairs.iter().map(|(_, other)| *other)).await?;
        let (profiles, model) = (&self.profiles, self.model);
        let as_before: HashMap<i64, Profile> = before.par_iter().map(|record| (record.id, Profile::new(&record.details, model))).collect();
        let is_linked = |(one, other): &(i64, i64)| {
            let (Some(one), Some(other)) = (as_before.get(one), profiles.get(other)) else { return false };
            matching::score(one, other, model).weight_bits >= model.lone_bits()
        };
        Ok(pairs.into_par_iter().filter(is_linked).map(|(_, other)| other).collect())
    }

    /// The people of records that are near and are not touched, with the numbers of all their records.
    async fn beyond(&self, client: &Transaction<'_>, reached: &BTreeSet<i64>) -> Result<HashMap<i64, Beyond>, StoreError> {
        let in_doubt = self.near.iter().filter(|(_, weight)| **weight >= self.model.review_bits());
        let near: BTreeSet<i64> = in_doubt.flat_map(|((one, other), _)| [*one, *other]).filter(|id| !reached.contains(id)).collect();
        let of_near: BTreeSet<_> = near.iter().filter_map(|id| self.records.get(id)?.person).collect();
        let members = resolve::members(client, &of_near.into_iter().collect::<Vec<_>>()).await?;
        let known = |id: i64| Some((self.records.get(&id)?.clone(), self.profiles.get(&id)?.clone())).filter(|_| near.contains(&id));
        Ok(members.into_iter().map(|(id, person)| (id, Beyond { person, near: known(id) })).collect())
    }

    fn into_linked(mut self, reached: &BTreeSet<i64>, beyond: HashMap<i64, Beyond>) -> Linked {
        self.records.retain(|id, _| reached.contains(id));
        let records: Vec<StoredRecord> = self.records.into_values().collect();
        let edges = edges_of(&self.links, &records);
        let near = self.near.iter().map(|((left, right), weight)| Near { left: *left, right: *right, weight_bits: *weight }).collect();
        Linked { records, edges, near, beyond, whole: false }
    }
}

/// Both ends of the ties that can link others.
fn ends_of(ties: &[RecordTie]) -> impl Iterator<Item = i64> {
    ties.iter().filter(|tie| kin::is_telling(tie.kind)).flat_map(|tie| [tie.from, tie.to])
}

/// The links among those records, by place.
fn edges_of(links: &BTreeMap<(i64, i64), f64>, records: &[StoredRecord]) -> Vec<Edge> {
    let place: HashMap<i64, u32> = records.iter().zip(0..).map(|(record, place)| (record.id, place)).collect();
    let placed = |((one, other), weight): (&(i64, i64), &f64)| {
        Some(Edge { left: *place.get(one)?, right: *place.get(other)?, weight_bits: *weight })
    };
    links.iter().filter_map(placed).collect()
}
