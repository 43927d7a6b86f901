//! family-context: one question, and in one answer the child, the family, the services that they have met, and whom to ring.
//!
//! The map of the crate (`docs/architecture.md` has the long form):
//! what decides is pure — [`domain`], [`disclosure`]; what moves data is thin — [`lookup`]; what runs it: [`config`], [`cluster`],
//! [`telemetry`].

pub mod cli;
pub mod cluster;
pub mod config;
pub mod disclosure;
pub mod domain;
pub mod import;
pub mod lookup;
pub mod store;
pub mod telemetry;
