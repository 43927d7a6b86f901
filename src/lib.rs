//! family-context: one question, and in one answer the child, the family, the services that they have met, and whom to ring.
//!
//! The map of the crate (`docs/architecture.md` has the long form). What decides is pure: [`domain`], [`matching`], [`disclosure`]. What moves data is
//! thin: [`import`], [`resolution`], [`lookup`], [`stewardship`], [`store`], [`http`]. What runs it: [`cli`], [`config`], [`cluster`], [`telemetry`]. Tools beside the
//! service: [`generate`] makes a synthetic authority, [`evaluate`] measures matching over files.

pub mod cli;
pub mod cluster;
pub mod config;
pub mod disclosure;
pub mod domain;
pub mod evaluate;
pub mod generate;
pub mod http;
pub mod import;
pub mod lookup;
pub mod matching;
pub mod resolution;
pub mod stewardship;
pub mod store;
pub mod telemetry;
