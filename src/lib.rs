//! family-context: one question, and in one answer the child, the family, the services that they have met, and whom to ring.
//!
//! The map of the crate (`docs/architecture.md` has the long form):
//! what decides is pure — [`domain`], [`matching`]; what moves data is thin.

pub mod cli;
pub mod domain;
pub mod evaluate;
pub mod matching;
