//! The matching of files, measured: any CSV with any column map, scored against the truth where there is one.
//!
//! No database is needed; the code that compares, blocks, trains and clusters is the same [`crate::matching`] that serves lookups. Files stream; what
//! is kept is one compact profile a record.

pub mod birth_date_cell;
pub mod column_map;
pub mod error;
pub mod field;
pub mod metrics;
pub mod outputs;
pub mod read;
#[cfg(test)]
mod read_tests;
pub mod record_index;
pub mod report;
pub mod row;
pub mod run;
mod scoring;
pub mod summary;
pub mod truth;
pub mod worst;

pub use error::{EvaluateError, InputProblem};
pub use run::{Settings, evaluate};
