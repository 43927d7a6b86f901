//! What the integration tests stand on: a fresh database for each test, and this program as a process.
//!
//! All test programs of a run share one private cluster under `var/test`. It holds a template database, migrated once, which each test clones; the
//! clone is dropped with the test. What a killed test left behind is swept by the next run. `make test` stops the cluster at its end.

#![allow(dead_code, unused_imports, reason = "every test program uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "what a test stands on either works or fails the test")]

pub mod database;
pub mod folder;
pub mod program;

pub use database::TestDatabase;
pub use folder::TestFolder;
