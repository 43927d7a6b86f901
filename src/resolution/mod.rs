//! Joins records into people, in bulk and one at a time, with the same result.
//!
//! Which records are together is a pure function of the records, the model and the decisions that stand (`matching`). This module only finds out
//! which records it has to be worked out for again: everything, or the components that a load touched. Both ways end in the same call.

mod affected;
mod bounds;
pub mod identity;
mod kin;

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;
use tokio_postgres::Transaction;
use uuid::Uuid;

use self::identity::Belonging;
use crate::{
    domain::PersonDetails,
    matching::{self, Decision, Edge, Linkage, Model, Profile},
    store::{
        self, StoreError,
        model::{Keyed, Standing},
        record::StoredRecord,
        resolve::{self, RecordTie, StandingDecision},
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
    let decisions = resolve::decisions(client).await?;
    let linked = match way {
        Way::Everything => everything(client, model).await?,
        Way::Affected => affected::find(client, model, &before, &decisions).await?,
    };
    let resolved = settle(client, model, &linked, &decisions, &emptied).await?;
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
    let decisions = resolve::decisions(client).await?;
    settle(client, model, &everything(client, model).await?, &decisions, &BTreeSet::new()).await
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
}

/// Every record, with every link.
async fn everything(client: &Transaction<'_>, model: &Model) -> Result<Linked, StoreError> {
    let records = resolve::all(client).await?;
    let edges = tokio::task::block_in_place(|| {
        let profiles = profiles(&records, model);
        matching::pairs(&profiles, Linkage::Within, model)
            .pairs
            .into_par_iter()
            .filter_map(|(left, right)| {
                let weight_bits = matching::score(&profiles[left as usize], &profiles[right as usize], model).weight_bits;
                (weight_bits >= model.join_bits()).then_some(Edge { left, right, weight_bits })
            })
            .collect()
    });
    Ok(Linked { records, edges })
}

fn profiles(records: &[StoredRecord], model: &Model) -> Vec<Profile> {
    records.par_iter().map(|record| Profile::new(&record.details, model)).collect()
}

/// Works out who the records belong to, and writes what is different.
async fn settle(
    client: &Transaction<'_>,
    model: &Model,
    linked: &Linked,
    decisions: &[StandingDecision],
    emptied: &BTreeSet<Uuid>,
) -> Result<Resolved, StoreError> {
    let records = &linked.records;
    let ids: Vec<i64> = records.iter().map(|record| record.id).collect();
    let ties = resolve::tied(client, &ids).await?;
    // Whom a feed ties to each other it holds for two people; a human decision, which comes first, still stands above it.
    let apart = ties.iter().map(|tie| StandingDecision { left: tie.from, right: tie.to, together: false });
    let decisions: Vec<StandingDecision> = decisions.iter().copied().chain(apart).collect();
    let labels = tokio::task::block_in_place(|| partition(linked, &decisions, &ties, model));
    let belongings: Vec<Belonging> = records.iter().map(|record| Belonging { record: record.id, person: record.person }).collect();
    let identities = identity::assign(&belongings, &labels, emptied, Uuid::now_v7);
    let moved: Vec<(i64, Uuid)> = belongings
        .iter()
        .zip(&identities.people)
        .filter(|(belonging, person)| belonging.person != Some(**person))
        .map(|(belonging, person)| (belonging.record, *person))
        .collect();
    let moved = resolve::write(client, &moved, &identities.retired).await?;
    let people = identities.people.iter().collect::<BTreeSet<_>>().len();
    Ok(Resolved { records: records.len(), people, moved, retired: identities.retired.len() })
}

/// The partition: a label for each record.
fn partition(linked: &Linked, decisions: &[StandingDecision], ties: &[RecordTie], model: &Model) -> Vec<u32> {
    let mut profiles = profiles(&linked.records, model);
    let place: HashMap<i64, u32> = linked.records.iter().zip(0..).map(|(record, place)| (record.id, place)).collect();
    bounds::narrow(&mut profiles, &linked.records, ties, &|id| place.get(&id).copied());
    let decisions: Vec<Decision> = decisions
        .iter()
        .filter_map(|decision| {
            Some(Decision { left: *place.get(&decision.left)?, right: *place.get(&decision.right)?, together: decision.together })
        })
        .collect();
    // Ties are broken by what stays with a record, so that neither its number nor its turn of arrival counts.
    let order: Vec<(&str, &str, &str)> =
        linked.records.iter().map(|record| (record.feed.as_str(), record.source_id.as_str(), record.dependent.as_str())).collect();
    let mut edges = linked.edges.clone();
    edges.extend(kin::links(&profiles, &linked.edges, ties, &|id| place.get(&id).copied(), model));
    matching::cluster(&profiles.iter().collect::<Vec<_>>(), &order, &edges, &decisions, model)
}
