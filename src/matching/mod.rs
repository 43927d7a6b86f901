//! Is it the same human being? Fellegi-Sunter comparison of records, blocking, clustering, questions and training.
//!
//! Everything here is pure: no I/O, no clock, no randomness but a seed that the caller gives. The way of the data: [`Profile::new`] folds a person's
//! details; [`blocking_keys`] says which records to compare; [`score`] weighs a pair in bits and [`explain`] says why; [`conflict`] holds apart what
//! must never be joined automatically; [`cluster()`] makes people of records; [`match_question`] and [`choose`] answer a question; [`training`] learns
//! the model from an authority's own records without labels. docs/matching.md has every level, formula and table.

pub mod blocking;
pub mod cluster;
pub mod compare;
pub mod conflict;
pub mod field;
mod hashing;
pub mod model;
pub mod normalise;
pub mod pairs;
pub mod profile;
pub mod question;
pub mod score;

pub use blocking::blocking_keys;
pub use cluster::{Decision, Edge, cluster, cohesion};
pub use conflict::{Conflict, conflict};
pub use model::{Model, ModelError};
pub use normalise::address::Dwelling;
pub use pairs::{Linkage, PairSet, pairs};
pub use profile::Profile;
pub use question::{Choice, QuestionMatch, choose, match_question};
pub use score::{Feature, Score, explain, score};

use crate::domain::Address;

/// A stable key of the dwelling an address names, however it is written ("12A" or "Flat A, 12"; the UPRN where it is valid). `None` where too little is
/// said: no house number or name, or neither postcode nor street and town.
#[must_use]
pub fn dwelling_key(address: &Address) -> Option<i64> {
    Dwelling::new(address, None, None).key().map(hashing::as_bigint)
}

/// Every key under which the dwelling of an address may be known: that of its UPRN, and that of its words. Feeds without UPRNs know it by the latter only.
#[must_use]
pub fn dwelling_keys(address: &Address) -> Vec<i64> {
    let dwelling = Dwelling::new(address, None, None);
    let in_words = Dwelling { uprn: 0, ..dwelling };
    let mut keys: Vec<i64> = [dwelling, in_words].iter().filter_map(Dwelling::key).map(hashing::as_bigint).collect();
    keys.dedup();
    keys
}

/// Whether an address is of a place that many people share one after another (hostel, refuge, school, prison, …), by its words. Sharing such an address
/// makes no family.
#[must_use]
pub fn is_shared_place(address: &Address) -> bool {
    Dwelling::new(address, None, None).shared_place
}
