//! Joins records into people, in bulk and one at a time, with the same result.
//!
//! Which records are together is a pure function of the records, the model and the decisions that stand (`matching`). This module only finds out
//! which records it has to be worked out for again: everything, or the components that a load touched. Both ways end in the same call.

mod affected;
mod bounds;
pub mod decided;
mod evidence;
mod homes;
pub mod identity;
mod kin;
mod married_names;
mod one_row;
pub mod review;
mod tied;

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;
use tokio_postgres::Transaction;
use uuid::Uuid;

use self::{
    evidence::Sources,
    identity::Belonging,
    review::{Beyond, Near, Scene},
};
use crate::{
    domain::PersonDetails,
    matching::{self, Edge, Linkage, Model, Profile, Recorded},
    store::{
        self, StoreError, decision,
        model::{Keyed, Standing},
        outcome::{self, Outcome},
        record::StoredRecord,
        resolve::{self, StandingDecision},
    },
};

/// From this share of changed records on, everything is resolved at once: reading all records in one go is then faster than asking for neighbours.
/// Measured at 100,000 records on two cores: 0.015 ms a record in bulk, 0.5 ms a changed record one at a time.
const BULK_SHARE: f64 = 0.03;

/// What a resolution did.
#[derive(Debug, Default, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Resolved {
    /// Records whose people were worked out.
    pub records: usize,
    /// People among them.
    pub people: usize,
    /// Records that belong to another person than before, or to one for the first time.
    pub moved: u64,
    /// People whose id stands for nobody any more.
    pub retired: usize,
    /// Review items that are new, different, open again or closed.
    pub reviews: usize,
}

/// How what a load changed is worked out; both ways give the same people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From all records.
    Everything,
    /// From the components that the load touched.
    Affected,
}

/// Resolves what a load changed, within the load's transaction, in the way that is faster.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn resolve_load(client: &Transaction<'_>, model: &Model) -> Result<Resolved, StoreError> {
    let (records, changed) = resolve::counts(client).await?;
    if changed == 0 {
        return Ok(Resolved::default());
    }
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits of a count")]
    let way = if changed as f64 > BULK_SHARE * records as f64 { Way::Everything } else { Way::Affected };
    resolve_load_by(way, client, model).await
}

/// Resolves what a load changed in the way given.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn resolve_load_by(way: Way, client: &Transaction<'_>, model: &Model) -> Result<Resolved, StoreError> {
    resolve::settle_indexes(client).await?;
    let before = resolve::before(client).await?;
    let emptied: BTreeSet<Uuid> = before.iter().filter_map(|record| record.person).collect();
    let decisions = decided::standing(&decision::standing(client).await?);
    let linked = match way {
        Way::Everything => everything(client, model).await?,
        Way::Affected => affected::find(client, model, &before, resolve::changed(client).await?, &decisions).await?,
    };
    let resolved = write(client, &settle(client, model, &linked, &decisions, &emptied).await?).await?;
    if way == Way::Everything {
        resolve::count_anew(client).await?;
    }
    Ok(resolved)
}

/// Resolves everything, as after a new model is put in force.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn resolve_everything(client: &Transaction<'_>, model: &Model) -> Result<Resolved, StoreError> {
    let decisions = decided::standing(&decision::standing(client).await?);
    write(client, &settle(client, model, &everything(client, model).await?, &decisions, &BTreeSet::new()).await?).await
}

/// Works out who is who around those records under these decisions, without writing it: what would follow from a decision about them.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn would_follow(
    client: &Transaction<'_>,
    model: &Model,
    rulings: &[decision::Ruling],
    records: &[i64],
) -> Result<Outcome, StoreError> {
    let decisions = decided::standing(rulings);
    let linked = affected::find(client, model, &[], records.to_vec(), &decisions).await?;
    settle(client, model, &linked, &decisions, &BTreeSet::new()).await
}

/// Puts a model in force: every record is keyed and every person worked out under it. `None` where it is in force already.
///
/// # Errors
/// [`StoreError`] where the database fails or holds an inconsistent row.
pub async fn put_in_force(client: &Transaction<'_>, model: &Model) -> Result<Option<Resolved>, StoreError> {
    if store::model::standing(client, model).await? == Standing::InForce {
        return Ok(None);
    }
    let records = resolve::all(client).await?;
    let keyed: Vec<Keyed> = tokio::task::block_in_place(|| {
        records
            .par_iter()
            .map(|record| {
                let (keys, dwellings) = keys_of(&record.details, model);
                Keyed { id: record.id, keys, dwellings }
            })
            .collect()
    });
    store::model::rekey(client, &keyed).await?;
    store::model::put_in_force(client, model).await?;
    resolve_everything(client, model).await.map(Some)
}

/// The blocking keys of a person's details, and the keys of their dwellings.
#[must_use]
pub fn keys_of(details: &PersonDetails, model: &Model) -> (Vec<i64>, Vec<i64>) {
    let mut keys = Vec::new();
    matching::blocking_keys(&Profile::new(details, model), model, &mut keys);
    let of_each = details.addresses.iter().map(matching::dwelling_keys);
    let mut dwellings: Vec<i64> = of_each.flat_map(|keys| [keys.by_words, keys.by_uprn]).flatten().collect();
    dwellings.sort_unstable();
    dwellings.dedup();
    (keys, dwellings)
}

/// Records whose people are to be worked out, and the links among them, by place.
struct Linked {
    records: Vec<StoredRecord>,
    edges: Vec<Edge>,
    /// Pairs between the thresholds or a little below, of which one record may be beyond those to be worked out.
    near: Vec<Near>,
    /// The records of people beyond, of whom one is near.
    beyond: HashMap<i64, Beyond>,
    /// Whether these are all records.
    whole: bool,
}

/// Every record, with every link.
async fn everything(client: &Transaction<'_>, model: &Model) -> Result<Linked, StoreError> {
    let records = resolve::all(client).await?;
    let weighed: Vec<Edge> = tokio::task::block_in_place(|| {
        let profiles = profiles(&records, model);
        matching::pairs(&profiles, Linkage::Within, model)
            .pairs
            .into_par_iter()
            .filter_map(|(left, right)| {
                let weight_bits = matching::score(&profiles[left as usize], &profiles[right as usize], model).weight_bits;
                (weight_bits >= homes::least_bits(model)).then_some(Edge { left, right, weight_bits })
            })
            .collect()
    });
    let (edges, near): (Vec<Edge>, Vec<Edge>) = weighed.into_iter().partition(|edge| edge.weight_bits >= model.join_bits());
    let near = near.iter().map(|edge| near_of(&records, edge)).collect();
    Ok(Linked { records, edges, near, beyond: HashMap::new(), whole: true })
}

fn near_of(records: &[StoredRecord], edge: &Edge) -> Near {
    Near { left: records[edge.left as usize].id, right: records[edge.right as usize].id, weight_bits: edge.weight_bits }
}

fn profiles(records: &[StoredRecord], model: &Model) -> Vec<Profile> {
    records.par_iter().map(|record| Profile::new(&record.details, model)).collect()
}

/// Works out who the records belong to and what is doubtful, and says what is different.
async fn settle(
    client: &Transaction<'_>,
    model: &Model,
    linked: &Linked,
    decisions: &[StandingDecision],
    emptied: &BTreeSet<Uuid>,
) -> Result<Outcome, StoreError> {
    let records = &linked.records;
    let ids: Vec<i64> = records.iter().map(|record| record.id).collect();
    let ties = resolve::tied(client, &ids).await?;
    let mut profiles = store::in_place(|| profiles(records, model));
    let sources = Sources { records, edges: &linked.edges, near: &linked.near, ties: &ties, decisions, model };
    let labels = store::in_place(|| partition(&sources, &mut profiles));
    let belongings: Vec<Belonging> = records.iter().map(|record| Belonging { record: record.id, person: record.person }).collect();
    let identities = identity::assign(&belongings, &labels, emptied, Uuid::now_v7);
    let scope = (!linked.whole).then_some(ids.as_slice());
    let kept_items = store::review::kept(client, scope).await?;
    let people: BTreeSet<Uuid> = identities.people.iter().copied().collect();
    let concerned: Option<Vec<Uuid>> = scope.map(|_| people.iter().chain(identities.retired.keys()).copied().collect());
    let kept_cohesion = outcome::kept_cohesion(client, concerned.as_deref()).await?;
    Ok(store::in_place(|| {
        let person_of = identities.people.as_slice();
        let scene = Scene { records, profiles: &profiles, people: person_of, beyond: &linked.beyond, ties: &ties, decisions, model };
        let joined = linked.edges.iter().map(|edge| near_of(records, edge));
        let in_doubt = linked.near.iter().copied().filter(|near| near.weight_bits >= model.review_bits());
        let (closed, items) = review::differences(&kept_items, scene.items(in_doubt.chain(joined)));
        let cohesion = scene.cohesion();
        let moved = belongings.iter().zip(person_of).filter(|(belonging, person)| belonging.person != Some(**person));
        Outcome {
            records: records.len(),
            people: people.len(),
            moved: moved.map(|(belonging, person)| (belonging.record, *person)).collect(),
            parted: identity::parted(&belongings, &labels),
            closed,
            items,
            loose: kept_cohesion.keys().filter(|person| !cohesion.contains_key(person)).copied().collect(),
            cohesion: cohesion.into_iter().filter(|(person, held)| kept_cohesion.get(person) != Some(held)).collect(),
            retired: identities.retired,
        }
    }))
}

/// Writes what is different.
async fn write(client: &Transaction<'_>, outcome: &Outcome) -> Result<Resolved, StoreError> {
    let moved = outcome.write(client).await?;
    let reviews = outcome.closed.len() + outcome.items.len();
    Ok(Resolved { records: outcome.records, people: outcome.people, moved, retired: outcome.retired.len(), reviews })
}

/// The partition: a label for each record.
fn partition(sources: &Sources<'_>, profiles: &mut [Profile]) -> Vec<u32> {
    let (records, model) = (sources.records, sources.model);
    let evidence = sources.gather(profiles);
    let by_kin = kin::links(profiles, &evidence.plain, sources.ties, &|id| evidence.place.get(&id).copied(), model);
    let edges: Vec<Edge> = sources.edges.iter().copied().chain(evidence.further).chain(by_kin).collect();
    let feeds: BTreeSet<&str> = records.iter().map(|record| record.feed.as_str()).collect();
    let numbers: HashMap<&str, u32> = feeds.into_iter().zip(0..).collect();
    let recorded = records.iter().zip(&*profiles).map(|(record, profile)| Recorded {
        profile,
        // Ties are broken by what stays with a record, so that neither its number nor its turn of arrival counts.
        order: (record.feed.as_str(), record.source_id.as_str(), record.dependent.as_str()),
        list: numbers[record.feed.as_str()],
        own_row: record.dependent.is_empty(),
        once: true,
    });
    let labels = matching::cluster(&recorded.collect::<Vec<_>>(), &edges, &evidence.decisions, model);
    // What ties tell is for the partition alone: whether two people are in doubt must not depend on ties of records that lie beyond.
    for told in evidence.told {
        profiles[told as usize] = Profile::new(&records[told as usize].details, model);
    }
    labels
}
