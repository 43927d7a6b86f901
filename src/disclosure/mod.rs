//! May this user, for this purpose, see this item? Pure: no I/O, no clock.

pub mod decide;
pub mod policy;

pub use policy::{Effect, Policy, PolicyRule};
