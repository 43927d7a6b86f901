//! Which records share blocking keys: by the index for a few records, by one pass over all keys for many.

use std::{collections::HashMap, pin::pin};

use futures_util::TryStreamExt;
use rayon::prelude::*;
use tokio_postgres::{Transaction, binary_copy::BinaryCopyOutStream, types::Type};

use super::StoreError;

/// A record, and another that shares keys with it.
pub type Sharing = (i64, i64);

/// Whose keys are looked for.
#[derive(Debug, Clone, Copy)]
pub enum Sought<'ids> {
    /// Records as they are, by number.
    Records(&'ids [i64]),
    /// The records that the load changed or removed, as they were.
    Before,
}

/// Records that share at least `least` keys with one of those sought, found by the index: (the one sought, the other).
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn by_index(client: &Transaction<'_>, sought: Sought<'_>, least: usize) -> Result<Vec<Sharing>, StoreError> {
    const ACTION: &str = "find records that share a key";
    let from = match sought {
        Sought::Records(_) => "(SELECT id, keys FROM record WHERE id = ANY ($1))",
        Sought::Before => "load_before",
    };
    let shares_enough = match least {
        0 | 1 => String::new(),
        _ => format!("AND (SELECT count(*) FROM unnest(other.keys) AS key WHERE key = ANY (mine.keys)) >= {least}"),
    };
    let sql = format!(
        "SELECT mine.id, other.id FROM {from} AS mine JOIN record AS other ON other.keys && mine.keys AND other.id <> mine.id {shares_enough}"
    );
    let rows = match sought {
        Sought::Records(ids) => client.query(&sql, &[&ids]).await,
        Sought::Before => client.query(&sql, &[]).await,
    };
    Ok(rows.map_err(StoreError::database(ACTION))?.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The keys of all records.
pub struct AllKeys {
    ids: Vec<i64>,
    /// Where each record's keys end.
    ends: Vec<usize>,
    keys: Vec<i64>,
    place: HashMap<i64, usize>,
}

impl AllKeys {
    /// Reads them in one go.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn read(client: &Transaction<'_>) -> Result<Self, StoreError> {
        const ACTION: &str = "read all keys";
        let failed = StoreError::database(ACTION);
        let stream = client.copy_out("COPY (SELECT id, keys FROM record) TO STDOUT (FORMAT binary)").await.map_err(failed)?;
        let mut rows = pin!(BinaryCopyOutStream::new(stream, &[Type::INT8, Type::INT8_ARRAY]));
        let mut all = Self { ids: Vec::new(), ends: Vec::new(), keys: Vec::new(), place: HashMap::new() };
        while let Some(row) = rows.try_next().await.map_err(StoreError::database(ACTION))? {
            let keys: Vec<i64> = row.get(1);
            all.keys.extend(keys);
            all.ends.push(all.keys.len());
            all.ids.push(row.get(0));
        }
        all.place = all.ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        Ok(all)
    }

    fn keys_at(&self, place: usize) -> &[i64] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.keys[start..self.ends[place]]
    }

    /// As [`by_index`], for records as they are.
    #[must_use]
    pub fn sharing(&self, ids: &[i64], least: usize) -> Vec<Sharing> {
        let of = |id: &i64| Some((*id, self.keys_at(*self.place.get(id)?)));
        self.sharing_with(ids.iter().filter_map(of), least)
    }

    /// Records that share at least `least` keys with one of the `sought`, which are given with their own keys.
    fn sharing_with<'keys>(&self, sought: impl Iterator<Item = (i64, &'keys [i64])>, least: usize) -> Vec<Sharing> {
        let mut seekers: HashMap<i64, Vec<i64>> = HashMap::new();
        for (id, keys) in sought {
            for key in keys {
                seekers.entry(*key).or_default().push(id);
            }
        }
        let found = |place: usize| {
            let other = self.ids[place];
            let mut seeking: Vec<i64> = self.keys_at(place).iter().filter_map(|key| seekers.get(key)).flatten().copied().collect();
            seeking.sort_unstable();
            let enough = seeking.chunk_by(|one, other| one == other).filter(|same| same.len() >= least && same[0] != other);
            enough.map(|same| (same[0], other)).collect::<Vec<_>>()
        };
        (0..self.ids.len()).into_par_iter().with_min_len(4096).flat_map_iter(found).collect()
    }

    /// As [`by_index`], for the records that the load changed or removed.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn sharing_before(&self, client: &Transaction<'_>, least: usize) -> Result<Vec<Sharing>, StoreError> {
        let rows = client.query("SELECT id, keys FROM load_before", &[]).await.map_err(StoreError::database("read what a load changed"))?;
        let before: Vec<(i64, Vec<i64>)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        Ok(tokio::task::block_in_place(|| self.sharing_with(before.iter().map(|(id, keys)| (*id, keys.as_slice())), least)))
    }
}
